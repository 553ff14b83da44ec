"""The platforms' fakes where no client of ours leads: one that takes what its service refuses would hide mistakes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fake_service import FakeService, Reply, Request
from instagram import USER, InstagramFake
from oauth import CLIENT, SECRET, GoogleOAuthFake
from tiktok import TikTokFake
from youtube import YouTubeFake

from castad_cli.publish.wire import Answer, send

INFO = {"privacy_level": "PUBLIC_TO_EVERYONE", "title": "sea", "brand_content_toggle": False}
INFO |= {"brand_organic_toggle": True}
JSON = {"Content-Type": "application/json", "Authorization": "Bearer t"}


class Host(FakeService):
    """Gives a file out, a picture that is none, one that is too large; or sends whoever asks elsewhere."""

    def route_of(self, request: Request) -> Any:
        replies = {
            "/video.mp4": Reply(200, b"video"),
            "/cover.png": Reply(200, b"\x89PNG"),
            "/huge.jpg": Reply(200, b"\xff\xd8\xff" + bytes(8_000_000)),
        }
        moved = Reply(302, headers={"Location": f"{self.url}/video.mp4"})
        return "get", lambda _: replies.get(request.path, moved)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    host = Host(tmp_path_factory.mktemp("host"), "host")
    yield host
    host.stop()


@pytest.fixture
def tiktok(tmp_path: Path) -> Iterator[TikTokFake]:
    fake = TikTokFake(tmp_path)
    fake.allow("t", "video.publish", "video.upload", "video.list")
    yield fake
    fake.stop()


def ask(fake: FakeService, path: str, **body: Any) -> Answer:
    return send("POST", fake.url + path, headers=JSON, body=json.dumps(body).encode())


def word(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.tree()["error"]["code"]


def pull(fake: TikTokFake, url: str) -> Answer:
    source = {"source": "PULL_FROM_URL", "video_url": url}
    return ask(fake, "/v2/post/publish/video/init/", post_info=INFO, source_info=source)


def status(fake: TikTokFake, name: str) -> tuple[str, str]:
    data = ask(fake, "/v2/post/publish/status/fetch/", publish_id=name).tree()["data"]
    return data["status"], data.get("fail_reason", "")


def test_tiktok_fetches_from_verified_addresses_alone_and_follows_no_redirect(tiktok: TikTokFake, host: Host) -> None:
    assert word(pull(tiktok, f"{host.url}/video.mp4")) == (403, "url_ownership_unverified")
    tiktok.prefixes = (f"{host.url}/",)
    name = pull(tiktok, f"{host.url}/video.mp4").tree()["data"]["publish_id"]
    assert [status(tiktok, name)[0] for _ in range(2)] == ["PROCESSING_DOWNLOAD", "PUBLISH_COMPLETE"]
    moved = pull(tiktok, f"{host.url}/elsewhere").tree()["data"]["publish_id"]
    assert status(tiktok, moved) == ("FAILED", "video_pull_failed")
    assert [entry["id"] for entry in tiktok.ledger] == [name]


def test_tiktok_cancels_what_is_not_out(tiktok: TikTokFake, host: Host) -> None:
    source = {"source": "FILE_UPLOAD", "video_size": 5, "chunk_size": 5, "total_chunk_count": 1}
    init = ask(tiktok, "/v2/post/publish/video/init/", post_info=INFO, source_info=source).tree()["data"]
    assert len(init["publish_id"]) <= 64
    assert len(init["upload_url"]) <= 256
    assert word(ask(tiktok, "/v2/post/publish/cancel/", publish_id=init["publish_id"])) == (200, "ok")
    assert status(tiktok, init["publish_id"]) == ("FAILED", "publish_cancelled")
    tiktok.prefixes = (host.url,)
    out = pull(tiktok, f"{host.url}/video.mp4").tree()["data"]["publish_id"]
    assert word(ask(tiktok, "/v2/post/publish/cancel/", publish_id=out)) == (400, "publish_not_cancellable")
    assert word(ask(tiktok, "/v2/post/publish/cancel/", publish_id="other")) == (400, "invalid_publish_id")


def test_tiktok_lists_public_videos_by_pages_of_twenty(tiktok: TikTokFake) -> None:
    tiktok.add_others(25)
    tiktok.posts["app 3"]["info"]["privacy_level"] = "SELF_ONLY"
    path = "/v2/video/list/?fields=id,create_time"
    assert word(ask(tiktok, path, max_count=21)) == (400, "invalid_params")
    assert word(ask(tiktok, "/v2/video/list/", max_count=5)) == (400, "invalid_params")
    first = ask(tiktok, path, max_count=20).tree()["data"]
    second = ask(tiktok, path, max_count=20, cursor=first["cursor"]).tree()["data"]
    assert (len(first["videos"]), first["has_more"]) == (20, True)
    assert (len(second["videos"]), second["has_more"]) == (4, False)
    assert len({video["id"] for video in first["videos"] + second["videos"]}) == 24


def test_tiktok_takes_six_posts_a_minute(tiktok: TikTokFake) -> None:
    words = [word(pull(tiktok, "http://nowhere/")) for _ in range(7)]
    assert words[5:] == [(403, "url_ownership_unverified"), (429, "rate_limit_exceeded")]
    tiktok.ahead_s += 61
    assert word(pull(tiktok, "http://nowhere/"))[0] == 403


@pytest.fixture
def instagram(tmp_path: Path) -> Iterator[InstagramFake]:
    fake = InstagramFake(tmp_path)
    fake.allow("t", "instagram_content_publish")
    yield fake
    fake.stop()


def create(fake: InstagramFake, **fields: Any) -> Answer:
    return ask(fake, f"/v25.0/{USER}/media", media_type="REELS", **fields)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, (100, None)),
        ({"upload_type": "resumable", "video_url": "https://x"}, (100, None)),
        ({"upload_type": "resumable", "caption": "#a " * 31}, (100, 2207040)),
        ({"upload_type": "resumable", "caption": "a" * 2201}, (36004, 2207010)),
        ({"upload_type": "resumable", "thumb_offset": 61_000}, (1, 2207057)),
        ({"upload_type": "resumable", "branded_content_sponsor_ids": ["1", "2", "3"]}, (100, None)),
        ({"upload_type": "resumable", "cover_url": "cover.png"}, (36001, 2207005)),
        ({"upload_type": "resumable", "cover_url": "huge.jpg"}, (36000, 2207004)),
        ({"upload_type": "resumable", "cover_url": "moved"}, (9004, 2207052)),
    ],
    ids=str,
)
def test_instagram_refuses_a_container_that_breaks_its_rules(
    instagram: InstagramFake, host: Host, fields: dict[str, Any], codes: tuple[int, int | None]
) -> None:
    if "cover_url" in fields:
        fields = {**fields, "cover_url": f"{host.url}/{fields['cover_url']}"}
    error = create(instagram, **fields).tree()["error"]
    assert (error["code"], error.get("error_subcode")) == codes
    assert error["fbtrace_id"]
    assert instagram.containers == {}


def test_instagram_takes_its_token_in_a_form_and_rupload_only_by_oauth(instagram: InstagramFake) -> None:
    form = urlencode({"media_type": "REELS", "upload_type": "resumable", "access_token": "t"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    made = send("POST", f"{instagram.url}/v25.0/{USER}/media", headers=headers, body=form).tree()
    assert "/ig-api-upload/" in made["uri"]
    size = {"offset": "0", "file_size": "3"}
    assert send("POST", made["uri"], headers=size | {"Authorization": "Bearer t"}, body=b"abc").status == 400
    assert send("POST", made["uri"], headers=size | {"Authorization": "OAuth t"}, body=b"abc").status == 200


def test_google_refuses_a_code_s_exchange_that_lacks_a_field(tmp_path: Path) -> None:
    fake = GoogleOAuthFake(tmp_path)
    form = {"grant_type": "authorization_code", "client_id": CLIENT, "client_secret": SECRET, "code": "c"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = send("POST", f"{fake.url}/token", headers=headers, body=urlencode(form).encode())
    fake.stop()
    assert (answer.status, answer.tree()["error"]) == (400, "invalid_request")


def test_a_connection_serves_many_requests_and_names_of_headers_know_no_case(instagram: InstagramFake) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", instagram.port, timeout=30)
    for name in ("authorization", "AUTHORIZATION", "Authorization"):
        connection.request("GET", f"/v25.0/{USER}/content_publishing_limit", headers={name: "Bearer t"})
        answer = connection.getresponse()
        assert (answer.status, len(answer.read())) == (200, int(answer.headers["Content-Length"]))
    connection.close()


def test_what_no_service_has_is_refused(instagram: InstagramFake, tiktok: TikTokFake, tmp_path: Path) -> None:
    google, youtube = GoogleOAuthFake(tmp_path / "google"), YouTubeFake(tmp_path / "youtube")
    refused = [
        send("GET", f"{tiktok.url}/v2/post/publish/video/init/"),
        send("POST", f"{tiktok.url}/v2/nothing/"),
        send("DELETE", f"{youtube.url}/youtube/v3/channels"),
        send("GET", f"{youtube.url}/youtube/v3/nothing"),
        send("GET", f"{google.url}/token"),
        send("GET", f"{google.url}/nothing"),
        send("GET", f"{instagram.url}/v1.0/me"),
    ]
    for fake in (google, youtube):
        fake.stop()
    assert [answer.status for answer in refused] == [405, 404, 405, 404, 405, 404, 400]


def test_a_fake_that_goes_down_comes_back_with_all_that_it_knew(instagram: InstagramFake) -> None:
    create(instagram, upload_type="resumable")
    where = instagram.url
    instagram.restart()
    assert instagram.url == where
    assert len(instagram.containers) == 1
    create(instagram, upload_type="resumable")
    assert len(instagram.containers) == 2
