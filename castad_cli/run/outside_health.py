"""The database, its replica, the store and the scheduler, as `castad doctor` sees them. Nothing here needs Dask."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from castad_cli.errors import CastadError, EnvironmentNotReady
from castad_cli.settings import Settings, without_password

_LAG_S = 30.0
_SKEW_S = 60.0
"""S3 refuses requests whose time is 15 minutes off; leases and links suffer before that."""
_CONNECT_S = 5.0


class Doubt(CastadError):
    """It works, and something about it deserves a look."""


def check_database(settings: Settings) -> str:
    """The database that is written to: what it is, and that it can be used.

    Raises:
        EnvironmentNotReady: it cannot be used, has another schema, or this user lacks rights.
        Doubt: a failover would lose what was committed last.
    """
    from castad_cli.records.condition import examine_primary
    from castad_cli.records.schema import VERSIONS

    found = examine_primary(settings.database_url)
    shown = f"{without_password(settings.database_url)}, {found.product}, schema {VERSIONS[-1]}"
    if found.missing_rights:
        some = ", ".join(found.missing_rights[:3]) + (", …" if len(found.missing_rights) > 3 else "")
        raise EnvironmentNotReady(
            f"{shown}: this user may not read and change {some}",
            fix="as the owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO that user",
        )
    if found.connections_most:
        shown += f", {found.connections} of {found.connections_most} connections in use"
    if found.hosts > 1 and not found.awaits_standby:
        raise Doubt(
            f"{shown}; commits wait for no standby, so a failover may forget what was posted last",
            fix="set synchronous_standby_names on the server (docs/scale-out.md)",
        )
    return shown


def check_replica(settings: Settings) -> str:
    """The database that `status`, `runs` and `report` look at.

    Raises:
        EnvironmentNotReady: it cannot be used, or has another schema.
        Doubt: it is no replica, follows nobody, or lags behind.
    """
    from castad_cli.records.condition import examine_replica

    found = examine_replica(settings.database_replica_url)
    shown = f"{without_password(settings.database_replica_url)}, {found.product}"
    if not found.is_replica:
        raise Doubt(
            f"{shown}: not a replica, it is written to itself",
            fix="name a standby in CASTAD_DATABASE_REPLICA_URL, or unset it",
        )
    if found.lag_s is None:
        raise Doubt(
            f"{shown}: it receives nothing from a primary, so it shows the past",
            fix="check primary_conninfo and the log of that standby",
        )
    if found.lag_s > _LAG_S:
        raise Doubt(f"{shown}: {found.lag_s:.0f} s behind", fix="check the load on that standby and the network to it")
    return f"{shown}, {found.lag_s:.1f} s behind"


def check_storage(settings: Settings) -> str:
    """The store: written to, read from, and tidied up after.

    Raises:
        EnvironmentNotReady: it cannot be used.
        Doubt: its clock is off, or two writers may both write one object.
    """
    from castad_cli.storage import open_store

    store = open_store(settings.storage_url, settings.storage_options)
    found = store.check()
    if found.skew_s > _SKEW_S:
        raise Doubt(
            f"{store.url}, writable; its clock and this machine's are {found.skew_s:.0f} s apart",
            fix="set the clocks by NTP",
        )
    if not found.creates_once:
        raise Doubt(
            f"{store.url}, writable; it does not refuse a second writer of one object",
            fix="nothing is lost by it, since equal names hold equal bytes; a store with conditional writes saves work",
        )
    return f"{store.url}, writable"


def check_scheduler(settings: Settings) -> str:
    """Whether something listens where the scheduler should; what listens there is asked by ``doctor --scheduler``.

    Raises:
        EnvironmentNotReady: nothing does.
    """
    parts = urlsplit(settings.scheduler)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 8786), timeout=_CONNECT_S):
            return f"{settings.scheduler} listens"
    except (OSError, ValueError) as error:
        raise EnvironmentNotReady(
            f"nothing answers at {settings.scheduler} ({error})",
            fix="start one (`castad scheduler`), or correct CASTAD_SCHEDULER (--scheduler)",
        ) from error
