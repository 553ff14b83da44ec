"""A small page of two scenes over photographs: laid out and composed by us, and drawn by the browser itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page, Resource
from castad_cli.render.compositor import Painter
from castad_cli.render.developing import Developed
from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.layers import Layer, Layout, Outline, Spot
from castad_cli.render.media.motion import Move, View
from castad_cli.render.pixels.planes import rgb_from_frame
from castad_cli.render.shots import Still
from castad_cli.render.studio import Studio
from castad_cli.render.timeline import Scene, Timeline
from castad_cli.render.words.fonts import PlacedText, subset_fonts

Rgb = NDArray[np.uint8]

WIDTH, HEIGHT = 320, 240
TIMELINE = Timeline(
    (Scene(0, "opening", 0, 0, 30, "cut", 0), Scene(1, "closing", 1, 30, 60, "cut", 0)), 60, Fraction(30)
)
BASE = """
*{margin:0;padding:0;box-sizing:border-box;animation-play-state:paused!important}
html,body{background:transparent;overflow:hidden}
#stage{position:relative;width:320px;height:240px;overflow:hidden;color:#fff;font:700 24px/1.2 sans-serif}
[data-scene]{position:absolute;inset:0}
.photo{position:absolute;inset:0}
.photo img{display:block;width:100%;height:100%;object-fit:cover}
"""
PHOTOS = (
    '<section data-scene="0"><div class="photo" data-media="0"></div></section>'
    '<section data-scene="1"><div class="photo" data-media="1"></div></section>'
)


def sloping_photo() -> Rgb:
    """A picture without detail, other in every place."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([60 + x // 4, 90 + y // 3, 120 + (x + y) // 6], axis=-1).astype(np.uint8)


def page_of(
    body: str, css: str = "", language: str = "en", files: Mapping[str, Resource] | None = None
) -> dict[str, Resource]:
    faces = subset_fonts([PlacedText(body, "body")], language)
    css += "".join(f'@font-face{{font-family:"{f.family}";src:url("/{f.name}");font-weight:100 900}}' for f in faces)
    css += "#stage{font-family:" + ",".join(f'"{f.family}"' for f in faces) + "}"
    html = (
        f'<!doctype html><html><head><meta charset="utf-8"><style>{BASE}{css}</style></head>'
        f'<body><main id="stage" lang="{language}">{body}</main></body></html>'
    )
    fonts = {f"/{f.name}": Resource(f.data, "font/ttf") for f in faces}
    return {"/": Resource(html.encode(), "text/html; charset=utf-8"), **fonts, **(files or {})}


def laid_out(
    studio: Studio,
    body: str,
    css: str = "",
    language: str = "en",
    files: Mapping[str, Resource] | None = None,
    only: Sequence[int] | None = None,
    photo: Rgb | None = None,
) -> Layout:
    """The page laid out; ``photo`` is what its places show where the browser has to draw one."""

    def develop(outline: Outline) -> Developed:
        assert photo is not None
        media = [layer for layer in outline.layers if layer.kind == "media"]
        sources = stills(media, photo)
        return Developed(lambda first, last: nullcontext(sources), {layer.spot: layer.box for layer in media}, 1.0)

    def work(page: Page) -> Layout:
        layers.fit_texts(page, {})
        return layers.capture(page, TIMELINE, only, develop=develop)

    return studio.browser.with_page(page_of(body, css, language, files), WIDTH, HEIGHT, work)


_SEEK = """
([frame, scenes]) => {
  for (const scene of scenes) {
    const seen = scene.start <= frame && frame < scene.end;
    for (const e of document.querySelectorAll(`[data-scene='${scene.name}']`)) e.style.display = seen ? "" : "none";
  }
  for (const scene of scenes) {
    if (!(scene.start <= frame && frame < scene.end)) continue;
    const t = (frame - scene.start) * 1000 / 30;
    const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean);
    for (const a of [document, ...roots].flatMap((tree) => tree.getAnimations())) {
      if (!a.effect || !a.effect.target) continue;
      const root = a.effect.target.getRootNode();
      const own = (root.host || a.effect.target).closest("[data-scene]");
      if ((own ? own.dataset.scene : "all") !== scene.name) continue;
      a.pause();
      a.currentTime = t;
    }
    for (const drawing of document.querySelectorAll("svg")) {
      const own = drawing.closest("[data-scene]");
      if (own.dataset.scene !== scene.name) continue;
      drawing.pauseAnimations();
      drawing.setCurrentTime(t / 1000);
    }
    if (window.castadSeek) window.castadSeek(scene.name, t);
  }
}
"""


def screenshots(
    studio: Studio,
    body: str,
    css: str,
    frames: Sequence[int],
    photo: Rgb,
    language: str = "en",
    files: Mapping[str, Resource] | None = None,
    *,
    fitted: bool = False,
) -> list[Rgb]:
    """The browser's own pictures of some frames: the whole page, its photographs in it.

    None of our scripts has a hand in it, unless its texts have to be ``fitted`` and split first.
    """
    good, data = cv2.imencode(".png", cv2.cvtColor(photo, cv2.COLOR_RGB2BGR))
    assert good
    shown = body.replace('data-media="0">', 'data-media="0"><img src="/photo" alt="">')
    shown = shown.replace('data-media="1">', 'data-media="1"><img src="/photo" alt="">')
    spans = [{"name": str(s.index), "start": s.start, "end": s.end} for s in TIMELINE.scenes]
    spans.append({"name": "all", "start": 0, "end": TIMELINE.frames})

    def work(page: Page) -> list[Rgb]:
        page.evaluate(
            "load the fonts", "() => Promise.all([...document.fonts].map((font) => font.load())).then(() => null)"
        )
        if fitted:
            layers.fit_texts(page, {})
        out = []
        for frame in frames:
            page.evaluate("seek", _SEEK, [frame, spans])
            png = np.frombuffer(page.capture("draw", 0, 0, WIDTH, HEIGHT), np.uint8)
            picture = cv2.imdecode(png, cv2.IMREAD_UNCHANGED)
            alpha = picture[:, :, 3:] / 255 if picture.shape[2] == 4 else 1.0  # an opaque capture comes without alpha
            out.append(np.asarray(np.rint(picture[:, :, 2::-1] * alpha), np.uint8))
        return out

    pages = {**page_of(shown, css, language, files), "/photo": Resource(data.tobytes(), "image/png")}
    return studio.browser.with_page(pages, WIDTH, HEIGHT, work)


def stills(media: Sequence[Layer], photo: Rgb) -> dict[Spot, Still]:
    """The photograph at rest in each place."""
    view = View(1.0, 0.5, 0.5)
    picture, move = picture_from_rgb(photo), Move(view, view)
    return {layer.spot: Still(picture, move, layer.box, 0, 60) for layer in media}


def composed(layout: Layout, frame: int, photo: Rgb) -> Rgb:
    """Our own picture of a frame."""
    buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
    sources = stills([layer for layer in layout.layers if layer.kind == "media"], photo)
    Painter(layout, TIMELINE, sources, WIDTH, HEIGHT, 120).paint(frame, buffer)
    return rgb_from_frame(buffer, WIDTH, HEIGHT)


def ssim_map(one: Rgb, other: Rgb) -> NDArray[np.float64]:
    """Structural similarity of two pictures' luma, pixel by pixel (Wang et al. 2004, Gaussian window of 1.5 px)."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (one, other))
    blur: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda p: cv2.GaussianBlur(p, (11, 11), 1.5)  # noqa: E731
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    a, b = 6.5025, 58.5225
    return np.asarray((2 * mx * my + a) * (2 * cov + b) / ((mx**2 + my**2 + a) * (vx + vy + b)))


def ssim(one: Rgb, other: Rgb) -> float:
    return float(np.mean(ssim_map(one, other)))
