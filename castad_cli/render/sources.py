"""What fills each scene's picture: photographs loaded at the size they are seen, clips frame by frame."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from castad_cli.errors import ToolError, UserError
from castad_cli.model.formats import Box
from castad_cli.model.plan import MediaSpec
from castad_cli.model.template import TemplateSpec
from castad_cli.render.kernel.converting import RgbPicture
from castad_cli.render.layers import Layout, Spot
from castad_cli.render.media.faces import Face, find_faces, focus_of
from castad_cli.render.media.focus import find_focus
from castad_cli.render.media.looks import Grade, make_grade, match
from castad_cli.render.media.motion import Move, View, choose_move, clamped, matrix
from castad_cli.render.pixels.planes import Picture
from castad_cli.render.placing import Subject, plan_moves
from castad_cli.render.shots import Source, Still, place
from castad_cli.render.timeline import Scene, Timeline

_OVERSAMPLE = 1.12
"""Picture pixels a frame pixel at the closest view: a little more than one keeps linear sampling crisp."""

_SOFT_PX = 0.62
"""Standard deviation of the blur that takes the finest grain off a photograph's luma.

Why: linear sampling keeps a pixel's contrast where it falls on one and halves it where it falls between two. On a
moving picture at nearly its own size, grain at the limit of resolution would draw that as a faint grid that wanders.
What is taken away is less than what the sampling itself softens; chroma, of half the resolution, has no such grain.
"""

_ENLARGED = 1.5
"""A picture enlarged more than this looks soft; it is used, and said."""

_CLIP_ZOOM = 1.02
"""A little more than covering, as `motion` has a photograph that stands still."""

_GLANCE_RATE = Fraction(4)
_GLANCE_SHRINK = 4
"""A look at a clip before it is drawn: so many frames a second, its sides so many times smaller."""


Moves = Mapping[Spot, Move]
"""How each photograph moves in its place; one that is not there moves about its focus, by `motion.choose_move`."""


@dataclass(frozen=True)
class Prepared:
    """A picture, ready to be drawn: a photograph, or what is needed to open its clip.

    A photograph's planes are made once it is known what of it is ever seen (`trim`), which is half of it or less.
    """

    spec: MediaSpec
    size: tuple[int, int]
    image: Picture | RgbPicture | None
    focus: tuple[float, float]
    note: str = ""
    faces: tuple[Face, ...] = ()
    grade: Grade | None = None
    """What a clip's frames still have to go through; a photograph has been."""

    @property
    def is_clip(self) -> bool:
        return self.image is None


def prepare(spec: MediaSpec, width: int, height: int) -> Prepared:
    """Loads a photograph for a frame of ``width`` × ``height``, or probes a clip.

    Raises:
        UserError: it cannot be read; names its place in the recipe.
    """
    path = Path(spec.asset.path)
    if spec.asset.kind == "clip":
        from castad_cli.render.media.clips import probe_clip

        info = probe_clip(path, spec.asset.place, spec.asset.src)
        size = (info.width, info.height)
        return Prepared(spec, size, None, spec.focus or (0.5, 0.5), _note(spec, size, width, height))
    import math

    from castad_cli.render.media.intake import open_image
    from castad_cli.render.media.photos import load_photo

    try:
        with open_image(path, spec.asset.src, spec.asset.place) as header:
            sides = header.size
    except OSError as error:
        raise UserError(
            f"{spec.asset.src} can no longer be read: {(error.strerror or str(error)).lower()}",
            fix="see that the file is still there, and run the same command again",
            place=spec.asset.place,
        ) from error
    # Which side is which after EXIF rotation is not known yet: take the larger need of both ways.
    cover = max(max(width / w, height / h) for w, h in (sides, sides[::-1]))
    long_side = min(max(sides), math.ceil(max(sides) * cover * 1.1 * _OVERSAMPLE))
    photo = load_photo(spec.asset, fit_long_side=long_side)
    note = _note(spec, (photo.full_width, photo.full_height), width, height)
    faces, focus = ((), spec.focus) if spec.focus else _look(photo.rgb, spec.asset.sha256)
    image = RgbPicture(photo.rgb, _SOFT_PX)
    return Prepared(spec, image.size, image, focus, note, faces)


_seen: dict[str, tuple[tuple[Face, ...], tuple[float, float]]] = {}
"""What was found in pictures that this process has looked at: one ad shows each in several formats and languages."""

_MOST_SEEN = 4096


def _look(rgb: NDArray[np.uint8], sha256: str) -> tuple[tuple[Face, ...], tuple[float, float]]:
    """The faces of a photograph, and its focus: theirs, else its subject's."""
    if sha256 not in _seen:
        faces = find_faces(rgb)
        if len(_seen) >= _MOST_SEEN:
            _seen.clear()
        _seen[sha256] = faces, focus_of(faces) or find_focus(rgb)
    return _seen[sha256]


def grade(prepared: Mapping[int, Prepared], look: str) -> dict[int, Prepared]:
    """The ad's photographs as one series; its clips in the same look."""
    if look == "none":
        return dict(prepared)
    prepared = converted(prepared)
    photos = {index: item.image for index, item in prepared.items() if isinstance(item.image, Picture)}
    matched = match(photos, look)
    clip = make_grade(look)
    return {
        index: replace(item, grade=clip) if item.image is None else replace(item, image=matched[index])
        for index, item in prepared.items()
    }


def converted(prepared: Mapping[int, Prepared]) -> dict[int, Prepared]:
    """The same, all of every photograph as planes."""
    return {
        index: replace(item, image=item.image.convert()) if isinstance(item.image, RgbPicture) else item
        for index, item in prepared.items()
    }


def note_of(spec: MediaSpec, width: int, height: int) -> str:
    """What `prepare` would say of a medium, from its file's first bytes alone."""
    from castad_cli.render.media.clips import probe_clip
    from castad_cli.render.media.photos import size_of

    path = Path(spec.asset.path)
    if spec.asset.kind == "clip":
        info = probe_clip(path, spec.asset.place, spec.asset.src)
        return _note(spec, (info.width, info.height), width, height)
    return _note(spec, size_of(spec.asset), width, height)


def _note(spec: MediaSpec, size: tuple[int, int], width: int, height: int) -> str:
    own = max(width / size[0], height / size[1]) * 1.05
    return f"{spec.asset.src} is only {size[0]}×{size[1]}: enlarged {own:.1f} times" if own > _ENLARGED else ""


class ClipSource:
    """A clip, read forward only: frame ``first`` of the ad is the clip's own ``offset`` frames after its start."""

    def __init__(
        self, prepared: Prepared, ffmpeg: str, box: Box, shot_start: int, first: int, count: int, rate: Fraction
    ) -> None:
        from castad_cli.render.media.clips import open_clip, probe_clip

        spec = prepared.spec
        path = Path(spec.asset.path)
        info = probe_clip(path, spec.asset.place, spec.asset.src)
        # As large as it is seen, so that its pixels are the frame's and nothing is softened twice.
        self.width, self.height = _clip_size(prepared, box)
        self._view = _clip_view(prepared, box, (self.width, self.height))
        self._box, self._next, self._grade = box, first, prepared.grade
        self._reader = open_clip(
            path,
            info,
            ffmpeg=ffmpeg,
            start_s=spec.start_s,
            skip=first - shot_start,
            rate=rate,
            frames=count,
            width=self.width,
            height=self.height,
            src=spec.asset.src,
            place=spec.asset.place,
        )
        self._reader.__enter__()
        self._frames = iter(self._reader)
        self._current: Picture | None = None

    def picture(self, frame: int) -> Picture:
        while self._current is None or self._next <= frame:
            got = next(self._frames, None)
            if got is None:
                break
            self._current = Picture(got.y, got.u, got.v)
            if self._grade is not None:
                self._current = self._grade.apply(self._current)
            self._next += 1
        if self._current is None:
            raise UserError("a clip gave no picture")
        return self._current

    def placing(self, frame: int, box: Box | None = None) -> tuple[float, float, float]:
        size = self.width, self.height
        if box is not None:
            return matrix(clamped(self._view, size, box), size, box)
        return matrix(self._view, size, self._box)

    def close(self) -> None:
        self._reader.close()


@contextlib.contextmanager
def open_sources(
    prepared: dict[int, Prepared],
    boxes: dict[Spot, Box],
    timeline: Timeline,
    first: int,
    last: int,
    ffmpeg: str,
    moves: Moves | None = None,
) -> Iterator[dict[Spot, Source]]:
    """A source for each place seen in the frames ``first`` to ``last`` (exclusive); clips are closed at the end."""
    sources: dict[Spot, Source] = {}
    with contextlib.ExitStack() as stack:
        for scene, after in zip(timeline.scenes, [*timeline.scenes[1:], None], strict=True):
            end = scene.end + (after.transition_frames if after else 0)
            if end <= first or scene.start >= last:
                continue
            for spot, box, item in _shown(scene, boxes, prepared):
                if item.image is not None:
                    sources[spot] = _still(item, scene, end, box, spot, moves)
                else:
                    start = max(first, scene.start)
                    clip = ClipSource(item, ffmpeg, box, scene.start, start, min(last, end) - start, timeline.rate)
                    stack.callback(clip.close)
                    sources[spot] = clip
        yield sources


def _shown(
    scene: Scene, boxes: Mapping[Spot, Box], prepared: Mapping[int, Prepared]
) -> Iterator[tuple[Spot, Box, Prepared]]:
    """A scene's places, each with its picture.

    Raises:
        ToolError: the template puts a picture there that is not the scene's.
    """
    for spot, box in boxes.items():
        if spot[0] == scene.index:
            if spot[2] not in prepared:
                raise ToolError(
                    f"the template puts picture {spot[2]} into a {scene.kind or scene.role} scene, which has none such",
                    fix='in template.html, give data-media="…" one of `scene.pictures`',
                )
            yield spot, box, prepared[spot[2]]


def _still(item: Prepared, scene: Scene, end: int, box: Box, spot: Spot, moves: Moves | None) -> Still:
    assert isinstance(item.image, Picture)
    return Still(item.image, _move(item, scene, box, spot, moves), box, scene.start, end)


def _move(item: Prepared, scene: Scene, box: Box, spot: Spot, moves: Moves | None) -> Move:
    chosen = (moves or {}).get(spot)
    return chosen or choose_move(item.spec.motion, scene.index + spot[1], item.size, box, item.focus)


def moves_of(
    prepared: Mapping[int, Prepared],
    layout: Layout,
    timeline: Timeline,
    spec: TemplateSpec,
    scenes: Collection[int] | None = None,
) -> tuple[dict[Spot, Box], dict[Spot, Move]]:
    """Every place for a picture, and how its photograph moves there: as the recipe or the template says, about its
    focus, and so that no face is cut or covered.

    With ``scenes``, those of other scenes only as far as their pictures are ``prepared``: all shots of a picture decide
    what is kept of it (`trim`).
    """
    boxes = {
        layer.spot: layer.box
        for layer in layout.layers
        if layer.kind == "media" and (scenes is None or layer.scene in scenes or layer.media in prepared)
    }
    motions = {}
    for scene in timeline.scenes:
        own = spec.kind(scene.kind or scene.role).motions
        for spot, _, item in _shown(scene, boxes, prepared):
            turn = scene.index + spot[1]
            motions[spot] = own[turn % len(own)] if item.spec.motion == "auto" and own else item.spec.motion
    return boxes, plan_moves(subjects_of(prepared), boxes, layout, motions)


def trim(
    prepared: Mapping[int, Prepared],
    boxes: dict[Spot, Box],
    timeline: Timeline,
    moves: Moves,
    pool: Executor | None = None,
) -> dict[int, Prepared]:
    """The photographs without what none of their shots ever shows: of a wide one in a tall frame, half.

    What is left of them is ready to be drawn; in a ``pool``, where there is one, several at a time.
    """
    seen: dict[int, list[float]] = {}
    for scene, after in zip(timeline.scenes, [*timeline.scenes[1:], None], strict=True):
        end = scene.end + (after.transition_frames if after else 0)
        for spot, box, item in _shown(scene, boxes, prepared):
            if item.image is None:
                continue
            move = _move(item, scene, box, spot, moves)
            edges = seen.setdefault(spot[2], [*item.size, 0.0, 0.0])
            for frame in range(scene.start, end):
                scale, dx, dy = place(move, item.size, box, scene.start, end, frame)
                edges[:2] = min(edges[0], scale * box.left + dx), min(edges[1], scale * box.top + dy)
                edges[2:] = max(edges[2], scale * box.right + dx), max(edges[3], scale * box.bottom + dy)

    def cut(index: int) -> Prepared:
        item = prepared[index]
        return item if item.image is None or index not in seen else replace(item, image=item.image.cut(*seen[index]))

    return dict(zip(prepared, (pool.map if pool else map)(cut, prepared), strict=True))


def subjects_of(prepared: Mapping[int, Prepared]) -> dict[int, Subject]:
    """What each photograph shows."""
    return {
        index: Subject(item.size, item.focus, item.spec.focus is not None, item.faces)
        for index, item in prepared.items()
        if item.image is not None
    }


def _clip_size(item: Prepared, box: Box, shrink: int = 1) -> tuple[int, int]:
    """How large a clip is in its box, or a ``shrink``-th of it: even, as 4:2:0 needs."""
    cover = max(box.width / item.size[0], box.height / item.size[1]) * _CLIP_ZOOM / shrink
    return max(2, round(item.size[0] * cover / 2) * 2), max(2, round(item.size[1] * cover / 2) * 2)


def _clip_view(item: Prepared, box: Box, size: tuple[int, int]) -> View:
    """What of a clip is seen, all through its shot: it moves by itself."""
    return replace(choose_move("still", 0, size, box, item.focus).start, zoom=_CLIP_ZOOM)


@dataclass(frozen=True)
class _Glance:
    """A clip through its whole shot as one small picture, each of its pixels as bright as it ever gets."""

    image: Picture
    view: View
    box: Box

    def picture(self, frame: int) -> Picture:
        return self.image

    def placing(self, frame: int, box: Box | None = None) -> tuple[float, float, float]:
        return matrix(self.view, self.image.size, box or self.box)


def glances(
    prepared: dict[int, Prepared],
    boxes: dict[Spot, Box],
    timeline: Timeline,
    ffmpeg: str,
    moves: Moves | None = None,
) -> dict[Spot, Source]:
    """For each place what words will have to be read against: its photograph, or the brightest of its clip."""
    sources: dict[Spot, Source] = {}
    for scene in timeline.scenes:
        for spot, box, item in _shown(scene, boxes, prepared):
            sources[spot] = (
                _still(item, scene, scene.end, box, spot, moves)
                if item.image
                else _glance(item, box, scene.frames / timeline.rate, ffmpeg)
            )
    return sources


def _glance(item: Prepared, box: Box, length_s: Fraction, ffmpeg: str) -> _Glance:

    from castad_cli.render.media.clips import open_clip, probe_clip

    spec = item.spec
    path = Path(spec.asset.path)
    width, height = _clip_size(item, box, _GLANCE_SHRINK)
    with open_clip(
        path,
        probe_clip(path, spec.asset.place, spec.asset.src),
        ffmpeg=ffmpeg,
        start_s=spec.start_s,
        rate=_GLANCE_RATE,
        frames=int(length_s * _GLANCE_RATE) + 1,
        width=width,
        height=height,
        src=spec.asset.src,
        place=spec.asset.place,
    ) as reader:
        frames = list(reader)
    brightest = np.maximum.reduce([frame.y for frame in frames])
    image = Picture(brightest, frames[0].u, frames[0].v)
    return _Glance(image, _clip_view(item, box, (width, height)), box)
