"""What is to be drawn on a frame, in order, until it is drawn: all of it at once, by compiled code (`draw.c`)."""

from __future__ import annotations

import struct
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from castad_cli.errors import ToolError
from castad_cli.render.kernel.compiled import load
from castad_cli.render.pixels.matrices import Placing
from castad_cli.render.pixels.planes import Plane, Planes

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels of a plane."""

_OP = struct.Struct("=10i2Q2q6d")
_TARGET = struct.Struct("=Qqii")
_FILL, _PICTURE, _PATCH, _STENCIL, _SAVE, _MIX = range(6)

_WHOLE = 256
"""An opacity of one, as the compiled code counts."""

_VECTORS = 1
"""Whether it may use what the processor has for many pixels at once; it draws the same without."""

_STAY: Placing = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True)
class Strokes:
    """Operations that were packed beforehand, to be drawn on many frames, and the arrays they read."""

    packed: bytes
    held: tuple[object, ...]


class DisplayList:
    """Operations on the planes of a frame, or of a picture with alpha. Nothing is drawn before `flush`; what they read
    must stay as it is until then (the arrays themselves are held).

    Boxes are cut to the plane; opacities are 0 to 1, kept to a 256th.
    """

    def __init__(self, planes: Sequence[Plane]) -> None:
        self._planes = tuple(planes)
        self._packed = bytearray()
        self._held: list[object] = []

    @property
    def count(self) -> int:
        """How many planes there are."""
        return len(self._planes)

    def fill(self, plane: int, value: int) -> None:
        """The whole plane, with one value."""
        height, width = self._planes[plane].shape
        self._add(_FILL, plane, (0, 0, width, height), value)

    def picture(
        self,
        plane: int,
        source: Plane,
        placing: Placing,
        box: Box,
        opacity: float = 1.0,
        *,
        stencil: Plane | None = None,
        nothing: bool = False,
    ) -> None:
        """A picture that hides what is below, as far as its opacity goes; beyond its edges they are repeated, or there
        is ``nothing`` (0).

        ``stencil`` has the weights, 0 to 255, of the pixels of ``box`` (which then must lie within the plane).
        """
        by = round(opacity * _WHOLE)
        if by > 0:
            kind = _PICTURE if stencil is None else _STENCIL
            self._add(kind, plane, box, by, source=source, placing=placing, alpha=stencil, nothing=nothing)

    def patch(self, plane: int, colour: Plane, alpha: Plane, placing: Placing, box: Box, opacity: float = 1.0) -> None:
        """A premultiplied picture over what is below: ``t·(1 − α) + s``; beyond its edges there is nothing."""
        by = round(opacity * _WHOLE)
        if by > 0:
            self._add(_PATCH, plane, box, by, source=colour, placing=placing, alpha=alpha, nothing=True)

    def save(self, plane: int, box: Box, kept: Plane) -> None:
        """Puts what is in ``box`` into ``kept``, which has its size."""
        self._add(_SAVE, plane, box, _WHOLE, source=kept)

    def mix(self, plane: int, box: Box, kept: Plane, opacity: float) -> None:
        """Leaves ``opacity`` of what is in ``box``, and the rest is what was saved."""
        self._add(_MIX, plane, box, round(opacity * _WHOLE), source=kept)

    def extend(self, strokes: Strokes) -> None:
        """Operations that were packed for planes of the same size."""
        self._packed += strokes.packed
        self._held.append(strokes)

    def pack(self) -> Strokes:
        """What has been gathered, taken out of here."""
        strokes = Strokes(bytes(self._packed), tuple(self._held))
        self._forget()
        return strokes

    def drawn(self) -> Planes:
        """The frame's planes, with all that has been gathered drawn."""
        self.flush()
        y, u, v = self._planes[:3]
        return y, u, v

    def flush(self) -> None:
        """Draws what has been gathered.

        Raises:
            ToolError: there was no memory to draw with.
        """
        if not self._packed:
            return
        targets = b"".join(
            _TARGET.pack(_address(plane), plane.strides[0], plane.shape[1], plane.shape[0]) for plane in self._planes
        )
        packed, count = bytes(self._packed), len(self._packed) // _OP.size
        if load().castad_draw(packed, count, targets, len(self._planes), _VECTORS):
            raise ToolError("there is no memory left to draw a frame")
        self._forget()

    def _forget(self) -> None:
        self._packed, self._held = bytearray(), []

    def _add(
        self,
        kind: int,
        plane: int,
        box: Box,
        opacity: int,
        source: Plane | None = None,
        placing: Placing = _STAY,
        alpha: Plane | None = None,
        nothing: bool = False,
    ) -> None:
        height, width = self._planes[plane].shape
        left, top, right, bottom = box
        if kind in (_FILL, _PICTURE, _PATCH):
            left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
        if right <= left or bottom <= top:
            return
        if left < 0 or top < 0 or right > width or bottom > height:
            raise ValueError(f"{box} reaches beyond a plane of {width}×{height}")
        own = (bottom - top, right - left)
        _check_shape(alpha, own if kind == _STENCIL else None if source is None else source.shape)
        _check_shape(source, own if kind in (_SAVE, _MIX) else None)
        at, stride = self._hold(source)
        over, over_stride = self._hold(alpha)
        rows, columns = (0, 0) if source is None else source.shape
        self._packed += _OP.pack(
            *(kind, plane, left, top, right, bottom, min(opacity, _WHOLE), nothing, columns, rows),
            *(at, over, stride, over_stride),
            *placing,
        )

    def _hold(self, plane: Plane | None) -> tuple[int, int]:
        """Where an array's pixels are, and how far it is from row to row."""
        if plane is None:
            return 0, 0
        if plane.dtype != np.uint8 or plane.strides[1] != 1 or not plane.size:
            raise ValueError("a plane is of bytes, one beside the other")
        self._held.append(plane)
        return _address(plane), plane.strides[0]


def resample(source: Plane, placing: Placing, target: Plane, nothing: bool = False) -> None:
    """Fills ``target`` with ``source`` as it is placed, bilinear; beyond it its edge shows, or ``nothing``."""
    height, width = target.shape
    strokes = DisplayList((target,))
    strokes.picture(0, source, placing, (0, 0, width, height), nothing=nothing)
    strokes.flush()


def _check_shape(plane: Plane | None, shape: tuple[int, ...] | None) -> None:
    """The compiled code takes sizes for granted: beyond an array there is anything."""
    if plane is not None and shape is not None and plane.shape != shape:
        raise ValueError(f"a plane of {plane.shape} where one of {shape} is needed")


_addresses: dict[int, tuple[weakref.ref[Plane], int]] = {}
"""By an array's id, with the array itself as long as it lives, so that no other has its id: to ask each time would take
as long as all else that is done for an operation."""


def _address(plane: Plane) -> int:
    """Where an array's first element is."""
    key = id(plane)
    known = _addresses.get(key)
    if known is not None and known[0]() is plane:
        return known[1]
    at, forget = plane.ctypes.data, partial(_addresses.pop, key)
    _addresses[key] = weakref.ref(plane, lambda _: forget(None)), at
    return at
