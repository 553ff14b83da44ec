"""Colours that can be read: contrast by WCAG 2, and near-blacks and near-whites of the brand's own hue. Pure."""

from __future__ import annotations

import colorsys

Rgb = tuple[int, int, int]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)

AIM = 5.4
"""The contrast that chosen colours have: above the 4.5 that is asked, since the encoder takes some of it away."""


def _linear(value: int) -> float:
    c = value / 255
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


_LINEAR = tuple(_linear(value) for value in range(256))
"""Light by sRGB value; a batch of brands asks for it a million times."""


def rgb_from_hex(text: str) -> Rgb:
    """``#rrggbb`` as 8-bit red, green, blue."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def hex_from_rgb(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def luminance(rgb: Rgb) -> float:
    """Relative luminance 0 to 1 of an sRGB colour (WCAG 2.2)."""
    red, green, blue = rgb
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


def contrast(a: Rgb, b: Rgb) -> float:
    """Contrast ratio 1 to 21 of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def with_lightness(rgb: Rgb, lightness: float, saturation: float = 1.0) -> Rgb:
    """The same hue at another HLS lightness, its saturation scaled."""
    hue, _, own = colorsys.rgb_to_hls(*(v / 255 for v in rgb))
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, min(1.0, own * saturation))
    return round(red * 255), round(green * 255), round(blue * 255)


def near_black(rgb: Rgb) -> Rgb:
    """A near-black in the brand's hue."""
    return with_lightness(rgb, 0.07, 0.55)


def near_white(rgb: Rgb) -> Rgb:
    """A near-white in the brand's hue."""
    return with_lightness(rgb, 0.965, 0.5)


def readable(wanted: Rgb, on: Rgb, least: float = AIM) -> Rgb:
    """``wanted``, its lightness moved no further than needed for a contrast of ``least`` on ``on``.

    Where no lightness of that hue is enough, the better of near-black and near-white, else of black and white, one of
    which reaches `AIM` on any `ground`.
    """
    if contrast(wanted, on) >= least:
        return wanted
    _, lightness, _ = colorsys.rgb_to_hls(*(v / 255 for v in wanted))
    for step in range(1, 101):
        for value in (lightness + step / 100, lightness - step / 100):
            if 0 <= value <= 1:
                moved = with_lightness(wanted, value)
                if contrast(moved, on) >= least:
                    return moved
    hued = max((near_black(on), near_white(on)), key=lambda c: contrast(c, on))
    return hued if contrast(hued, on) >= min(least, AIM) else max((BLACK, WHITE), key=lambda c: contrast(c, on))


def ground(wanted: Rgb) -> Rgb:
    """``wanted``, its lightness moved no further than needed for black or white words on it to reach `AIM`.

    Why: on a colour of middle lightness no words reach much more than 4.5, and the encoder takes some of that away.
    """
    _, lightness, _ = colorsys.rgb_to_hls(*(v / 255 for v in wanted))
    for step in range(101):
        for value in (lightness - step / 200, lightness + step / 200):
            moved = wanted if not step else with_lightness(wanted, min(max(value, 0.0), 1.0))
            if max(contrast(moved, BLACK), contrast(moved, WHITE)) >= AIM:
                return moved
    raise AssertionError("black and white are as far apart as can be")
