"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 65_536
"""How much of a file `sniff` wants to see."""

Family = Literal["photo", "heif", "film", "vector", "font", "refused"]

_EXPORT = "export it as JPEG, PNG or WebP and use that"
_MOVING = "export it as MP4 or GIF"
_CAMERA = "develop it and export it as JPEG"


@dataclass(frozen=True)
class Sniffed:
    """``what`` names it in words; ``family`` who can open it; ``fix`` what to do with it when it is refused.

    ``photo`` and ``heif`` are still pictures, ``film`` is anything for FFmpeg: clips, sounds, animations.
    """

    what: str
    family: Family
    fix: str = ""


_MAGIC: tuple[tuple[int, bytes, Sniffed], ...] = (
    (0, b"\xff\xd8\xff", Sniffed("a JPEG photo", "photo")),
    (0, b"BM", Sniffed("a BMP picture", "photo")),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", Sniffed("a JPEG 2000 photo", "photo")),
    (0, b"\xff\x4f\xff\x51", Sniffed("a JPEG 2000 photo", "photo")),
    (8, b"CR\x02\x00", Sniffed("a Canon RAW file", "refused", _CAMERA)),
    (0, b"FUJIFILMCCD-RAW", Sniffed("a Fujifilm RAW file", "refused", _CAMERA)),
    (0, b"IIRO", Sniffed("an Olympus RAW file", "refused", _CAMERA)),
    (0, b"IIRS", Sniffed("an Olympus RAW file", "refused", _CAMERA)),
    (0, b"MMOR", Sniffed("an Olympus RAW file", "refused", _CAMERA)),
    (0, b"IIU\x00", Sniffed("a Panasonic RAW file", "refused", _CAMERA)),
    (0, b"FOVb", Sniffed("a Sigma RAW file", "refused", _CAMERA)),
    (0, b"\x00MRM", Sniffed("a Minolta RAW file", "refused", _CAMERA)),
    (0, b"II*\x00", Sniffed("a TIFF photo", "photo")),
    (0, b"MM\x00*", Sniffed("a TIFF photo", "photo")),
    (0, b"II+\x00", Sniffed("a BigTIFF photo", "photo")),
    (0, b"MM\x00+", Sniffed("a BigTIFF photo", "photo")),
    (0, b"\xff\x0a", Sniffed("a JPEG XL photo", "refused", _EXPORT)),
    (0, b"\x00\x00\x00\x0cJXL ", Sniffed("a JPEG XL photo", "refused", _EXPORT)),
    (0, b"8BPS", Sniffed("a Photoshop document", "refused", _EXPORT)),
    (0, b"8BPB", Sniffed("a large Photoshop document", "refused", _EXPORT)),
    (0, b"gimp xcf", Sniffed("a GIMP document", "refused", _EXPORT)),
    (0, b"\x00\x01\x00\x00\x00", Sniffed("a TrueType font", "font")),
    (0, b"true\x00", Sniffed("a TrueType font", "font")),
    (0, b"OTTO\x00", Sniffed("an OpenType font", "font")),
    (0, b"ttcf\x00", Sniffed("a font collection", "font")),
    (0, b"wOFF", Sniffed("a WOFF font", "font")),
    (0, b"wOF2", Sniffed("a WOFF2 font", "font")),
    (0, b"%PDF", Sniffed("a PDF document", "refused", "export the page as PNG, or the logo as SVG")),
    (0, b"%!PS", Sniffed("a PostScript file", "refused", "export it as SVG")),
    (0, b"\xc5\xd0\xd3\xc6", Sniffed("an EPS file", "refused", "export it as SVG")),
    (0, b"PK\x03\x04", Sniffed("a ZIP archive or an Office document", "refused", "unpack it and use the file inside")),
    (0, b"PK\x05\x06", Sniffed("an empty ZIP archive", "refused", "use the picture, clip or sound itself")),
    (0, b"7z\xbc\xaf\x27\x1c", Sniffed("a 7z archive", "refused", "unpack it and use the file inside")),
    (0, b"Rar!\x1a\x07", Sniffed("a RAR archive", "refused", "unpack it and use the file inside")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sniffed("an Office document", "refused", "save its picture as a file")),
    (0, b"SQLite format 3", Sniffed("a database", "refused", "use the picture, clip or sound itself")),
    (0, b"\x7fELF", Sniffed("a program", "refused", "use the picture, clip or sound itself")),
    (0, b"MZ", Sniffed("a program", "refused", "use the picture, clip or sound itself")),
    (0, b"bplist00", Sniffed("a property list, perhaps a file not yet downloaded", "refused", "download it first")),
    (0, b"YUV4MPEG2", Sniffed("a raw clip", "film")),
)

_PHOTO_BRANDS = {"heic", "heix", "heim", "heis", "mif1", "mif2"}
_SEQUENCE_BRANDS = {"hevc", "hevx", "hevm", "hevs", "msf1"}

_TEXTS: tuple[tuple[str, Sniffed], ...] = (
    (r"version https://git-lfs\.github\.com/spec", Sniffed("a Git LFS pointer", "refused", "run `git lfs pull`")),
    (r"#EXTM3U", Sniffed("a playlist", "refused", "use the clip or sound itself")),
    (r"ffconcat version", Sniffed("an FFmpeg concat script", "refused", "use the clips themselves")),
    (
        r"(file|stream|exact_stream_id)\s+['\w]",
        Sniffed("an FFmpeg concat script", "refused", "use the clips themselves"),
    ),
    (r"\[playlist\]|\[InternetShortcut\]", Sniffed("a link to a file", "refused", "use the file itself")),
    (r"v=0\s+o=", Sniffed("a stream description", "refused", "use the clip itself")),
    (r"[{\[]\s*[\"{\]}]", Sniffed("JSON text", "refused", "use the picture, clip or sound itself")),
    (r"\{\\rtf", Sniffed("a text document", "refused", "use the picture, clip or sound itself")),
)
_SVG = re.compile(r"<(\w+:)?svg[\s>/]")
_HTML = re.compile(r"<(!doctype\s+html|html|head|body|script|title|meta|div|p|br|h1)\b", re.IGNORECASE)
_PAGE = Sniffed("a web page", "refused", "save the picture itself, not the page that shows it")


def sniff(head: bytes) -> Sniffed:
    """What the file that begins with ``head`` is; what nobody here knows is ``film``, for FFmpeg to say."""
    if not head.strip(b"\x00"):
        return Sniffed("nothing but zero bytes, as a broken copy leaves", "refused", "copy the file again")
    for offset, magic, found in _MAGIC:
        if head.startswith(magic, offset):
            return found
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        animated = 0 <= head.find(b"acTL") < (head.find(b"IDAT") if b"IDAT" in head else len(head))
        return Sniffed("an animated PNG", "film") if animated else Sniffed("a PNG picture", "photo")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        animated = head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 0x02)
        return Sniffed("an animated WebP", "refused", _MOVING) if animated else Sniffed("a WebP picture", "photo")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Sniffed("a GIF", "photo")
    if head[4:8] == b"ftyp":
        return _sniff_iso(head)
    if head[:2] == b"\x1f\x8b":
        return Sniffed("a compressed SVG", "vector")
    return _sniff_text(head) or Sniffed("a file of a kind not known here", "film")


def _sniff_iso(head: bytes) -> Sniffed:
    """Which of the many uses of ISO/IEC 14496-12 this is, by the brands in its first box."""
    size = min(int.from_bytes(head[:4]), 4096)
    brands = [head[at : at + 4].decode("latin-1") for at in (8, *range(16, size, 4))]
    if brands[0] == "crx ":
        return Sniffed("a Canon RAW file", "refused", _CAMERA)
    if brands[0] == "avif":
        return Sniffed("an AVIF picture", "photo")
    if brands[0] == "avis":
        return Sniffed("an animated AVIF", "refused", _MOVING)
    if brands[0] in _SEQUENCE_BRANDS:
        return Sniffed("a sequence of HEIC photos", "refused", "export one of them as JPEG or HEIC, or all as MP4")
    if brands[0] in _PHOTO_BRANDS:
        return Sniffed("an AVIF picture", "photo") if "avif" in brands else Sniffed("a HEIC photo", "heif")
    return Sniffed("a clip or sound", "film")


def _sniff_text(head: bytes) -> Sniffed | None:
    """What a text file is; None when the bytes are no text."""
    encoding = "utf-8-sig"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\x00" in head or sum(byte < 9 or 13 < byte < 27 for byte in head[:2048]) > 4:
        return None
    text = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")
    if text.count("\ufffd") > len(text) // 20 + 1:
        return None
    if text.startswith("<"):
        html = _HTML.search(text[:4096])
        svg = _SVG.search(text)
        if svg and (html is None or svg.start() < html.start()):
            return Sniffed("an SVG drawing", "vector")
        return _PAGE if html else Sniffed("XML text", "refused", "use the picture, clip or sound itself")
    for pattern, found in _TEXTS:
        if re.match(pattern, text):
            return found
    return Sniffed("plain text", "refused", "use the picture, clip or sound itself")
