"""Child processes: what passes through, what is bounded, and that none outlives its owner."""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from castad_cli.errors import ToolError
from castad_cli.render.machine import process
from castad_cli.render.machine.guard import guard
from castad_cli.settings import KEYS

PYTHON = sys.executable
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")


def eventually(holds: Callable[[], bool], within_s: float = 2.0) -> bool:
    end = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def start_owner(tmp_path: Path, body: str) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Another process that runs ``body`` and sleeps; ``body`` prints the ids of what it started."""
    script = tmp_path / "owner.py"
    lines = ["import os, subprocess, sys, threading, time", "from castad_cli.render.machine import process", body]
    script.write_text("\n".join([*lines, "print('ready', flush=True)", "time.sleep(60)"]))
    owner = subprocess.Popen([PYTHON, str(script)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    pids = []
    for line in owner.stdout:
        if line.strip() == b"ready":
            return owner, pids
        pids.append(int(line))
    raise AssertionError("the owner ended early")


def end_owner(owner: subprocess.Popen[bytes], number: signal.Signals = signal.SIGKILL) -> None:
    owner.send_signal(number)
    owner.wait(10)
    assert owner.stdout is not None
    owner.stdout.close()


def test_an_exit_status_passes_through() -> None:
    with process.start(["/bin/sh", "-c", "exit 7"]) as child:
        assert child.wait(5) == 7


def test_a_signal_passes_through_as_a_negative_status() -> None:
    with process.start(["/bin/sh", "-c", "kill -SEGV $$"]) as child:
        assert child.wait(5) == -signal.SIGSEGV


def test_a_failure_tells_the_command_the_status_and_the_end_of_stderr() -> None:
    command = ["/bin/sh", "-c", "echo first >&2; echo no such codec >&2; exit 3"]
    with process.start(command) as child, pytest.raises(ToolError) as caught:
        child.check(5)
    assert caught.value.command == tuple(command)
    assert caught.value.status == 3
    assert caught.value.stderr.endswith("no such codec")
    assert caught.value.message == "sh failed with status 3"
    assert pickle.loads(pickle.dumps(caught.value)).stderr == caught.value.stderr


def test_a_program_that_is_not_there_is_a_tool_error() -> None:
    with pytest.raises(ToolError, match="cannot start /no/such/program"):
        process.start(["/no/such/program"])


def test_bytes_written_to_a_child_come_back_whole() -> None:
    data = os.urandom(5_000_000)
    completed = process.run(["cat"], input=data[:100_000], timeout_s=10)
    assert completed.stdout == data[:100_000]
    hashing = "import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
    with process.start([PYTHON, "-c", hashing], stdin=process.PIPE, stdout=process.PIPE) as child:
        child.feed(memoryview(data))
        assert child.stdout is not None
        child.check(10)
        assert child.stdout.read().decode().strip() == hashlib.sha256(data).hexdigest()


@needs_proc
def test_standard_input_is_the_pipe_itself() -> None:
    """No process stands between: the tool's own standard input is the other end of the owner's pipe."""
    with process.start(["sleep", "30"], stdin=process.PIPE) as child:
        assert child.stdin is not None
        ours = Path(f"/proc/self/fd/{child.stdin.fileno()}").readlink()
        assert Path(f"/proc/{child.pid}/fd/0").readlink() == ours


def test_a_flood_on_stderr_neither_blocks_the_child_nor_fills_the_memory() -> None:
    flood = "import sys\nfor i in range(200_000): print('x' * 80, i, file=sys.stderr)"
    with process.start([PYTHON, "-c", flood]) as child:
        assert child.wait(20) == 0
        assert child.stderr.rstrip().endswith("199999")
        assert len(child.stderr) <= 64 * 1024


def test_a_child_that_takes_no_input_is_an_error_not_a_hang() -> None:
    with process.start(["sleep", "30"], stdin=process.PIPE) as child, pytest.raises(ToolError, match="taken no input"):
        child.feed(bytes(8_000_000), timeout_s=0.2)


def test_a_child_that_dies_while_it_is_fed_says_why() -> None:
    dying = ["/bin/sh", "-c", "echo out of paint >&2; exit 4"]
    with process.start(dying, stdin=process.PIPE) as child, pytest.raises(ToolError) as caught:
        child.feed(bytes(8_000_000))
    assert caught.value.status == 4
    assert caught.value.stderr == "out of paint"


def test_waiting_is_bounded() -> None:
    with process.start(["sleep", "30"]) as child, pytest.raises(ToolError, match=r"did not end within 0\.1 s"):
        child.wait(0.1)


def test_a_short_tool_that_hangs_is_killed() -> None:
    begun = time.monotonic()
    with pytest.raises(ToolError, match="did not end"):
        process.run(["sleep", "30"], timeout_s=0.2)
    assert time.monotonic() - begun < 5


def test_a_tool_that_fails_takes_nothing_of_the_next_one_s_output() -> None:
    """A reader must not use the number of a descriptor that was closed and given to the next tool's pipe."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
            with pytest.raises(ToolError):
                process.run(["/bin/sh", "-c", "exit 1"], timeout_s=10)
            assert process.run(["echo", "mine"], timeout_s=10).stdout == b"mine\n"
    finally:
        sys.setswitchinterval(interval)


@needs_proc
def test_output_that_is_not_all_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LAST_WORDS_S", 0.2)
    with pytest.raises(ToolError, match="its output did not"):
        process.run(["/bin/sh", "-c", "echo part; setsid sleep 1.5 & sleep 0.3"], timeout_s=5)


def test_leaving_the_block_stops_a_child_that_ignores_sigterm() -> None:
    stubborn = "trap '' TERM; echo up; while :; do sleep 1; done"
    with process.start(["/bin/sh", "-c", stubborn], stdout=process.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(3) == b"up\n"
        assert child.stop(timeout_s=0.2) == -signal.SIGKILL
    assert not alive(child.pid)


def test_stopping_twice_is_harmless_and_keeps_the_status() -> None:
    child = process.start(["/bin/sh", "-c", "exit 5"])
    child.wait(5)
    assert child.stop() == 5
    assert child.stop() == 5


def test_a_child_that_ends_takes_its_grandchildren_with_it() -> None:
    with process.start(["/bin/sh", "-c", "sleep 60 & echo $!"], stdout=process.PIPE) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        assert child.wait(5) == 0
    assert eventually(lambda: not alive(grandchild))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGABRT])
def test_whatever_ends_the_owner_ends_its_children(tmp_path: Path, number: signal.Signals) -> None:
    body = "child = process.start(['sleep', '61']); print(child.pid)"
    owner, [child] = start_owner(tmp_path, body)
    assert alive(child)
    end_owner(owner, number)
    assert eventually(lambda: not alive(child))


@needs_proc
def test_a_killed_owner_takes_grandchildren_with_it_even_from_other_sessions(tmp_path: Path) -> None:
    shell = "sleep 62 & echo $!; setsid sh -c 'echo $$; exec sleep 63' & wait"
    body = f"""
child = process.start(["/bin/sh", "-c", {shell!r}], stdout=process.PIPE)
print(child.pid); print(int(child.stdout.readline())); print(int(child.stdout.readline()))
"""
    owner, pids = start_owner(tmp_path, body)
    assert len(set(pids)) == 3
    assert all(alive(pid) for pid in pids)
    end_owner(owner)
    assert eventually(lambda: not any(alive(pid) for pid in pids))


@needs_proc
def test_a_killed_owner_takes_what_others_started_for_it_with_its_mark(tmp_path: Path) -> None:
    body = """
marked = subprocess.Popen(["sleep", "64"], env=process.guarded_environment(), start_new_session=True)
print(marked.pid)
"""
    owner, [marked] = start_owner(tmp_path, body)
    assert alive(marked)
    end_owner(owner)
    assert eventually(lambda: not alive(marked))


@needs_proc
def test_a_killed_owner_takes_a_child_that_it_was_just_starting(tmp_path: Path) -> None:
    """Between fork and exec a child is in no list, and its environment is not its own yet."""
    body = """
from castad_cli.render.machine.guard import guard
environment = process.guarded_environment()
mark = "CASTAD_OWNER=" + environment.pop("CASTAD_OWNER")
late = subprocess.Popen(["sh", "-c", f"sleep 0.4; exec env {mark} sleep 70"], env=environment, start_new_session=True)
print(late.pid)
"""
    owner, [late] = start_owner(tmp_path, body)
    end_owner(owner)
    assert eventually(lambda: not alive(late), within_s=10)


@needs_proc
def test_a_killed_owner_takes_the_children_of_an_owner_below_it(tmp_path: Path) -> None:
    inner = """
import time
from castad_cli.render.machine import process
print(process.start(["sleep", "65"]).pid, flush=True)
time.sleep(60)
"""
    body = f"""
inner = process.start([sys.executable, "-c", {inner!r}], stdout=process.PIPE)
print(inner.pid); print(int(inner.stdout.readline()))
"""
    owner, pids = start_owner(tmp_path, body)
    assert len(pids) == 2
    assert all(alive(pid) for pid in pids)
    end_owner(owner)
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def test_a_fork_of_the_owner_does_not_keep_its_children_alive(tmp_path: Path) -> None:
    body = """
child = process.start(["sleep", "66"]); print(child.pid, flush=True)
if os.fork() == 0:
    time.sleep(5); os._exit(0)
"""
    owner, [child] = start_owner(tmp_path, body)
    end_owner(owner)
    assert eventually(lambda: not alive(child))


def test_a_lost_supervisor_is_replaced_and_told_of_every_child(tmp_path: Path) -> None:
    body = """
from castad_cli.render.machine.guard import guard
from castad_cli.settings import KEYS
first = process.start(["sleep", "67"]); print(first.pid)
guard._supervisor.kill(); guard._supervisor.wait()
second = process.start(["sleep", "68"]); print(second.pid)
"""
    owner, pids = start_owner(tmp_path, body)
    assert all(alive(pid) for pid in pids)
    end_owner(owner)
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def test_a_supervisor_ends_with_its_owner(tmp_path: Path) -> None:
    body = """
from castad_cli.render.machine.guard import guard
from castad_cli.settings import KEYS
process.start(["sleep", "69"]); print(guard._supervisor.pid)
"""
    owner, [supervisor] = start_owner(tmp_path, body)
    assert alive(supervisor)
    end_owner(owner)
    assert eventually(lambda: not alive(supervisor))


def test_the_end_of_the_thread_that_started_a_child_does_not_end_the_child() -> None:
    children: list[process.Child] = []
    thread = threading.Thread(target=lambda: children.append(process.start(["sleep", "30"])))
    thread.start()
    thread.join()
    [child] = children
    with child:
        time.sleep(0.8)  # longer than the supervisor takes to look again
        assert child.poll() is None


def test_many_starts_leak_neither_descriptors_nor_processes_nor_threads() -> None:
    def open_now() -> tuple[int, int]:
        return psutil.Process().num_fds(), threading.active_count()

    process.run(["true"], timeout_s=5)
    before = open_now()
    for turn in range(50):
        with process.start(["cat"], stdin=process.PIPE, stdout=process.PIPE) as child:
            if turn % 2:
                child.feed(b"x")
                child.check(5)
        assert not alive(child.pid)
    assert open_now() == before


def test_children_started_in_many_threads_at_once_each_get_their_own_end() -> None:
    statuses: dict[int, int] = {}

    def one(number: int) -> None:
        with process.start(["/bin/sh", "-c", f"sleep 0.05; exit {number}"]) as child:
            statuses[number] = child.wait(10)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {number: number for number in range(12)}


@needs_proc
def test_a_child_inherits_no_other_descriptor() -> None:
    reading, writing = os.pipe()
    try:
        listing = process.run(["ls", "/proc/self/fd"], timeout_s=5).stdout.split()
        assert {int(name) for name in listing} <= {0, 1, 2, 3}
    finally:
        os.close(reading)
        os.close(writing)


def test_an_environment_may_be_given_whole() -> None:
    completed = process.run(["env"], env={"PATH": os.environ["PATH"], "PAINT": "blue"}, timeout_s=5)
    names = {line.split("=")[0] for line in completed.stdout.decode().splitlines()}
    assert {"PAINT", "CASTAD_OWNER"} <= names
    assert "HOME" not in names


def test_no_tool_is_told_a_key_or_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    private = [key.variable for key in KEYS if key.kind in ("secret", "database")]
    private += ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD"]
    for name in private:
        monkeypatch.setenv(name, "not-for-you")
    completed = process.run(["env"], timeout_s=5)
    assert b"not-for-you" not in completed.stdout
    assert b"PATH=" in completed.stdout


def test_the_guard_lets_go_of_groups_that_have_ended() -> None:
    others = set(guard._groups)  # a browser that other tests share, for one
    process.run(["true"], timeout_s=5)
    assert guard._groups <= others
