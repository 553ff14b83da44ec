"""A real login and a real publisher: a token that the platform refuses is renewed, kept, and gone on with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import imageio_ffmpeg
import pytest
from logins import redirected, settings_for
from oauth import GoogleOAuthFake
from youtube import ALL, READ, UPLOAD, YouTubeFake

from castad_cli.app.posting import Posting
from castad_cli.errors import PlatformError
from castad_cli.model.plan import PostTask
from castad_cli.publish import Pace, PostFiles, PublishContext, publish
from castad_cli.publish.credentials import about, credentials_for, facts_of, open_tokens
from castad_cli.publish.keys import sealer_for
from castad_cli.publish.login import find_login
from castad_cli.publish.login.listening import read_pasted
from castad_cli.records import Records, open_records
from castad_cli.settings import Settings

QUICK = Pace(retry_s=0.01, retries=3, poll_s=0.02, patience_s=5.0, later_s=0.3, answer_s=20.0)
TASK = PostTask("p", "f" * 64, "youtube", "main", {"title": "바다 앞 하루", "privacy": "private"})


class Google(GoogleOAuthFake):
    """Google's login, whose tokens its YouTube takes."""

    def __init__(self, folder: Path, youtube: YouTubeFake) -> None:
        self.youtube = youtube
        super().__init__(folder)

    def allow(self, token: str, *scopes: str) -> None:
        super().allow(token, *scopes)
        self.youtube.allow(token, UPLOAD, READ, ALL)


@pytest.fixture
def youtube(tmp_path: Path) -> Iterator[YouTubeFake]:
    fake = YouTubeFake(tmp_path / "youtube")
    yield fake
    fake.stop()


@pytest.fixture
def google(tmp_path: Path, youtube: YouTubeFake) -> Iterator[Google]:
    fake = Google(tmp_path / "google", youtube)
    yield fake
    fake.stop()


@pytest.fixture
def settings(google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return settings_for("youtube", google, tmp_path)


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with closing(open_records(settings.database_url)) as records:
        yield records


@pytest.fixture
def files(tmp_path: Path) -> PostFiles:
    """A video of eight seconds that every platform takes."""
    video, cover = tmp_path / "video.mp4", tmp_path / "cover.jpg"
    frames = imageio_ffmpeg.write_frames(
        video, (270, 480), fps=30, codec="libx264", macro_block_size=2, output_params=["-pix_fmt", "yuv420p"]
    )
    frames.send(None)
    for n in range(240):
        frames.send(bytes([n % 256]) * (270 * 480 * 3))
    frames.close()
    from PIL import Image

    Image.new("RGB", (270, 480)).save(cover)
    captions = tmp_path / "captions.srt"
    captions.write_text("")
    return PostFiles(video, cover, captions, {"language": "ko", "script": {"title": "바다", "provider": "offline"}})


def log_in(records: Records, settings: Settings) -> str:
    login = find_login("youtube", settings)
    attempt = login.begin("http://127.0.0.1:8585/")
    tokens = login.finish(attempt, read_pasted(redirected(attempt), attempt))
    facts = {**login.identify(tokens)[0], **facts_of(tokens)}
    sealed = sealer_for(settings).seal(tokens.pack(), about("youtube", "main"))
    records.accounts.save("youtube", "main", sealed, facts)
    return tokens.access


def context(records: Records, settings: Settings, youtube: YouTubeFake) -> PublishContext:
    from dataclasses import replace

    there = replace(settings, youtube_url=youtube.url)
    return PublishContext(
        there,
        records,
        "ann",
        lambda platform, account: credentials_for(platform, account, records, there),
        cancelled=threading.Event(),
        pace=QUICK,
    )


def test_a_token_that_the_platform_refuses_is_renewed_and_the_upload_goes_on(
    records: Records, settings: Settings, youtube: YouTubeFake, google: Google, files: PostFiles
) -> None:
    token = log_in(records, settings)
    youtube.tokens[token] = "expired"
    posted = publish(TASK, files, context(records, settings, youtube))
    assert len(youtube.ledger) == 1
    assert posted.url
    account = records.accounts.get("youtube", "main")
    assert account
    assert open_tokens(account, sealer_for(settings)).access != token
    assert google.calls["token"] == 2, "the login's, and one renewal"


def test_a_login_that_has_ended_posts_nothing_and_the_post_can_be_made_later(
    records: Records, settings: Settings, youtube: YouTubeFake, google: Google, files: PostFiles
) -> None:
    token = log_in(records, settings)
    youtube.tokens[token] = "revoked"
    google.grants.clear()
    with pytest.raises(PlatformError, match="must log in again") as caught:
        publish(TASK, files, context(records, settings, youtube))
    assert (caught.value.kind, youtube.ledger) == ("auth", [])
    log_in(records, settings)
    assert publish(TASK, files, context(records, settings, youtube)).id
    assert len(youtube.ledger) == 1
    posting = Posting(settings)
    assert list(posting.standing([TASK])) == ["p"]
    posting.close()
