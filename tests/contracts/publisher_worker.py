"""A worker that dies, or freezes, at a named step. Run as a program by `publisher_contract.Forge`.

Jobs come as lines of JSON. For each a process is forked that publishes, with hooks around every move of its hold, every
call and the blocks of every body; at the step that the job names it kills or stops itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from castad_cli.errors import CastadError
from castad_cli.model.plan import PostTask
from castad_cli.publish import Pace, PostFiles, PublishContext, line, publish, wire
from castad_cli.records import effects, open_records, performing
from castad_cli.settings import Settings

FROZEN_LEASE_S = 2.0
MOVES = ("save_handle", "commit_point", "nothing_happened")


class Steps:
    """Counts the steps of a publishing, and strikes at one of them."""

    def __init__(self, at: int, how: str, log: Path) -> None:
        self.at, self.log, self.count = at, log, 0
        self.quiet = False
        """Within a body: every one of its blocks is checked."""
        self.signal = signal.SIGKILL if how == "kill" else signal.SIGSTOP

    def __call__(self, name: str) -> None:
        self.count += 1
        with self.log.open("a") as file:
            file.write(name + "\n")
        if self.count == self.at:
            os.kill(os.getpid(), self.signal)

    def around(self, owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def hooked(*arguments: Any, **named: Any) -> Any:
            self(f"before {name}")
            result = real(*arguments, **named)
            self(f"after {name}")
            return result

        setattr(owner, name, hooked)

    def hook(self) -> None:
        for move in MOVES:
            self.around(performing.Hold, move)
        self.around(effects.Effects, "settle")
        real = wire.send

        def send(method: str, url: str, *, body: Any = b"", **named: Any) -> Any:
            what = f"{method} {url.partition('?')[0].partition('127.0.0.1')[2].partition('/')[2]}"
            self(f"before send {what}")
            self.quiet = True
            if isinstance(body, wire.Part) and len(body) > 2 * wire.BLOCK:
                body = replace(body, watch=self.within(body, what))
            try:
                answer = real(method, url, body=body, **named)
            finally:
                self.quiet = False
            self(f"after send {what}")
            return answer

        line.send = send
        checks = line.Line.check

        def check(self_: Any) -> None:
            if not self.quiet:
                self("before check")
            checks(self_)

        line.Line.check = check  # type: ignore[method-assign]

    def within(self, body: wire.Part, what: str) -> Any:
        """A watch that is a step in the middle of the body and after its last block."""
        told: set[int] = set()

        def watch(position: int) -> None:
            body.watch(position)
            third = 2 * (position - body.start) // len(body)
            if third and third not in told:
                told.add(third)
                self(f"in {what}, {third} of 2")

        return watch


class Token:
    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts

    def token(self) -> str:
        return "token-1"

    def refresh(self) -> None:
        raise AssertionError("the token is good")


def work(job: dict[str, Any], log: Path) -> None:
    Steps(job["step"], job["how"], log).hook()
    url = job["url"]
    settings = Settings(
        database_url=job["database"], youtube_url=url, instagram_url=url, tiktok_url=url, storage_url=str(log.parent)
    )
    files = PostFiles(Path(job["files"][0]), Path(job["files"][1]), Path(job["files"][1]), job["facts"])
    task = PostTask("f" * 64, "a" * 64, job["platform"], job["name"], job["fields"])
    pace = Pace(retry_s=0.01, retries=3, poll_s=0.02, patience_s=5.0, later_s=0.3, answer_s=10.0)
    # A frozen worker's lease must be over for its own clock when it wakes, as it is for the database's.
    lease_s = 30.0 if job["how"] == "kill" else FROZEN_LEASE_S
    context = PublishContext(
        settings, open_records(job["database"]), "worker", lambda *_: Token(job["account"]), pace=pace, lease_s=lease_s
    )
    publish(task, files, context)


def run(job: dict[str, Any], frozen: dict[int, str]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        log = Path(file.name)
    pid = os.fork()
    if pid == 0:
        status = 0
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        try:
            work(job, log)
        except CastadError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            status = 3
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            status = 4
        os._exit(status)
    _, ended = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(ended):
        frozen[pid] = str(log)
        return {"pid": pid}
    steps = log.read_text().splitlines()
    log.unlink()
    return {"status": os.waitstatus_to_exitcode(ended), "steps": steps}


def main() -> None:
    # Loaded before the forks, which then cost milliseconds.
    import av  # noqa: F401
    import googleapiclient.discovery
    import googleapiclient.http  # noqa: F401
    import psycopg  # noqa: F401
    import sqlalchemy.dialects.sqlite  # noqa: F401

    import castad_cli.publish.instagram
    import castad_cli.publish.tiktok
    import castad_cli.publish.youtube  # noqa: F401

    frozen: dict[int, str] = {}
    for text in sys.stdin:
        job = json.loads(text)
        if "wake" in job:
            pid = job["wake"]
            os.kill(pid, signal.SIGCONT)
            _, ended = os.waitpid(pid, 0)
            Path(frozen.pop(pid)).unlink()
            answer = {"status": os.waitstatus_to_exitcode(ended)}
        else:
            answer = run(job, frozen)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
