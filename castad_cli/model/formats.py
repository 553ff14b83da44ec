"""The formats and languages an ad can have, as data.

Safe areas: the parts of a 1080×1920 frame that TikTok, Reels and Shorts cover with their own
interface, intersected (Meta ads guide, TikTok ads help, Google Ads help). ``must_read`` holds text
that the ad does not work without; ``secondary`` may reach where ordinary posts stay visible. The
feed formats have no interface over them, so theirs are margins of the layout.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the full-size frame: left, top (inclusive), right, bottom (exclusive)."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def contains(self, other: Box, slack: float = 0.0) -> bool:
        """Whether ``other`` lies inside, with ``slack`` pixels of tolerance on each side."""
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True)
class Format:
    """A shape a rendition can have. Sizes in pixels."""

    name: str
    width: int
    height: int
    must_read: Box
    secondary: Box


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("reel", 1080, 1920, Box(120, 289, 888, 1247), Box(65, 192, 900, 1436)),
        Format("portrait", 1080, 1350, Box(64, 64, 1016, 1286), Box(48, 48, 1032, 1302)),
        Format("square", 1080, 1080, Box(64, 64, 1016, 1016), Box(48, 48, 1032, 1032)),
        Format("landscape", 1920, 1080, Box(96, 64, 1824, 1016), Box(72, 48, 1848, 1032)),
    )
}


@dataclass(frozen=True)
class Language:
    """A language an ad can be in. ``tag`` is BCP 47; ``font`` is the family that carries its script."""

    tag: str
    name: str
    font: str
    rtl: bool = False


LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        Language("ko", "한국어", "Noto Sans KR"),
        Language("en", "English", "Inter"),
        Language("ja", "日本語", "Noto Sans JP"),
        Language("zh-Hans", "简体中文", "Noto Sans SC"),
        Language("zh-Hant", "繁體中文", "Noto Sans TC"),
        Language("th", "ไทย", "Noto Sans Thai"),
        Language("vi", "Tiếng Việt", "Inter"),
        Language("ar", "العربية", "Noto Sans Arabic", rtl=True),
    )
}

FRAME_RATE = 30
"""Frames a second of every rendition."""

QUALITIES = ("draft", "standard", "high")
