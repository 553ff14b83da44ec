"""How a photograph moves in its box: a slow push or drift, eased at its ends. Pure.

4 to 8 % over a shot, towards or away from what matters in the picture, alternating with purpose: the same
move never twice in a row (art direction: "Photographs").
"""

from __future__ import annotations

from dataclasses import dataclass

from castad_cli.model.formats import Box

_ZOOM = 0.07
_DRIFT = 0.06
_EASE = 0.14
_AUTO = ("zoom-in", "pan-right", "zoom-out", "pan-left")


@dataclass(frozen=True)
class View:
    """What part of a picture is seen: ``zoom`` over its covering size, and the centre, as shares of the picture."""

    zoom: float
    x: float
    y: float


@dataclass(frozen=True)
class Move:
    """From one view to another over a shot."""

    start: View
    end: View

    @property
    def max_zoom(self) -> float:
        return max(self.start.zoom, self.end.zoom)

    def at(self, progress: float) -> View:
        """The view at ``progress`` 0 to 1 of the shot: constant speed, with a soft start and stop."""
        u = ease_ends(progress)
        s, e = self.start, self.end
        # Zoom is interpolated geometrically, so that it grows by the same factor on every frame.
        return View(s.zoom * (e.zoom / s.zoom) ** u, s.x + (e.x - s.x) * u, s.y + (e.y - s.y) * u)


def ease_ends(t: float) -> float:
    """0 to 1 at constant speed but for its first and last 14 %, where speed ramps from and to half."""
    t = min(max(t, 0.0), 1.0)

    def ramp(x: float) -> float:  # distance done when speed rises from 1/2 to 1 over _EASE
        return x / 2 + x * x / (4 * _EASE)

    whole = 2 * ramp(_EASE) + (1 - 2 * _EASE)
    if t < _EASE:
        return ramp(t) / whole
    if t > 1 - _EASE:
        return 1 - ramp(1 - t) / whole
    return (ramp(_EASE) + (t - _EASE)) / whole


def choose_move(
    motion: str, shot: int, picture: tuple[int, int], box: Box, focus: tuple[float, float], *, closer: float = 1.0
) -> Move:
    """The move of a shot. ``picture`` is its width and height, ``focus`` what must stay in view (shares).

    ``closer`` times larger than it would be to cover the box.

    ``auto`` takes turns by shot number and pans only where the picture has room along that side.
    """
    room_x, room_y = _room(picture, box, 1.02)
    if motion == "auto":
        motion = _AUTO[shot % len(_AUTO)]
        if motion.startswith("pan") and room_x < 0.02:
            motion = "pan-up" if room_y >= 0.02 else ("zoom-in" if shot % 2 else "zoom-out")
    near, far = 1.02 * closer, 1.02 * closer * (1 + _ZOOM)
    x, y = focus
    if motion in ("zoom-in", "zoom-out"):
        wide, tight = View(near, x, y), View(far, x, y)
        move = Move(wide, tight) if motion == "zoom-in" else Move(tight, wide)
    elif motion == "still":
        move = Move(View(near, x, y), View(near, x, y))
    else:
        zoom = 1.05 * closer
        dx = {"pan-left": -_DRIFT / 2, "pan-right": _DRIFT / 2}.get(motion, 0.0)
        dy = {"pan-up": -_DRIFT / 2, "pan-down": _DRIFT / 2}.get(motion, 0.0)
        move = Move(View(zoom, x - dx, y - dy), View(zoom, x + dx, y + dy))
    return Move(clamped(move.start, picture, box), clamped(move.end, picture, box))


def _room(picture: tuple[int, int], box: Box, zoom: float) -> tuple[float, float]:
    """How much of the picture, as shares of its width and height, the box leaves out at ``zoom``."""
    cover = max(box.width / picture[0], box.height / picture[1]) * zoom
    return 1 - box.width / (picture[0] * cover), 1 - box.height / (picture[1] * cover)


def clamped(view: View, picture: tuple[int, int], box: Box) -> View:
    """The nearest view that fills a box with the picture to its edges."""
    room_x, room_y = _room(picture, box, view.zoom)
    half_x, half_y = (1 - room_x) / 2, (1 - room_y) / 2
    return View(view.zoom, min(max(view.x, half_x), 1 - half_x), min(max(view.y, half_y), 1 - half_y))


def matrix(view: View, picture: tuple[int, int], box: Box) -> tuple[float, float, float]:
    """``(scale, dx, dy)`` that take a pixel of the box's frame to one of the picture: p = scale · f + (dx, dy).

    ``picture`` is the size of the pixels at hand (it may be scaled down from the original). Pixel centres
    are at half-integers on both sides.
    """
    cover = max(box.width / picture[0], box.height / picture[1]) * view.zoom
    scale = 1 / cover
    dx = view.x * picture[0] - (box.left + box.width / 2) * scale
    dy = view.y * picture[1] - (box.top + box.height / 2) * scale
    return scale, dx, dy


def emphasised(t: float) -> float:
    """Progress 0 to 1 that starts briskly and settles long: cubic-bezier(.2, 0, 0, 1), Material 3's standard curve."""
    # Solve x(s) = t by bisection for the curve's parameter; x is monotonic.
    low, high = 0.0, 1.0
    for _ in range(30):
        s = (low + high) / 2
        x = 3 * 0.2 * s * (1 - s) ** 2 + s**3
        low, high = (s, high) if x < t else (low, s)
    s = (low + high) / 2
    return 3 * 1.0 * s * s * (1 - s) + s**3
