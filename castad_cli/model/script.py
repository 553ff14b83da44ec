"""The words of an ad, and how long a person needs to read them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

SceneRole = Literal["opening", "point", "closing"]


@dataclass(frozen=True, slots=True)
class SceneWords:
    """What one scene says. ``line`` may be empty.

    ``media`` is the index of the photograph or clip that the writer chose for it; None leaves it as planned.
    """

    role: SceneRole
    headline: str
    line: str = ""
    media: int | None = None


@dataclass(frozen=True)
class PlatformWords:
    """What is written beside the video on one platform; what a platform has no place for is empty."""

    platform: str
    title: str = ""
    caption: str = ""
    description: str = ""
    hashtags: tuple[str, ...] = ()


SPEECH_LEAD_S, SPEECH_TAIL_S = Fraction(1, 4), Fraction(1, 4)
"""A scene is seen for so long before somebody begins to speak in it, and after they have ended."""

FASTEST_SPEECH = Fraction(5, 4)
"""How much faster than it was recorded a voice may be heard, so that an ad has room for it: more sounds hurried."""


CARD_MOVES_S = Fraction(9, 10)
"""What coming in takes before a text of a closing card, which never leaves, stands still to be read, where the template
does not say."""


@dataclass(frozen=True)
class SpokenLine:
    """What is said in one scene, and how long that takes as it was recorded. ``file`` is a WAV on this machine."""

    scene: int
    text: str
    duration_s: Fraction
    file: str = ""


@dataclass(frozen=True)
class Voice:
    """Who speaks an ad's lines, in the order of its scenes. ``by_ai`` as in `Script`."""

    provider: str
    name: str
    lines: tuple[SpokenLine, ...]
    by_ai: str = ""
    model: str = ""


@dataclass(frozen=True)
class Background:
    """A picture that was made for the ad. ``sha256`` is of its bytes; ``file`` holds them on this machine."""

    provider: str
    prompt: str
    sha256: str
    by_ai: str = ""
    model: str = ""
    file: str = ""


@dataclass(frozen=True)
class Script:
    """The words of one ad in one language, scene by scene; the last scene is the closing card."""

    language: str
    scenes: tuple[SceneWords, ...]
    call_to_action: str
    offer: str = ""
    title: str = ""
    caption: str = ""
    description: str = ""
    hashtags: tuple[str, ...] = ()
    platforms: tuple[PlatformWords, ...] = ()
    """Words for one platform each, where the writer wrote them apart; elsewhere those above do for all."""
    provider: str = "offline"
    generated: bool = True
    """Whether a machine wrote it (false: the recipe's own ``scenes:``)."""
    by_ai: str = ""
    """The generative AI that wrote it, as it is disclosed; empty for what follows rules, or was written by hand."""
    proofread_by: str = ""
    """Who listed its names and figures for the program to compare with the brief: the model; empty for nobody."""
    notes: tuple[str, ...] = field(default=())
    voice: Voice | None = None
    """The words as they are spoken; None: nobody speaks."""
    background: Background | None = None
    """The picture that was made for it; None: it has the recipe's alone."""


@dataclass(frozen=True, slots=True)
class SlotLimit:
    """How much text a template's slot takes, in em (see `width_em`), and the most lines it may take."""

    max_em: float
    max_lines: int = 2


def width_em(text: str) -> float:
    """The text's rough set width in em: 1 for a full-width character, 0.5 for others, 0 for marks.

    Source: Unicode UAX #11 (East Asian Width) for what is wide; 0.5 is the mean advance of Inter's
    lower-case text. A first check only: the browser measures.
    """
    total = 0.0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        total += 1.0 if unicodedata.east_asian_width(character) in ("W", "F") else 0.5
    return total


def reading_time_s(text: str) -> Fraction:
    """Seconds a viewer needs to read ``text`` once: 0.3 s plus a share for each character by script.

    0.06 s a Latin (or Thai) character, about 17 a second, the usual subtitle rate; 0.11 s a Hangul
    syllable; 0.2 s a kana, kanji or hanzi; marks and spaces as Latin. Empty text takes no time.
    """
    if not text.strip():
        return Fraction(0)
    total = Fraction(3, 10)
    for character in text:
        name = unicodedata.name(character, "")
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        if name.startswith("HANGUL"):
            total += Fraction(11, 100)
        elif name.startswith(("CJK", "HIRAGANA", "KATAKANA")):
            total += Fraction(1, 5)
        else:
            total += Fraction(6, 100)
    return total


def speaking_time_s(text: str) -> Fraction:
    """Seconds an unhurried speaker takes for ``text``: a guess, before it is spoken.

    0.07 s a Latin, Thai or Arabic letter (about 150 English words a minute), 0.18 s a Hangul syllable, 0.16 s a kana,
    0.24 s a kanji or hanzi, 0.3 s a digit (read out); 0.25 s for each pause that a full stop or comma makes.
    """
    total = Fraction(0)
    for character in text:
        name = unicodedata.name(character, "")
        category = unicodedata.category(character)
        if category == "Nd":
            total += Fraction(3, 10)
        elif name.startswith("HANGUL"):
            total += Fraction(18, 100)
        elif name.startswith(("HIRAGANA", "KATAKANA")):
            total += Fraction(16, 100)
        elif name.startswith("CJK"):
            total += Fraction(24, 100)
        elif character in ".,!?。、，！？؟،":
            total += Fraction(1, 4)
        elif category not in ("Mn", "Me", "Cf"):
            total += Fraction(7, 100)
    return total
