"""A track by Suno: submitted once, polled by whoever comes by, downloaded at once, cut to each ad that wants it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import CastadError, NeedsReview, PlatformError, PutOff
from castad_cli.generate.buying import Till, buy
from castad_cli.generate.suno.flavor import Flavor, LinkEnded, Offered, Progress, Unheard
from castad_cli.generate.suno.terms import NAMES, open_flavor, purchase, wish_of
from castad_cli.generate.suno.wire import Wire
from castad_cli.model.music import Track
from castad_cli.model.plan import TrackTask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from castad_cli.generate.outside import Outside
    from castad_cli.model.music import BeatGrid
    from castad_cli.storage.layout import Made

FIRST_POLL_S, LONGEST_POLL_S = 4.0, 30.0
_GIVES_UP_S = 45 * 60
_LEAST_SOUND_S = 2.0


_KEEPS_S = 14 * 86400
"""So long the services keep a track, the shorter of what their pages say."""


class TaskFailed(PlatformError):
    """The service gave a task up; there will be no track of it."""

    returned = False
    """Whether what it cost was given back."""


def make_track(task: TrackTask, folder: Path, outside: Outside | None = None) -> Track:
    """The best fitting of the tracks that were bought for ``task``, cut to its length.

    Raises:
        PlatformError: the service refused the wish, failed, or gave no usable sound.
        EnvironmentNotReady, PutOff, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    from castad_cli.generate.wav import write_wav

    assert outside is not None, "music by Suno needs the outside"
    settings = outside.settings
    flavor = open_flavor(settings)

    def act(till: Till) -> Mapping[str, Any]:
        handle = till.hold.claim.handle
        if handle is None:
            try:
                handle = {"task": flavor.submit(wish_of(task, settings), till.pay), "submitted_at": time.time()}
            except Unheard:
                till.hold.nothing_happened()
                raise
            till.hold.save_handle(handle)
            raise _wait(handle, "the track is being made")
        try:
            tracks = _poll(flavor, handle)
        except TaskFailed as error:
            if not error.returned:
                till.count_lost()
            till.hold.nothing_happened()  # so that `castad retry` has a new task made, and does not ask about this one
            raise
        files = _download(tracks, till.folder, since=float(handle["submitted_at"]))
        facts = {"task": handle["task"], "titles": [track.title for track in tracks]}
        till.keep(files, facts)
        return facts

    def restore(facts: Mapping[str, Any], to: Path) -> Mapping[str, Path]:
        return _download(_poll(flavor, {"task": facts["task"], "submitted_at": 0.0}), to, since=0.0)

    made = buy(outside, purchase(task, settings), act, restore)
    piece, grid, number = _choose(task, made, outside, folder)
    file = folder / f"{task.fingerprint}.wav"
    write_wav(file, piece)
    titles = made.facts.get("titles") or []
    title = titles[number] if number < len(titles) else ""
    return Track(
        str(file),
        task.duration_s,
        grid,
        provider="suno",
        credit=" · ".join(filter(None, (NAMES[settings.suno_flavor], title, f"task {made.facts.get('task', '')}"))),
        licence=settings.suno_licence,
        generated=True,
        by_ai="Suno",
    )


def _poll(flavor: Flavor, handle: Mapping[str, Any]) -> tuple[Offered, ...]:
    """The finished tracks of a task.

    Raises:
        PutOff: it is not finished; come back then.
        NeedsReview: it has not finished for so long that it hardly will.
        PlatformError: it failed, or did not answer.
    """
    try:
        progress: Progress = flavor.poll(str(handle["task"]))
    except PlatformError as error:
        if error.kind == "unknown":  # a lost answer to a mere question loses nothing
            raise PlatformError(error.message, kind="transient") from error
        raise
    if progress.state == "failed":
        failed = TaskFailed(f"the music service failed: {progress.reason}", kind="rejected")
        failed.returned = progress.returned
        raise failed
    if progress.state == "running":
        if time.time() - float(handle["submitted_at"]) > _GIVES_UP_S:
            raise NeedsReview(
                f"the music service has not finished task {handle['task']} after {_GIVES_UP_S // 60} minutes",
                fix="look at the account; `castad review` has it asked again",
            )
        raise _wait(handle, "the track is being made")
    return progress.tracks


def _wait(handle: Mapping[str, Any], what: str) -> PutOff:
    """Ask again soon at first, later the longer it takes."""
    age_s = time.time() - float(handle["submitted_at"])
    wait_s = min(max(FIRST_POLL_S, age_s / 4), LONGEST_POLL_S)
    return PutOff(what, until=datetime.now(UTC) + timedelta(seconds=wait_s))


def _download(tracks: tuple[Offered, ...], folder: Path, *, since: float) -> dict[str, Path]:
    """Every track's sound in a file. One that cannot be had is passed over while another can.

    Raises:
        PlatformError: ``transient``: none can be had now; ``rejected``: all links have ended, and the task was
            submitted, at ``since`` (a time as `time.time` gives it), too long ago for that to change.
    """
    files: dict[str, Path] = {}
    trouble: PlatformError | None = None
    for number, track in enumerate(tracks):
        to = folder / f"track-{number}"
        try:
            Wire("the music service", "", "").download(track, to)
            _decode(to)
        except PlatformError as error:
            trouble = error
        else:
            files[f"track-{number}"] = to
    if not files:
        assert trouble, "a finished task has tracks"
        if isinstance(trouble, LinkEnded) and time.time() - since > _KEEPS_S:
            raise PlatformError(
                "the music service keeps the track no longer, and the store has lost it",
                kind="rejected",
                fix="choose another `seed:` under `music`: that buys another track",
            ) from trouble
        kind = "transient" if trouble.kind == "unknown" else trouble.kind
        raise PlatformError(trouble.message, kind=kind) from trouble
    return files


def _decode(file: Path) -> NDArray[np.float32]:
    from castad_cli.generate.fitting import LONGEST_HEARD_S, RATE
    from castad_cli.generate.track_file import decode

    try:
        sound = decode(file, "the track", LONGEST_HEARD_S * RATE, None)
    except CastadError as error:
        raise PlatformError(f"the music service's track is not usable: {error.message}", kind="transient") from error
    if sound.shape[1] < _LEAST_SOUND_S * RATE:
        raise PlatformError("the music service's track is too short to be music", kind="rejected")
    return sound


def _choose(task: TrackTask, made: Made, outside: Outside, folder: Path) -> tuple[NDArray[np.float32], BeatGrid, int]:
    """The track that fits best, cut: long enough, with a clear beat, near the wished tempo, the first of equals."""
    from castad_cli.generate.fitting import RATE, cut

    best: tuple[tuple[float, ...], NDArray[np.float32], BeatGrid, int] | None = None
    for name in sorted(made.files):
        file = outside.store.fetch(made, name, folder / f"{task.fingerprint[:16]}-{name}")
        sound = _decode(file)
        file.unlink(missing_ok=True)
        try:
            piece, grid = cut(sound, task.duration_s, loop=True)
        except ValueError:
            continue
        off = abs(float(grid.tempo_bpm) / task.tempo - 1) if task.tempo and grid.beats else 0.0
        score = (float(sound.shape[1] >= round(task.duration_s * RATE)), float(bool(grid.beats)), -round(off, 2))
        if best is None or score > best[0]:
            best = score, piece, grid, int(name.rpartition("-")[2])
    if best is None:
        raise PlatformError("all tracks of the music service are silent", kind="rejected")
    return best[1:]
