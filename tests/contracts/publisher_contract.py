"""What every publisher keeps to, whatever its platform: `PublisherContract` is inherited once for each.

The judge is the fake's ledger of what became public. Time is passed by hand: what is put off is made due, what a rate
limit holds back is given.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import imageio_ffmpeg
import pytest
from fake_service import FakeService, Reply
from publisher_worker import FROZEN_LEASE_S
from sqlalchemy import delete, update

from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.model.effects import Effect, post_key
from castad_cli.model.plan import PostTask
from castad_cli.publish import Pace, Posted, PostFiles, PublishContext, compose, outgoing, publish
from castad_cli.records import Records, effect_tables, open_records
from castad_cli.records.clock import read_clock
from castad_cli.settings import Settings

QUICK = Pace(retry_s=0.01, retries=3, poll_s=0.02, patience_s=8.0, later_s=0.3, answer_s=20.0)
"""Patient with a machine under load, and not with TikTok's next post, which is twelve seconds away."""
BRIEF = replace(QUICK, patience_s=0.1)
"""For what is waited for in vain."""
HASTY = replace(QUICK, answer_s=0.4)
"""For answers that do not come; honest ones are given time, however much else the machine does."""
LEASE_S = 30.0
ROUNDS = 25
"""How often a post is taken up again before a test gives up: it must have ended by then."""

HTML = Reply(200, b"<html>welcome to the gateway</html>")
FACTS = {
    "language": "ko",
    "duration_s": 8.0,
    "cover_s": 1.0,
    "brand": "하늘마루 펜션",
    "script": {
        "title": "애월 바다를 품은 하루",
        "caption": "바다가 보이는 방",
        "description": "바다가 보이는 방\n\n제주 애월의 펜션",
        "hashtags": ["#제주", "#애월", "#펜션"],
        "provider": "offline",
    },
}


@dataclass(frozen=True)
class FaultCase:
    """One thing that goes wrong. ``big`` wants a file of several chunks; ``ends`` are the states it may end in."""

    name: str
    route: str
    how: str
    more: Mapping[str, Any] = field(default_factory=dict)
    big: bool = False
    ends: frozenset[str] = frozenset({"done"})

    @property
    def pace(self) -> Pace:
        return HASTY if self.how in ("hang", "hang_after", "drip") else QUICK


def faults_of(route: str, nth: int = 1, big: bool = False, cut: int = 0, **ends: Any) -> list[FaultCase]:
    """All that may go wrong with the nth call of a route."""
    hows: list[tuple[str, str, dict[str, Any]]] = [
        ("503 instead", "instead", {}),
        ("503 after it took effect", "after", {}),
        ("no connection", "drop", {}),
        ("a dropped reply", "drop_after", {}),
        ("a time-out", "hang", {}),
        ("a time-out after it took effect", "hang_after", {}),
        ("HTML after it took effect", "after", {"reply": HTML}),
        ("503 four times", "instead", {"times": 4}),
    ]
    if cut:
        hows.append(("a cut in its body", "cut", {"keep": cut}))
    return [
        FaultCase(f"{route} {nth}: {name}", route, how, {"nth": nth, **more}, big, **ends) for name, how, more in hows
    ]


class Token:
    """Credentials as a test gives them; renewing takes the next token."""

    def __init__(self, *tokens: str, **facts: Any) -> None:
        self.tokens, self.facts = list(tokens), facts
        self.renewals = 0

    def token(self) -> str:
        return self.tokens[0]

    def refresh(self) -> None:
        if len(self.tokens) == 1:
            raise PlatformError("the account must log in again", kind="auth", fix="run `castad auth login`")
        self.renewals += 1
        self.tokens.pop(0)


@dataclass
class Bench:
    """A fake platform, records, a rendition's files, and a post to make of them."""

    fake: FakeService
    records: Records
    files: PostFiles
    task: PostTask
    settings: Settings
    credentials: Token
    pace: Pace = QUICK

    @property
    def key(self) -> str:
        return post_key(self.task.rendition, self.task.platform, self.task.account)

    @property
    def effect(self) -> Effect:
        found = self.records.effects.get(self.key)
        assert found
        return found

    def context(self, **more: Any) -> PublishContext:
        given = {"owner": "test", "pace": self.pace, "lease_s": LEASE_S, **more}
        return PublishContext(self.settings, self.records, credentials=lambda *_: self.credentials, **given)

    def publish(self, **more: Any) -> Posted:
        return publish(self.task, self.files, self.context(**more))

    def let_time_pass(self) -> None:
        """This post's lease ends, what was put off is due, rate limits give leave again."""
        row = effect_tables.Effect

        def work(connection: Any) -> None:
            ours = (row.due_at.is_not(None), row.key == self.key)
            connection.execute(update(row).where(*ours).values(due_at=read_clock(connection)))
            connection.execute(delete(effect_tables.Limit))

        self.records._access.primary.write(work)
        if hasattr(self.fake, "times"):
            self.fake.times.clear()

    def to_end(self) -> Effect:
        """Publish, again and again as time goes by, until the post has ended."""
        for _ in range(ROUNDS):
            with contextlib.suppress(PutOff, PlatformError, NeedsReview):
                self.publish()
            if self.records.effects.get(self.key) and self.effect.is_final:
                return self.effect
            self.let_time_pass()
        raise AssertionError(f"the post never ended: {self.effect}")

    def check(self, ends: frozenset[str] = frozenset({"done"})) -> None:
        """At most one post, in its playlist at most once, and the records know of it."""
        effect = self.effect
        assert len(self.fake.ledger) <= 1, self.fake.ledger
        assert effect.state in ends, (effect.state, effect.reason)
        if effect.state == "done":
            assert len(self.fake.ledger) == 1
            mine = [post for post in self.records.effects.posts() if post.account == self.task.account]
            assert [post.key for post in mine] == [self.key]
        if effect.state in ("failed", "needs_review", "waiting"):
            assert effect.reason
        for videos in getattr(self.fake, "playlists", {}).values():
            assert max(map(videos.count, videos), default=0) <= 1, "listed too often"
        if effect.state == "failed":
            assert self.fake.ledger == [], "it is said to have failed, and is out"


@pytest.fixture(scope="session")
def small_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """8 s of an upright video with sound, faststart: some hundred kB."""
    file = tmp_path_factory.mktemp("video") / "video.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=360x640:r=30:d=8"]
    command += ["-f", "lavfi", "-i", "sine=440:sample_rate=48000:d=8", "-c:v", "libx264", "-preset", "ultrafast"]
    command += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", "-movflags", "+faststart", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return file


@pytest.fixture(scope="session")
def big_video(small_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 17 MB in a free box at its end: several chunks on every platform."""
    file = tmp_path_factory.mktemp("big") / "video.mp4"
    room = 17_000_000
    file.write_bytes(small_video.read_bytes() + room.to_bytes(4, "big") + b"free" + bytes(room - 8))
    return file


@pytest.fixture(scope="session")
def cover(small_video: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cover") / "cover.jpg"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(small_video), "-frames:v", "1", str(file)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return file


@cache
def _empty_database() -> bytes:
    """A database with this code's schema: its migrations take longer than a post."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "castad.db"
        with contextlib.closing(open_records(f"sqlite:///{file}")) as records:
            records.make_ready()
        return file.read_bytes()


def fresh_bench(folder: Path, contract: PublisherContract, files: PostFiles, *, database_url: str = "") -> Bench:
    """A fake, records and a post of their own below ``folder``; or a post of its own in the database that is named."""
    fake = contract.make_fake(folder / "fake")
    for token in ("token-1", "token-2"):
        fake.allow(token, *contract.scopes)
    url = database_url or f"sqlite:///{folder / 'castad.db'}"
    if not database_url:
        (folder / "castad.db").write_bytes(_empty_database())
    urls = {"youtube_url": fake.url, "instagram_url": fake.url, "tiktok_url": fake.url}
    settings = Settings(database_url=url, storage_url=str(folder), **urls)
    account = folder.name if database_url else "main"
    task = PostTask("f" * 64, "a" * 64, contract.platform, account, dict(contract.fields))
    records = open_records(url)
    records.make_ready()
    return Bench(fake, records, files, task, settings, Token("token-1", "token-2", **contract.facts))


@contextlib.contextmanager
def closing_bench(bench: Bench) -> Iterator[Bench]:
    try:
        yield bench
    finally:
        bench.records.close()
        bench.fake.stop()


class PublisherContract:
    """Inherit it with the platform's name, fake, fields and faults."""

    platform: ClassVar[str]
    fields: ClassVar[dict[str, Any]] = {}
    facts: ClassVar[dict[str, Any]] = {}
    """Of the account."""
    scopes: ClassVar[tuple[str, ...]]
    last_call: ClassVar[str]
    """The fake's route after which the post is out."""
    faults: ClassVar[list[FaultCase]]
    recovery: ClassVar[list[FaultCase]] = []
    """Of routes that are asked only after another fault."""

    told_otherwise: ClassVar[frozenset[str]] = frozenset()
    """What a dry run shows and the platform is told by another call, or not at all."""

    def make_fake(self, folder: Path) -> FakeService:
        raise NotImplementedError

    def arrived(self, bench: Bench) -> Mapping[str, Any]:
        """Every field as the fake had it, by the platform's own names."""
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "case" in metafunc.fixturenames:
            metafunc.parametrize("case", self.faults, ids=[case.name for case in self.faults])

    @pytest.fixture
    def bench(self, tmp_path: Path, small_video: Path, cover: Path) -> Iterator[Bench]:
        files = PostFiles(small_video, cover, cover, FACTS)
        with closing_bench(fresh_bench(tmp_path, self, files)) as bench:
            yield bench

    # The happy way.

    def test_a_post_goes_out_once_and_a_second_call_makes_none(self, bench: Bench) -> None:
        posted = bench.publish()
        calls = sum(bench.fake.calls.values())
        assert bench.publish() == posted
        assert sum(bench.fake.calls.values()) == calls
        assert posted.id
        assert posted.warnings == ()
        bench.check()

    def test_what_a_dry_run_shows_is_what_arrives(self, bench: Bench) -> None:
        shown = outgoing(bench.task, compose(bench.task, bench.files), bench.credentials.facts)
        bench.publish()
        assert self.arrived(bench) == {name: value for name, value in shown.items() if name not in self.told_otherwise}

    def test_a_file_that_the_platform_would_not_take_is_not_sent(self, bench: Bench, tmp_path: Path) -> None:
        broken = tmp_path / "broken.mp4"
        broken.write_bytes(bench.files.video.read_bytes()[:-1000])
        bench.files = replace(bench.files, video=broken)
        with pytest.raises(PlatformError) as refused:
            bench.publish()
        assert (refused.value.kind, bench.effect.state) == ("rejected", "failed")
        assert sum(bench.fake.calls.values()) == 0

    def test_a_file_of_many_chunks_arrives_whole(self, bench: Bench, big_video: Path) -> None:
        bench.files = replace(bench.files, video=big_video)
        bench.publish()
        bench.check()

    # One fault.

    def test_one_fault_ends_in_one_post_or_a_reason(self, bench: Bench, big_video: Path, case: FaultCase) -> None:
        if case.big:
            bench.files = replace(bench.files, video=big_video)
        bench.fake.fault(case.route, case.how, **case.more)
        bench.pace = case.pace
        bench.to_end()
        bench.check(case.ends)

    def test_two_faults_at_once_never_make_two_posts(self, bench: Bench, tmp_path: Path) -> None:
        """Pairs by chance, seeded; ``CASTAD_TEST_FAULT_PAIRS`` says how many."""
        chance = random.Random(7)
        for number in range(int(os.environ.get("CASTAD_TEST_FAULT_PAIRS", "5"))):
            first = chance.choice([case for case in self.faults if not case.big and case.ends == {"done"}])
            others = [case for case in (*self.faults, *self.recovery) if not case.big and case.ends == {"done"}]
            pair = [first, chance.choice(others)]
            with closing_bench(fresh_bench(tmp_path / f"pair-{number}", self, bench.files)) as each:
                for case in pair:
                    each.fake.fault(case.route, case.how, **case.more)
                    each.pace = min(each.pace, case.pace, key=lambda pace: pace.answer_s)
                try:
                    each.to_end()
                    each.check(frozenset({"done", "needs_review", "failed"}))
                except AssertionError as error:
                    raise AssertionError(f"{pair[0].name} and {pair[1].name}: {error}") from error

    @pytest.mark.parametrize("how", ["die", "die_after"])
    def test_a_platform_that_goes_down_at_the_last_step_and_comes_back_has_one_post(
        self, bench: Bench, how: str
    ) -> None:
        bench.fake.fault(self.last_call, how)
        with pytest.raises(PutOff):
            bench.publish(pace=BRIEF)
        assert bench.effect.state == "waiting"
        bench.fake.start()
        bench.let_time_pass()
        bench.to_end()
        bench.check()

    # Leave.

    def test_an_expired_token_is_renewed_and_the_post_goes_out(self, bench: Bench) -> None:
        bench.fake.tokens["token-1"] = "expired"
        bench.publish()
        assert bench.credentials.renewals == 1
        bench.check()

    def test_an_account_that_took_its_leave_back_loses_no_post(self, bench: Bench) -> None:
        bench.fake.tokens |= {"token-1": "revoked", "token-2": "revoked"}
        with pytest.raises(PlatformError) as refused:
            bench.publish()
        assert refused.value.kind == "auth"
        assert "castad auth login" in refused.value.fix
        assert "token-" not in refused.value.message
        assert bench.effect.state == "waiting"
        assert bench.fake.ledger == []

    # Crashes.

    def test_a_worker_killed_at_any_step_leaves_one_post(self, bench: Bench, big_video: Path, tmp_path: Path) -> None:
        """A real process, killed by SIGKILL before and after every move of its hold, every call, and within bodies."""
        with Forge(replace(bench.files, video=big_video), tmp_path, self) as forge:
            steps = forge.run()
            assert len(steps) >= 20
            kill_at(forge, steps)

    # Several workers.

    def test_workers_at_once_post_once(self, bench: Bench) -> None:
        def work(_: int) -> str:
            try:
                return bench.publish().id
            except PutOff:
                return ""

        with ThreadPoolExecutor(4) as pool:
            ids = set(pool.map(work, range(4))) - {""}
        bench.let_time_pass()
        assert ids <= {bench.publish().id}
        bench.check()

    def test_a_zombie_waking_after_its_lease_writes_and_sends_nothing(self, bench: Bench, tmp_path: Path) -> None:
        """A process stopped, overtaken, and woken: it asks before it goes on, and is refused.

        One that was stopped within a call's body breaks that call off, and makes no other.
        """
        with Forge(bench.files, tmp_path, self) as forge:
            overtake_at(forge, forge.run(), 0 if os.environ.get("CASTAD_TEST_ALL_ZOMBIES") else self.zombies)

    zombies: ClassVar[int] = 5
    """How many of the steps a zombie is made at, spread over all; ``CASTAD_TEST_ALL_ZOMBIES`` makes one at each."""


def kill_at(forge: Forge, steps: Sequence[str], how_many: int = 0, chance: random.Random | None = None) -> int:
    """Publish, killed before and after each of the steps in turn, or ``how_many`` of them spread over all; then to the
    end. How often it was killed.
    """
    # A check is as good as the move or the call that follows it.
    wanted = [(number, step) for number, step in enumerate(steps, 1) if step != "before check"]
    for number, step in some(wanted, how_many, chance):
        bench = forge.fresh(f"kill-{number}")
        with closing_bench(bench):
            forge.kill(bench, number)
            try:
                bench.let_time_pass()
                bench.to_end()
                bench.check()
            except AssertionError as error:
                raise AssertionError(f"killed at step {number}, {step}: {error}") from error
    return len(some(wanted, how_many, chance))


def overtake_at(forge: Forge, steps: Sequence[str], how_many: int = 0, chance: random.Random | None = None) -> int:
    """Stop a publisher at each of the steps, or ``how_many`` of them; let another overtake it; wake it. How many.

    A dozen are stopped at once: the time until their leases are over is waited for all of them, and a database has
    connections enough.
    """
    wanted = [(number, step) for number, step in enumerate(steps, 1) if step.startswith(("before ", "in "))]
    wanted = some(wanted, how_many, chance)
    for first in range(0, len(wanted), 12):
        _overtake(forge, wanted[first : first + 12])
    return len(wanted)


def _overtake(forge: Forge, steps: Sequence[tuple[int, str]]) -> None:
    frozen = []
    for number, step in steps:
        bench = forge.fresh(f"zombie-{number}")
        zombie = forge.freeze(bench, number)
        bench.let_time_pass()
        bench.to_end()
        frozen.append((number, step, bench, zombie))
    for number, step, bench, zombie in frozen:
        with closing_bench(bench):
            before, standing = sum(bench.fake.calls.values()), bench.effect
            forge.wake(zombie)
            more = sum(bench.fake.calls.values()) - before
            assert more <= step.startswith("in "), f"the zombie called after {number}, {step}"
            assert bench.effect == standing
            bench.check()


def some(steps: list[tuple[int, str]], how_many: int, chance: random.Random | None) -> list[tuple[int, str]]:
    """All, or so many: one out of each of that many stretches, its first without a ``chance``."""
    if not 0 < how_many < len(steps):
        return steps
    stretches = [steps[len(steps) * each // how_many : len(steps) * (each + 1) // how_many] for each in range(how_many)]
    return [chance.choice(stretch) if chance else stretch[0] for stretch in stretches]


class Forge:
    """A process that has loaded everything, and forks a worker for each publishing that is to be killed.

    ``database_url``: where all its benches keep their records; by default each has an SQLite file of its own.
    """

    def __init__(self, files: PostFiles, folder: Path, contract: PublisherContract, database_url: str = "") -> None:
        self.files, self.folder, self.contract, self.database_url = files, folder, contract, database_url
        worker = Path(__file__).with_name("publisher_worker.py")
        self.process = subprocess.Popen(
            [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
        )

    def __enter__(self) -> Forge:
        return self

    def __exit__(self, *_: Any) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def fresh(self, name: str) -> Bench:
        """A bench of its own of that name."""
        bench = fresh_bench(self.folder / name, self.contract, self.files, database_url=self.database_url)
        if self.database_url:
            # Each bench is a day of its own: what the one before spent is none of its quotas.
            bench.records._access.primary.write(lambda connection: connection.execute(delete(effect_tables.Quota)))
            bench.records._access.primary.write(lambda connection: connection.execute(delete(effect_tables.Limit)))
        return bench

    def run(self) -> list[str]:
        """The names of all steps of an undisturbed publishing."""
        with closing_bench(self.fresh("whole")) as bench:
            return self.steps(bench)

    def steps(self, bench: Bench) -> list[str]:
        """`run`, on a bench that is there."""
        told = self._tell(bench, 0, "kill")
        assert told["status"] == 0, told
        bench.check()
        return list(told["steps"])

    def kill(self, bench: Bench, step: int) -> None:
        """Publish in a process that is killed at that step."""
        told = self._tell(bench, step, "kill")
        assert told["status"] == -9, told

    def freeze(self, bench: Bench, step: int) -> int:
        """Publish in a process that is stopped at that step; its id."""
        told = self._tell(bench, step, "stop")
        self.frozen_at = time.monotonic()
        return int(told["pid"])

    def wake(self, pid: int) -> None:
        """Let it go on, to its end, once its lease is over by its own clock too."""
        while time.monotonic() - self.frozen_at < FROZEN_LEASE_S:
            time.sleep(0.02)
        self._send({"wake": pid})

    def _tell(self, bench: Bench, step: int, how: str) -> dict[str, Any]:
        settings = bench.settings
        files = [str(each) for each in (bench.files.video, bench.files.cover)]
        return self._send(
            {
                "database": settings.database_url,
                "url": bench.fake.url,
                "files": files,
                "facts": dict(bench.files.facts),
                "platform": bench.task.platform,
                "name": bench.task.account,
                "fields": dict(bench.task.fields),
                "account": bench.credentials.facts,
                "step": step,
                "how": how,
            }
        )

    def _send(self, job: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the forge died"
        return dict(json.loads(line))
