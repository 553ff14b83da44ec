"""A track is bought once, polled to its end, downloaded while it can be, and cut to every ad that wants it."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fake_service import FakeService, Reply
from suno import OFFICIAL_KEY, RESELLER_KEY, OfficialFake, SunoApiFake

from castad_cli.errors import EnvironmentNotReady, NeedsReview, PlatformError, PutOff
from castad_cli.generate.music import make_track
from castad_cli.generate.outside import Outside
from castad_cli.generate.suno import check, making
from castad_cli.model.music import Track
from castad_cli.model.place import Place
from castad_cli.model.plan import TrackTask

PLACE = Place("recipe.yaml", 9, 1, "music")
TASK = TrackTask("a" * 64, "suno", Fraction(12), mood="warm", place=PLACE)
Patiently = Callable[[Callable[[], Any]], Any]


@pytest.fixture(autouse=True)
def _polls_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "FIRST_POLL_S", 0.05)
    monkeypatch.setattr("castad_cli.records.performing._LONGEST_WAIT_S", 0.05)


@pytest.fixture(params=["official", "sunoapi"])
def either(request: pytest.FixtureRequest) -> tuple[Outside, Any]:
    """Each dialect: what a provider works with, and the fake it reaches."""
    with_it = "with_suno" if request.param == "official" else "with_sunoapi"
    return request.getfixturevalue(with_it), request.getfixturevalue(request.param)


def length_of(track: Track) -> Fraction:
    with wave.open(track.file) as file:
        return Fraction(file.getnframes(), file.getframerate())


def test_a_track_is_submitted_polled_downloaded_and_cut(
    either: tuple[Outside, FakeService], tmp_path: Path, patiently: Patiently
) -> None:
    outside, fake = either
    track: Track = patiently(lambda: make_track(TASK, tmp_path, outside))
    assert length_of(track) == 12
    assert abs(float(track.grid.tempo_bpm) - 96) < 1
    assert track.grid.downbeats[0] < Fraction(1, 10), "it begins on a bar line"
    assert (track.provider, track.generated) == ("suno", True)
    assert "task" in track.credit
    assert track.licence
    assert len(fake.ledger) == 1
    assert fake.calls["poll"] >= 3


def test_ads_of_other_lengths_share_the_track(
    either: tuple[Outside, FakeService], tmp_path: Path, patiently: Patiently
) -> None:
    outside, fake = either
    patiently(lambda: make_track(TASK, tmp_path, outside))
    other = replace(TASK, fingerprint="b" * 64, duration_s=Fraction(20))
    assert length_of(make_track(other, tmp_path, outside)) == 20
    assert len(fake.ledger) == 1
    patiently(lambda: make_track(replace(TASK, seed=1), tmp_path, outside))
    assert len(fake.ledger) == 2, "another seed is another track"


def test_a_short_track_is_repeated_bar_by_bar(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently
) -> None:
    official.sound_s = 9.0
    track = patiently(lambda: make_track(replace(TASK, duration_s=Fraction(24)), tmp_path, with_suno))
    assert length_of(track) == 24
    assert len(track.grid.beats) > 30


def test_the_long_one_of_two_tracks_is_taken(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently
) -> None:
    sunoapi.lengths = (10.0, 41.0)
    track = patiently(lambda: make_track(replace(TASK, duration_s=Fraction(30)), tmp_path, with_sunoapi))
    assert "warm 0 1" in track.credit


def test_a_track_that_cannot_be_had_is_passed_over_while_another_can(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently
) -> None:
    sunoapi.gone = {"task-1-1.mp3"}
    assert patiently(lambda: make_track(TASK, tmp_path, with_sunoapi)).provider == "suno"


@pytest.mark.parametrize("has_token", [True, False])
def test_a_playback_token_or_the_stream_stands_in_for_the_missing_url(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently, has_token: bool
) -> None:
    official.gives_url, official.gives_token = False, has_token
    patiently(lambda: make_track(TASK, tmp_path, with_suno))
    assert official.calls["stream"] == 1


def test_a_lost_answer_to_the_submission_is_left_to_a_person(
    either: tuple[Outside, FakeService], tmp_path: Path
) -> None:
    outside, fake = either
    fake.fault("submit", "drop_after")
    for _ in range(2):
        with pytest.raises(NeedsReview):
            make_track(TASK, tmp_path, outside)
    assert len(fake.ledger) == 1, "it was charged, and is not submitted again"


@pytest.mark.parametrize("how", ["drop", "instead"])
def test_a_lost_answer_to_a_poll_is_asked_again(
    either: tuple[Outside, FakeService], tmp_path: Path, patiently: Patiently, how: str
) -> None:
    outside, fake = either
    fake.fault("poll", how)
    assert patiently(lambda: make_track(TASK, tmp_path, outside)).provider == "suno"
    assert len(fake.ledger) == 1


@pytest.mark.parametrize("how", ["drop", "instead"])
def test_a_failed_download_is_tried_again(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently, how: str
) -> None:
    official.fault("file", how, reply=Reply(200, b"\xff\xfbnot a song"))
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"
    assert official.calls["file"] == 2


def test_a_store_that_lost_the_track_gets_it_without_another_purchase(
    either: tuple[Outside, FakeService], tmp_path: Path, patiently: Patiently
) -> None:
    outside, fake = either
    patiently(lambda: make_track(TASK, tmp_path, outside))
    for made in list(outside.store.list()):
        outside.store.forget(made.kind, made.fingerprint)
    make_track(TASK, tmp_path, outside)
    assert len(fake.ledger) == 1


def test_a_task_that_failed_fails_the_ad_with_the_reason(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, patiently: Patiently
) -> None:
    official.failure = "moderation"
    with pytest.raises(PlatformError, match="moderation") as caught:
        patiently(lambda: make_track(TASK, tmp_path, with_suno))
    assert (caught.value.kind, caught.value.place) == ("rejected", PLACE)
    official.failure = ""
    with pytest.raises(PlatformError, match="moderation"):
        make_track(TASK, tmp_path, with_suno)
    for effect in with_suno.effects.find(state="failed"):
        with_suno.effects.retry(effect.key)
    assert patiently(lambda: make_track(TASK, tmp_path, with_suno)).provider == "suno"
    assert len(official.ledger) == 2, "a person had it made again"


@pytest.mark.parametrize("state", ["CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "SENSITIVE_WORD_ERROR"])
def test_each_failure_of_the_reseller_fails_the_ad(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently, state: str
) -> None:
    sunoapi.stages = ["PENDING", state]
    with pytest.raises(PlatformError, match="it did not work"):
        patiently(lambda: make_track(TASK, tmp_path, with_sunoapi))


@pytest.mark.parametrize("stages", [["SOMETHING_NEW", "SUCCESS"], ["CALLBACK_EXCEPTION"]])
def test_unknown_states_still_run_and_a_failed_callback_is_no_failure(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, patiently: Patiently, stages: list[str]
) -> None:
    sunoapi.stages = stages
    assert patiently(lambda: make_track(TASK, tmp_path, with_sunoapi)).provider == "suno"


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (405, PutOff, "asks to wait"),
        (430, PutOff, "asks to wait"),
        (455, PutOff, "asks to wait"),
        (500, PutOff, "answered 500"),
        (429, PlatformError, "no credits"),
        (413, PlatformError, "refused"),
        (401, EnvironmentNotReady, "turned the key away"),
    ],
)
def test_the_reseller_s_codes_mean_what_its_pages_say(
    with_sunoapi: Outside, sunoapi: SunoApiFake, tmp_path: Path, code: int, error: type[Exception], words: str
) -> None:
    sunoapi.code = code
    with pytest.raises(error, match=words):
        make_track(TASK, tmp_path, with_sunoapi)
    assert sunoapi.ledger == []


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply(401, {"error": "invalid api key"}), EnvironmentNotReady, "turned the key away"),
        (Reply(403, {"error": "not in your plan"}), PlatformError, "not in your plan"),
        (Reply(429, {"error": "rate limit"}), PutOff, "asks to wait"),
        (Reply(429, {"error": "monthly quota exceeded"}), PlatformError, "quota exceeded"),
        (Reply(500, {"error": "internal"}), PutOff, "answered 500"),
        (Reply(502, b"<html>bad gateway</html>"), NeedsReview, "not understood"),
        (Reply(200, b"<html>hello</html>"), NeedsReview, "not understood"),
    ],
)
def test_the_partner_api_s_answers_mean_what_they_say(
    with_suno: Outside, official: OfficialFake, tmp_path: Path, reply: Reply, error: type[Exception], words: str
) -> None:
    official.fault("submit", "instead", reply=reply)
    with pytest.raises(error, match=words):
        make_track(TASK, tmp_path, with_suno)


def test_keys_are_checked_without_buying_and_shown_nowhere(
    either: tuple[Outside, FakeService], tmp_path: Path, caplog: pytest.LogCaptureFixture, patiently: Patiently
) -> None:
    outside, fake = either
    caplog.set_level("DEBUG")
    check(outside.settings)
    assert fake.ledger == []
    patiently(lambda: make_track(TASK, tmp_path, outside))
    shown = caplog.text + repr(outside.effects.find()) + repr(outside.settings)
    fake.tokens.clear()
    with pytest.raises(EnvironmentNotReady) as caught:
        check(outside.settings)
    assert not any(key in shown + str(caught.value) for key in (OFFICIAL_KEY, RESELLER_KEY))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert OFFICIAL_KEY.encode() not in data, file
            assert RESELLER_KEY.encode() not in data, file
