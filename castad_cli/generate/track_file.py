"""``provider: file``: the recipe's own music, cut to the ad's length.

Any container and codec FFmpeg reads; how it is cut is `fitting`'s business.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.model.music import Track
from castad_cli.model.place import Place
from castad_cli.model.plan import TrackTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from castad_cli.generate.outside import Outside

RATE = 48_000
_LONGEST_SILENT_HEAD_S = 10
_PLAYLISTS = frozenset({"hls", "concat", "dash", "imf", "webm_dash_manifest"})
LICENCE = "the recipe's own file; its owner answers for its licence"
_FIX = "use a sound file such as .mp3, .m4a, .wav or .flac"


def make_track(task: TrackTask, folder: Path, outside: Outside | None = None) -> Track:
    """The recipe's file as a track: 24-bit WAV, 48 kHz, stereo, exactly as long as the ad.

    Raises:
        UserError: the file is missing, unreadable, damaged, silent, too short or no sound at all.
    """
    from castad_cli.generate.fitting import LONGEST_HEARD_S, cut
    from castad_cli.generate.wav import write_wav

    if task.asset is None:
        raise UserError("`provider: file` needs `src:` with an audio file", place=task.place)
    name, path, place = task.asset.src, Path(task.asset.path), task.asset.place or task.place
    sound = decode(path, name, max(LONGEST_HEARD_S, int(task.duration_s) + _LONGEST_SILENT_HEAD_S) * RATE, place)
    try:
        piece, grid = cut(sound, task.duration_s)
    except ValueError as error:
        if str(error) == "silent":
            raise UserError(f"{name} is silent", fix="use another file", place=place) from error
        raise UserError(
            f"{name} lasts {sound.shape[1] / RATE:.1f}s, the ad {float(task.duration_s):g}s",
            fix="use a longer file, or shorten the ad",
            place=place,
        ) from error
    file = folder / f"{task.fingerprint}.wav"
    write_wav(file, piece)
    return Track(str(file), task.duration_s, grid, provider="file", credit=name, licence=LICENCE, generated=False)


def decode(path: Path, name: str, most: int, place: Place | None) -> NDArray[np.float32]:
    """At most ``most`` samples from the file's first sound stream: (2, samples), float, 48 kHz.

    Raises:
        UserError: it is missing, damaged, cut off, or no sound.
    """
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
