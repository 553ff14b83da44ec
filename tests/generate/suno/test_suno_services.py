"""What the services called Suno do beyond the usual: callbacks, credits, links that end, hosts that misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fake_service import Reply
from suno import FILE_LIFE_S, OFFICIAL_KEY, RESELLER_KEY, TOKEN_LIFE_S, OfficialFake, SunoApiFake, cut_off, song
from suno_callbacks import Callbacks

from castad_cli.errors import EnvironmentNotReady, PlatformError, PutOff
from castad_cli.generate.music import make_track
from castad_cli.generate.outside import Outside
from castad_cli.generate.suno import making
from castad_cli.generate.suno import sunoapi as dialect
from castad_cli.model.plan import Spending, TrackTask

TASK = TrackTask("a" * 64, "suno", Fraction(6), mood="warm")
Patiently = Callable[[Callable[[], Any]], Any]


@pytest.fixture(autouse=True)
def _polls_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "FIRST_POLL_S", 0.05)
    monkeypatch.setattr("castad_cli.records.performing._LONGEST_WAIT_S", 0.05)


@pytest.fixture
def official(official: OfficialFake) -> OfficialFake:
    official.sound_s = 7.0
    return official


@pytest.fixture
def sunoapi(sunoapi: SunoApiFake) -> SunoApiFake:
    sunoapi.lengths = (7.0, 8.0)
    return sunoapi


class Receiver:
    """Somebody's own receiver of callbacks, on loopback; silent where it is told to be slow."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.slow = threading.Event()
        self.over = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if receiver.slow.is_set():
                    receiver.over.wait(60)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callback"

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    receiver = Receiver()
    monkeypatch.setattr(dialect, "_NOBODY", receiver.url)
    yield receiver
    receiver.close()


def test_callbacks_come_at_each_stage_and_a_client_that_polls_needs_none_of_them(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently, receiver: Receiver
) -> None:
    Callbacks(sunoapi)
    assert patiently(lambda: make_track(TASK, tmp_path, with_sunoapi)).provider == "suno"
    stages = [each["data"]["callbackType"] for each in receiver.got]
    assert stages[:3] == ["text", "first", "complete"]
    assert [len(each["data"]["data"]) for each in receiver.got[1:3]] == [1, 2]
    assert {"task_id", "callbackType", "data"} == set(receiver.got[0]["data"])
    assert "audio_url" in receiver.got[2]["data"]["data"][0]
    assert len(sunoapi.ledger) == 1


@pytest.mark.parametrize("how", ["twice", "out of order", "to nobody"])
def test_duplicate_late_and_unanswered_callbacks_change_nothing(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently, receiver: Receiver, how: str
) -> None:
    callbacks = Callbacks(sunoapi, times=2 if how == "twice" else 1, late=how == "out of order", patience_s=0.2)
    if how == "to nobody":
        receiver.slow.set()
    assert patiently(lambda: make_track(TASK, tmp_path, with_sunoapi)).provider == "suno"
    stages = [stage for stage, _ in callbacks.sent]
    if how == "twice":
        assert stages[:4] == ["text", "text", "first", "first"]
    elif how == "out of order":
        assert stages[:3] == ["complete", "first", "text"]
    else:
        assert {status for _, status in callbacks.sent} == {0}
        assert "CALLBACK_EXCEPTION" in sunoapi.stages, "the service says so, and has the sound all the same"
    assert len(sunoapi.ledger) == 1


def test_a_task_that_fails_calls_back_with_an_error_and_fails_the_ad(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently, receiver: Receiver
) -> None:
    Callbacks(sunoapi)
    sunoapi.stages, sunoapi.error_code = ["PENDING", "GENERATE_AUDIO_FAILED"], 413
    with pytest.raises(PlatformError, match="did not work"):
        patiently(lambda: make_track(TASK, tmp_path, with_sunoapi))
    assert [(each["code"], each["data"]["callbackType"]) for each in receiver.got] == [(413, "error")]


@pytest.mark.parametrize(("error_code", "left", "may_be_made"), [(531, 90, 1), (500, 80, 0)])
def test_credits_that_came_back_may_be_spent_again_and_others_count(
    with_sunoapi: Outside,
    sunoapi: SunoApiFake,
    tmp_path: Path,
    patiently: Patiently,
    error_code: int,
    left: int,
    may_be_made: int,
) -> None:
    priced = replace(with_sunoapi, settings=replace(with_sunoapi.settings, suno_track_price=0.10))
    task = replace(TASK, spending=Spending("run-1", 1500))  # 0.15: one track, not two
    sunoapi.stages, sunoapi.error_code = ["PENDING", "GENERATE_AUDIO_FAILED"], error_code
    with pytest.raises(PlatformError, match="did not work"):
        patiently(lambda: make_track(task, tmp_path, priced))
    sunoapi.stages = ["SUCCESS"]
    for effect in priced.effects.find(state="failed"):
        priced.effects.retry(effect.key)
    if may_be_made:
        assert patiently(lambda: make_track(task, tmp_path, priced)).provider == "suno"
        assert sunoapi.credits == left
    else:
        with pytest.raises(PlatformError, match="--max-cost"):
            patiently(lambda: make_track(task, tmp_path, priced))
    assert len(sunoapi.ledger) == 1 + may_be_made


def test_an_account_without_credits_is_told_to_be_topped_up(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path
) -> None:
    sunoapi.credits = 5
    with pytest.raises(PlatformError, match="no credits") as caught:
        make_track(TASK, tmp_path, with_sunoapi)
    assert "top up" in caught.value.fix
    assert sunoapi.ledger == []


def test_a_request_without_an_address_to_call_back_is_refused_and_ours_has_one(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "_NOBODY", "")
    with pytest.raises(PlatformError, match="callBackUrl is required"):
        make_track(TASK, tmp_path, with_sunoapi)
    assert sunoapi.ledger == []


def test_a_track_the_store_lost_after_its_link_ended_says_how_to_go_on(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently
) -> None:
    patiently(lambda: make_track(TASK, tmp_path, with_sunoapi))
    for made in list(with_sunoapi.store.list()):
        with_sunoapi.store.forget(made.kind, made.fingerprint)
    sunoapi.ahead_s = FILE_LIFE_S + 60
    with pytest.raises(PlatformError, match="keeps the track no longer") as caught:
        make_track(TASK, tmp_path, with_sunoapi)
    assert (caught.value.kind, "seed" in caught.value.fix) == ("rejected", True)
    assert len(sunoapi.ledger) == 1
    assert patiently(lambda: make_track(replace(TASK, seed=1), tmp_path, with_sunoapi)).provider == "suno"


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/octet-stream", "video/mp4"])
def test_the_sound_is_known_by_its_bytes_not_by_what_the_host_calls_it(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently, content_type: str
) -> None:
    official.content_type, official.honours_range = content_type, False
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"


def test_a_host_may_honour_ranges_or_not_and_serves_what_was_asked_for(official: OfficialFake) -> None:
    def get(part: str) -> tuple[int, int]:
        answer = httpx2.get(f"{official.url}/files/clip-1.mp3", headers={"Range": part}, timeout=30)
        return answer.status_code, len(answer.content)

    whole = len(song(official.sound_s))
    assert get("bytes=10-19") == (206, 10)
    assert get(f"bytes={whole}-") == (416, 0)
    official.honours_range = False
    assert get("bytes=10-19") == (200, whole)


@pytest.mark.parametrize("missing", [1, 500_000])
def test_a_body_that_breaks_off_is_downloaded_again_whole(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently, missing: int
) -> None:
    official.fault("file", "instead", reply=cut_off(Reply(200, song(official.sound_s)), missing))
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"
    assert official.calls["file"] == 2
    assert len(official.ledger) == 1


def test_a_link_that_has_ended_is_asked_for_anew(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently
) -> None:
    official.gives_url = False
    given = official.token

    def late(request: Any) -> Reply:
        reply = given(request)
        if official.calls["token"] == 1:
            official.given = dict.fromkeys(official.given, official.now() - TOKEN_LIFE_S)
        return reply

    official.token = late  # type: ignore[method-assign]
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"
    assert official.calls["token"] == 2
    assert len(official.ledger) == 1


@pytest.mark.parametrize("state", ["expired", "revoked", "unknown"])
def test_a_key_that_is_no_longer_good_ends_everything(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, state: str
) -> None:
    official.tokens[OFFICIAL_KEY] = state
    with pytest.raises(EnvironmentNotReady, match="turned the key away"):
        make_track(TASK, tmp_path, with_suno)


def test_a_key_of_a_plan_without_audio_fails_the_ad_alone(
    with_suno: Outside, official: OfficialFake, tmp_path: Path
) -> None:
    official.allow(OFFICIAL_KEY)
    with pytest.raises(PlatformError, match="not in your plan") as caught:
        make_track(TASK, tmp_path, with_suno)
    assert caught.value.kind == "rejected"


def test_a_task_the_service_no_longer_knows_fails_the_ad(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently
) -> None:
    with pytest.raises(PutOff):
        make_track(TASK, tmp_path, with_suno)
    official.tasks.clear()
    with pytest.raises(PlatformError, match="not found"):
        patiently(lambda: make_track(TASK, tmp_path, with_suno))
    assert len(official.ledger) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"description": "calm", "style": "piano"}, "cannot be combined"),
        ({"title": "x"}, "required"),
        ({"style": "piano"}, "lyrics are required"),
        ({"description": "calm", "voice_id": "nobody"}, "voice_id"),
        ({"style": "s" * 1001, "instrumental": True}, "style too long"),
    ],
)
def test_the_partner_api_refuses_what_its_rules_refuse(official: OfficialFake, body: dict[str, Any], said: str) -> None:
    headers = {"Authorization": f"Bearer {OFFICIAL_KEY}"}
    answer = httpx2.post(f"{official.url}/v0/audio", json=body, headers=headers, timeout=30)
    assert answer.status_code == 400
    assert said in answer.text
    assert official.ledger == []


@pytest.mark.parametrize("fake", ["official", "sunoapi"])
def test_a_wrong_method_or_path_is_refused_and_no_key_is_in_the_journal(
    fake: str, request: pytest.FixtureRequest
) -> None:
    service = request.getfixturevalue(fake)
    for method, path, code in (("DELETE", "/v0/audio", 405), ("GET", "/api/v1/generate", 405), ("GET", "/v9", 404)):
        wanted = code if (fake == "official") == path.startswith("/v0") else 404
        headers = {"Authorization": f"Bearer {RESELLER_KEY}"}
        assert httpx2.request(method, service.url + path, headers=headers, timeout=30).status_code == wanted
    assert RESELLER_KEY not in repr(service.journal)


def test_the_fakes_state_outlives_its_restart(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently
) -> None:
    with pytest.raises(PutOff):
        make_track(TASK, tmp_path, with_suno)
    official.restart()
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"
    assert len(official.ledger) == 1
