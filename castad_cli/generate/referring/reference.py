"""A name or figure of the brief, and the word that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "business",
    "place",
    "person",
    "product",
    "name",
    "offer",
    "last day",
    "date",
    "hours",
    "price",
    "share",
    "amount",
    "number",
    "phone",
    "website",
]
NAMES: frozenset[Kind] = frozenset({"business", "place", "person", "product", "name"})
"""What may stand in a hashtag."""
FIGURES: frozenset[Kind] = frozenset({"date", "hours", "price", "share", "amount", "number"})
"""What no digit may be written to."""


@dataclass(frozen=True)
class Reference:
    """``{word}`` stands for ``value``, which is in the ad's language where that is known.

    ``about`` says what it means, in other words than its own; ``says_kind`` when a business's name says what it is.
    """

    word: str
    kind: Kind
    value: str
    about: str = ""
    says_kind: bool = False

    @property
    def written(self) -> str:
        return "{" + self.word + "}"
