"""A brand's three colours as a template uses them: which of them stand on which, so that all can be read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from castad_cli.model import colors
from castad_cli.model.colors import Rgb, contrast, hex_from_rgb, readable

LEAST = 4.5
"""WCAG 2.2, 1.4.3 (AA): a pair below it is no pair for words, however they are set."""

_ON_PHOTO = 10.5
"""Contrast of words with a scrim's ink that leaves enough of it where the scrim lies over a white photograph."""

_ON_PRIMARY = 7.0
"""Of the words on a panel, some are small."""

_DARK = 0.18
"""Luminance above which dark words stand out better than light ones: the geometric middle of black and white."""


@dataclass(frozen=True)
class Adjustment:
    """One colour of the brand that is shown otherwise than written, and why.

    ``key`` is its key below ``brand.colors``; ``on`` the key of what it stands on, itself where a ground was moved.
    """

    key: str
    wanted: str
    shown: str
    on: str
    had: float
    has: float

    def __str__(self) -> str:
        if self.key == self.on:
            return (
                f"no words reach enough contrast on {self.key} {self.wanted} ({self.had:.1f}:1 at most): "
                f"shown as {self.shown}, on which they have {self.has:.1f}:1"
            )
        return (
            f"{self.key} {self.wanted} on {self.on} has a contrast of {self.had:.1f}:1: "
            f"words are shown in {self.shown}, which has {self.has:.1f}:1"
        )


@dataclass(frozen=True)
class Palette:
    """The colours of an ad, each readable where its name says, and what had to be changed for it."""

    primary: Rgb
    accent: Rgb
    text: Rgb
    ink: Rgb
    paper: Rgb
    on_photo: Rgb
    on_primary: Rgb
    accent_on_primary: Rgb
    on_accent: Rgb
    primary_on_paper: Rgb
    accent_on_paper: Rgb
    accent_on_ink: Rgb
    adjustments: tuple[Adjustment, ...] = ()


@lru_cache(maxsize=4096)
def make_palette(primary: str, accent: str, text: str) -> Palette:
    """The palette of three colours ``#rrggbb``."""
    wanted, bright, words = (colors.rgb_from_hex(color) for color in (primary, accent, text))
    panel, field = colors.ground(wanted), colors.ground(bright)
    ink, paper = colors.near_black(panel), colors.near_white(panel)
    on_primary = readable(words, panel, _ON_PRIMARY)
    accent_on_primary = readable(bright, panel)
    adjustments = [
        _moved("primary", wanted, panel),
        _moved("accent", bright, field),
        _changed("text", words, on_primary, "primary", panel),
        _changed("accent", bright, accent_on_primary, "primary", panel),
    ]
    return Palette(
        primary=panel,
        accent=field,
        text=words,
        ink=ink,
        paper=paper,
        on_photo=readable(words, colors.with_lightness(ink, 0.18), _ON_PHOTO),
        on_primary=on_primary,
        accent_on_primary=accent_on_primary,
        on_accent=readable(ink if colors.luminance(field) > _DARK else words, field),
        primary_on_paper=readable(wanted, paper),
        accent_on_paper=readable(bright, paper),
        accent_on_ink=readable(bright, ink),
        adjustments=tuple(one for one in adjustments if one is not None),
    )


def _moved(key: str, wanted: Rgb, shown: Rgb) -> Adjustment | None:
    if wanted == shown:
        return None

    def best(color: Rgb) -> float:
        return max(contrast(color, colors.BLACK), contrast(color, colors.WHITE))

    return Adjustment(key, hex_from_rgb(wanted), hex_from_rgb(shown), key, best(wanted), best(shown))


def _changed(key: str, wanted: Rgb, shown: Rgb, on: str, panel: Rgb) -> Adjustment | None:
    """Told where the pair fails; one that is only given a margin looks as it was written."""
    had = contrast(wanted, panel)
    if had >= LEAST:
        return None
    return Adjustment(key, hex_from_rgb(wanted), hex_from_rgb(shown), on, had, contrast(shown, panel))
