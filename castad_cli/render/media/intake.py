"""What kind of media a file is, and whether it can be used: by content, from its header, before anything is made.

`castad validate` asks this of every file a recipe names, so it is quick: nothing is decoded here but by
`check_photo`. Pillow and PyAV are imported where they are used.

Why own size limits: Pillow's guard against decompression bombs warns or fails by a count of pixels alone,
for the whole process; ours knows the figures and the place.
"""

from __future__ import annotations

import mmap
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.render.media.boxes import walk_boxes
from castad_cli.render.media.sniffing import HEAD_BYTES, Sniffed, sniff

if TYPE_CHECKING:
    from PIL import Image

Kind = Literal["photo", "clip", "vector", "sound", "font"]

MOST_PIXELS = 120_000_000
LONGEST_SIDE = 30_000
LEAST_SIDE = 200
"""Pixels on the shorter side that a photograph or clip needs; a logo may be given less."""

_PILLOW_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000")
PILLOW_FAILURES = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,
    struct.error,
    IndexError,
    KeyError,
    MemoryError,
)
_AGAIN = "copy or export the file again"


def identify(path: Path, src: str, place: Place | None, *, least_side: int = LEAST_SIDE) -> Kind:
    """What the file is, having checked that it can be used. ``src`` is its name in messages.

    ``least_side`` is how many pixels the shorter side needs (64 will do for a logo).

    Raises:
        UserError: it is missing, empty, unreadable, truncated, not media, too large or too small.
    """
    head = _read_head(path, src, place)
    found = sniff(head)
    if found.family == "refused":
        raise UserError(f"{src} is {found.what}", fix=found.fix, place=place)
    if found.family == "vector":
        from castad_cli.render.media.vectors import clean_svg

        clean_svg(path, place, src)
        return "vector"
    if found.family == "font":
        return "font"
    if found.what == "a GIF" and _gif_moves(path, src, place):
        found = Sniffed("an animated GIF", "film")
    if found.family == "film":
        return _identify_film(path, src, place, found, least_side)
    with open_image(path, src, place) as image:
        check_size(image.width, image.height, src, place, least_side=least_side)
        _refuse_raw(image, src, place)
    _refuse_truncated(path, src, place, found)
    return "photo"


def open_image(path: Path, src: str, place: Place | None) -> Image.Image:
    """The photo with its header read and its size within limits, its pixels not yet decoded.

    Raises:
        UserError: it cannot be read as a photo, or has more pixels than `MOST_PIXELS`.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # check_size below is the guard
    warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata, which nobody can act on
    formats: tuple[str, ...] = _PILLOW_FORMATS
    with path.open("rb") as file:
        if sniff(file.read(HEAD_BYTES)).family == "heif":
            import pillow_heif

            pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
            formats = ("HEIF",)
    try:
        image = Image.open(path, formats=formats)
    except PILLOW_FAILURES as error:
        raise UserError(f"{src} is damaged: it cannot be read as a photo", fix=_AGAIN, place=place) from error
    try:
        check_size(image.width, image.height, src, place, least_side=1)
    except UserError:
        image.close()
        raise
    return image


def check_size(width: int, height: int, src: str, place: Place | None, *, least_side: int = LEAST_SIDE) -> None:
    """Refuse a picture too large to open safely or too small to show.

    Raises:
        UserError: with the figures.
    """
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise UserError(
            f"{src} is {width}×{height} pixels ({width * height / 1e6:.0f} megapixels); at most "
            f"{MOST_PIXELS // 1_000_000} megapixels and {LONGEST_SIDE} pixels a side",
            fix="export it smaller; 4000 pixels on the longer side are plenty",
            place=place,
        )
    if min(width, height) < least_side:
        raise UserError(
            f"{src} is {width}×{height} pixels; its shorter side needs at least {least_side}",
            fix="use a larger version of it",
            place=place,
        )


def check_photo(path: Path, src: str, place: Place | None) -> None:
    """Refuse a photo whose pixels are not all there, as far as that can be told quickly.

    A JPEG is decoded at an eighth of its size, a PNG's checksums are verified, a picture of up to
    16 megapixels of another kind is decoded; what is larger is left to `identify`'s look at its structure.

    Raises:
        UserError: it is truncated or damaged.
    """
    with open_image(path, src, place) as image:
        try:
            if image.format in ("JPEG", "MPO"):
                image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
                image.load()
            elif image.format == "PNG":
                image.verify()
            elif image.width * image.height <= 16_000_000:
                image.load()
        except PILLOW_FAILURES as error:
            raise damaged(src, place, error) from error


def damaged(src: str, place: Place | None, error: Exception) -> UserError:
    """The error for a photo that a decoder gave up on."""
    if isinstance(error, MemoryError):
        return UserError(f"{src} does not fit into memory", fix="export it smaller", place=place)
    cut = any(word in str(error).lower() for word in ("truncat", "premature", "eof", "end of file"))
    what = "cut off: part of the picture is missing" if cut else "damaged: its pixels cannot be decoded"
    return UserError(f"{src} is {what}", fix=_AGAIN, place=place)


def _read_head(path: Path, src: str, place: Place | None) -> bytes:
    try:
        if path.is_dir():
            raise UserError(f"{src} is a folder, not a file", fix="name one file in it", place=place)
        if not path.exists():
            dangling = path.is_symlink()
            raise UserError(
                f"{src} points to a file that is not there" if dangling else f"there is no file {src}",
                fix="check its spelling; paths start at the recipe's folder",
                place=place,
            )
        if not path.is_file():
            raise UserError(f"{src} is a device or pipe, not a file", fix="name a file", place=place)
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except PermissionError as error:
        raise UserError(f"{src} may not be read", fix=f"allow it: chmod u+r '{src}'", place=place) from error
    except OSError as error:
        raise UserError(f"{src} cannot be read: {error.strerror or error}", fix=_AGAIN, place=place) from error
    if not head:
        raise UserError(f"{src} is empty", fix=_AGAIN, place=place)
    return head


def _gif_moves(path: Path, src: str, place: Place | None) -> bool:
    with open_image(path, src, place) as image:
        try:
            return bool(getattr(image, "is_animated", False))
        except PILLOW_FAILURES as error:
            raise damaged(src, place, error) from error


def _identify_film(path: Path, src: str, place: Place | None, found: Sniffed, least_side: int) -> Kind:
    from castad_cli.render.media.probing import probe_media

    _refuse_unfinished(path, src, place, found)
    media = probe_media(path, src, place)
    if media.width:
        check_size(media.width, media.height, src, place, least_side=least_side)
        return "clip"
    return "sound"


def _refuse_raw(image: Image.Image, src: str, place: Place | None) -> None:
    """Camera files that are TIFF outside: their first picture is a thumbnail or a mosaic of sensor values.

    Source: DNG specification 1.7 (DNGVersion, tag 50706); TIFF/EP (CFA pattern, 33421 and 33422; SubIFDs, 330).
    """
    if image.format != "TIFF":
        return
    tags = getattr(image, "tag_v2", {})
    thumbnail = bool(tags.get(254, 0) & 1) and 330 in tags
    if thumbnail or any(tag in tags for tag in (50706, 33421, 33422)):
        raise UserError(f"{src} is a camera's RAW file", fix="develop it and export it as JPEG", place=place)


def _refuse_truncated(path: Path, src: str, place: Place | None, found: Sniffed) -> None:
    """Refuse a photo whose structure says that more bytes should follow."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        if found.what == "a JPEG photo":
            # A file without its end mark may still be whole: only the decoder knows.
            whole = jpeg_ends(file)
            if not whole:
                check_photo(path, src, place)
                whole = True
        elif found.what == "a PNG picture":
            file.seek(max(0, size - 65_536))
            whole = b"IEND" in file.read()
        elif found.what == "a WebP picture":
            whole = int.from_bytes(head[4:8], "little") + 8 <= size
        elif found.family == "heif" or found.what == "an AVIF picture":
            whole = all(box.end <= size for box in walk_boxes(file, 0, size))
        else:
            whole = True
    if not whole:
        raise UserError(f"{src} is cut off: part of the picture is missing", fix=_AGAIN, place=place)


def jpeg_ends(file: BinaryIO) -> bool:
    """Whether an end mark follows the first scan, whose own data never holds one (ITU-T T.81, B.1.1.5)."""
    position = 2
    while True:
        file.seek(position)
        segment = file.read(4)
        if len(segment) < 4 or segment[0] != 0xFF:
            return False
        if segment[1] == 0xFF:  # padding
            position += 1
        elif segment[1] == 0xDA:
            break
        else:
            position += 2 + int.from_bytes(segment[2:4])
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.rfind(b"\xff\xd9", position) >= 0  # backwards: mostly it is the last that there is


def _refuse_unfinished(path: Path, src: str, place: Place | None, found: Sniffed) -> None:
    """Refuse an MP4 or MOV whose recording or copying stopped half-way."""
    if found.what != "a clip or sound":
        return
    size = path.stat().st_size
    with path.open("rb") as file:
        boxes = list(walk_boxes(file, 0, size))
    if any(box.end > size for box in boxes) or not any(box.kind in ("moov", "moof") for box in boxes):
        raise UserError(
            f"{src} is cut off: its recording or copying stopped half-way", fix="copy or record it again", place=place
        )
