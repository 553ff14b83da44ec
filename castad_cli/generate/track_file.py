"""``provider: file``: the recipe's own music, cut to the ad's length.

Any container and codec FFmpeg reads. Silence at its head is skipped, the cut fades out as a mix engineer
would draw it, and the beats are estimated from the sound.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.model.music import Track
from castad_cli.model.place import Place
from castad_cli.model.plan import TrackTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 48_000
_SILENCE = 10 ** (-50 / 20)
_LONGEST_SILENT_HEAD_S = 10
_FADE_S = 2.4
_PLAYLISTS = frozenset({"hls", "concat", "dash", "imf", "webm_dash_manifest"})
_FIX = "use a sound file such as .mp3, .m4a, .wav or .flac"


def make_track(task: TrackTask, folder: Path) -> Track:
    """The recipe's file as a track: 24-bit WAV, 48 kHz, stereo, exactly as long as the ad.

    Raises:
        UserError: the file is missing, unreadable, damaged, silent, too short or no sound at all.
    """
    import numpy as np

    from castad_cli.generate.tempo import estimate_grid
    from castad_cli.generate.wav import write_wav

    if task.asset is None:
        raise UserError("`provider: file` needs `src:` with an audio file", place=task.place)
    name, path, place = task.asset.src, Path(task.asset.path), task.asset.place or task.place
    length = round(task.duration_s * RATE)
    sound = _decode(path, name, length + _LONGEST_SILENT_HEAD_S * RATE, place)
    loud = np.flatnonzero(np.abs(sound).max(axis=0) > _SILENCE)
    if not loud.size:
        raise UserError(f"{name} is silent", fix="use another file", place=place)
    head = max(0, int(loud[0]) - RATE // 200)
    head = head if sound.shape[1] - head >= length else max(0, sound.shape[1] - length)
    sound = sound[:, head : head + length]
    if sound.shape[1] < length:
        raise UserError(
            f"{name} lasts {sound.shape[1] / RATE:.1f}s, the ad {float(task.duration_s):g}s",
            fix="use a longer file, or shorten the ad",
            place=place,
        )
    if np.abs(sound).max() < _SILENCE:
        raise UserError(f"{name} is silent where the ad uses it", fix="use another file", place=place)
    peak = float(np.abs(sound).max())
    grid = estimate_grid(sound, task.duration_s)
    sound = _fade_out(sound / max(1.0, peak), task.duration_s, grid.beats)
    file = folder / f"{task.fingerprint}.wav"
    write_wav(file, sound)
    return Track(str(file), task.duration_s, grid, provider="file", credit=name, generated=False)


def _decode(path: Path, name: str, most: int, place: Place | None) -> NDArray[np.float32]:
    """At most ``most`` samples from the file's first sound stream: (2, samples), float, 48 kHz."""
    import av
    import numpy as np

    if not path.is_file():
        raise UserError(f"{name} is not a file" if path.exists() else f"{name} does not exist",
                        fix="check the path; it is read from beside the recipe", place=place)  # fmt: skip
    pieces: list[NDArray[np.float32]] = []
    count = 0
    try:
        # read through our own file object, so that a playlist can reach no other file and no network
        with path.open("rb") as file, av.open(file, "r", options={"protocol_whitelist": "pipe"}) as container:
            if not container.streams.audio or _PLAYLISTS & set(container.format.name.split(",")):
                raise UserError(f"{name} has no sound in it", fix=_FIX, place=place)
            stream = container.streams.audio[0]
            promised_s = float(container.duration or 0) / 1_000_000
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
            for frame in container.decode(stream):
                for resampled in resampler.resample(frame):
                    pieces.append(resampled.to_ndarray().astype(np.float32))
                    count += resampled.samples
                if count >= most:
                    break
            else:
                pieces += [rest.to_ndarray().astype(np.float32) for rest in resampler.resample(None)]
    except OSError as error:  # av.FFmpegError is one, as are a file's own troubles
        raise _trouble(error, name, count, place) from error
    except (ValueError, IndexError, EOFError) as error:
        raise UserError(f"{name} is not a sound file", fix=_FIX, place=place) from error
    sound = np.concatenate(pieces, axis=1) if pieces else np.zeros((2, 0), dtype=np.float32)
    got_s = sound.shape[1] / RATE
    if sound.shape[1] < most and promised_s and got_s < promised_s - max(0.5, 0.02 * promised_s):
        raise UserError(
            f"{name} is cut off: it says {promised_s:.1f}s and holds {got_s:.1f}s",
            fix="copy the file again",
            place=place,
        )
    if not sound.shape[1]:
        raise UserError(f"{name} has no sound in it", fix=_FIX, place=place)
    return np.nan_to_num(sound[:, :most], nan=0.0, posinf=0.0, neginf=0.0)


def _trouble(error: Exception, name: str, count: int, place: Place | None) -> UserError:
    if isinstance(error, PermissionError):
        return UserError(f"{name} cannot be read", fix="give yourself permission to read it", place=place)
    if count:
        return UserError(f"{name} is damaged after {count / RATE:.1f}s", fix="copy the file again", place=place)
    return UserError(f"{name} is not a sound file", fix=_FIX, place=place)


def _fade_out(sound: NDArray[np.float32], duration_s: Fraction, beats: tuple[Fraction, ...]) -> NDArray[np.float32]:
    """Down to nothing over the last beats: from the beat nearest ``_FADE_S`` before the end, by a cosine."""
    import numpy as np

    wanted = float(duration_s) - min(_FADE_S, float(duration_s) * 0.2)
    near = [float(beat) for beat in beats if abs(float(beat) - wanted) < 0.5]
    start = round(min(near, key=lambda beat: abs(beat - wanted), default=wanted) * RATE)
    length = sound.shape[1]
    faded = sound.copy()
    faded[:, start:] *= (np.cos(np.linspace(0, np.pi / 2, length - start)) ** 2).astype(np.float32)
    return faded
