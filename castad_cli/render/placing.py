"""Where in its box a photograph is shown, so that nobody's face is cut off or covered by words.

A photograph moves about its focus (`motion.choose_move`). Where faces would then lie under words or beyond the box's
edge, it is shifted, and if that is not enough shown a little closer, which gives room to shift it. A focus given in
the recipe is kept as it is: a person has looked at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from castad_cli.model.formats import Box
from castad_cli.render.layers import Layout, ShownText, Spot
from castad_cli.render.media.faces import Face, those_that_matter
from castad_cli.render.media.motion import Move, View, choose_move, matrix

_CLOSER = (1.0, 1.1, 1.2)
"""How much closer than usual a photograph may be shown to have room."""

_STEPS = 9
_MARGIN_PX = 10
"""Words nearer to a face than this touch it."""

_SUBJECT = 0.09
"""Half a side of what is taken for the subject where there is no face, as a share of the picture's shorter side."""

_COVERED, _CUT, _AWAY, _NEARER = 8.0, 6.0, 0.4, 0.6
"""What counts against a view: a face under words, a face beyond the edge, each whole; the distance from the focus as a
share of the picture; each whole step closer."""

_MOST_COVERED = 0.1
"""A face of which words cover more than this is covered: a line across it takes about as much."""


@dataclass(frozen=True)
class Subject:
    """What a photograph shows: its size, its focus, whether a person chose that, and its faces (largest first)."""

    size: tuple[int, int]
    focus: tuple[float, float]
    given: bool
    faces: tuple[Face, ...] = ()


def place(motion: str, shot: int, subject: Subject, box: Box, texts: Sequence[Box]) -> Move:
    """The move of a photograph in ``box`` that keeps its faces whole and clear of ``texts``.

    Where it has no faces, its focus is kept clear of them as far as it can be without showing it closer.
    """
    usual = choose_move(motion, shot, subject.size, box, subject.focus)
    if subject.given:
        return usual
    kept = those_that_matter(subject.faces) or (_around(subject),)
    weight = 1.0 if subject.faces else 0.15
    if _against(usual, kept, subject.size, box, texts) < 0.02:
        return usual
    best, least = usual, _against(usual, kept, subject.size, box, texts) * weight
    steps = [index / (_STEPS - 1) for index in range(_STEPS)]
    for closer in _CLOSER if subject.faces else _CLOSER[:1]:
        for x, y in product(steps, steps):
            move = choose_move(motion, shot, subject.size, box, (x, y), closer=closer)
            away = sum(abs(a - b) for a, b in zip(_middle(move), _middle(usual), strict=True))
            cost = _against(move, kept, subject.size, box, texts) * weight + _AWAY * away + _NEARER * (closer - 1)
            if cost < least - 1e-9:
                best, least = move, cost
    return best


def covered(subject: Subject, move: Move, box: Box, texts: Sequence[Sequence[Box]]) -> tuple[float, int]:
    """The greatest share that a text (its lines' boxes) covers of a face that matters, as far as that is in view.

    With the text's index; (0, -1) where none covers any.
    """
    worst = (0.0, -1)
    for face, view in product(those_that_matter(subject.faces), (move.start, move.end)):
        whole = _on_frame(face, view, subject.size, box)
        shown = Box(
            max(whole.left, box.left),
            max(whole.top, box.top),
            min(whole.right, box.right),
            min(whole.bottom, box.bottom),
        )
        if shown.width <= 0 or shown.height <= 0:
            continue
        for index, lines in enumerate(texts):
            worst = max(worst, (sum(_meet(shown, line) for line in lines) / _area(shown), index))
    return worst


def plan_moves(
    subjects: Mapping[int, Subject],
    boxes: Mapping[Spot, Box],
    layout: Layout,
    motions: Mapping[Spot, str],
) -> dict[Spot, Move]:
    """The move of every photograph, by its place. ``subjects`` are by picture; a place without one is a clip's."""
    moves = {}
    for spot, box in boxes.items():
        if spot[2] in subjects:
            texts = [_grown(line) for text in texts_on(layout.texts, spot[0]) for line in text.lines or (text.box,)]
            moves[spot] = place(motions[spot], spot[0] + spot[1], subjects[spot[2]], box, texts)
    return moves


def find_covered(
    subjects: Mapping[int, Subject], boxes: Mapping[Spot, Box], layout: Layout, moves: Mapping[Spot, Move], closing: int
) -> Iterable[tuple[Spot, ShownText, float]]:
    """Every photograph of which words cover a face, with the words and the share of the face.

    What lies under the panel of the ``closing`` scene's card is out of sight, and not written over.
    """
    for spot, move in moves.items():
        subject = subjects[spot[2]]
        texts = [text for text in texts_on(layout.texts, spot[0]) if not (text.on_panel and spot[0] == closing)]
        share, index = covered(subject, move, boxes[spot], [text.lines or (text.box,) for text in texts])
        if share > _MOST_COVERED and not subject.given:
            yield spot, texts[index], share


def texts_on(texts: Iterable[ShownText], scene: int) -> list[ShownText]:
    """The texts that a scene's photographs may lie under.

    Whether or not one can be read on a frame that was laid out: a still before the words have come shows the same
    picture as the video.
    """
    return [text for text in texts if text.scene in (-1, scene)]


def _around(subject: Subject) -> Face:
    """The focus as something with a size."""
    (width, height), (x, y) = subject.size, subject.focus
    side = _SUBJECT * min(width, height)
    return Face(x - side / width, y - side / height, x + side / width, y + side / height)


def _against(move: Move, faces: Sequence[Face], size: tuple[int, int], box: Box, texts: Sequence[Box]) -> float:
    """What counts against a move: how much of each face lies under words or beyond the box, at its worst."""
    total = 0.0
    for face in faces:
        worst = 0.0
        for view in (move.start, move.end):
            shown = _on_frame(face, view, size, box)
            under = min(sum(_meet(shown, text) for text in texts) / _area(shown), 1.0)
            beyond = 1 - _meet(shown, box) / _area(shown)
            worst = max(worst, _COVERED * under + _CUT * beyond)
        total += worst
    return total


def _on_frame(face: Face, view: View, size: tuple[int, int], box: Box) -> Box:
    """Where a face is in the frame."""
    scale, dx, dy = matrix(view, size, box)
    return Box(
        (face.left * size[0] - dx) / scale,
        (face.top * size[1] - dy) / scale,
        (face.right * size[0] - dx) / scale,
        (face.bottom * size[1] - dy) / scale,
    )


def _meet(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(across, 0.0) * max(down, 0.0)


def _area(box: Box) -> float:
    return max(box.width * box.height, 1e-6)


def _grown(box: Box) -> Box:
    return Box(box.left - _MARGIN_PX, box.top - _MARGIN_PX, box.right + _MARGIN_PX, box.bottom + _MARGIN_PX)


def _middle(move: Move) -> tuple[float, float]:
    return (move.start.x + move.end.x) / 2, (move.start.y + move.end.y) / 2
