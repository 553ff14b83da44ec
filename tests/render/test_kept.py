"""What was made before is not made again, and what is not the same is: bit for bit as if nothing had been kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import av
import numpy as np
import pytest

from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render import drawing, rendition
from castad_cli.render.kept import Kept
from castad_cli.render.machine.cores import choose_at_once
from castad_cli.render.rendering import render
from castad_cli.render.scenery import set_scene
from castad_cli.render.segments import plan_segments
from castad_cli.render.studio import Studio
from castad_cli.storage import open_store

Ad = tuple[RenderTask, Script, Track | None]
MakeAd = Callable[..., Ad]
SCENES = (("Wake up to waves", ""), ("Hot tea", ""), ("Stay a while", ""))
OTHER = (("Wake up to waves", ""), ("Hot pie", ""), ("Stay a while", ""))


@pytest.fixture
def studio(shared_studio: Studio) -> Studio:
    return shared_studio


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[range]:
    """The frames that an encoder was given, segment by segment."""
    given: list[range] = []
    original = drawing.encode_segment

    def encode(out: Path, size: Any, rate: Any, encoding: Any, frames: range, *rest: Any) -> None:
        given.append(frames)
        original(out, size, rate, encoding, frames, *rest)

    monkeypatch.setattr(drawing, "encode_segment", encode)
    return given


def fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def video_of(path: Path) -> bytes:
    with av.open(str(path)) as container:
        return b"".join(bytes(packet) for packet in container.demux(video=0) if packet.size)


def test_a_changed_headline_encodes_its_own_scene_alone(
    make_ad: MakeAd, studio: Studio, kept: Kept, encoded: list[range], tmp_path: Path
) -> None:
    render(*make_ad(scenes=SCENES), fresh(tmp_path / "one"), studio, kept=kept)
    assert sum(map(len, encoded)) == 180
    encoded.clear()
    ad = make_ad(scenes=OTHER)
    again = render(*ad, fresh(tmp_path / "two"), studio, kept=kept)
    scene = set_scene(*ad, studio, only=[0]).timeline.scenes[1]
    assert encoded
    assert all(scene.start <= frames.start < frames.stop <= scene.end for frames in encoded)
    assert sum(map(len, encoded)) == scene.frames
    in_one_go = render(*ad, fresh(tmp_path / "three"), studio)
    assert again.video.read_bytes() == in_one_go.video.read_bytes()
    assert again.cover.read_bytes() == in_one_go.cover.read_bytes()


def test_other_music_on_the_same_beat_needs_neither_browser_nor_encoder(
    make_ad: MakeAd, studio: Studio, kept: Kept, encoded: list[range], tmp_path: Path, music: Track
) -> None:
    import wave

    first = render(*make_ad(), fresh(tmp_path / "one"), studio, kept=kept)
    louder = tmp_path / "other.wav"
    with wave.open(music.file, "rb") as source, wave.open(str(louder), "wb") as target:
        target.setparams(source.getparams())
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
        target.writeframes((samples[::-1] // 2).tobytes())

    class NoBrowser:
        def warm_up(self) -> NoReturn:
            raise AssertionError("the browser was asked for")

        with_page = begin_page = warm_up

    bare = Studio.__new__(Studio)
    bare.ffmpeg, bare.browser, bare.at_once = studio.ffmpeg, NoBrowser(), 1  # type: ignore[assignment]
    encoded.clear()
    task, script, _ = make_ad()
    other = render(task, script, replace(music, file=str(louder)), fresh(tmp_path / "two"), bare, kept=kept)
    assert encoded == []
    assert video_of(other.video) == video_of(first.video)
    assert other.video.read_bytes() != first.video.read_bytes(), "the sound is another"
    assert other.cover.read_bytes() == first.cover.read_bytes()
    assert other.captions.read_bytes() == first.captions.read_bytes()
    assert other.facts["inspection"]["contrasts"] == first.facts["inspection"]["contrasts"]


def test_a_segment_lost_from_the_store_is_made_again_and_harms_no_other(
    make_ad: MakeAd, studio: Studio, kept: Kept, encoded: list[range], tmp_path: Path
) -> None:
    store = open_store(str(tmp_path / "store"))
    ad = make_ad()
    first = render(*ad, fresh(tmp_path / "one"), studio, kept=kept)
    video = first.video.read_bytes()
    scenery = set_scene(*ad, studio)
    segments = plan_segments(scenery.timeline)
    lost = len(segments) - 1
    store.forget("segment", kept.fingerprint_segments(scenery, segments)[lost])
    encoded.clear()
    again = render(*ad, fresh(tmp_path / "two"), studio, kept=kept)
    assert encoded == [segments[lost].frames]
    assert again.video.read_bytes() == video
    encoded.clear()
    assert render(*ad, fresh(tmp_path / "three"), studio, kept=kept).video.read_bytes() == video
    assert encoded == [], "what was taken from the store was not written into"


def test_all_that_decides_a_segment_is_in_its_fingerprint(make_ad: MakeAd, studio: Studio, kept: Kept) -> None:
    base = make_ad()
    task = base[0]

    def prints(ad: Ad, engine: Kept = kept) -> list[str]:
        scenery = set_scene(*ad, studio)
        return engine.fingerprint_segments(scenery, plan_segments(scenery.timeline))

    first = prints(base)
    assert prints(base) == first
    moved = replace(task.media[0], focus=(0.1, 0.2))
    still = replace(task.media[0], motion="still")
    for changed in (moved, still):
        other = prints((replace(task, media=(changed, *task.media[1:])), *base[1:]))
        assert other[0] != first[0]
        assert other[-1] == first[-1]
    assert not set(prints(make_ad(accent="#20c0a0"))) & set(first)
    assert not set(prints((replace(task, quality="standard"), *base[1:]))) & set(first)
    assert not set(prints(base, Kept(kept._store, "another engine"))) & set(first)


def test_as_many_segments_at_once_as_there_are_cores_and_memory_for() -> None:
    plenty = 64 * 10**9
    assert [choose_at_once(cores, plenty) for cores in (1, 2, 16)] == [1, 2, 16]
    assert choose_at_once(16, 10**9) == 2
    assert choose_at_once(4, 10**8) == 1
    assert choose_at_once() >= 1


def test_a_look_changes_every_segment_since_all_photographs_are_graded_by_one_another(
    make_ad: MakeAd, studio: Studio, kept: Kept
) -> None:
    task, *rest = make_ad()
    prints = []
    for look in ("none", "natural", "warm"):
        scenery = set_scene(replace(task, look=look), *rest, studio)
        prints.append(kept.fingerprint_segments(scenery, plan_segments(scenery.timeline)))
    assert len({print_ for each in prints for print_ in each}) == 3 * len(prints[0])


def test_the_sound_is_mixed_once(
    make_ad: MakeAd, studio: Studio, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, music: Track
) -> None:
    mixed: list[Path] = []
    original = rendition.mix

    def mix(*arguments: Any, **options: Any) -> Any:
        mixed.append(arguments[3])
        return original(*arguments, **options)

    monkeypatch.setattr(rendition, "mix", mix)
    first = render(*make_ad(scenes=SCENES), fresh(tmp_path / "one"), studio, kept=kept)
    again = render(*make_ad(scenes=OTHER), fresh(tmp_path / "two"), studio, kept=kept)
    assert len(mixed) == 1
    loudness = [made.facts["inspection"]["integrated_lufs"] for made in (first, again)]
    assert loudness[0] == loudness[1]
    task, script, _ = make_ad(scenes=OTHER)
    render(task, script, None, fresh(tmp_path / "three"), studio, kept=kept)
    assert len(mixed) == 2, "without music it is another"
