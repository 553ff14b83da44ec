"""The last gate lets a good rendition through and names what is wrong with a bad one."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from castad_cli.errors import RenditionRejected
from castad_cli.model.formats import Box
from castad_cli.render import inspection
from castad_cli.render.checks import stream_checks
from castad_cli.render.checks.legibility import check_layout, contrast_ratio, measure_contrast
from castad_cli.render.checks.stream_checks import check_packets
from castad_cli.render.inspection import Expected, TextSample, inspect
from castad_cli.render.sound.audio import RATE, MixReport, mix
from castad_cli.render.sound.loudness import Loudness
from castad_cli.render.words.fonts import family_files

WIDTH, HEIGHT, FRAMES = 360, 640, 120
EXPECTED = Expected(WIDTH, HEIGHT, FRAMES)
MOVING = f"testsrc2=s={WIDTH}x{HEIGHT}:r=30:d=4"
TAGGED = (
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
UNTAGGED = "format=yuv420p,setparams=color_primaries=unknown:color_trc=unknown:colorspace=unknown"
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
OPEN = "keyint=30:min-keyint=1:open-gop=1:bframes=3:b-adapt=0:scenecut=0"
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-x264-params", "keyint=30:open-gop=0")
MUX = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")


@pytest.fixture(scope="session")
def mixed(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> MixReport:
    """Four seconds of a tune, mixed as a rendition's."""
    folder = tmp_path_factory.mktemp("sound")
    t = np.arange(4 * RATE) / RATE
    tune = sum(np.sin(2 * np.pi * f * t) for f in (110, 220, 331)) * (0.4 + 0.6 * np.exp(-(t * 2 % 1) * 3)) * 0.2
    with wave.open(str(folder / "t.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((tune * 32767).astype("<i2").tobytes())
    return mix(folder / "t.wav", [], Fraction(4), folder / "mix.m4a", ffmpeg)


@pytest.fixture(scope="session")
def sound(mixed: MixReport) -> Path:
    return mixed.path


@pytest.fixture
def make_video(make_media, sound: Path):
    """A finished video like the encoder's, but for what a test changes."""

    def make(
        name: str = "good.mp4",
        *,
        source: str = MOVING,
        still: Path | None = None,
        filters: str = TAGGED,
        video: tuple[str, ...] = X264,
        audio: Path | None = None,
        audio_codec: tuple[str, ...] = ("-c:a", "copy"),
        mux: tuple[str, ...] = MUX,
    ) -> Path:
        picture = (
            ("-loop", "1", "-framerate", "30", "-t", "4", "-i", str(still)) if still else ("-f", "lavfi", "-i", source)
        )
        inputs = (*picture, "-i", str(audio or sound), "-map", "0:v", "-map", "1:a")
        return make_media(name, *inputs, "-vf", filters, *video, *audio_codec, *mux)

    return make


def findings(video: Path, expected: Expected = EXPECTED) -> str:
    return "\n".join(inspect(video, expected).findings)


def test_a_good_rendition_passes_and_its_figures_are_told(make_video) -> None:
    seen = inspect(make_video(), EXPECTED)
    assert seen.findings == ()
    seen.raise_if_bad()
    for name, value in {
        "codec": "h264", "profile": "High", "pixel_format": "yuv420p", "frames": 120, "longest_gop": 30,
        "audio_codec": "aac", "audio_profile": "LC", "sample_rate": 48000, "video_s": 4.0,
    }.items():  # fmt: skip
        assert seen.figures[name] == value, name
    assert seen.figures["integrated_lufs"] == pytest.approx(-14, abs=0.5)
    assert seen.figures["true_peak_dbtp"] <= -1


def test_the_very_sound_that_was_measured_is_not_measured_again_and_any_other_is(make_video) -> None:
    good, half = make_video(), make_video("half.mp4", audio_codec=("-af", "volume=0.5", "-c:a", "aac", "-b:a", "128k"))
    of = {
        path: check_packets(path, width=WIDTH, height=HEIGHT, frames=FRAMES, rate=Fraction(30)) for path in (good, half)
    }
    told = replace(EXPECTED, heard={of[good].sound: Loudness(-14.25, -1.5)})
    figures = inspect(good, told).figures
    assert (figures["integrated_lufs"], figures["true_peak_dbtp"]) == (-14.25, -1.5)
    assert of[half].sound != of[good].sound
    assert "its loudness is -20" in findings(half, told)


def test_a_mix_tells_the_digest_of_the_sound_that_ends_up_in_the_file(make_video, mixed: MixReport) -> None:
    packets = check_packets(make_video(), width=WIDTH, height=HEIGHT, frames=FRAMES, rate=Fraction(30))
    assert packets.sound == mixed.digest


def test_a_bad_one_is_rejected_with_all_its_findings(make_video, place) -> None:
    with pytest.raises(RenditionRejected, match=r"has 120 frames, not 150 \(and") as caught:
        inspect(make_video(), replace(EXPECTED, frames=150)).raise_if_bad(place)
    assert caught.value.place is place
    assert len(caught.value.findings) >= 2
    assert caught.value.fix


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("tail.mp4", {"mux": ("-movflags", "+negative_cts_offsets", "-use_editlist", "0")}, "not made for streaming"),
        ("edits.mp4", {"mux": ("-movflags", "+faststart")}, "edit list"),
        ("frag.mp4", {"mux": ("-movflags", "+frag_keyframe+empty_moov")}, "fragmented"),
        ("main.mp4", {"video": ("-c:v", "libx264", "-profile:v", "main", "-g", "30")}, "profile is Main, not High"),
        ("hevc.mp4", {"video": HEVC}, "codec is hevc"),
        ("444.mp4", {"filters": TAGGED.replace("420p", "444p"), "video": ("-c:v", "libx264")}, "format is yuv444p"),
        ("untagged.mp4", {"filters": UNTAGGED}, "colour primaries is 2, not 1"),
        ("full.mp4", {"filters": TAGGED.replace("range=tv", "range=pc")}, "colour range is 2, not 1"),
        ("slow.mp4", {"source": MOVING.replace("r=30", "r=25")}, "the rate is not constant"),
        ("gop.mp4", {"video": (*X264[:-1], "keyint=90:min-keyint=90:scenecut=0")}, "90 frames apart; at most 60"),
        ("open.mp4", {"video": (*X264[:-1], OPEN)}, "a GOP is open"),
        ("short.mp4", {"audio_codec": ("-c:a", "copy", "-t", "3.8")}, "its sound lasts"),
        ("he.mp4", {"audio_codec": ("-c:a", "aac", "-ar", "44100")}, "sample rate is 44100"),
        ("mono.mp4", {"audio_codec": ("-c:a", "aac", "-ac", "1")}, "audio channels is 1"),
        ("mp3.mp4", {"audio_codec": ("-c:a", "libmp3lame")}, "audio codec is mp3"),
        ("loud.mp4", {"audio_codec": ("-af", "volume=6dB", "-c:a", "aac")}, "its loudness is -8"),
        ("frozen.mp4", {"filters": "trim=end=1.5,tpad=stop=75:stop_mode=clone," + TAGGED}, "stands still from 1."),
        ("black.mp4", {"filters": "drawbox=t=fill:c=black:enable='between(t,1,2.5)'," + TAGGED}, "black at"),
        ("wrong.mp4", {"filters": "scale=400:640," + TAGGED}, "size is (400, 640), not (360, 640)"),
    ],
)  # fmt: skip
def test_each_fault_is_named(name: str, changes: dict, said: str, make_video) -> None:
    video = make_video(name, **changes)
    assert said in findings(video)
    assert said in findings(video), "what is known of its pictures by then changes nothing"


def test_what_the_timeline_meant_is_no_fault(make_video) -> None:
    frozen = make_video("frozen.mp4", filters="trim=end=1.5,tpad=stop=75:stop_mode=clone," + TAGGED)
    assert findings(frozen, replace(EXPECTED, still_spans=((45, 80), (81, 119)))) == ""
    assert "stands still" in findings(frozen, replace(EXPECTED, still_spans=((45, 80), (90, 119))))
    black = make_video("black.mp4", filters="drawbox=t=fill:c=black:enable='between(t,1,2.5)'," + TAGGED)
    spans = ((30, 75),)
    assert findings(black, replace(EXPECTED, still_spans=spans, dark_spans=spans)) == ""


def test_a_slow_zoom_over_a_plain_picture_is_not_taken_for_still(make_video) -> None:
    plain = "gradients=s=720x1280:r=30:d=4:c0=0x203040:c1=0x6080a0:x0=0:y0=0:x1=719:y1=1279:seed=1:speed=0.00001"
    slow = f"{plain},zoompan=z='1+0.0005*on':d=1:s={WIDTH}x{HEIGHT}:fps=30"
    assert "stands still" not in findings(make_video("zoom.mp4", source=slow))


def test_silence_is_right_only_where_it_was_meant(make_video, ffmpeg: str, tmp_path: Path) -> None:
    silent = mix(None, [], Fraction(4), tmp_path / "s.m4a", ffmpeg).path
    video = make_video("silent.mp4", audio=silent)
    assert "loudness" in findings(video)
    assert findings(video, replace(EXPECTED, silent=True)) == ""
    assert "should be silent" in findings(make_video(), replace(EXPECTED, silent=True))


def test_a_file_without_sound_or_cut_off_or_of_another_kind_is_a_finding(
    make_video, make_media, tmp_path: Path
) -> None:
    mute = make_media("mute.mp4", "-i", str(make_video()), "-an", "-c", "copy", *MUX)
    assert "not one picture and one sound" in findings(mute)
    data = make_video().read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    assert findings(tmp_path / "cut.mp4")
    (tmp_path / "text.mp4").write_text("no video")
    assert "not a whole MP4" in findings(tmp_path / "text.mp4")


def test_a_sound_that_cannot_be_decoded_is_a_finding(make_video, tmp_path: Path) -> None:
    data = bytearray(make_video().read_bytes())
    with av.open(str(make_video())) as container:
        for packet in container.demux(audio=0):
            if packet.size:
                data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    (tmp_path / "noise.mp4").write_bytes(data)
    assert "the file cannot be read: the sound of noise.mp4 cannot be decoded" in findings(tmp_path / "noise.mp4")


def text_sample(**changes) -> TextSample:
    sample = TextSample("Sea view", "headline", Box(40, 100, 320, 160), Box(30, 60, 330, 500), 20, 100, (255, 255, 255))
    return replace(sample, **changes)


def test_layout_faults_are_named() -> None:
    rate = Fraction(30)
    assert check_layout([text_sample()], rate) == []
    assert "leaves the safe area" in check_layout([text_sample(box=Box(20, 100, 300, 160))], rate)[0]
    assert check_layout([text_sample(box=Box(29.5, 100, 330.4, 160))], rate) == []
    assert "reading it takes 0.78 s" in check_layout([text_sample(last_frame=42)], rate)[0]
    assert check_layout([text_sample(last_frame=42, must_be_read=False)], rate) == []
    first, again = (text_sample(slot="mark", first_frame=start, last_frame=start + 22) for start in (20, 60))
    assert check_layout([first, again], rate) == [], "a name that every scene repeats is read once"
    assert len(check_layout([replace(first, slot="headline"), replace(again, slot="line")], rate)) == 2
    assert "has no size" in check_layout([text_sample(box=Box(40, 100, 40, 160))], rate)[0]
    other = text_sample(text="Now", slot="offer", box=Box(300, 150, 330, 180), first_frame=90, last_frame=200)
    assert check_layout([text_sample(), other], rate) == ["headline “Sea view” overlaps offer “Now” from 90"]
    assert check_layout([text_sample(), replace(other, first_frame=101)], rate) == []


def written(ground: np.ndarray, color: tuple[int, int, int], scale: float = 1.6) -> np.ndarray:
    picture = ground.copy()
    cv2.putText(picture, "Sea view", (44, 148), cv2.FONT_HERSHEY_DUPLEX, scale, color, 4, cv2.LINE_AA)
    return picture


def ground(value: tuple[int, int, int]) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), value, np.uint8)


@pytest.mark.parametrize("dark", [(0, 0, 0), (60, 60, 60), (90, 90, 90), (118, 118, 118), (11, 57, 84)])
def test_measured_contrast_is_wcags(dark: tuple[int, int, int]) -> None:
    pixels = written(ground(dark), (255, 255, 255))[100:160, 40:320]
    assert measure_contrast(pixels, text_sample()) == pytest.approx(contrast_ratio((255, 255, 255), dark), rel=0.03)
    assert contrast_ratio((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast_ratio((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_text_over_its_own_colour_has_no_contrast_even_in_part() -> None:
    white = written(ground((250, 250, 250)), (255, 255, 255))[100:160, 40:320]
    assert measure_contrast(white, text_sample()) == 1.0
    half = ground((20, 20, 20))
    half[:, 220:] = (246, 246, 246)
    assert measure_contrast(written(half, (255, 255, 255))[100:160, 40:320], text_sample()) == 1.0
    absent = ground((20, 20, 20))[100:160, 40:320]
    assert measure_contrast(absent, text_sample()) == 1.0


@pytest.mark.parametrize("words", ["하늘마루 펜션", "WWM 20%", "평일 할인!"])
def test_heavy_type_is_not_taken_for_its_ground(words: str) -> None:
    picture = Image.new("RGB", (900, 200), (20, 40, 60))
    draw = ImageDraw.Draw(picture)
    face = ImageFont.truetype(str(family_files()["Noto Sans KR"]), 150)
    face.set_variation_by_axes([900])
    draw.text((10, 10), words, (255, 255, 255), font=face)
    box = Box(*map(float, draw.textbbox((10, 10), words, font=face)))
    pixels = np.asarray(picture)[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    assert measure_contrast(pixels, text_sample(text=words)) > 9


SMALL = "놓치면 아쉬운 혜택이에요"


def small_type(ground: Image.Image) -> tuple[np.ndarray, TextSample]:
    """Thin type of 18 pixels on ``ground`` (300×40), softened as a draft's is while it turns, and its sample."""
    mask = Image.new("L", (1200, 160))
    face = ImageFont.truetype(str(family_files()["Noto Sans KR"]), 72)
    face.set_variation_by_axes([500])
    ImageDraw.Draw(mask).text((42, 30), SMALL, 255, font=face)
    soft = mask.rotate(0.6, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2)).resize((300, 40))
    ground.paste((253, 248, 239), mask=soft)
    box = soft.point(lambda value: 255 if value > 40 else 0).getbbox()
    assert box is not None
    return np.asarray(ground.crop(box)), text_sample(text=SMALL, color=(253, 248, 239), size_px=18.0)


def test_small_type_softened_by_a_draft_is_not_taken_for_its_ground() -> None:
    pixels, sample = small_type(Image.new("RGB", (300, 40), (36, 66, 77)))
    assert measure_contrast(pixels, sample) > 7


def test_light_lines_thinner_than_a_stroke_are_ground() -> None:
    picture = Image.new("RGB", (300, 40), (36, 66, 77))
    for x in range(4, 300, 8):
        ImageDraw.Draw(picture).line([(x, 0), (x, 40)], (200, 200, 200), 2)
    pixels, sample = small_type(picture)
    assert measure_contrast(pixels, sample) < 2.5


def test_the_worst_tenth_of_the_ground_counts() -> None:
    picture = ground((10, 10, 10))
    picture[:, 270:] = (150, 150, 150)
    ratio = measure_contrast(written(picture, (255, 255, 255))[100:160, 40:320], text_sample())
    assert ratio == pytest.approx(contrast_ratio((255, 255, 255), (150, 150, 150)), rel=0.06)


def test_known_glyphs_need_no_guess() -> None:
    coverage = written(ground((0, 0, 0)), (255, 255, 255))[100:160, 40:320, 0]
    pixels = written(ground((200, 200, 200)), (255, 255, 255))[100:160, 40:320]
    ratio = measure_contrast(pixels, text_sample(coverage=np.ascontiguousarray(coverage)))
    assert ratio == pytest.approx(contrast_ratio((255, 255, 255), (200, 200, 200)), rel=0.05)


@pytest.mark.parametrize(("shade", "passes"), [(60, True), (150, False)])
def test_contrast_is_measured_on_the_finished_file(shade: int, passes: bool, make_video, tmp_path: Path) -> None:
    """White words stand over a plain ground with something that moves below them, between key frames."""
    Image.fromarray(written(ground((shade, shade, shade)), (255, 255, 255))).save(tmp_path / "card.png")
    video = make_video(
        f"words{shade}.mp4",
        still=tmp_path / "card.png",
        filters=f"drawbox=x='20+t*60':y=400:w=60:h=90:c=orange:t=fill,noise=alls=6:allf=t,{TAGGED}",
    )
    for first, last in ((20, 100), (62, 88)):
        said = findings(video, replace(EXPECTED, texts=(text_sample(first_frame=first, last_frame=last),)))
        assert ("has a contrast of" not in said) is passes
        assert (said == "") is passes, said


def test_pictures_that_were_looked_at_are_not_decoded_again_and_texts_that_were_not_are_read(
    make_video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def video(shade: int) -> Path:
        Image.fromarray(written(ground((shade, shade, shade)), (255, 255, 255))).save(tmp_path / f"{shade}.png")
        return make_video(f"looked-{shade}.mp4", still=tmp_path / f"{shade}.png", filters=f"noise=alls=6,{TAGGED}")

    def note(path: Path, frames: Sequence[int], keys: set[int], rate: Fraction) -> Iterator[Any]:
        decoded.append(list(frames))
        return original(path, frames, keys, rate)

    def note_signal(context: Any, packet: Any) -> Any:
        asked.append(packet.pts)
        return original_signal(context, packet)

    decoded: list[list[int]] = []
    asked: list[int] = []
    original, original_signal = inspection._decode_frames, stream_checks._decoded_signal
    monkeypatch.setattr(inspection, "_decode_frames", note)
    monkeypatch.setattr(stream_checks, "_decoded_signal", note_signal)
    one = replace(EXPECTED, still_spans=[(0, FRAMES)], texts=(text_sample(),))
    said = inspect(video(50), one)
    assert said.figures["contrasts"]["Sea view"] > 10
    assert decoded == [[0, 30, 60, 90]]
    assert said.figures["pixel_format"] == "yuv420p"
    assert inspect(video(50), one) == said
    assert decoded == [[0, 30, 60, 90]]
    assert asked == [0], "nor to know how they are stored"
    black = text_sample(text="black", color=(0, 0, 0), first_frame=25, last_frame=70)
    assert "“black” cannot be made out" in findings(video(50), replace(one, texts=(*one.texts, black)))
    assert decoded == [[0, 30, 60, 90], [30, 60]]
    assert inspect(video(140), one).figures["contrasts"]["Sea view"] < 4
    assert decoded == [[0, 30, 60, 90], [30, 60], [0, 30, 60, 90]]


def test_the_cover_is_looked_at(make_video, tmp_path: Path) -> None:
    def said(image: Image.Image, name: str = "c.jpg", **options) -> str:
        image.save(tmp_path / name, "JPEG", **options)
        return findings(make_video(), replace(EXPECTED, cover=tmp_path / name))

    card = Image.fromarray(written(ground((60, 90, 120)), (255, 255, 255)))
    assert said(card) == ""
    assert "is 100×50, not" in said(card.resize((100, 50)))
    assert "shows nothing" in said(Image.new("RGB", (WIDTH, HEIGHT)))
    assert "not in sRGB" in said(card.convert("CMYK"))
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    assert "cover cannot be read" in findings(make_video(), replace(EXPECTED, cover=tmp_path / "c.jpg"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1\n00:00:00,000 --> 00:00:02,000\n바다가 보이는 방\n\n2\n00:00:02,000 --> 00:00:04,000\nTwo\nlines\n", ""),
        ("", ""),
        ("1\n00:00:00,000 --> 00:00:05,000\nlate\n", "after the video"),
        ("1\n00:00:00,000 --> 00:00:02,000\na\n\n2\n00:00:01,500 --> 00:00:03,000\nb\n", "caption 2 begins before"),
        ("1\n00:00:02,000 --> 00:00:01,000\na\n", "before it begins"),
        ("2\n00:00:00,000 --> 00:00:01,000\na\n", "caption 1 is not of the form"),
        ("1\n00:00:00.000 --> 00:00:01.000\na\n", "caption 1 is not of the form"),
        ("1\n00:00:00,000 --> 00:00:01,000\n", "caption 1 is not of the form"),
    ],
)
def test_the_captions_are_looked_at(text: str, said: str, make_video, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(text, encoding="utf-8")
    got = findings(make_video(), replace(EXPECTED, captions=tmp_path / "a.srt"))
    assert (said in got) if said else got == ""


def test_captions_that_are_no_utf_8_are_a_finding(make_video, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes("1\n00:00:00,000 --> 00:00:01,000\n바다\n".encode("cp949"))
    assert "captions cannot be read" in findings(make_video(), replace(EXPECTED, captions=tmp_path / "a.srt"))
