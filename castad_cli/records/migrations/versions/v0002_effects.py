"""Effects, posts, accounts, limits and quotas."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "effects",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("committed_at", sa.DateTime(timezone=True)),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("handle", sa.JSON()),
        sa.Column("result", sa.JSON()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('purchase', 'post')", name=op.f("ck_effects_kind")),
        sa.CheckConstraint(
            "state IN ('ready', 'waiting', 'claimed', 'committing', 'done', 'failed', 'needs_review')",
            name=op.f("ck_effects_state"),
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state IN ('done', 'failed', 'needs_review'))", name=op.f("ck_effects_due_at")
        ),
        sa.CheckConstraint("state <> 'committing' OR committed_at IS NOT NULL", name=op.f("ck_effects_committed_at")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_effects")),
    )
    op.create_index(op.f("ix_effects_kind_due_at"), "effects", ["kind", "due_at"])
    op.create_index(op.f("ix_effects_state"), "effects", ["state"])
    op.create_table(
        "posts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rendition", sa.String(64), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["effects.key"], name=op.f("fk_posts_effects")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_rendition"), "posts", ["rendition"])
    op.create_index(op.f("ix_posts_platform_account_published_at"), "posts", ["platform", "account", "published_at"])
    op.create_table(
        "accounts",
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limits")),
    )
    op.create_table(
        "quotas",
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "project", "unit", "starts_at", name=op.f("pk_quotas")),
    )
