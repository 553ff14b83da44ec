"""Where a post is handed over: another version of the same ad is never posted beside it, nor asked about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from castad_cli.app.posting import EARLIER, Posting
from castad_cli.app.posts import as_record, latest, posts_now
from castad_cli.errors import NeedsReview, PlatformError, PutOff
from castad_cli.model.effects import Claim
from castad_cli.model.plan import PostTask
from castad_cli.publish.posting import facts_of, key_of
from castad_cli.records import PostRecord, Records, open_records
from castad_cli.run.stages import Attention, UploadFiles
from castad_cli.settings import Settings, load_settings

OLD = PostTask("old", "o" * 64, "youtube", "main", identity="i" * 64)
NEW = replace(OLD, fingerprint="new", rendition="n" * 64)
FILES = UploadFiles(Path("video.mp4"), Path("cover.jpg"), Path("captions.srt"), {})
UNTIL = datetime(2126, 1, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path, {}, environment={"CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}"})


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with closing(open_records(settings.database_url)) as records:
        yield records


@pytest.fixture
def posting(settings: Settings) -> Iterator[Posting]:
    posting = Posting(settings)
    yield posting
    posting.close()


def begin(records: Records) -> Claim:
    records.effects.reserve_post(OLD.identity, key_of(OLD), facts_of(OLD))
    claim = records.effects.claim_one(key_of(OLD), "ann", 600)
    assert claim
    return claim


def upload(posting: Posting, task: PostTask) -> object:
    return posting.upload(task, FILES, Attention(lambda done, total: None))


def test_an_ad_that_is_out_in_another_version_is_shown_as_it_is(records: Records, posting: Posting) -> None:
    records.effects.settle(begin(records), {"id": "1", "url": "https://youtu.be/1"})
    standing = posting.standing([OLD, NEW, replace(NEW, fingerprint="again", again=True)])
    assert {name: (each.url, each.note) for name, each in standing.items()} == {
        "old": ("https://youtu.be/1", ""),
        "new": ("https://youtu.be/1", EARLIER),
    }
    posted = posting.upload(NEW, FILES, Attention(lambda done, total: None))
    assert (posted.id, posted.note) == ("1", EARLIER)


def test_while_another_version_is_under_way_this_one_waits(records: Records, posting: Posting) -> None:
    claim = begin(records)
    with pytest.raises(PutOff, match="another version") as caught:
        upload(posting, NEW)
    assert caught.value.until > datetime.now(UTC) + timedelta(seconds=60)
    records.effects.defer(records.effects.save_handle(claim, {"session": "s"}), UNTIL, "its quota is used up")
    with pytest.raises(PutOff) as caught:
        upload(posting, replace(NEW, again=True))
    assert caught.value.until == UNTIL


def test_while_nobody_knows_of_another_version_this_one_needs_review_too(records: Records, posting: Posting) -> None:
    records.effects.park(records.effects.commit_point(begin(records)), "the answer was lost")
    with pytest.raises(NeedsReview, match="the answer was lost") as caught:
        upload(posting, NEW)
    assert "castad review" in caught.value.fix


def test_one_that_failed_gives_way_and_this_one_is_begun(records: Records, posting: Posting) -> None:
    records.effects.fail(begin(records), "too long")
    with pytest.raises(PlatformError):  # there is no such video: it was begun
        upload(posting, NEW)
    effect = records.effects.get(key_of(NEW))
    assert effect
    assert effect.attempts > 0 or effect.state == "failed"


def post(state: str, **more: object) -> PostRecord:
    known: dict[str, object] = {"remote_id": "", "url": "", "until": None, "error": "", "fix": "", **more}
    names = ("run", key_of(OLD), "inn///en", "reel", "en", "youtube", "main")
    return PostRecord(*names, state, **known, updated_at=UNTIL)  # type: ignore[arg-type]


def test_a_post_is_shown_as_its_effect_stands_now(records: Records) -> None:
    claim = begin(records)
    waiting = records.effects
    waiting.defer(claim, UNTIL, "about 15 posts a day and account are out")
    now = latest(post("pending"), records.effects.get(key_of(OLD)))
    assert (now.state, now.until, now.error) == ("waiting", UNTIL, "about 15 posts a day and account are out")
    assert as_record(now)["until"] == "2126-01-01T00:00:00+00:00"
    refused = post("failed", error="log in again", fix="castad auth login")
    assert latest(refused, records.effects.get(key_of(OLD))) == refused, "the account's trouble is the run's own word"
    assert latest(post("pending"), None).state == "pending"
    assert posts_now(records, "no such run") == ()


def test_what_a_person_or_a_later_run_made_of_it_counts(records: Records) -> None:
    records.effects.park(records.effects.commit_point(begin(records)), "the answer was lost")
    assert latest(post("needs_review"), records.effects.get(key_of(OLD))).error == "the answer was lost"
    records.effects.resolve(key_of(OLD), happened=True, result={"id": "7", "url": "https://youtu.be/7"})
    now = latest(post("needs_review", error="the answer was lost"), records.effects.get(key_of(OLD)))
    assert (now.state, now.remote_id, now.url, now.error) == ("done", "7", "https://youtu.be/7", "")
