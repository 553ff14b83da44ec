"""The sound of a rendition: music and clips' own sound, mixed, brought to loudness, encoded once.

FFmpeg decodes the music and each scene's sound; they are faded, balanced, brought to −14 LUFS and limited here;
FFmpeg encodes AAC; and what was encoded is decoded and measured again, since an
encoder overshoots peaks. The encoded file is what a rendition carries, copied, never encoded twice.

Why the first 1024 frames of the mix are dropped: an AAC encoder delays the sound by as many (21 ms), and
platforms want no edit list that would hide the delay. Encoded so, every beat is heard exactly where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render.machine import process
from castad_cli.render.media.probing import UNDECODED, probe_media, sound_digest
from castad_cli.render.sound.accents import Accent, lay_accents
from castad_cli.render.sound.ducking import give_way
from castad_cli.render.sound.loudness import RATE, Loudness, integrated_lufs, limit, measure, peaks, ride

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TARGET_LUFS = -14.0
TOLERANCE_LU = 0.5
MOST_DBTP = -1.0

_CLOSE_LU = 0.15
"""How near the target the mix is brought before it is encoded, and how near is good enough after."""

_CEILING_DBTP = -1.8
_MARGIN_DB = 0.4
"""How far below the limit an overshoot is brought when it is corrected."""

_PRIMING = 1024
_BITRATE = "128k"
"""What Instagram asks for (media specifications of Reels)."""

_SOUND_BELOW_LU = 9.0
_DUCKING_DB = 2.5
_EDGE_S = 0.15
_SPEECH_ABOVE_LU = 3.0
"""How much louder a voice is than the music where nobody speaks."""
_UNDER_SPEECH_LU = 18.0
"""How much quieter everything else is while it is heard: 18 to 25 dB is usual under a narrator."""
_SPEECH_RAMP_S = 0.5
_TRIMMED_S = 0.6
_MOST_GAIN_DB = 66.0
_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class SceneSound:
    """A clip's own sound, from ``clip_start_s`` of the clip: heard from ``start_s`` of the video for ``length_s``.

    A clip that has none, or none left there, adds nothing.
    """

    path: Path
    start_s: Fraction
    clip_start_s: Fraction
    length_s: Fraction


@dataclass(frozen=True)
class Speech:
    """A spoken line, heard whole from ``start_s`` of the video for ``length_s``, at ``rate`` times its own speed."""

    path: Path
    start_s: Fraction
    length_s: Fraction
    rate: Fraction = Fraction(1)
    text: str = ""


@dataclass(frozen=True)
class MixReport:
    """What was made: an MP4 with one AAC stream, and how loud it is when decoded.

    ``silent`` marks digital silence: no music, no sound, or nothing to be heard in them. ``digest`` is the
    `sound_digest` of what was measured.
    """

    path: Path
    integrated_lufs: float
    true_peak_dbtp: float
    gain_db: float
    encodings: int
    silent: bool
    digest: str = ""


def build_decode_command(
    path: Path, *, ffmpeg: str, length_s: Fraction, start_s: Fraction = Fraction(0), rate: Fraction = Fraction(1)
) -> list[str]:
    """The FFmpeg command that writes stereo float samples at 48 kHz of the file's first sound to its output.

    ``rate`` times as fast, at the same pitch.
    """
    import ffmpeg as graph

    begin = {"ss": _seconds(start_s)} if start_s else {}
    source = graph.input(f"file:{path.absolute()}", protocol_whitelist="file,pipe", **begin, t=_seconds(length_s))
    # Where a recording has gaps, or begins late beside its picture, silence keeps what follows in its place.
    sound = source["a:0"].filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    if rate != 1:
        sound = sound.filter("atempo", f"{float(rate):.4f}")
    return _quiet(graph.compile(graph.output(sound, "pipe:1", f="f32le", acodec="pcm_f32le", ac=2), cmd=ffmpeg))


def build_encode_command(out: Path, *, ffmpeg: str) -> list[str]:
    """The FFmpeg command that encodes stereo float samples from its input as AAC-LC in an MP4 without edit list."""
    import ffmpeg as graph

    source = graph.input("pipe:0", f="f32le", ar=RATE, ac=2)
    target = graph.output(
        source,
        f"file:{out.absolute()}",
        f="mp4",
        acodec="aac",
        audio_bitrate=_BITRATE,
        aac_coder="fast",
        use_editlist=0,
        movflags="+faststart",
        map_metadata=-1,
        fflags="+bitexact",
        **{"flags:a": "+bitexact"},
    )
    return _quiet(graph.compile(target, cmd=ffmpeg, overwrite_output=True))


def mix(
    track_wav: Path | None,
    sounds: Sequence[SceneSound],
    duration_s: Fraction,
    out: Path,
    ffmpeg: str,
    *,
    place: Place | None = None,
    check: Callable[[], None] = lambda: None,
    speech: Sequence[Speech] = (),
    accents: Sequence[Accent] = (),
) -> MixReport:
    """The finished sound of a video of ``duration_s``, encoded in ``out`` (an ``.m4a``).

    While ``speech`` is heard, everything else gives way to it. ``accents`` lie under music; without any they are
    left out.

    ``check`` is called between its steps; what it raises stops the work.

    Decoded, it begins with the video's first frame and ends within one AAC frame (21 ms) after its last.

    Raises:
        ToolError: FFmpeg cannot decode a source, or the encoding cannot be brought to the loudness asked for.
        UserError: the music is so uneven that no gain brings it there.
    """
    frames = round(duration_s * RATE)
    check()
    programme = _gather(track_wav, sounds, duration_s, frames, ffmpeg)
    check()
    if accents and track_wav is not None:
        programme = lay_accents(programme, accents)
    if speech:
        programme = _lay_speech(programme, speech, ffmpeg)
        check()
    loudness = integrated_lufs(programme)
    if not isfinite(loudness):
        _encode(programme * 0, out, ffmpeg)
        return MixReport(out, loudness, -inf, 0.0, 1, silent=True)
    mastered, gain_db = _master(programme, TARGET_LUFS - loudness, place)
    for encodings in (1, 2, 3):
        check()
        _encode(mastered, out, ffmpeg)
        decoded = _decode(out, frames)
        heard = measure(decoded)
        off = TARGET_LUFS - heard.integrated_lufs
        if encodings == 3 or (heard.true_peak_dbtp <= MOST_DBTP - 0.02 and abs(off) <= 2 * _CLOSE_LU):
            break
        mastered = _correct(mastered, decoded, off)
    if heard.true_peak_dbtp > MOST_DBTP or abs(off) > TOLERANCE_LU:
        raise ToolError(
            f"the mix came out at {heard.integrated_lufs:.1f} LUFS and {heard.true_peak_dbtp:.1f} dBTP, "
            f"not at {TARGET_LUFS:.0f} and under {MOST_DBTP:.0f}",
            command=build_encode_command(out, ffmpeg=ffmpeg),
            fix="use other music, or report this with the track",
            place=place,
        )
    return MixReport(
        out, heard.integrated_lufs, heard.true_peak_dbtp, gain_db, encodings, silent=False, digest=_digest(out)
    )


def measure_file(path: Path) -> Loudness:
    """Loudness and true peak of a file's sound, decoded whole."""
    return measure(_decode(path, None))


def _gather(
    track: Path | None, sounds: Sequence[SceneSound], duration_s: Fraction, frames: int, ffmpeg: str
) -> NDArray[np.float32]:
    """Music and sound, balanced and added: (frames, 2)."""
    import numpy as np

    music = np.zeros((frames, 2), np.float32)
    if track is not None:
        heard = _run_decode(build_decode_command(track, ffmpeg=ffmpeg, length_s=duration_s))[:frames]
        music[: len(heard)] = heard
        _fade_end(music)
    if not sounds:
        return music
    bed = np.zeros((frames, 2), np.float32)
    for sound in sounds:
        if not probe_media(sound.path, sound.path.name, None).has_audio:
            continue  # a clip without sound has none to mix
        begin = round(sound.start_s * RATE)
        room = frames - begin
        if room <= 0:
            continue
        command = build_decode_command(
            sound.path,
            ffmpeg=ffmpeg,
            start_s=sound.clip_start_s,
            length_s=min(sound.length_s, duration_s - sound.start_s),
        )
        part = _fade_edges(_run_decode(command)[:room])
        bed[begin : begin + len(part)] += part
    return _balance(music, bed, sounds)


def _run_decode(command: list[str]) -> NDArray[np.float32]:
    import numpy as np

    samples = np.frombuffer(process.run(command, timeout_s=_TIMEOUT_S).stdout, np.float32).reshape(-1, 2)
    if np.isfinite(samples).all():
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def _fade_edges(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scene sound that comes and goes softly."""
    import numpy as np

    edge = min(round(_EDGE_S * RATE), len(sound) // 4)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)[:, None]
    faded = sound.copy()
    faded[:edge] *= ramp
    faded[len(faded) - edge :] *= ramp[::-1]
    return faded


def _fade_end(music: NDArray[np.float32]) -> None:
    """Music that still sounds in its last tenth of a second was cut off: fades it out."""
    import numpy as np

    tail = RATE // 10
    if len(music) <= 2 * tail or float(np.abs(music[-tail // 4 :]).max(initial=0)) < 1e-3:
        return
    span = min(round(_TRIMMED_S * RATE), len(music) // 4)
    music[-span:] *= np.cos(np.linspace(0, np.pi / 2, span, dtype=np.float32))[:, None] ** 2


def _balance(
    music: NDArray[np.float32], sound: NDArray[np.float32], sounds: Sequence[SceneSound]
) -> NDArray[np.float32]:
    """Scene sound laid below the music, which gives way a little while it is heard. Alone, it stays as it is."""
    import numpy as np

    music_lufs, sound_lufs = integrated_lufs(music), integrated_lufs(sound)
    if not isfinite(music_lufs) or not isfinite(sound_lufs):
        return np.asarray(music + sound, np.float32)
    gain_db = min(music_lufs - _SOUND_BELOW_LU - sound_lufs, 24.0)
    spans = [(round(part.start_s * RATE), round((part.start_s + part.length_s) * RATE)) for part in sounds]
    duck = give_way(len(music), spans, _DUCKING_DB)
    return np.asarray(music * duck[:, None] + sound * np.float32(10 ** (gain_db / 20)), np.float32)


def _lay_speech(programme: NDArray[np.float32], speech: Sequence[Speech], ffmpeg: str) -> NDArray[np.float32]:
    """The programme under the spoken lines: `_UNDER_SPEECH_LU` below them while they are heard."""
    import numpy as np

    voice = np.zeros_like(programme)
    spans = []
    for line in speech:
        begin = round(line.start_s * RATE)
        command = build_decode_command(
            line.path, ffmpeg=ffmpeg, length_s=line.length_s * line.rate + Fraction(1, 10), rate=line.rate
        )
        said = _run_decode(command)[: max(0, len(programme) - begin)]
        voice[begin : begin + len(said)] += said
        spans.append((begin, begin + len(said)))
    voice_lufs, rest_lufs = integrated_lufs(voice), integrated_lufs(programme)
    if not isfinite(voice_lufs) or not isfinite(rest_lufs):
        return np.asarray(programme + voice, np.float32)
    gain_db = rest_lufs + _SPEECH_ABOVE_LU - voice_lufs
    quiet = give_way(len(programme), spans, _UNDER_SPEECH_LU - _SPEECH_ABOVE_LU, ramp_s=_SPEECH_RAMP_S, bridge_s=1.5)
    return np.asarray(programme * quiet[:, None] + voice * np.float32(10 ** (gain_db / 20)), np.float32)


def _correct(mastered: NDArray[np.float32], decoded: NDArray[np.float32], off_lu: float) -> NDArray[np.float32]:
    """``mastered``, turned down where the encoder overshot, and ``off_lu`` louder for it."""
    import numpy as np

    before = integrated_lufs(mastered)
    allowed = np.float32(10 ** ((MOST_DBTP - _MARGIN_DB) / 20)) / np.maximum(peaks(decoded), np.float32(1e-9))
    ridden = ride(mastered, allowed[: len(mastered)])
    gain_db = off_lu + before - integrated_lufs(ridden)
    return limit(np.asarray(ridden * np.float32(10 ** (gain_db / 20)), np.float32), _CEILING_DBTP)


def _master(programme: NDArray[np.float32], gain_db: float, place: Place | None) -> tuple[NDArray[np.float32], float]:
    """The programme at `TARGET_LUFS` under the ceiling, and the gain that took.

    Raises:
        UserError: its peaks stand so far above the rest that limiting them leaves it too quiet.
    """
    import numpy as np

    yielded, before = 1.0, (0.0, -inf)
    for _ in range(12):
        louder = programme * np.float32(10 ** (gain_db / 20))
        mastered = limit(np.asarray(louder, np.float32), _CEILING_DBTP)
        reached = integrated_lufs(mastered)
        if abs(TARGET_LUFS - reached) <= _CLOSE_LU:
            return mastered, gain_db
        if isfinite(before[1]) and gain_db != before[0]:
            # Under the limiter a decibel of gain yields less than one of loudness.
            yielded = min(max((reached - before[1]) / (gain_db - before[0]), 0.1), 1.0)
        before = (gain_db, reached)
        gain_db += (TARGET_LUFS - reached) / yielded
        if gain_db > _MOST_GAIN_DB:
            break
    raise UserError(
        "the music cannot be brought to −14 LUFS: it is almost silent but for single loud moments",
        fix="use music that sounds throughout",
        place=place,
    )


def _encode(samples: NDArray[np.float32], out: Path, ffmpeg: str) -> None:
    import numpy as np

    process.run(
        build_encode_command(out, ffmpeg=ffmpeg),
        timeout_s=_TIMEOUT_S,
        input=np.ascontiguousarray(samples[_PRIMING:], "<f4").data,
    )


def _decode(path: Path, frames: int | None) -> NDArray[np.float32]:
    """The file's sound as (frames, 2) float32 at 48 kHz; mono is heard on both sides."""
    import av
    import numpy as np

    heard: list[Any] = []  # frames: of whose planes the stubs do not say that they are buffers
    options = {"protocol_whitelist": "file"}
    with av.open(str(path), options=options, stream_options=UNDECODED, metadata_errors="ignore") as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        for frame in container.decode(audio=0):
            heard.extend(resampler.resample(frame))
        heard.extend(resampler.resample(None))
    samples = np.empty((sum(frame.samples for frame in heard), 2), np.float32)
    begin = 0
    for frame in heard:
        for side in (0, 1):
            samples[begin : begin + frame.samples, side] = np.frombuffer(frame.planes[side], np.float32, frame.samples)
        begin += frame.samples
    return samples[:frames]


def _digest(path: Path) -> str:
    import av

    with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
        stream = container.streams.audio[0]
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
        return sound_digest(stream.codec_context.extradata, packets)


def _quiet(command: list[str]) -> list[str]:
    return [command[0], "-nostdin", "-hide_banner", "-loglevel", "error", *command[1:]]


def _seconds(value: Fraction) -> str:
    return f"{float(value):.6f}"
