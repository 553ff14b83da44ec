"""The sound of a rendition: music and clips' own sound, mixed, brought to loudness, encoded once.

The music and each scene's sound are decoded, faded, balanced, brought to −14 LUFS, limited and encoded as AAC; and what
was encoded is decoded and measured again, since an encoder overshoots peaks. The encoded file is what a rendition
carries, copied, never encoded twice.

Why the first 1024 frames of the mix are dropped: an AAC encoder delays the sound by as many (21 ms), and
platforms want no edit list that would hide the delay. Encoded so, every beat is heard exactly where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import ToolError, UserError
from castad_cli.model.place import Place
from castad_cli.render.media.probing import probe_media
from castad_cli.render.sound.accents import Accent, lay_accents
from castad_cli.render.sound.coding import build_decode_command, decode, digest_of, encode, run_decode
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
        encode(programme[_PRIMING:] * 0, out)
        return MixReport(out, loudness, -inf, 0.0, 1, silent=True)
    mastered, gain_db = _master(programme, TARGET_LUFS - loudness, place)
    for encodings in (1, 2, 3):
        check()
        encode(mastered[_PRIMING:], out)
        decoded = decode(out, frames)
        heard = measure(decoded)
        off = TARGET_LUFS - heard.integrated_lufs
        if encodings == 3 or (heard.true_peak_dbtp <= MOST_DBTP - 0.02 and abs(off) <= 2 * _CLOSE_LU):
            break
        mastered = _correct(mastered, decoded, off)
    if heard.true_peak_dbtp > MOST_DBTP or abs(off) > TOLERANCE_LU:
        raise ToolError(
            f"the mix came out at {heard.integrated_lufs:.1f} LUFS and {heard.true_peak_dbtp:.1f} dBTP, "
            f"not at {TARGET_LUFS:.0f} and under {MOST_DBTP:.0f}",
            fix="use other music, or report this with the track",
            place=place,
        )
    return MixReport(
        out, heard.integrated_lufs, heard.true_peak_dbtp, gain_db, encodings, silent=False, digest=digest_of(out)
    )


def measure_file(path: Path) -> Loudness:
    """Loudness and true peak of a file's sound, decoded whole."""
    return measure(decode(path))


def _gather(
    track: Path | None, sounds: Sequence[SceneSound], duration_s: Fraction, frames: int, ffmpeg: str
) -> NDArray[np.float32]:
    """Music and sound, balanced and added: (frames, 2)."""
    import numpy as np

    music = np.zeros((frames, 2), np.float32)
    if track is not None:
        heard = decode(track, frames)
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
        part = _fade_edges(run_decode(command)[:room])
        bed[begin : begin + len(part)] += part
    return _balance(music, bed, sounds)


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
        said = run_decode(command)[: max(0, len(programme) - begin)]
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
