"""SVG logos made safe to show: read, checked, and written anew with nothing in them that is not drawing.

What would change the picture if it were left out is an error that says what to do (text, foreign content,
files elsewhere); what cannot be seen in a still logo is left out (metadata, editors' own elements, event
handlers, animation). Scripts and entity declarations are refused.

Why its own writer: a parser that expands entities or follows references is how an SVG attacks; Expat alone,
with both refused, builds a small tree here, and only what is known to be harmless is written back.
"""

from __future__ import annotations

import io
import math
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from castad_cli.errors import UserError
from castad_cli.model.place import Place

MOST_BYTES = 2_000_000
_MOST_ELEMENTS = 20_000
_MOST_DRAWN = 100_000
_DEEPEST = 100

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DRAWN = _names(
    "svg g defs symbol use path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath "
    "mask pattern marker image switch filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix "
    "feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
    "feTurbulence"
)
_LEFT_OUT = _names(
    "title desc metadata animate animateTransform animateMotion animateColor set mpath discard view cursor "
    "font font-face glyph missing-glyph hkern vkern color-profile"
)
_TEXT = frozenset(("text", "tspan", "textPath", "tref", "altGlyph", "flowRoot"))
_REFUSED = {
    "script": ("a script", "export it without scripts"),
    "foreignObject": ("foreign content (foreignObject)", "export it as plain SVG"),
    "feImage": ("a filter that loads a picture (feImage)", "export it without that filter"),
    "iframe": ("a web page", "export it as plain SVG"),
}
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|[qQ])?\s*")
_URL = re.compile(r"url\s*\(\s*[\"']?\s*([^\"')]*)", re.IGNORECASE)
_EMBEDDED = re.compile(r"\s*data:image/(png|jpeg|jpg|webp|gif)[;,]", re.IGNORECASE)


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    text: str = ""


def clean_svg(path: Path, place: Place | None, src: str = "") -> bytes:
    """The logo as SVG with nothing but drawing in it, its ``width``, ``height`` and ``viewBox`` always there.

    Reads ``.svg`` and gzip-compressed ``.svgz``. The same file gives the same bytes; cleaning twice changes nothing.

    Raises:
        UserError: it is no SVG, too large, has no size, or holds what a logo must not.
    """
    src = src or path.name
    try:
        data = _read(path)
        root = _Reader().read(data)
        _size_root(root)
        _count_drawn(root)
    except _BadSvgError as error:
        raise UserError(f"{src} {error.args[0]}", fix=error.args[1], place=place) from error
    except expat.ExpatError as error:
        raise UserError(
            f"{src} is not well-formed SVG: {expat.ErrorString(error.code)} in its line {error.lineno}",
            fix="export it again",
            place=place,
        ) from error
    except OSError as error:
        raise UserError(
            f"{src} cannot be read: {error.strerror or error}", fix="export it again", place=place
        ) from error
    out = io.StringIO()
    _write(root, out)
    return out.getvalue().encode()


def logo_size(svg: bytes) -> tuple[float, float]:
    """Width and height, in CSS pixels, of what `clean_svg` gave."""
    head = svg[:1000].decode(errors="replace")
    width, height = re.search(r'<svg[^>]* width="([\d.e+]+)"', head), re.search(r'<svg[^>]* height="([\d.e+]+)"', head)
    if not (width and height):
        raise ValueError("not what clean_svg gave")
    return float(width[1]), float(height[1])


class _BadSvgError(Exception):
    """``args`` are what is wrong, following the file's name, and the fix."""


def _read(path: Path) -> bytes:
    """The file's text, unpacked, no longer than `MOST_BYTES`."""
    too_large = _BadSvgError(
        f"is larger than {MOST_BYTES // 1_000_000} MB", "simplify it, or use a PNG with transparency"
    )
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if data[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(wbits=31)
        try:
            data = unpack.decompress(data, MOST_BYTES + 1)
        except zlib.error as error:
            raise _BadSvgError("is a damaged compressed SVG", "export it as plain SVG") from error
        if not unpack.eof and len(data) <= MOST_BYTES:
            raise _BadSvgError("is a compressed SVG that is cut off", "export it as plain SVG")
    if len(data) > MOST_BYTES:
        raise too_large
    if not data.strip():
        raise _BadSvgError("is empty", "export it again")
    return data


class _Reader:
    """Builds the tree of one SVG from Expat's events."""

    def __init__(self) -> None:
        self._root: _Element | None = None
        self._open: list[_Element] = []
        self._skipping = 0
        self._in_text = 0
        self._elements = 0

    def read(self, data: bytes) -> _Element:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.Parse(data, True)
        if self._root is None:
            raise _BadSvgError("has no drawing in it", "export it again")
        return self._root

    def _refuse_entity(self, *_: object) -> None:
        raise _BadSvgError(
            "declares XML entities", "export it as plain SVG (in Illustrator: without preserving editing capabilities)"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) + self._skipping > _DEEPEST:
            raise _BadSvgError("has too many elements for a logo", "simplify it, or use a PNG with transparency")
        namespace, _, tag = name.rpartition(" ")
        if self._skipping:
            self._skipping += 1
            return
        if self._root is None and (tag != "svg" or namespace not in ("", _SVG)):
            raise _BadSvgError(f"is XML, but not SVG: it begins with <{tag}>", "export it as SVG")
        known = namespace in ("", _SVG)
        if known and tag in _REFUSED:
            what, fix = _REFUSED[tag]
            raise _BadSvgError(f"holds {what}", fix)
        if known and tag in _TEXT:
            self._in_text = 1
        if known and tag == "a":
            tag, attributes = "g", {k: v for k, v in attributes.items() if not k.endswith("href")}
        if not known or (tag not in _DRAWN and tag != "style"):
            if known and tag not in _LEFT_OUT and tag not in _TEXT:
                raise _BadSvgError(f"holds <{tag}>, which no logo needs", "export it as plain SVG")
            self._skipping = 1
            return
        element = _Element(tag, _clean_attributes(tag, attributes))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            if not self._skipping:
                self._in_text = 0
            return
        element = self._open.pop()
        if element.tag == "style":
            _check_css(element.text)

    def _characters(self, text: str) -> None:
        if self._in_text and text.strip():
            raise _BadSvgError(
                f"has text in it (“{text.strip()[:20]}”), whose font is not there when it is shown",
                "convert the text to outlines (paths) and export it again",
            )
        if not self._skipping and self._open and self._open[-1].tag == "style":
            self._open[-1].text += text


def _clean_attributes(tag: str, attributes: dict[str, str]) -> dict[str, str]:
    clean: dict[str, str] = {}
    for full, value in attributes.items():
        namespace, _, name = full.rpartition(" ")
        if namespace not in ("", _XLINK, _XML) or name.lower().startswith("on") or name == "base":
            continue
        if namespace == _XML and name not in ("space", "lang"):
            continue
        if name == "href" and namespace in ("", _XLINK):
            _check_reference(tag, value)
            clean.setdefault("href", value.strip())
            continue
        if namespace:
            continue
        _check_css(value)
        clean[name] = value
    return clean


def _check_reference(tag: str, value: str) -> None:
    if value.strip().startswith("#") or (tag == "image" and _EMBEDDED.match(value)):
        return
    if tag == "image":
        raise _BadSvgError("uses a picture that is not inside it", "embed the picture, or export it as PNG")
    raise _BadSvgError("refers to something outside itself", "export it as plain SVG")


def _check_css(text: str) -> None:
    """Refuse style that loads anything, whatever escapes and comments it hides behind (CSS Syntax 3, 4.3.7)."""
    text = re.sub(r"/\*.*?(\*/|$)", "", text, flags=re.DOTALL)
    text = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text)
    text = re.sub(r"\\(.)", r"\1", text).lower()
    if "@import" in text or "image-set(" in text or "src(" in text:
        raise _BadSvgError("loads style from outside itself", "export it with its style inside")
    for target in _URL.findall(text):
        if not target.strip().startswith("#") and not _EMBEDDED.match(target):
            raise _BadSvgError("refers to something outside itself", "export it as plain SVG")


def _length(text: str | None) -> float | None:
    """CSS pixels; None for what is missing or relative (``100%``)."""
    match = _LENGTH.fullmatch(text or "")
    return float(match[1]) * _UNITS[(match[2] or "").lower()] if match else None


def _size_root(root: _Element) -> None:
    """Give the root a width, a height and a viewBox that agree with what it has of them."""
    attributes = root.attributes
    width, height = _length(attributes.get("width")), _length(attributes.get("height"))
    numbers = [_length(part) for part in re.split(r"[\s,]+", attributes.get("viewBox", "").strip()) if part]
    box = [n for n in numbers if n is not None] if len(numbers) == 4 else []
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        if width is None and height is None:
            width, height = box[2], box[3]
        elif width is None and height is not None:
            width = height * box[2] / box[3]
        elif height is None and width is not None:
            height = width * box[3] / box[2]
    elif width and height:
        attributes["viewBox"] = f"0 0 {_number(width)} {_number(height)}"
    if width is None or height is None:
        raise _BadSvgError("has no size", "give its <svg> a viewBox")
    if not (0 < width < 1e6 and 0 < height < 1e6) or not 1 / 50 <= width / height <= 50:
        raise _BadSvgError(f"has a size that makes no sense: {_number(width)}×{_number(height)}", "export it again")
    attributes["width"], attributes["height"] = _number(width), _number(height)


def _number(value: float) -> str:
    return f"{value:.10g}" if math.isfinite(value) else "0"


def _count_drawn(root: _Element) -> None:
    """Refuse a drawing whose ``use`` elements multiply without end or without measure."""
    named: dict[str, _Element] = {}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if "id" in element.attributes:
            named.setdefault(element.attributes["id"], element)
        waiting.extend(element.children)
    counts: dict[int, int] = {}

    def count(element: _Element, depth: int) -> int:
        if depth > 2 * _DEEPEST:
            raise _BadSvgError("refers to itself", "export it as plain SVG")
        if id(element) not in counts:
            total = 1 + sum(count(child, depth + 1) for child in element.children)
            target = named.get(element.attributes.get("href", "").removeprefix("#"))
            if element.tag == "use" and target is not None:
                total += count(target, depth + 1)
            counts[id(element)] = total
        return counts[id(element)]

    if count(root, 0) > _MOST_DRAWN:
        raise _BadSvgError("repeats its parts too often", "simplify it, or use a PNG with transparency")


def _write(root: _Element, out: io.StringIO, *, top: bool = True) -> None:
    out.write(f"<{root.tag}")
    if top:
        out.write(f' xmlns="{_SVG}"')
        first = ("width", "height", "viewBox")
        root.attributes = dict(sorted(root.attributes.items(), key=lambda item: item[0] not in first))
    for name, value in root.attributes.items():
        out.write(f" {name}={quoteattr(value)}")
    if not root.children and not root.text:
        out.write("/>")
        return
    out.write(">")
    if root.tag == "style":
        out.write(escape(root.text))
    for child in root.children:
        _write(child, out, top=False)
    out.write(f"</{root.tag}>")
