"""Leases by which drivers share work, what waits until when, and runs that are told to stop."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("runs", sa.Column("stop_asked_at", sa.DateTime(timezone=True)))
    op.add_column("renditions", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.create_table(
        "leases",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_leases")),
    )
    op.create_index(op.f("ix_leases_run_id"), "leases", ["run_id"])
