"""The records in a database: what each run was to make and what became of it; and what must not happen twice.

Importing this imports SQLAlchemy: import it where it is used.
"""

from castad_cli.records.entries import (
    AdRecord,
    Outcome,
    PostOutcome,
    PostRecord,
    PostState,
    QuotaRecord,
    RenditionRecord,
    RenditionState,
    RunRecord,
    RunState,
    StageRecord,
)
from castad_cli.records.migrate import current, upgrade
from castad_cli.records.records import Records, open_records

__all__ = [
    "AdRecord",
    "Outcome",
    "PostOutcome",
    "PostRecord",
    "PostState",
    "QuotaRecord",
    "Records",
    "RenditionRecord",
    "RenditionState",
    "RunRecord",
    "RunState",
    "StageRecord",
    "current",
    "open_records",
    "upgrade",
]
