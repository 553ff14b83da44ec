"""Child processes that never outlive their owner, and whose every wait is bounded.

`start` runs a tool in a session of its own and returns a `Child`; `run` runs a short one to its end. The tool is a
direct child, so pipes and exit statuses pass without a copy in between. One `supervisor` program for each owner
kills all that is left when the owner ends, whatever ended it (SIGKILL too); it is started with the first child.

Why own sessions: Ctrl-C in a terminal then reaches the owner alone, which decides what stops and in which order.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from castad_cli.errors import ToolError
from castad_cli.render.machine.guard import guard, public

PIPE = subprocess.PIPE
DEVNULL = subprocess.DEVNULL
CAPTURE = -100
"""For ``stderr``: keep its end in memory, for `Child.stderr` and the errors."""

_STDERR_KEPT = 64 * 1024
_PIPE_BYTES = 1 << 20
_LAST_WORDS_S = 10.0
"""How long to read what an ended tool left in a pipe: at once, but for a machine with far too much to do."""
_Stream = int | IO[bytes]


class _Drain:
    """Reads a pipe to its end in a thread, so that its writer never waits; keeps the last ``kept`` bytes.

    The pipe is the reader's from then on: nobody else may close it.
    """

    def __init__(self, stream: IO[bytes], kept: int | None) -> None:
        self._stream = stream
        self._kept = kept
        self._data = bytearray()
        self.whole = False
        self._thread = threading.Thread(target=self._read, name="drain", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            with self._stream:
                while data := os.read(self._stream.fileno(), 65536):
                    self._data += data
                    if self._kept is not None and len(self._data) > 2 * self._kept:
                        del self._data[: -self._kept]
                self.whole = True
        except (OSError, ValueError):  # ValueError: an interrupt threw the pipe away before we began
            return  # what was read is not all, and `whole` says so

    def ended(self, timeout_s: float) -> bool:
        """Whether all has been read, in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def result(self) -> bytes:
        """What has been read so far."""
        return bytes(self._data)


class Child:
    """A running tool. Use it in a ``with``: leaving the block stops it.

    ``stdin`` and ``stdout`` are the raw pipes where `start` was given ``PIPE``, else None.
    """

    def __init__(self, command: Sequence[str], process: subprocess.Popen[bytes], captures_stderr: bool) -> None:
        self.command = tuple(command)
        self.pid = process.pid
        self.stdin = process.stdin
        self.stdout = process.stdout
        self._process = process
        self._lock = threading.Lock()
        self._settled = False
        self._drain: _Drain | None = None
        if captures_stderr and process.stderr is not None:
            self._drain = _Drain(process.stderr, _STDERR_KEPT)
            process.stderr = None

    @property
    def program(self) -> str:
        """The tool's name, as a person knows it."""
        return Path(self.command[0]).name

    @property
    def stderr(self) -> str:
        """The end of what the tool said so far; all its end once it has ended."""
        if self._drain is None:
            return ""
        self._drain.ended(_LAST_WORDS_S if self.poll() is not None else 0.0)
        return self._drain.result()[-_STDERR_KEPT:].decode(errors="replace")

    def poll(self) -> int | None:
        """The exit status (negative: the signal), or None while it runs."""
        return self._settle(0.0)

    def wait(self, timeout_s: float) -> int:
        """The exit status, once it ends. What it left in its group is killed.

        Raises:
            ToolError: it still runs after ``timeout_s`` (and goes on running).
        """
        status = self._settle(timeout_s)
        if status is None:
            raise self.error(f"{self.program} did not end within {timeout_s:g} s")
        return status

    def check(self, timeout_s: float) -> None:
        """Close its input, wait for its end, and see that it is a good one.

        Raises:
            ToolError: it failed, was killed, or still runs after ``timeout_s``.
        """
        if self.stdin is not None:
            self.stdin.close()
        status = self.wait(timeout_s)
        if status:
            raise self.error(f"{self.program} {_describe(status)}", fix=remedy(status))

    def stop(self, timeout_s: float = 5.0) -> int:
        """Its exit status, after asking its group to end and, past ``timeout_s``, killing it. Harmless twice."""
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            if self.stdin is not None:
                self.stdin.close()  # FFmpeg heeds the signal only once it need not wait for input
            if self._settle(timeout_s) is None:
                self._signal(signal.SIGKILL)
                if self._settle(10.0) is None:
                    raise self.error(f"{self.program} cannot be killed")
        for stream in (self.stdin, self.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._drain is not None:
            self._drain.ended(_LAST_WORDS_S)
        return self._process.returncode or 0

    def feed(self, data: bytes | bytearray | memoryview, timeout_s: float = 60.0) -> None:
        """Write all of ``data`` to its standard input without copying it. Not to be mixed with ``stdin.write``.

        Raises:
            ToolError: it ended, or took nothing for ``timeout_s``.
        """
        assert self.stdin is not None
        pipe = self.stdin.fileno()
        if os.get_blocking(pipe):
            os.set_blocking(pipe, False)  # a tool that hangs must not hang its owner
        left = memoryview(data).cast("B")
        waiting = select.poll()
        waiting.register(pipe, select.POLLOUT)
        while left:
            try:
                left = left[os.write(pipe, left) :]
            except BlockingIOError:
                if not waiting.poll(timeout_s * 1000):
                    raise self.error(f"{self.program} has taken no input for {timeout_s:g} s") from None
            except BrokenPipeError:
                status = self._settle(5.0)
                end = "closed its input" if status is None else f"{_describe(status)} before its input ended"
                raise self.error(f"{self.program} {end}", fix=remedy(status)) from None

    def error(self, message: str, *, fix: str = "") -> ToolError:
        """A `ToolError` with all that is known of this child."""
        return ToolError(
            message, command=self.command, status=self._process.returncode, stderr=self.stderr.strip(), fix=fix
        )

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if self._process.returncode is None:  # not waited for yet, so the number is still this group's
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, number)

    def _settle(self, timeout_s: float) -> int | None:
        """The exit status if it ends in time. Its group is killed before its number is given back."""
        end = time.monotonic() + timeout_s
        while self._process.returncode is None and not _has_ended(self._process, max(0.0, end - time.monotonic())):
            if time.monotonic() >= end:
                return None
        with self._lock:
            if not self._settled:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
                self._process.wait()
                self._settled = True
                guard.discard(self.pid)
        return self._process.returncode

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


@dataclass(frozen=True)
class Completed:
    """What a short tool did."""

    command: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: str


def start(
    command: Sequence[str],
    *,
    stdin: _Stream = DEVNULL,
    stdout: _Stream = DEVNULL,
    stderr: _Stream = CAPTURE,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    pass_fds: Sequence[int] = (),
) -> Child:
    """The tool, running in a session of its own; it dies with this process, and with nothing else.

    ``env`` stands in for this process's environment, of which keys and passwords are never passed on. Nothing else of
    this process is inherited.

    Raises:
        ToolError: it cannot be started.
    """
    guard.ready()
    try:
        process = subprocess.Popen(
            list(command),
            stdin=stdin,
            stdout=stdout,
            stderr=PIPE if stderr == CAPTURE else stderr,
            bufsize=0,
            env=guarded_environment(env),
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"cannot start {command[0]}: {error.strerror}", command=command, fix="castad doctor") from error
    guard.add(process.pid)
    if process.stdin is not None:
        widen(process.stdin)
    return Child(command, process, captures_stderr=stderr == CAPTURE)


def run(
    command: Sequence[str],
    *,
    timeout_s: float,
    input: bytes | memoryview = b"",  # noqa: A002 (subprocess's own word)
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    check: bool = True,
) -> Completed:
    """What a short tool did, with all it wrote to standard output.

    Raises:
        ToolError: it cannot be started, has not ended after ``timeout_s`` (it is killed then), or, unless ``check``
            is off, it failed.
    """
    end = time.monotonic() + timeout_s
    with start(command, stdin=PIPE if input else DEVNULL, stdout=PIPE, env=env, cwd=cwd) as child:
        assert child.stdout is not None
        # The reader alone closes it: a number closed under its hands may be the next tool's pipe already.
        output, child.stdout = _Drain(child.stdout, None), None
        if input:
            child.feed(input, timeout_s)
        if child.stdin is not None:
            child.stdin.close()
        if check:
            child.check(max(0.0, end - time.monotonic()))
        status = child.wait(max(0.0, end - time.monotonic()))
        if not output.ended(_LAST_WORDS_S) or not output.whole:  # e.g. another session still holds the pipe
            raise child.error(f"{child.program} ended, but its output did not")
        return Completed(tuple(command), status, output.result(), child.stderr)


def keep_guarded() -> None:
    """See that what is running still ends with this process, though somebody killed the supervisor. Cheap.

    Whoever has children for long calls it now and then: a killed supervisor is otherwise noticed by the next child.
    """
    guard.mend()


def guarded_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """``env`` (or this process's own, but for keys and passwords) with a mark: by it the supervisor knows our children.

    For programs that somebody else starts for us, in sessions of their own.
    """
    guard.ready()
    return guard.environment(public(os.environ) if env is None else env)


def widen(pipe: IO[bytes]) -> None:
    """Let the pipe hold a megabyte where the system can: a frame then takes few turns between two processes."""
    with contextlib.suppress(ImportError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe.fileno(), F_SETPIPE_SZ, _PIPE_BYTES)


def _has_ended(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    """Whether it ends in time; it is left unwaited for where the system allows (Linux), so its number stays taken."""
    try:
        ended = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # macOS, or a kernel before 5.3
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True
    try:
        waiting = select.poll()
        waiting.register(ended, select.POLLIN)
        return bool(waiting.poll(timeout_s * 1000))
    finally:
        os.close(ended)


def remedy(status: int | None) -> str:
    """What a person may do about an end; empty where the tool's own words must tell."""
    return "see whether the machine is short of memory" if status == -signal.SIGKILL else ""


def _describe(status: int) -> str:
    if status >= 0:
        return f"failed with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
