"""Whole renditions through real Chromium and FFmpeg: right, the same every time, and stopped without a trace."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from castad_cli.errors import EnvironmentNotReady, ToolError, UserError
from castad_cli.model.formats import FORMATS
from castad_cli.model.music import Track
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, MediaSpec, RenderTask
from castad_cli.model.script import Script
from castad_cli.render import drawing, inspection, layers, rendering, rendition
from castad_cli.render.checks import looks
from castad_cli.render.chromium.browser import Page
from castad_cli.render.front import cover_frame
from castad_cli.render.machine import process
from castad_cli.render.rendering import render
from castad_cli.render.rendition import Rendered
from castad_cli.render.scenery import Scenery, set_scene
from castad_cli.render.segments import Encoders, Meanwhile
from castad_cli.render.studio import Studio

Ad = tuple[RenderTask, Script, Track | None]
MakeAd = Callable[..., Ad]
PLACE = Place("spring.yaml", 7, 3, "copy")


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """This module's own, since it kills the browser now and then."""
    with Studio() as studio:
        yield studio


@pytest.fixture(scope="module")
def clip(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> MediaSpec:
    """A moving picture at a cinema's rate, with a tone for sound."""
    path = tmp_path_factory.mktemp("clip") / "sea.mp4"
    picture = "gradients=s=640x480:r=24000/1001:d=4:c0=#204060:c1=#80a0b0:speed=0.05"
    process.run(
        [
            ffmpeg,
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            picture,
            "-f",
            "lavfi",
            "-i",
            "sine=f=330:d=4",
            "-ac",
            "2",
            str(path),
        ],
        timeout_s=60,
    )
    return MediaSpec(Asset("sea.mp4", str(path), "5" * 64, "clip"), sound=True)


def media_of(clip: MediaSpec, photographs: tuple[Path, ...]) -> list[Any]:
    return [photographs[0], clip, photographs[2]]


def video_bytes(path: Path) -> str:
    """The SHA-256 of the picture as coded: of each packet, in order, with its time."""
    digest = hashlib.sha256()
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            digest.update(f"{packet.pts} {packet.dts} ".encode() + bytes(packet))
    return digest.hexdigest()


def decoded(path: Path, at: Fraction) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return np.asarray(frames[int(at * 30)].to_ndarray(format="bgr24"), np.uint8)


def running() -> list[str]:
    """The command lines of all processes below this one."""
    return list(processes().values())


def processes() -> dict[int, str]:
    """The same, by their numbers."""
    parents, names = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            parents[int(entry.name)], names[int(entry.name)] = int(fields[1]), command

    def is_ours(pid: int) -> bool:
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return {pid: command for pid, command in names.items() if is_ours(pid)}


# -- what comes out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_an_ad_of_photographs_and_a_clip_passes_its_inspection(
    make_ad: MakeAd,
    studio: Studio,
    tmp_path: Path,
    clip: MediaSpec,
    photographs: tuple[Path, ...],
    name: str,
) -> None:
    task, script, track = make_ad(format=name, media=media_of(clip, photographs))
    seen: list[tuple[int, int]] = []
    made = render(task, script, track, tmp_path, studio, lambda done, total: seen.append((done, total)))
    # render() itself raises when its inspection finds anything.
    figures = made.facts["inspection"]
    assert figures["codec"] == "h264"
    assert figures["frames"] == 180
    assert min(figures["contrasts"].values()) >= 4.5
    assert -14.5 <= figures["integrated_lufs"] <= -13.5
    check_facts(made, task)
    check_captions(made, script)
    check_cover(made)
    counted = [done for done, total in seen if total]
    assert counted[-1] == 180
    assert counted == sorted(counted)
    assert {total for _, total in seen} == {0, 180}, "it may be stopped before there are frames to count"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["captions.srt", "cover.jpg", "video.mp4"]


def check_facts(made: Rendered, task: RenderTask) -> None:
    facts = json.loads(json.dumps(made.facts, allow_nan=False))
    assert facts == made.facts
    assert facts["frames"] == 180
    assert (facts["width"], facts["height"]) == (FORMATS[task.format].width // 2, FORMATS[task.format].height // 4 * 2)
    assert [scene["role"] for scene in facts["scenes"]] == ["opening", "point", "closing"]
    assert facts["scenes"][0]["start_s"] == 0
    assert facts["scenes"][-1]["end_s"] == 6
    assert facts["scenes"][1]["media"] == "sea.mp4"
    assert 0 <= facts["cover_s"] < facts["scenes"][1]["start_s"]


def check_captions(made: Rendered, script: Script) -> None:
    text = made.captions.read_text(encoding="utf-8")
    for scene in script.scenes:
        assert scene.headline in text
    assert script.offer in text
    assert script.call_to_action in text
    stamps = re.findall(r"(\d\d):(\d\d):(\d\d),(\d{3})", text)
    seconds = [int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in stamps]
    assert seconds == sorted(seconds)
    assert len(seconds) in (6, 8), "one a scene, the card in two where it has much to say"
    assert seconds[-1] <= 6


def check_cover(made: Rendered) -> None:
    with Image.open(made.cover) as cover:
        assert cover.size == (made.facts["width"], made.facts["height"])
        pixels = np.asarray(cover.convert("L"), float)
    assert pixels.mean() > 40
    assert pixels.std() > 20
    frame = cv2.cvtColor(decoded(made.video, Fraction(made.facts["cover_s"]).limit_denominator(30)), cv2.COLOR_BGR2GRAY)
    assert np.abs(pixels - frame).mean() < 6, "it is a frame of the video"


def test_an_ad_without_music_is_silent_and_says_so(make_ad: MakeAd, studio: Studio, tmp_path: Path) -> None:
    task, script, _ = make_ad()
    made = render(task, script, None, tmp_path, studio)
    assert made.facts["inspection"]["integrated_lufs"] is None
    assert made.facts["inspection"]["audio_s"] == pytest.approx(6, abs=1 / 30)


def test_a_small_photograph_is_used_and_noted(make_ad: MakeAd, studio: Studio, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 240, 3), np.uint8)).save(small)
    task, script, _ = make_ad(media=[small])
    assert "small.png is only 240×200" in set_scene(task, script, None, studio, only=[3]).prepared[0].note


@pytest.mark.parametrize("grey", [255, 70])
def test_words_on_a_plain_bright_or_dark_clip_can_be_read(
    make_ad: MakeAd, studio: Studio, ffmpeg: str, tmp_path: Path, grey: int
) -> None:
    from castad_cli.render.machine import process

    path = tmp_path / "plain.mp4"
    source = f"color=#{grey:02x}{grey:02x}{grey:02x}:s=320x320:r=25:d=6,noise=alls=30:allf=t"
    process.run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(path)], timeout_s=60)
    spec = MediaSpec(Asset("plain.mp4", str(path), "6" * 64, "clip"))
    made = render(*make_ad(media=[spec]), tmp_path, studio)
    assert min(made.facts["inspection"]["contrasts"].values()) >= 4.5


@pytest.mark.slow
def test_the_code_on_the_closing_card_can_be_scanned_from_the_video(
    make_ad: MakeAd, studio: Studio, tmp_path: Path
) -> None:
    url = "https://example.com/haneul?from=reel"
    made = render(*make_ad(format="reel", quality="standard", url=url), tmp_path, studio)
    last = decoded(made.video, Fraction(59, 10))
    assert last.shape == (1920, 1080, 3)
    assert cv2.QRCodeDetector().detectAndDecode(last)[0] == url


# -- the same every time ---------------------------------------------------------------------------------------


def test_the_same_task_gives_the_same_bytes_in_another_browser_too(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, clip: MediaSpec, photographs: tuple[Path, ...]
) -> None:
    ad = make_ad(media=media_of(clip, photographs))
    files: list[Path] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files.append(render(*ad, tmp_path / name, studio).video)
    with Studio() as another:
        (tmp_path / "three").mkdir()
        files.append(render(*ad, tmp_path / "three", another).video)
    assert len({video_bytes(path) for path in files}) == 1
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in files}) == 1


def test_a_changed_word_changes_its_own_scene_alone(make_ad: MakeAd, studio: Studio) -> None:
    scenes = [("Wake up to waves", ""), ("Hot tea", ""), ("Stay a while", "")]
    one = set_scene(*make_ad(scenes=scenes), studio, only=[20, 80, 175])
    other = set_scene(*make_ad(scenes=[scenes[0], ("Hot spa", ""), scenes[2]]), studio, only=[20, 80, 175])
    same = [np.array_equal(one.picture(frame), other.picture(frame)) for frame in (20, 80, 175)]
    assert same == [True, False, True]


def test_a_frame_of_a_still_is_the_frame_of_the_video(make_ad: MakeAd, studio: Studio) -> None:
    ad = make_ad()
    whole = set_scene(*ad, studio)
    for frame in (0, 7, 63, 100, 179):
        one = set_scene(*ad, studio, only=[frame]).picture(frame).astype(int)
        difference = np.abs(one - whole.picture(frame))
        # Layers at rest are flattened in the video and drawn one by one in a still: their rounding differs, the more
        # the larger a shade is.
        assert difference.max() <= 6
        assert difference.mean() < 0.34


def test_the_cover_is_taken_when_the_opening_words_stand(make_ad: MakeAd, studio: Studio) -> None:
    scenery = set_scene(*make_ad(), studio)
    frame = cover_frame(scenery.layout.texts, scenery.timeline)
    opening = [t for t in scenery.layout.texts if t.scene == 0]
    assert all(t.start <= frame < t.end for t in opening)
    assert frame < scenery.timeline.scenes[0].end


def test_a_scene_drawn_while_later_ones_are_not_known_yet_has_the_same_frames(make_ad: MakeAd, studio: Studio) -> None:
    told: list[tuple[Scenery, int]] = []
    whole = set_scene(*make_ad(), studio)
    last = set_scene(*make_ad(), studio, on_scene=lambda scenery, scene: told.append((scenery, scene)))
    assert [scene for _, scene in told] == [scene.index for scene in whole.timeline.scenes]
    assert len(told[0][0].layout.layers) < len(whole.layout.layers) == len(last.layout.layers)
    for scenery, index in told:
        scene = whole.timeline.scenes[index]
        for frame in (scene.start, scene.start + scene.frames // 2, scene.end - 1):
            assert np.array_equal(scenery.picture(frame), whole.picture(frame))


def test_what_was_seen_in_its_segments_is_what_is_seen_in_the_finished_file(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []
    original = inspection._decode_frames

    def note(video: Path, frames: Sequence[int], keys: set[int], rate: Fraction) -> Iterator[Any]:
        decoded.extend(f"{video.stem} {frame}" for frame in frames if frame in keys)
        return original(video, frames, keys, rate)

    class Blind(Encoders):
        """Looks at no segment."""

        def __init__(self, *others: Any, meanwhile: Meanwhile, **more: Any) -> None:
            super().__init__(*others, **more)

    monkeypatch.setattr(inspection, "_decode_frames", note)
    seen = []
    for encoders in (Encoders, Blind):
        monkeypatch.setattr(looks, "_looks", OrderedDict())  # nothing was ever seen
        monkeypatch.setattr(rendition, "Encoders", encoders)
        decoded.clear()
        folder = tmp_path / encoders.__name__
        folder.mkdir()
        seen.append((render(*make_ad(), folder, studio).facts["inspection"], [*decoded]))
    (ahead, early), (after, late) = seen
    assert ahead == after
    assert early
    assert not [key for key in early if key.startswith("video")], "the finished file's key frames are known"
    assert len(late) == len(early)
    assert not [key for key in late if not key.startswith("video")]


def test_an_ads_pictures_leave_memory_with_it(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gc
    import weakref

    seen: list[weakref.ref[Scenery]] = []
    original = drawing.Drawing.know

    def know(self: drawing.Drawing, scenery: Scenery, last: int) -> None:
        seen.append(weakref.ref(scenery))
        original(self, scenery, last)

    given_back: list[list[bool]] = []
    monkeypatch.setattr(drawing.Drawing, "know", know)
    monkeypatch.setattr(rendering, "give_back", lambda: given_back.append([ref() is None for ref in seen]))
    gc.collect()
    gc.disable()
    try:
        render(*make_ad(), tmp_path, studio)
        assert seen
        assert [ref() for ref in seen] == [None] * len(seen), "nothing holds itself in a circle"
        assert all(given_back[-1]), "what they took is given back when they are gone"
    finally:
        gc.enable()


# -- what goes wrong -------------------------------------------------------------------------------------------


def test_a_browser_killed_in_mid_layout_is_started_again(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    original = layers.capture

    def capture_once_killed(page: Page, *arguments: Any, **options: Any) -> Any:
        if not killed:
            assert studio.browser.pid is not None
            killed.append(studio.browser.pid)
            os.kill(killed[0], signal.SIGKILL)
        return original(page, *arguments, **options)

    monkeypatch.setattr(layers, "capture", capture_once_killed)
    made = render(*make_ad(), tmp_path, studio)
    assert made.video.stat().st_size > 0
    assert studio.browser.pid is not None
    assert studio.browser.pid != killed[0]


@pytest.mark.parametrize("moment", [2, 9, 16])
def test_a_page_s_own_process_killed_at_any_moment_is_started_again(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """As the system does when memory is short: it ends the renderer, and the browser lives on."""
    asked = 0
    killed: list[int] = []
    original = Page._send

    def send_to_nobody(page: Page, *arguments: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked == moment:
            until = time.monotonic() + 5  # no answer is waited for between questions: it may not have begun yet
            while not killed and time.monotonic() < until:
                killed.extend(pid for pid, command in processes().items() if "--type=renderer" in command)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
        return original(page, *arguments, **options)

    monkeypatch.setattr(Page, "_send", send_to_nobody)
    made = render(*make_ad(), tmp_path, studio)
    assert killed
    assert made.video.stat().st_size > 0
    assert not [pid for pid in killed if pid in processes()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rawvideo", "FFmpeg stopped decoding sea.mp4"),
        ("pcm_f32le", "was killed by SIGKILL"),
    ],
    ids=["decoding a clip", "decoding a clip's sound"],
)
def test_an_ffmpeg_killed_in_mid_work_is_an_error_that_leaves_nothing(
    make_ad: MakeAd,
    tmp_path: Path,
    clip: MediaSpec,
    photographs: tuple[Path, ...],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    said: str,
) -> None:
    killed: list[int] = []
    original = process.start

    def start_and_kill(command: Sequence[str], **options: Any) -> process.Child:
        child = original(command, **options)
        if "ffmpeg" in child.program and words in " ".join(command):
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)
        return child

    before = running()
    with Studio() as own:
        monkeypatch.setattr(process, "start", start_and_kill)
        with pytest.raises(ToolError, match=said) as caught:
            render(*make_ad(media=media_of(clip, photographs)), tmp_path, own)
    assert killed
    assert caught.value.status == -signal.SIGKILL
    assert caught.value.fix == "see whether the machine is short of memory"
    assert not (tmp_path / "video.mp4").exists()
    assert not encoding()
    deadline = time.monotonic() + 20
    while [command for command in running() if command not in before] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [command for command in running() if command not in before] == []


def encoding() -> list[str]:
    """The threads that encode."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("castad-encode")]


class StopError(Exception):
    """What an interrupted run raises."""


def test_stopping_ends_at_once_and_leaves_no_encoder(make_ad: MakeAd, tmp_path: Path) -> None:
    stopped: list[float] = []

    def stop(done: int, total: int) -> None:
        if not total:
            return  # being laid out
        assert encoding()
        stopped.append(time.monotonic())
        raise StopError

    before = running()
    with Studio() as own:
        with pytest.raises(StopError):
            render(*make_ad(seconds=20), tmp_path, own, stop)
        assert time.monotonic() - stopped[0] < 4
        assert not encoding()
    deadline = time.monotonic() + 5
    while len(running()) > len(before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [command for command in running() if command not in before] == []
    assert not (tmp_path / "video.mp4").exists()


LONG = {
    "ko": "창문을 열면 바다가 먼저 인사하는 조용한 방에서 아무것도 하지 않는 하루를 천천히 보내세요 " * 3,
    "en": "Wake up to nothing but the sound of the waves and the smell of fresh coffee in the morning " * 3,
    "ja": "窓をあけると海が先に挨拶してくれる静かな部屋で、何もしない一日をゆっくりお過ごしください。" * 3,
    "th": "ตื่นมาพร้อมเสียงคลื่นและกลิ่นกาแฟสดในห้องพักริมทะเลที่เงียบสงบ ไม่ต้องทำอะไรเลยทั้งวัน " * 3,
}


@pytest.mark.parametrize("language", sorted(LONG))
def test_a_text_too_long_for_its_slot_names_its_place(make_ad: MakeAd, studio: Studio, language: str) -> None:
    text = LONG[language].strip()
    task, script, _ = make_ad(
        language=language,
        seconds=60,
        scenes=(("1", ""), (text, ""), ("2", "")),
        place=PLACE,
        call_to_action="3",
        offer="",
    )
    with pytest.raises(UserError, match="headline does not fit its slot") as caught:
        set_scene(task, script, None, studio, only=[100])
    assert caught.value.place == PLACE
    assert caught.value.fix == "write it shorter"


def test_a_glyph_that_no_font_has_names_the_text(make_ad: MakeAd, studio: Studio, tmp_path: Path) -> None:
    ad = make_ad(scenes=(("Waves", ""), ("Hot \U00013000 tea", ""), ("Stay", "")), place=PLACE)
    with pytest.raises(UserError, match=r"no font has the character .*U\+13000.*headline of scene 2.*Hot") as caught:
        render(*ad, tmp_path, studio)
    assert caught.value.place == PLACE
    assert not (tmp_path / "video.mp4").exists()


def test_more_words_than_there_is_time_to_read_are_refused(make_ad: MakeAd, studio: Studio, tmp_path: Path) -> None:
    text = "A sentence that takes quite some time to read"
    with pytest.raises(UserError, match="to be read"):
        render(*make_ad(scenes=((text, text), (text, text), (text, text))), tmp_path, studio)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("name", ["segment-01.mp4", "sound.m4a", "video.mp4", "cover.jpg", "captions.srt"])
def test_a_full_disk_is_told_and_nothing_half_written_is_passed_on(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(EnvironmentNotReady, match=r"full|No space left") as caught:
        render(*make_ad(), tmp_path, studio)
    assert "space" in caught.value.fix
    assert not encoding()


def test_a_photograph_that_vanished_is_an_error_with_its_place(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, photographs: tuple[Path, ...]
) -> None:
    gone = tmp_path / "gone.jpg"
    gone.write_bytes(photographs[0].read_bytes())
    task, script, track = make_ad(media=[gone])
    task = replace(task, media=(replace(task.media[0], asset=replace(task.media[0].asset, place=PLACE)),))
    gone.unlink()
    with pytest.raises(UserError, match=r"gone\.jpg") as caught:
        render(task, script, track, tmp_path, studio)
    assert caught.value.place == PLACE
