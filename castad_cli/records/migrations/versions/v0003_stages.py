"""What each run's words and music took, and where and at which stage a rendition was made or lost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "stages",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('done', 'failed')", name=op.f("ck_stages_state")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_stages_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "stage", "fingerprint", name=op.f("pk_stages")),
    )
    op.add_column("renditions", sa.Column("stage", sa.String(16), nullable=False, server_default=""))
    op.add_column("renditions", sa.Column("worker", sa.Text(), nullable=False, server_default=""))
