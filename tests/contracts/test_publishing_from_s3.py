"""Instagram fetches a video from the store: a signed address of a real S3 server, by ranges, without a redirect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from instagram import USER, InstagramFake
from publisher_contract import FACTS, QUICK, Token, cover, small_video

from castad_cli.model.plan import PostTask
from castad_cli.publish import PostFiles, PublishContext, publish
from castad_cli.records import open_records
from castad_cli.settings import Settings
from castad_cli.storage import open_store

__all__ = ["cover", "small_video"]


class S3(Protocol):
    options: dict[str, str]

    def fresh(self) -> str: ...


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[InstagramFake]:
    fake = InstagramFake(tmp_path / "fake")
    fake.login = "instagram"
    fake.allow("token-1", "instagram_content_publish")
    yield fake
    fake.stop()


def test_a_reel_is_made_of_what_stands_in_the_bucket(
    s3_server: S3, fake: InstagramFake, tmp_path: Path, small_video: Path, cover: Path
) -> None:
    store = open_store(s3_server.fresh(), s3_server.options)
    told = tmp_path / "facts.json"
    told.write_text(json.dumps(FACTS))
    made = store.put("rendition", "a" * 64, {"video.mp4": small_video, "cover.jpg": cover, "facts.json": told})
    addresses = [store.public_url(made, name, 3600) or "" for name in ("video.mp4", "cover.jpg")]
    assert all("Signature" in address for address in addresses)
    files = PostFiles(small_video, cover, told, FACTS, *addresses)
    assert "Signature" not in repr(files)
    url = f"sqlite:///{tmp_path / 'castad.db'}"
    records = open_records(url)
    settings = Settings(database_url=url, instagram_url=fake.url, storage_url=str(tmp_path))
    token: Any = Token("token-1", user_id=USER, login="instagram")
    context = PublishContext(settings, records, "test", lambda *_: token, pace=QUICK)
    posted = publish(PostTask("f" * 64, "a" * 64, "instagram", "main"), files, replace(context, lease_s=30.0))
    container = next(iter(fake.containers.values()))
    assert bytes(container["data"]) == small_video.read_bytes()
    assert container["sent"]["cover_url"] == addresses[1]
    assert "thumb_offset" not in container["sent"]
    assert [entry["id"] for entry in fake.ledger] == [posted.id]
    records.close()
