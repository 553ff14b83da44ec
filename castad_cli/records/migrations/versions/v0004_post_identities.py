"""Leases on accounts (a token is renewed by one at a time), what each post is apart from its bytes, posts by run."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("leased_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("leased_until", sa.DateTime(timezone=True)))
    op.create_table(
        "post_identities",
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["effects.key"], name=op.f("fk_post_identities_effects")),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_post_identities")),
    )
    op.create_table(
        "run_posts",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ad_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'failed', 'waiting', 'needs_review')", name=op.f("ck_run_posts_state")
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "ad_key"], ["ads.run_id", "ads.key"], name=op.f("fk_run_posts_ads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_run_posts")),
    )
    op.create_index(op.f("ix_run_posts_key"), "run_posts", ["key"])
