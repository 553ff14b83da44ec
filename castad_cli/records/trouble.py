"""Turns what databases complain of into errors a person can act on. No message shows a password."""

from __future__ import annotations

import errno
import re
from typing import overload

from sqlalchemy.exc import DBAPIError

from castad_cli.errors import CastadError, EnvironmentNotReady
from castad_cli.settings import without_password

_PASSING_STATES = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "25006",  # read_only_sql_transaction: we are still talking to a primary that was demoted
}
"""SQLSTATE of what passes by itself. Source: PostgreSQL manual, appendix A."""

_SQLITE = {
    "SQLITE_CANTOPEN": ("it cannot be opened", "check that its folder exists and may be written, "),
    "SQLITE_NOTADB": ("it is not an SQLite database", "move that file away, "),
    "SQLITE_CORRUPT": ("it is damaged", "move that file away to begin a new one, "),
    "SQLITE_READONLY": ("it may not be written", "allow writing to the file and its folder, "),
    "SQLITE_PERM": ("it may not be written", "allow writing to the file and its folder, "),
    "SQLITE_FULL": ("the disk is full", "free some space there, "),
    "SQLITE_IOERR": ("its disk fails to read or write", "check that disk and the space on it, "),
    "SQLITE_BUSY": ("another program holds it locked", "wait for that program or end it, "),
    "SQLITE_LOCKED": ("another program holds it locked", "wait for that program or end it, "),
}

_POSTGRES = {
    "28P01": ("it refuses the user or password", "check them in {setting}"),
    "28000": ("it refuses this user", "check the user in {setting}, and the server's pg_hba.conf"),
    "3D000": ("there is no such database on that server", "create it (createdb), {elsewhere}"),
    "42501": ("this user may not do that there", "grant the user its rights on the database"),
    "53100": ("its disk is full", "free some space on the database server"),
    "53300": ("it has too many connections", "raise max_connections there, or run fewer clients"),
    "57014": ("it took too long", "check what else keeps the database busy"),
}


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction, tried again, may well succeed."""
    if error.connection_invalidated:
        return True
    if _sqlite_name(error):
        return False  # SQLite waited for as long as it was told
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # psycopg: the connection was lost, or never came to be
        return type(error.orig).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
    return state in _PASSING_STATES


def is_refusal(error: DBAPIError) -> bool:
    """Whether a server was there and turned this user or this database's name away."""
    return _state_by_words(str(error.orig)) in ("28P01", "28000", "3D000")


@overload
def explain(error: OSError, url: str, setting: str) -> CastadError: ...
@overload
def explain(error: DBAPIError, url: str, setting: str) -> CastadError | None: ...
def explain(error: DBAPIError | OSError, url: str, setting: str) -> CastadError | None:
    """The error to show instead of ``error``; None when it is a bug of ours. ``setting`` is what names the database."""
    shown = without_password(url)
    elsewhere = f"or set {setting} to another one"
    if isinstance(error, OSError):
        what = "the disk is full" if error.errno == errno.ENOSPC else (error.strerror or str(error)).lower()
        return EnvironmentNotReady(
            f"cannot use the database {shown}: its folder cannot be made ({what})",
            fix="make that folder, " + elsewhere,
        )
    if name := _sqlite_name(error):
        for prefix, (what, fix) in _SQLITE.items():
            if name.startswith(prefix):
                return EnvironmentNotReady(f"cannot use the database {shown}: {what}", fix=fix + elsewhere)
        return None
    return _explain_postgres(error, shown, setting, elsewhere)


def _explain_postgres(error: DBAPIError, shown: str, setting: str, elsewhere: str) -> CastadError | None:
    said = without_password(str(error.orig)).strip()
    state = getattr(error.orig, "sqlstate", None) or _state_by_words(said)
    if state in _POSTGRES:
        what, fix = _POSTGRES[state]
        return EnvironmentNotReady(
            f"cannot use the database {shown}: {what}", fix=fix.format(setting=setting, elsewhere=elsewhere)
        )
    if is_passing(error):
        first = re.sub(r"\s+", " ", said.splitlines()[0]) if said else type(error.orig).__name__
        return EnvironmentNotReady(
            f"cannot use the database {shown}: it does not answer ({first})",
            fix="check that the server runs and can be reached from here, " + elsewhere,
        )
    return None


def _state_by_words(said: str) -> str:
    """libpq tells a refused connection only in words. Source: messages of PostgreSQL's src/backend/libpq/auth.c."""
    for words, state in (
        ("password authentication failed", "28P01"),
        ("no password supplied", "28P01"),
        ("no pg_hba.conf entry", "28000"),
        ("role ", "28000"),
        ("too many connections", "53300"),
        ("too many clients", "53300"),
    ):
        if words in said:
            return state
    return "3D000" if re.search(r'database ".*" does not exist', said) else ""


def _sqlite_name(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlite_errorname", "") or "")
