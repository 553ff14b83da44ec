"""Choosing among phrases: what fits the slot, suits the tone, and does not say again what the ad has said."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from castad_cli.generate.offline.daytime import suits_time
from castad_cli.generate.offline.wording import Phrase
from castad_cli.model.script import SlotLimit, width_em

_SPACED = ("ko", "en", "vi")
_STOP_WORDS = (
    "with from that this your have where when just here what into over every more made than then them they for the and "
    "cho của một những với khi các này đang được bạn"
)
_STOP = frozenset(_STOP_WORDS.split())


def fits(text: str, limit: SlotLimit) -> bool:
    """Whether ``text`` is within the slot, as `width_em` counts."""
    return width_em(text) <= limit.max_em


class Desk:
    """One ad's writing desk: it remembers what has been said, and picks what comes next.

    ``values`` fill the phrases' slots; a ``shy`` desk would rather not use the name in a sentence. ``times`` are the
    times of day that may be spoken of (`daytime.times_in`; empty: all). The same arguments and calls give the same
    picks.
    """

    def __init__(
        self,
        language: str,
        family: str,
        tone: str,
        values: Mapping[str, str],
        rng: random.Random,
        shy: bool = False,
        kind: str = "",
        times: frozenset[str] = frozenset(),
    ) -> None:
        self.language = language
        self.family = family
        self.tone = tone
        self.values = dict(values)
        self.rng = rng
        self.shy = shy
        self.kind = kind
        self.times = times
        self._said: set[str] = set()
        self._before = ""
        self._stems: set[str] = set()
        self._last: dict[str, tuple[str, str, bool]] = {}

    def options(self, phrases: Iterable[Phrase], limit: SlotLimit) -> list[tuple[Phrase, str]]:
        """The phrases that suit the business, can be filled, fit the slot and were not said, with their texts."""
        found: dict[str, Phrase] = {}
        for phrase in phrases:
            text = phrase.fill(self.values) if phrase.suits(self.family, self.kind) else None
            is_new = text and text not in found and text.casefold() not in self._said
            if text and is_new and fits(text, limit) and suits_time(phrase.text, self.times):
                found[text] = phrase
        return [(phrase, text) for text, phrase in found.items()]

    def pick(
        self, phrases: Iterable[Phrase], limit: SlotLimit, slot: str, lean: Mapping[str, float] | None = None
    ) -> str:
        """The best text for ``slot`` ("headline" or "line"), said from now on; "" when none fits.

        ``lean`` adds to the score of some texts.
        """
        lean = lean or {}
        scored = [
            (self._score(phrase, text, limit, slot) + lean.get(phrase.text, 0.0) + 3.0 * self.rng.random(), text)
            for phrase, text in self.options(phrases, limit)
        ]
        if not scored:
            return ""
        text = max(scored)[1]
        self.say(text, slot)
        return text

    def say(self, text: str, slot: str) -> None:
        """Remember ``text`` as said in ``slot``."""
        self._said.add(text.casefold())
        self._before = text
        self._stems |= stems(text, self.language)
        self._last[slot] = _shape(text, self.language)

    def has_said(self, phrase: Phrase) -> bool:
        """Whether the phrase, filled, was said."""
        text = phrase.fill(self.values)
        return bool(text) and str(text).casefold() in self._said

    def _score(self, phrase: Phrase, text: str, limit: SlotLimit, slot: str) -> float:
        score = 0.0
        if phrase.tones:
            score += 0.8 if self.tone in phrase.tones else -2.5
        if self.shy and "{name" in phrase.text:
            score -= 3.0
        for key in ("place", "name"):  # not twice in a row
            value = self.values.get(key, "")
            score -= 3.0 * bool(value and value in text and value in self._before)
        own = stems(text, self.language)
        if own:
            score -= 5.0 * len(own & self._stems) / len(own)
        before = self._last.get(slot)
        if before:
            start, end, comma = _shape(text, self.language)
            score -= 1.5 * (start == before[0]) + 1.2 * (end == before[1]) + 0.5 * (comma and before[2])
        if slot == "headline" and limit.max_lines > 1:
            score -= imbalance(text, limit)
        return score


def imbalance(text: str, limit: SlotLimit) -> float:
    """How badly ``text`` sets in the slot's lines: 0 when some break keeps every line within its share."""
    share = limit.max_em / limit.max_lines
    if width_em(text) <= share:
        return 0.0
    words = text.split(" ")
    if len(words) == 1:
        return 0.0 if width_em(text) == len(text) else 1.0  # CJK breaks anywhere; one long word does not break
    best = min(
        max(width_em(" ".join(words[:cut])), width_em(" ".join(words[cut:])) / max(limit.max_lines - 1, 1))
        for cut in range(1, len(words))
    )
    return max(0.0, best / share - 1.0) * 4


@lru_cache(maxsize=8192)
def stems(text: str, language: str) -> frozenset[str]:
    """The parts of ``text`` that a reader would notice coming again."""
    text = text.casefold()
    if language == "ko":
        return frozenset(word[:2] for word in re.findall(r"[\w]+", text) if len(word) > 1)
    if language == "en":
        return frozenset(w[:5] for w in re.findall(r"[a-z']{4,}", text) if w not in _STOP)
    if language == "vi":
        words = [w for w in re.findall(r"\w+", text) if w not in _STOP]
        return frozenset(f"{a} {b}" for a, b in pairwise(words))
    if language == "th":
        runs = re.findall(r"[\u0e00-\u0e7f]+", text)
        return frozenset(run[i : i + 6] for run in runs for i in range(max(1, len(run) - 5)))
    runs = re.findall(r"[\u4e00-\u9fff]+", text) + re.findall(r"[\u30a0-\u30ff]{3,}", text)
    return frozenset(run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1)))


def _shape(text: str, language: str) -> tuple[str, str, bool]:
    """How a text begins and ends, and whether a comma parts it."""
    comma = bool(re.search(r"[,，、]", text))
    if language in _SPACED:
        words = text.casefold().split()
        return words[0], words[-1] if language != "ko" else words[-1][-2:], comma
    reach = 4 if language == "th" else 2
    return text[:reach], text[-reach:], comma
