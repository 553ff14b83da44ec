"""A rendition's page: the template filled with the ad's words, brand and sizes, and every file it may load.

Text is text: values are escaped (Jinja's autoescape, in its sandbox), and only the QR code, drawn here, is markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from castad_cli.errors import UserError
from castad_cli.model import colors
from castad_cli.model.formats import FORMATS, LANGUAGES
from castad_cli.model.music import BeatGrid
from castad_cli.model.palette import make_palette
from castad_cli.model.place import Place
from castad_cli.model.plan import BrandSpec, Item, RenderTask, Review
from castad_cli.model.script import Script, width_em
from castad_cli.model.template import TemplateSpec
from castad_cli.model.values import in_language
from castad_cli.render.chromium.browser import Resource
from castad_cli.render.markup import compile_markup
from castad_cli.render.spoken import SPOKEN_CSS, part_speech, spoken_html
from castad_cli.render.timeline import Scene, Timeline
from castad_cli.render.words.fonts import PlacedText, font_stack, subset_fonts
from castad_cli.render.words.phrases import keep_together
from castad_cli.templates import Template

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class PageSource:
    """What a browser needs to show a rendition: ``resources`` by path, and where each text was written."""

    resources: Mapping[str, Resource]
    places: Mapping[tuple[str, str], Place | None]


_NO_BEAT_S = Fraction(1, 2)
"""Where there is no music, things move as if to 120 beats a minute."""

_LONGEST_STEP_S = Fraction(3, 10)
"""Lines of a headline that follow one another more slowly than this would not be read as one."""

_LATIN = "Inter"
"""The family of languages in Latin letters."""

_BRAND_FAMILY = "brand's own"
"""What a page calls a font file of the brand, whatever the file is called: names are anybody's text."""

_BASE_CSS = """
*, *::before, *::after { box-sizing: border-box; margin: 0; padding: 0; animation-play-state: paused !important; }
html, body { background: transparent; overflow: hidden; }
#stage { position: relative; width: var(--width); height: var(--height); overflow: hidden; }
[data-scene] { position: absolute; inset: 0; }
"""


def build_page(
    task: RenderTask, script: Script, timeline: Timeline, template: Template, grid: BeatGrid | None
) -> PageSource:
    """The page of one rendition. ``grid`` holds the beats of its music.

    Raises:
        UserError: a character that no font has, a brand font that cannot be used, a logo that cannot be shown.
    """
    web = web_address(task.brand, template.spec)
    labels = {name: in_language(words, task.language) for name, words in template.spec.labels.items()}
    texts = list(_texts(task, script, web, labels))
    if task.burns_captions and script.voice:
        texts += [PlacedText(line.text, "caption", task.place) for line in script.voice.lines]
    brand = task.brand
    brand_file = Path(brand.font_file.path) if brand.font_file else None
    family = brand.font if brand_file is None else _BRAND_FAMILY
    if not family and LANGUAGES[task.language].font == _LATIN:
        family = template.spec.font
    faces = subset_fonts(texts, task.language, brand_font=family, brand_file=brand_file)
    stack = font_stack(task.language, family)
    display = stack
    if template.spec.display and not family:
        shown = subset_fonts(texts, task.language, brand_font=template.spec.display)
        # Their own names: the same family cut to other characters is another file.
        faces = (*faces, *(replace(face, family=f"{face.family} for display") for face in shown))
        display = tuple(f"{name} for display" for name in font_stack(task.language, template.spec.display))
    resources: dict[str, Resource] = {f"/fonts/{face.name}": Resource(face.data, "font/ttf") for face in faces}
    font_css = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url("/fonts/{face.name}"); font-weight: 100 900; }}\n'
        for face in faces
    )
    logo_url = ""
    if brand.logo is not None:
        logo_url, resources["/logo"] = "/logo", _logo(task)
    body = compile_markup((template.folder / "template.html").read_text(encoding="utf-8")).render(
        **_context(task, script, timeline, web, grid), logo=logo_url, labels=labels
    )
    style = (template.folder / "style.css").read_text(encoding="utf-8")
    said = part_speech(script.voice.lines, timeline) if task.burns_captions and script.voice else []
    if said:
        body, style = body + spoken_html(said), SPOKEN_CSS + style
    root = "".join(f"{name}: {value};" for name, value in _variables(task, stack, display, grid).items())
    html = (
        f'<!doctype html><html lang="{task.language}"><head><meta charset="utf-8"><style>'
        f"{font_css}{_BASE_CSS}#stage {{ {root} }}\n{style}</style></head><body>{body}</body></html>"
    )
    resources["/"] = Resource(html.encode(), "text/html; charset=utf-8")
    places = {(_scene_key(text), text.what.rsplit(" of scene ", 1)[0]): text.place for text in texts}
    return PageSource(resources, places)


def _scene_key(text: PlacedText) -> str:
    parts = text.what.rsplit(" of scene ", 1)
    return str(int(parts[1]) - 1) if len(parts) == 2 else "all"


def _texts(task: RenderTask, script: Script, web: str, labels: Mapping[str, str]) -> list[PlacedText]:
    brand, place = task.brand, task.place
    texts = [
        PlacedText(text, f"{slot} of scene {number}", place)
        for number, scene in enumerate(script.scenes, 1)
        for slot, text in (("headline", scene.headline), ("line", scene.line))
    ]
    others = {
        "call_to_action": script.call_to_action,
        "offer": script.offer or task.offer,
        "name": brand.name,
        "phone": brand.phone,
        "url": web,
        "address": brand.address,
    }
    shown = task.showcase
    things = [(what, text) for item in shown.items for what, text in asdict(item).items()]
    things += [(what, str(text or "")) for review in shown.reviews for what, text in asdict(review).items()]
    things += [("rating", f"{shown.rating.said}{shown.rating.figure}")] if shown.rating else []
    things += [("ends", shown.ends), *(("label", words) for words in labels.values()), *others.items()]
    return [t for t in [*texts, *(PlacedText(text, what, place) for what, text in things)] if t.text]


def _as_dialled(phone: str, language: str) -> str:
    """A phone number that reads from left to right in a right-to-left ad too.

    The mark is invisible; digits and the spaces between them take its direction (UAX #9, rules W7 and N1).
    """
    return f"\u200e{phone}\u200e" if phone and LANGUAGES[language].rtl else phone


def shown_url(url: str, most_em: float = math.inf) -> str:
    """A web address as people say it: no scheme, no ``www.``, no query, no trailing slash.

    Wider than ``most_em`` it is its host alone, which a viewer can remember; the QR code has it whole.
    """
    whole = re.split(r"[?#]", url.split("://", 1)[-1])[0].removeprefix("www.").rstrip("/")
    return whole if width_em(whole) <= most_em else whole.split("/")[0]


def web_address(brand: BrandSpec, spec: TemplateSpec) -> str:
    """The contact's web address as the template's closing card shows it."""
    slot = spec.closing_slots.get("url")
    return shown_url(brand.url, slot.max_em if slot else math.inf)


def _context(task: RenderTask, script: Script, timeline: Timeline, web: str, grid: BeatGrid | None) -> dict[str, Any]:
    brand, showcase = task.brand, task.showcase
    shows: dict[str, Sequence[Item | Review]] = {"items": showcase.items, "reviews": showcase.reviews}
    scenes = [
        {
            "index": scene.index,
            "role": scene.role,
            "kind": scene.kind or scene.role,
            "headline": keep_together(words.headline, task.language),
            "line": keep_together(words.line, task.language),
            "media": scene.media,
            "pictures": list(scene.all_pictures),
            "entries": [shows[slots.shows][entry] for entry in slots.entries if slots.shows in shows],
            "ms": round(scene.frames / timeline.rate * 1000),
            "beats": _beats(grid.beats if grid else (), scene, timeline),
            "downbeats": _beats(grid.downbeats if grid else (), scene, timeline),
            "transition_ms": round(scene.transition_frames / timeline.rate * 1000),
        }
        for scene, words, slots in zip(timeline.scenes, script.scenes, task.scenes, strict=True)
    ]
    return {
        "format": task.format,
        "language": task.language,
        "direction": "rtl" if LANGUAGES[task.language].rtl else "ltr",
        "scenes": scenes,
        "ms": round(timeline.duration_s * 1000),
        "brand": {
            "name": brand.name,
            "phone": _as_dialled(brand.phone, task.language),
            "url": "" if "url" in timeline.left_out else web,
            "address": "" if "address" in timeline.left_out else keep_together(brand.address, task.language),
        },
        "offer": keep_together(script.offer or task.offer, task.language),
        "call_to_action": script.call_to_action,
        "items": showcase.items,
        "reviews": showcase.reviews,
        "rating": showcase.rating,
        "ends": showcase.ends,
        "qr": qr_svg(tracked_url(brand, task.format), task.place) if brand.url else "",
    }


def _beats(beats: Sequence[Fraction], scene: Scene, timeline: Timeline) -> list[int]:
    """The beats within a scene, in ms from its start; the one it is cut on is 0."""
    start, end = timeline.seconds(scene.start), timeline.seconds(scene.end)
    return [max(0, round((beat - start) * 1000)) for beat in beats if start - Fraction(1, 60) <= beat < end]


def tracked_url(brand: BrandSpec, format_name: str) -> str:
    """What the QR code opens: the contact's address with the campaign's parameters, those it has already kept."""
    parts = urlsplit(brand.url)
    own = parse_qsl(parts.query, keep_blank_values=True)
    added = [(key, value.replace("{format}", format_name)) for key, value in brand.tracking]
    kept = [(key, value) for key, value in own if key not in dict(added)]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added]))) if added else brand.url


@lru_cache(maxsize=64)
def qr_svg(url: str, place: Place | None = None) -> Markup:
    """A QR code of ``url`` as SVG of one module a unit, with the quiet zone of four that ISO/IEC 18004 asks for.

    Error correction M: readable through video compression without growing dense.

    Raises:
        UserError: the address is too long for a code that a phone reads from a screen.
    """
    import segno
    from markupsafe import Markup

    try:
        code = segno.make(url, error="m", micro=False, boost_error=False)
    except segno.DataOverflowError:
        code = None
    if code is None or int(code.version) > 8:
        raise UserError(
            f"brand.contact.url is too long for a QR code that a phone reads from a video ({len(url)} characters)",
            fix="use a shorter address",
            place=place,
        )
    size = code.symbol_size(border=4)[0]
    path = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )
    return Markup(  # noqa: S704 - numbers of our own, no text of anyone's
        f'<svg class="qr-code" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" xmlns="http://www.w3.org/2000/svg">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _variables(
    task: RenderTask, stack: tuple[str, ...], display: tuple[str, ...], grid: BeatGrid | None
) -> dict[str, str]:
    beats = grid.beats[:2] if grid else ()
    beat_s = beats[1] - beats[0] if len(beats) == 2 else None
    shape = FORMATS[task.format]
    palette = make_palette(task.brand.primary, task.brand.accent, task.brand.text)
    return {
        "--width": f"{shape.width}px",
        "--height": f"{shape.height}px",
        "--safe-left": f"{shape.must_read.left}px",
        "--safe-top": f"{shape.must_read.top}px",
        "--safe-right": f"{shape.width - shape.must_read.right}px",
        "--safe-bottom": f"{shape.height - shape.must_read.bottom}px",
        "--safe-width": f"{shape.must_read.width}px",
        "--caption-top": f"{shape.secondary.top}px",
        "--caption-bottom": f"{shape.height - shape.secondary.bottom}px",
        "--primary": colors.hex_from_rgb(palette.primary),
        "--accent": colors.hex_from_rgb(palette.accent),
        "--text": colors.hex_from_rgb(palette.text),
        "--ink": colors.hex_from_rgb(palette.ink),
        "--ink-rgb": ", ".join(map(str, palette.ink)),
        "--paper": colors.hex_from_rgb(palette.paper),
        "--primary-on-paper": colors.hex_from_rgb(palette.primary_on_paper),
        "--accent-on-paper": colors.hex_from_rgb(palette.accent_on_paper),
        "--accent-on-ink": colors.hex_from_rgb(palette.accent_on_ink),
        "--on-photo": colors.hex_from_rgb(palette.on_photo),
        "--on-primary": colors.hex_from_rgb(palette.on_primary),
        "--accent-on-primary": colors.hex_from_rgb(palette.accent_on_primary),
        "--on-accent": colors.hex_from_rgb(palette.on_accent),
        "--beat": f"{float(beat_s or _NO_BEAT_S) * 1000:.3f}ms",
        "--step": f"{float(_step_s(beat_s or _NO_BEAT_S)) * 1000:.3f}ms",
        "--font": ", ".join(f'"{family}"' for family in stack),
        "--display": ", ".join(f'"{family}"' for family in display),
    }


def _step_s(beat_s: Fraction) -> Fraction:
    """The beat's whole, half, quarter … that is short enough for one thing to follow another on it."""
    while beat_s > _LONGEST_STEP_S:
        beat_s /= 2
    return beat_s


def _logo(task: RenderTask) -> Resource:
    from castad_cli.render.media.vectors import clean_svg

    logo = task.brand.logo
    assert logo is not None
    if logo.kind == "vector":
        return Resource(clean_svg(Path(logo.path), logo.place, logo.src), "image/svg+xml")
    data = Path(logo.path).read_bytes()
    kinds = {b"\x89PNG": "image/png", b"RIFF": "image/webp", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
    kind = next((mime for magic, mime in kinds.items() if data.startswith(magic)), None)
    if kind is None:
        raise UserError(
            f"the logo {logo.src} is neither SVG, PNG, WebP nor JPEG",
            fix="export the logo as SVG, or as PNG with alpha",
            place=logo.place,
        )
    return Resource(data, kind)
