"""The boxes of an ISO base media file (MP4, MOV, HEIC, AVIF), by their headers alone.

Source: ISO/IEC 14496-12, section 4.2: a 32-bit size and a four-character type; size 1 means a 64-bit size
follows, size 0 means "to the end of the file".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST_BOXES = 100_000


@dataclass(frozen=True)
class IsoBox:
    """One box. ``start`` is where its header begins, ``body`` where its content does; ``end`` is past its last byte."""

    kind: str
    start: int
    body: int
    end: int


def walk_boxes(file: BinaryIO, start: int, end: int) -> Iterator[IsoBox]:
    """The boxes side by side between two offsets, in file order; a box may claim to end beyond ``end``.

    Stops without a word at what is no box header.
    """
    position = start
    for _ in range(_MOST_BOXES):
        if position + 8 > end:
            return
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            return
        size, kind, header = int.from_bytes(head[:4]), head[4:8], 8
        if not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
            return
        if size == 1 and len(head) == 16:
            size, header = int.from_bytes(head[8:16]), 16
        elif size == 0:
            size = end - position
        if size < header:
            return
        yield IsoBox(kind.decode("latin-1"), position, position + header, position + size)
        position += size


def find_boxes(file: BinaryIO, within: IsoBox, path: str) -> list[IsoBox]:
    """Every box at ``path`` below ``within``, such as ``trak/edts/elst``; only plain containers are entered."""
    found = [within]
    for kind in path.split("/"):
        found = [box for parent in found for box in walk_boxes(file, parent.body, parent.end) if box.kind == kind]
    return found
