"""Whether each text of a rendition can be read: where it stands, for how long, and against what.

Contrast is WCAG 2.2's ratio (definitions of relative luminance and contrast ratio), measured on the pixels of
the finished file around each text, since only they know what photograph came to lie beneath it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from castad_cli.model.formats import Box
from castad_cli.model.script import reading_time_s

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_CONTRAST = 4.5
_WORST_PERCENT = 10
_SLACK_PX = 1.0
_NEAR = 48.0
"""Distance in RGB within which a pixel has the text's colour, after compression."""

_FILLED = 0.95
"""No cell of a text is covered by its strokes to this share: there, the ground has the text's colour."""

_CELL_EM = 0.4
_CELL_PX = (12, 64)
"""A cell's side: 0.4 of the type's size, wider than any stroke, narrower than a patch of sky. Where the size is not
known, of the text's height within these."""

_NAMES = ("mark", "name")
"""Slots of the business's name, which is read once, however often it is shown."""

_WEIGHTS = (0.2126, 0.7152, 0.0722)
"""What linear red, green and blue add to luminance (BT.709)."""

_REACH_EM = 0.2
"""How far from a pixel of the text's full colour a stroke may go on in a softened one."""


@dataclass(frozen=True)
class TextSample:
    """One text as laid out, at rest from ``first_frame`` to ``last_frame`` (both inclusive).

    ``box`` is tight around the glyphs, in pixels of the full frame; ``safe`` is where it must stand;
    ``color`` its sRGB colour. ``coverage``, if known, is the glyphs' alpha over the box (rows, columns, uint8).
    ``must_be_read`` is off for what nobody reads through, such as a logo's name.
    """

    text: str
    slot: str
    box: Box
    safe: Box
    first_frame: int
    last_frame: int
    color: tuple[int, int, int]
    coverage: NDArray[np.uint8] | None = None
    must_be_read: bool = True
    lines: tuple[Box, ...] = ()
    """Its lines' own boxes, where they are known: between a short line and the box's end is nobody's ground."""
    size_px: float = 0.0
    """The type's size, the largest where there are several; 0 where it is not known."""


def check_layout(texts: Sequence[TextSample], rate: Fraction) -> list[str]:
    """What is wrong with where and how long texts stand; no pixel is looked at."""
    findings = []
    for text in texts:
        label = _label(text)
        if text.box.width <= 0 or text.box.height <= 0:
            findings.append(f"{label} has no size: it is not shown")
        elif not text.safe.contains(text.box, _SLACK_PX):
            findings.append(f"{label} at {_round(text.box)} leaves the safe area {_round(text.safe)}")
        shown = _shown_s(text, texts, rate)
        needed = reading_time_s(text.text)
        if text.must_be_read and shown < needed:
            findings.append(f"{label} stands for {float(shown):.2f} s; reading it takes {float(needed):.2f} s")
    for index, one in enumerate(texts):
        for other in texts[index + 1 :]:
            together = one.first_frame <= other.last_frame and other.first_frame <= one.last_frame
            if together and _overlap(one.box, other.box):
                findings.append(
                    f"{_label(one)} overlaps {_label(other)} from {max(one.first_frame, other.first_frame)}"
                )
    return findings


def _shown_s(text: TextSample, texts: Sequence[TextSample], rate: Fraction) -> Fraction:
    """How long a text can be read; a name, which every scene may repeat, wherever it stands."""
    same = [text] if text.slot not in _NAMES else [t for t in texts if t.slot in _NAMES and _words(t) == _words(text)]
    spans = sorted((t.first_frame, t.last_frame) for t in same)
    frames, reached = 0, -1
    for first, last in spans:
        frames += max(0, last - max(first, reached + 1) + 1)
        reached = max(reached, last)
    return Fraction(frames) / rate


def _words(text: TextSample) -> str:
    return " ".join(text.text.split())


def contrast_ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """WCAG's contrast of two sRGB colours (0 to 255), from 1 to 21."""
    import numpy as np

    first, second = (float(luminance(np.asarray(color, np.float32)[None])[0]) for color in (one, other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def luminance(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """Relative luminance, 0 to 1, of sRGB values 0 to 255 in the last axis."""
    import numpy as np

    # Powers are dear; of bytes there are only so many.
    linear = _linear_bytes()[rgb] if rgb.dtype == np.uint8 else _linear(rgb)
    return np.asarray(linear @ np.array(_WEIGHTS, np.float32), np.float32)


def _linear(values: NDArray[Any]) -> NDArray[np.float32]:
    """Linear light, 0 to 1, of sRGB values 0 to 255 (IEC 61966-2-1)."""
    import numpy as np

    share = np.asarray(values, np.float32) / 255
    return np.asarray(np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4), np.float32)


@cache
def _linear_bytes() -> NDArray[np.float32]:
    import numpy as np

    return _linear(np.arange(256))


def measure_contrast(pixels: NDArray[np.uint8], sample: TextSample) -> float:
    """The contrast (1 to 21) of a text with what is around its glyphs; of the worst tenth of it.

    ``pixels`` are the frame's, (rows, columns, 3) sRGB, over the sample's box. 1 where the text's colour is not
    to be found at all, or where the ground has it too.
    """
    import cv2
    import numpy as np

    # Of bytes there are only so many: what each of them adds to the squared distance.
    squares = (np.arange(256, dtype=np.float32)[:, None] - np.array(sample.color, np.float32)) ** 2
    distance = np.asarray(cv2.sqrt(cv2.transform(cv2.LUT(pixels, squares[None]), np.ones((1, 3)))), np.float32)
    near = distance < _NEAR
    if sample.coverage is not None:
        alpha = cv2.resize(sample.coverage, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_AREA)
        glyphs = near & (alpha > 200)
        grounds = [cv2.dilate(alpha, np.ones((3, 3), np.uint8)) < 16]
    else:
        glyphs = near
        if _fills_a_cell(near, sample.size_px):
            return 1.0
        # The glyphs' soft edges belong to neither side.
        strokes = _strokes(distance, near, sample.size_px)
        grounds = [cv2.dilate(part.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0 for part in (near, strokes)]
    if glyphs.sum() < 0.005 * glyphs.size or not any(ground.any() for ground in grounds):
        return 1.0
    text = luminance(np.median(pixels[glyphs], axis=0)[None])[0] + 0.05
    # Without the softened strokes, whatever else is poor weighs more: the better of the two is what is seen.
    best = 1.0
    linear = cv2.LUT(pixels, _linear_bytes()[None, :, None].repeat(3, axis=2))
    light = cv2.transform(linear, np.array([_WEIGHTS])) + 0.05
    for around in (light[ground] for ground in grounds if ground.any()):
        ratios = np.maximum(text, around) / np.minimum(text, around)
        best = max(best, float(np.percentile(ratios, _WORST_PERCENT)))
    return best


def describe_contrast(sample: TextSample, ratio: float, frame: int) -> str | None:
    """The finding for a contrast below `LEAST_CONTRAST`; None when it suffices."""
    if ratio >= LEAST_CONTRAST:
        return None
    if ratio <= 1.0:
        return f"{_label(sample)} cannot be made out at frame {frame}: its ground has its colour"
    return f"{_label(sample)} has a contrast of {ratio:.1f}:1 at frame {frame}; at least {LEAST_CONTRAST}:1"


def _strokes(distance: NDArray[np.float32], near: NDArray[np.bool_], size_px: float) -> NDArray[np.bool_]:
    """The glyphs' pixels, with those of small type's thin strokes that nowhere have the text's full colour.

    Hysteresis, as Canny thresholds edges: what is nearer to the text's colour than to the ground's belongs to a glyph
    if it hangs together with one and is not far from it. What is wider than a stroke is ground, however like the text.
    """
    import cv2
    import numpy as np

    far = distance[cv2.dilate(near.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0]
    if not far.size:
        return near
    soft = (distance < np.median(far) / 2).astype(np.uint8)
    cell = _cell(near.shape, size_px)
    soft &= cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones((cell, cell), np.uint8)) ^ 1
    reach = 2 * round(_REACH_EM * (size_px or near.shape[0])) + 1
    soft &= cv2.dilate(near.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, labels = cv2.connectedComponents(soft, connectivity=8)
    touched = np.zeros(count, np.bool_)
    touched[labels[near]] = True
    touched[0] = False
    return near | touched[labels]


def _cell(shape: tuple[int, ...], size_px: float) -> int:
    """The side of a square that no stroke of the text fills."""
    most = max(round(_CELL_EM * size_px), _CELL_PX[0]) if size_px else _CELL_PX[1]
    return int(min(max(round(_CELL_EM * min(shape)), _CELL_PX[0]), most, *shape))


def _fills_a_cell(near: NDArray[np.bool_], size_px: float) -> bool:
    """Whether the text's colour fills some square inside the box."""
    import cv2
    import numpy as np

    side = _cell(near.shape, size_px)
    share = cv2.blur(near.astype(np.float32), (side, side))
    edge = side // 2
    inside = share[edge : near.shape[0] - edge, edge : near.shape[1] - edge]
    return bool(inside.size and inside.max() > _FILLED)


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > _SLACK_PX and down > _SLACK_PX


def _label(sample: TextSample) -> str:
    words = sample.text if len(sample.text) <= 24 else sample.text[:23] + "…"
    return f"{sample.slot} “{words}”"


def _round(box: Box) -> str:
    return f"{box.left:.0f},{box.top:.0f}–{box.right:.0f},{box.bottom:.0f}"
