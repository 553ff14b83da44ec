"""The kinds of values that people write, in recipes and in templates alike.

Apart from the recipe's own models, which are many: who only needs a template is spared them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal, NoReturn, get_args

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from castad_cli.model.formats import FORMATS, LANGUAGES

_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|m)?")


def refuse(message: str, *, fix: str = "", at: str = "") -> NoReturn:
    """Say no in words for a person. ``at`` names the key below the value that is meant, when it is not the value."""
    raise PydanticCustomError("refused", "{message}", {"message": message, "fix": fix, "at": at})


def parse_duration(value: object) -> Fraction:
    """Seconds, exactly, from ``15s``, ``1.5s``, ``800ms``, ``1m`` or a bare number of seconds.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, bool) and isinstance(value, (int, float, str)):
        match = _DURATION.fullmatch(str(value).strip())
        if match is not None:
            unit = {"ms": Fraction(1, 1000), "s": Fraction(1), None: Fraction(1), "m": Fraction(60)}
            return Fraction(match[1]) * unit[match[2]]
    refuse("not a duration", fix="write it as 15s, 1.5s or 800ms")


def _text_kind(value: object) -> str | None:
    return "by-language" if isinstance(value, dict) else "words" if isinstance(value, str) else None


FormatName = Literal["reel", "portrait", "square", "landscape"]
LanguageTag = Literal["ko", "en", "ja", "zh-Hans", "zh-Hant", "th", "vi", "ar"]
assert set(FORMATS) == set(get_args(FormatName))
assert set(LANGUAGES) == set(get_args(LanguageTag))

Duration = Annotated[Fraction, BeforeValidator(parse_duration, json_schema_input_type=str | float)]
Text = Annotated[
    Annotated[str, Tag("words")] | Annotated[dict[LanguageTag, str], Field(min_length=1), Tag("by-language")],
    Discriminator(_text_kind),
]
"""Words, either the same in every language or one string for each."""


def in_language(text: Text, language: str) -> str:
    """The words of ``text`` in one language; where it is not given, in English, else in the first that is."""
    if isinstance(text, str):
        return text
    by_tag: dict[str, str] = {str(tag): words for tag, words in text.items()}
    if language in by_tag:
        return by_tag[language]
    return by_tag.get("en") or next((words for words in by_tag.values() if words), "")


def in_every_language(text: Text) -> tuple[str, ...]:
    """The words of ``text`` as they are given, each once."""
    return tuple(dict.fromkeys([text] if isinstance(text, str) else text.values()))
