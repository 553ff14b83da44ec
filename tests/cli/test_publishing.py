"""``castad publish`` and ``castad review``, the program itself: rendered once, posted once, to real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from logins import KEY, SECRET
from oauth import CLIENT
from sqlalchemy import delete, update
from youtube import ALL, READ, UPLOAD, YouTubeFake

from castad_cli.model.figures import when
from castad_cli.publish.credentials import about, facts_of
from castad_cli.publish.quotas import next_pacific_midnight
from castad_cli.publish.sealing import Sealer
from castad_cli.publish.tokens import Tokens
from castad_cli.records import Records, effect_tables, open_records
from castad_cli.records.clock import read_clock
from castad_cli.report.wording import moment

Castad = Callable[..., Any]
TOKEN = "ya29.publishing"
PUBLISH = "publish: [{youtube: {account: main, format: square, title: 바다 앞 하루, tags: [jeju]}}]\n"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[YouTubeFake]:
    fake = YouTubeFake(tmp_path / "fakes")
    fake.polls = 0
    fake.allow(TOKEN, UPLOAD, READ, ALL)
    yield fake
    fake.stop()


@pytest.fixture
def variables(fake: YouTubeFake) -> dict[str, str]:
    return {
        "CASTAD_YOUTUBE_URL": fake.url,
        "CASTAD_GOOGLE_OAUTH_URL": fake.url,
        "CASTAD_YOUTUBE_CLIENT_ID": CLIENT,
        "CASTAD_YOUTUBE_CLIENT_SECRET": SECRET,
        "CASTAD_SECRET_KEY": KEY,
    }


@pytest.fixture
def records(isolated_environment: dict[str, str]) -> Iterator[Records]:
    with closing(open_records(isolated_environment["CASTAD_DATABASE_URL"])) as records:
        yield records


def log_in(records: Records, token: str = TOKEN) -> None:
    ends = datetime.now(UTC) + timedelta(hours=5)
    tokens = Tokens(token, "rt-1", expires_at=ends, client=CLIENT)
    facts = {"title": "하늘마루 펜션", "channel": "UCfake", "project": "1234567", **facts_of(tokens)}
    records.accounts.save(
        "youtube", "main", Sealer([KEY.encode()]).seal(tokens.pack(), about("youtube", "main")), facts
    )


def let_the_day_end(records: Records) -> None:
    """What waits is due, and no quota is closed any more."""

    def work(connection: Any) -> None:
        row = effect_tables.Effect
        connection.execute(update(row).where(row.due_at.is_not(None)).values(due_at=read_clock(connection)))
        connection.execute(delete(effect_tables.Limit))

    records._access.primary.write(work)


def add_publish(recipe: Path) -> None:
    recipe.write_text(recipe.read_text("utf-8") + PUBLISH, "utf-8")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_rendered_is_shown_posted_once_and_never_asked_for_again(
    castad: Castad, recipe: Path, fake: YouTubeFake, variables: dict[str, str], records: Records
) -> None:
    def run(*arguments: str) -> Any:
        return castad(*arguments, env=variables, columns=200)

    nowhere = run("publish", recipe.name)
    assert nowhere.code == 2
    assert "nothing here says where to post" in nowhere.err
    add_publish(recipe)
    early = run("publish", recipe.name, "--quality", "draft", "--json")
    assert early.code == 1
    assert [each["event"] for each in early.records] == ["post.not_rendered"]
    assert run("render", recipe.name, "--quality", "draft").code == 0

    unknown = run("publish", recipe.name, "--quality", "draft")
    assert unknown.code == 1
    assert "castad auth login youtube --account main" in unknown.err
    assert fake.journal == []
    log_in(records)

    dry = run("publish", recipe.name, "--quality", "draft", "--dry-run", "--json")
    assert dry.code == 0
    (draft,) = dry.records
    assert draft["state"] == "would be sent"
    assert draft["sent"]["snippet"]["title"] == "바다 앞 하루"
    assert draft["sent"]["status"]["privacyStatus"] == "private"
    assert draft["video"].endswith("en-square.mp4")
    shown = run("publish", recipe.name, "--quality", "draft", "--dry-run").out
    assert "status.selfDeclaredMadeForKids" in shown
    assert "at once" in shown
    assert fake.journal == [], "nothing was sent, nobody was asked"

    fake.upload_cap = 0  # another program has used today's uploads up
    put_off = run("publish", recipe.name, "--quality", "draft", "--json")
    until = datetime.fromisoformat(put_off.records[-1]["waiting_until"])
    assert (put_off.code, abs((until - next_pacific_midnight(datetime.now(UTC))).total_seconds()) < 60) == (0, True)
    said = when(until)
    assert said in run("publish", recipe.name, "--quality", "draft").err
    assert said in run("status").out
    (waiting,) = [each for each in run("status", "--json").records if each["event"] == "post"]
    assert (waiting["state"], datetime.fromisoformat(waiting["until"])) == ("waiting", until)
    assert run("report", "--output", "page.html").code == 0
    assert f"due {moment(until)}" in Path("page.html").read_text("utf-8")
    plan = run("plan", recipe.name, "--quality", "draft", "--json").records
    assert [each["days"] for each in plan if each["event"] == "posts.planned"] == [2], "today, and tomorrow"
    assert fake.calls["open"] == 1
    fake.upload_cap = 100
    let_the_day_end(records)

    done = run("publish", recipe.name, "--quality", "draft", "--json")
    assert done.code == 0
    (post,) = [each for each in done.records if each["event"] == "post.done"]
    assert [entry["title"] for entry in fake.ledger] == ["바다 앞 하루"] or len(fake.ledger) == 1
    assert post["url"].startswith("https://")
    assert TOKEN not in done.out + done.err

    calls = len(fake.journal)
    for arguments in (("publish", recipe.name), ("publish", "last")):
        more = run(*arguments, "--quality", "draft", "--json")
        assert more.code == 0
        (same,) = [each for each in more.records if each["event"] == "post.done"]
        assert (same["url"], same["cached"]) == (post["url"], True)
    assert len(fake.journal) == calls, "a post that is out is asked nothing"
    assert (
        run("publish", recipe.name, "--quality", "draft", "--dry-run", "--json").records[0]["state"] == "posted already"
    )

    recipe.write_text(recipe.read_text("utf-8").replace("Ocean view", "Sea view"), "utf-8")
    assert run("render", recipe.name, "--quality", "draft").code == 0
    other = run("publish", recipe.name, "--quality", "draft", "--json")
    (same,) = [each for each in other.records if each["event"] == "post.done"]
    assert (same["url"], other.code) == (post["url"], 0)
    assert "--again" in same["note"]
    assert len(fake.ledger) == 1
    assert run("publish", recipe.name, "--quality", "draft", "--again").code == 0
    assert len(fake.ledger) == 2

    status = run("status", "--json")
    (told,) = [each for each in status.records if each["event"] == "post"]
    assert (told["state"], told["platform"], told["account"]) == ("done", "youtube", "main")


def park(records: Records, key: str, account: str = "main") -> None:
    facts = {"platform": "youtube", "account": account, "rendition": key.partition("/")[0]}
    records.effects.ensure("post", key, facts)
    claim = records.effects.claim_one(key, "ann", 60)
    assert claim
    records.effects.park(records.effects.commit_point(claim), "the session is gone, and so is its answer")


ONE, TWO = f"{'a' * 64}/youtube/main", f"{'b' * 64}/youtube/main"


def test_a_person_settles_what_cannot_be_known(castad: Castad, here: Path, records: Records) -> None:
    assert "nothing needs review" in castad("review").out
    park(records, ONE)
    park(records, TWO)
    listed = castad("review", columns=200)
    assert listed.code == 1
    assert "the session is gone" in listed.out
    assert "studio.youtube.com" in listed.out
    keys = [each["key"] for each in castad("review", "--json").records if each["event"] == "review"]
    assert keys == [ONE, TWO]
    assert castad("review", "--posted", ONE).code == 2, "without its id"
    assert castad("review", "--posted", "aaaa", "--id", "dQw4").code == 0
    effect = records.effects.get(ONE)
    assert effect
    assert effect.result
    assert (effect.state, effect.result["url"]) == ("done", "https://youtu.be/dQw4")
    assert [post.remote_id for post in records.effects.posts()] == ["dQw4"]
    assert castad("review", "--not-posted", TWO, "--again").code == 0
    effect = records.effects.get(TWO)
    assert effect
    assert (effect.state, effect.handle, effect.committed_at) == ("ready", None, None)
    assert castad("review").code == 0


def test_what_is_not_posted_stays_so_unless_again_is_said(castad: Castad, here: Path, records: Records) -> None:
    park(records, ONE)
    assert castad("review", "--not-posted", ONE).code == 0
    effect = records.effects.get(ONE)
    assert effect
    assert effect.state == "failed"
    gone = castad("review", "--not-posted", ONE)
    assert gone.code == 2
    assert "nothing that needs review is called" in gone.err
