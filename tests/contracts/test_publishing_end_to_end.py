"""`castad batch --publish` and `castad publish`, the program itself, on Instagram and TikTok, from a real S3 server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from fake_service import FakeService
from instagram import USER, InstagramFake
from logins import KEY
from PIL import Image, ImageFilter
from tiktok import TikTokFake

from castad_cli.publish.credentials import about, facts_of
from castad_cli.publish.sealing import Sealer
from castad_cli.publish.tokens import Tokens
from castad_cli.records import open_records

RECIPE = """\
castad: 1
name: inn
duration: 6s
formats: [square]
languages: [en]
brand: {name: Sea Inn}
brief: {kind: guesthouse, place: Aewol, highlights: [Ocean view, Terrace]}
media: [sea.png, room.png]
music: {provider: house, mood: calm}
publish:
  - instagram: {account: shop, format: square, caption: "A day by the sea #jeju", collaborators: [onda], ai_made: true}
  - tiktok: {account: shop, format: square, privacy: PUBLIC_TO_EVERYONE, caption: "A day by the sea", stitch: true}
  - tiktok: {account: desk, format: square, mode: inbox}
"""
SECRETS = ("token-instagram", "token-tiktok", "X-Amz-Signature", "X-Amz-Credential", KEY)


class S3(Protocol):
    url: str
    options: dict[str, str]

    def fresh(self) -> str: ...


@dataclass
class Town:
    """Two platforms, a bucket, and a folder with a recipe."""

    instagram: InstagramFake
    tiktok: TikTokFake
    folder: Path
    environment: dict[str, str]

    def calls(self) -> list[int]:
        return [len(fake.journal) for fake in (self.instagram, self.tiktok)]


@pytest.fixture
def town(tmp_path: Path, s3_server: S3, isolated_environment: dict[str, str]) -> Iterator[Town]:
    instagram, tiktok = InstagramFake(tmp_path / "fakes"), TikTokFake(tmp_path / "fakes")
    fakes: list[FakeService] = [instagram, tiktok]
    instagram.login, instagram.polls, tiktok.polls = "instagram", 0, 0
    tiktok.creator["stitch_disabled"] = False
    instagram.allow("token-instagram", "instagram_content_publish")
    tiktok.allow("token-tiktok", "video.publish", "video.upload")
    folder = tmp_path / "work"
    folder.mkdir()
    for name, colour in (("sea.png", "#2a6f97"), ("room.png", "#d9c5a0")):
        grain = Image.effect_noise((640, 640), 80).convert("RGB").filter(ImageFilter.GaussianBlur(3))
        Image.blend(grain, Image.new("RGB", grain.size, colour), 0.6).save(folder / name)
    (folder / "inn.yaml").write_text(RECIPE)
    environment = {
        "CASTAD_STORAGE_URL": s3_server.fresh(),
        "CASTAD_STORAGE_ENDPOINT_URL": s3_server.url,
        "CASTAD_STORAGE_KEY": s3_server.options["key"],
        "CASTAD_STORAGE_SECRET": s3_server.options["secret"],
        "CASTAD_SECRET_KEY": KEY,
        "CASTAD_INSTAGRAM_URL": instagram.url,
        "CASTAD_TIKTOK_URL": tiktok.url,
        **{f"CASTAD_INSTAGRAM_CLIENT_{name}": "client" for name in ("ID", "SECRET")},
        **{f"CASTAD_TIKTOK_CLIENT_{name}": "client" for name in ("KEY", "SECRET")},
    }
    accounts: list[tuple[str, str, Mapping[str, Any]]] = [
        ("instagram", "shop", {"title": "@shop", "user_id": USER, "login": "instagram"}),
        ("tiktok", "shop", {"title": "@shop", "username": "shop", "open_id": "o1"}),
        ("tiktok", "desk", {"title": "@desk", "username": "desk", "open_id": "o2"}),
    ]
    ends, sealer = datetime.now(UTC) + timedelta(days=50), Sealer([KEY.encode()])
    with closing(open_records(isolated_environment["CASTAD_DATABASE_URL"])) as records:
        for platform, name, facts in accounts:
            tokens = Tokens(f"token-{platform}", "rt", expires_at=ends, extra=(("login", "instagram"),))
            sealed = sealer.seal(tokens.pack(), about(platform, name))
            records.accounts.save(platform, name, sealed, {**facts, **facts_of(tokens)})
    yield Town(instagram, tiktok, folder, environment)
    for fake in fakes:
        fake.stop()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_batch_is_shown_posted_from_the_bucket_once_and_never_asked_for_again(castad: Any, town: Town) -> None:
    said = ""

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        nonlocal said
        done = castad(*arguments, "--quality", "draft", cwd=town.folder, env=town.environment, timeout_s=300)
        said += done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    assert run("batch", "inn.yaml")[0] == 0
    code, drafts = run("publish", "inn.yaml", "--dry-run", "--json")
    assert code == 0, drafts
    reel, video, draft = (each["sent"] for each in drafts)
    assert reel["video_url"].endswith("?… (signed when it is sent)")
    assert reel["cover_url"].startswith(town.environment["CASTAD_STORAGE_ENDPOINT_URL"])
    assert (video["post_info"]["title"], video["post_info"]["privacy_level"]) == (
        "A day by the sea",
        "PUBLIC_TO_EVERYONE",
    )
    assert (draft["mode"], "post_info" in draft) == ("inbox", False)
    assert town.calls() == [0, 0], "nothing was sent, nobody was asked"

    code, events = run("batch", "inn.yaml", "--publish", "--json")
    assert code == 0, events
    posts = {(each["platform"], each["account"]): each for each in events if each["event"] == "post.done"}
    assert posts["instagram", "shop"]["url"].startswith("https://www.instagram.com/reel/")
    assert posts["tiktok", "shop"]["url"].startswith("https://www.tiktok.com/@shop/video/")
    assert len(posts) == 3
    (container,) = town.instagram.containers.values()
    sent = {name: value for name, value in container["sent"].items() if not name.endswith("_url")}
    assert sent == {name: value for name, value in reel.items() if not name.endswith("_url")}, "as the dry run said"
    assert len(container["data"]) == drafts[0]["video_bytes"], "what Instagram fetched from the bucket"
    public, inbox = sorted(town.tiktok.ledger, key=lambda entry: str(entry["mode"]))
    assert public["info"] == video["post_info"], "as the dry run said"
    assert inbox["mode"] == "inbox"

    calls = town.calls()
    for again in (("batch", "inn.yaml", "--publish", "--json"), ("publish", "last", "--json")):
        code, events = run(*again)
        out = {(each["platform"], each["account"]): each for each in events if each["event"] == "post.done"}
        assert code == 0
        assert {which: each["url"] for which, each in out.items()} == {which: e["url"] for which, e in posts.items()}
    assert town.calls() == calls, "a post that is out is asked nothing"
    assert len(town.instagram.ledger) + len(town.tiktok.ledger) == 3
    for secret in SECRETS:
        assert secret not in said
        for file in (*town.folder.parent.glob("castad.db*"), *town.folder.rglob("*.json")):
            assert secret.encode() not in file.read_bytes(), file
