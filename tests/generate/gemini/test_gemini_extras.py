"""A voice and a picture by Gemini are bought once, checked, and otherwise refused with the reason."""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fake_service import Reply
from gemini import KEY, GeminiFake, candidate, inline, speech
from PIL import Image

from castad_cli.errors import NeedsReview, PlatformError, PutOff, UserError
from castad_cli.generate.extras import add_extras
from castad_cli.generate.gemini import forecast_image, forecast_voice
from castad_cli.generate.gemini.speaking import as_wav
from castad_cli.generate.outside import Outside
from castad_cli.model.place import Place
from castad_cli.model.plan import ImageSpec, ScriptTask, VoiceSpec
from castad_cli.model.script import SceneWords, Script

VOICE_PLACE, IMAGE_PLACE = Place("recipe.yaml", 20, 1, "voice"), Place("recipe.yaml", 22, 1, "image")
VOICE = VoiceSpec("gemini", "Kore", "warmly", Fraction(12), VOICE_PLACE)
IMAGE = ImageSpec("gemini", "바다의 새벽", "9:16", 0, IMAGE_PLACE)
SCRIPT = Script(
    "ko",
    (
        SceneWords("opening", "창을 열면 바다"),
        SceneWords("point", "햇살 드는 방"),
        SceneWords("closing", "다시 오고 싶은 곳"),
    ),
    "예약하기",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    return made


def test_every_scene_is_spoken_and_what_is_said_is_its_words(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path
) -> None:
    voice = add_extras(replace(task, voice=VOICE), SCRIPT, folder, with_gemini).voice
    assert voice
    assert (voice.provider, voice.name, voice.by_ai, voice.model) == (
        "gemini", "Kore", "Google Gemini", "gemini-3.8-flash-tts",
    )  # fmt: skip
    assert [(line.scene, line.text) for line in voice.lines] == [
        (0, "창을 열면 바다."), (1, "햇살 드는 방."), (2, "다시 오고 싶은 곳. 예약하기."),
    ]  # fmt: skip
    for line in voice.lines:
        with wave.open(line.file) as sound:
            assert (sound.getframerate(), sound.getnchannels()) == (48_000, 2)
            assert Fraction(sound.getnframes(), 48_000) == line.duration_s
    asked = gemini.questions[0]["generationConfig"]
    assert asked["responseModalities"] == ["AUDIO"]
    assert asked["speechConfig"]["voiceConfig"]["prebuiltVoiceConfig"] == {"voiceName": "Kore"}
    assert gemini.questions[0]["contents"][0]["parts"][0]["text"].endswith("창을 열면 바다.")


def test_a_line_is_paid_once_for_all_ads_that_say_it(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path
) -> None:
    first = add_extras(replace(task, voice=VOICE), SCRIPT, folder, with_gemini)
    other = replace(task, fingerprint="e" * 64, voice=VOICE)
    assert add_extras(other, SCRIPT, folder, with_gemini).voice == first.voice
    assert len(gemini.ledger) == 3
    add_extras(replace(task, voice=replace(VOICE, name="Puck")), SCRIPT, folder, with_gemini)
    assert len(gemini.ledger) == 6


@pytest.mark.parametrize("mime", ["audio/L16;codec=pcm;rate=24000", "audio/wav"])
def test_pcm_without_a_header_and_a_whole_file_sound_the_same(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path, mime: str
) -> None:
    gemini.speech_mime = mime
    voice = add_extras(replace(task, voice=VOICE), SCRIPT, folder, with_gemini).voice
    assert voice
    assert all(abs(line.duration_s - Fraction(8, 5)) < Fraction(1, 5) for line in voice.lines)


def test_the_rate_of_pcm_is_the_one_that_its_type_names() -> None:
    with wave.open(io.BytesIO(as_wav("audio/L16;rate=16000", b"\0\1" * 100))) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 100)
    assert as_wav("audio/mpeg", b"ID3") == b"ID3"


SILENT = [inline("audio/L16;rate=24000", struct.pack("<h", 0) * 24_000)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (SILENT, "silent"),
        ([inline("audio/x-unknown", b"no sound at all")], "cannot be used"),
        ([{"text": "I cannot say that."}], "gave no audio, but said: I cannot say that."),
        ({"candidates": [candidate(None, "SAFETY")]}, "blocked it (SAFETY)"),
        ({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, "PROHIBITED_CONTENT"),
    ],
)
def test_what_is_no_speech_fails_the_ad_with_the_reason_and_is_not_asked_again(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path, said: Any, reason: str
) -> None:
    gemini.say = [said]
    for _ in range(2):
        with pytest.raises(PlatformError) as caught:
            add_extras(replace(task, voice=VOICE), SCRIPT, folder, with_gemini)
        assert reason in caught.value.message
        assert caught.value.place == VOICE_PLACE
    assert len(gemini.ledger) == 1


def test_words_that_cannot_be_said_in_time_are_a_users_error(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path
) -> None:
    gemini.say = [[inline("audio/wav", speech("audio/wav", 6.0))] for _ in range(3)]
    with pytest.raises(UserError, match=r"saying the words takes 1\d\.\ds, the ad has 12s"):
        add_extras(replace(task, voice=VOICE), SCRIPT, folder, with_gemini)


def test_the_picture_is_one_for_all_languages_and_is_paid_once(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path
) -> None:
    made = add_extras(replace(task, image=IMAGE), SCRIPT, folder, with_gemini).background
    assert made
    with Image.open(made.file) as picture:
        assert (picture.format, picture.size) == ("PNG", (270, 480))
    asked = gemini.questions[0]
    assert asked["generationConfig"]["imageConfig"] == {"aspectRatio": "9:16"}
    assert asked["contents"][0]["parts"][0]["text"].endswith("바다의 새벽")
    other = add_extras(replace(task, language="en", fingerprint="e" * 64, image=IMAGE), SCRIPT, folder, with_gemini)
    assert other.background == made
    assert len(gemini.ledger) == 1
    add_extras(replace(task, image=replace(IMAGE, seed=1)), SCRIPT, folder, with_gemini)
    assert len(gemini.ledger) == 2


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"candidates": [candidate(None, "NO_IMAGE")]}, "NO_IMAGE"),
        ({"candidates": [candidate(None, "IMAGE_SAFETY")]}, "IMAGE_SAFETY"),
        ({"candidates": [candidate(None, "IMAGE_RECITATION")]}, "IMAGE_RECITATION"),
        ([{"text": "Here it would be."}], "gave no image"),
        ([inline("image/png", b"\x89PNG but not really")], "cannot be used"),
    ],
)
def test_what_is_no_picture_fails_the_ad_with_the_reason(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path, said: Any, reason: str
) -> None:
    gemini.say = [said]
    with pytest.raises(PlatformError) as caught:
        add_extras(replace(task, image=IMAGE), SCRIPT, folder, with_gemini)
    assert reason in caught.value.message
    assert caught.value.place == IMAGE_PLACE


def test_a_voice_that_is_refused_for_now_goes_on_where_it_was(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path, patiently: Any
) -> None:
    gemini.fault("generate", "instead", reply=Reply(503, {"error": {"code": 503, "message": "busy"}}), nth=2)
    wanted = replace(task, voice=VOICE)
    with pytest.raises(PutOff):
        add_extras(wanted, SCRIPT, folder, with_gemini)
    assert patiently(lambda: add_extras(wanted, SCRIPT, folder, with_gemini)).voice
    assert len(gemini.ledger) == 3


def test_a_lost_picture_is_left_to_a_person(
    task: ScriptTask, with_gemini: Outside, gemini: GeminiFake, folder: Path
) -> None:
    gemini.fault("generate", "drop_after")
    for _ in range(2):
        with pytest.raises(NeedsReview):
            add_extras(replace(task, image=IMAGE), SCRIPT, folder, with_gemini)
    assert len(gemini.ledger) == 1


def test_a_forecast_counts_a_call_for_each_scene_and_one_for_the_picture(
    task: ScriptTask, with_gemini: Outside
) -> None:
    priced = replace(with_gemini.settings, gemini_speech_price=0.02, gemini_image_price=0.04)
    wanted = replace(task, voice=VOICE, image=IMAGE)
    voice, image = forecast_voice(wanted, priced), forecast_image(wanted, priced)
    assert (voice.calls, voice.price, voice.what) == (3, 0.02, "voice")
    assert (image.calls, image.price, image.what) == (1, 0.04, "picture")
    assert forecast_image(replace(wanted, fingerprint="e" * 64), priced).key == image.key
    assert KEY not in repr((voice, image))
