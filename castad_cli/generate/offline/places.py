"""Where a business is, told in the language of the ad."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from castad_cli.generate.offline.recognition import read_data
from castad_cli.generate.offline.tongues import has_only_han, is_plain_latin, languages_of, reads_as

_COLUMNS = ("ko", "en", "ja", "zh-Hans", "zh-Hant", "th", "vi")
_LARGE_FIRST = frozenset({"ko", "ja", "zh-Hans", "zh-Hant"})
_UNITS = re.compile(
    r"(특별자치도|특별자치시|특별시|광역시|시|군|구|읍|면|동)$|(市|县|縣|郡|区|區|都|府|町|村)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Whereabouts:
    """``short`` is the most local name, ``full`` all of it; both empty when nothing can be said in the ad's language.

    ``natures`` tell what the place is known for: coast, island, mountain, lake, city, old.
    """

    short: str = ""
    full: str = ""
    natures: frozenset[str] = frozenset()


@cache
def _rows() -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for row in read_data("castad_cli.generate.offline.lexicon", "places.yaml"):
        for name in row[: len(_COLUMNS)]:
            index.setdefault(_fold(name), tuple(row))
    return index


@cache
def _arabic_names() -> dict[str, str]:
    """By English name, for the places that Arabic has a name of its own for; others keep their Latin letters."""
    return dict(read_data("castad_cli.generate.offline.lexicon", "places-ar.yaml"))


def locate(place: str, language: str) -> Whereabouts:
    """``place`` in ``language``: as it is called there where that is known, otherwise as given or not at all."""
    place = unicodedata.normalize("NFC", " ".join(place.split()))
    if not place:
        return Whereabouts()
    parts = _split(place)
    if not languages_of(place) & _LARGE_FIRST and len(parts) > 1:
        parts.reverse()  # now the largest first
    natures: set[str] = set()
    told: list[str] = []
    for part in parts:
        row = _look_up(part)
        if row is not None:
            natures.update(row[len(_COLUMNS)].split())
        name = part if reads_as(part, language) and language in languages_of(part) else _tell(part, row, language)
        if name and name not in told:
            told.append(name)
    if not told:
        return Whereabouts(natures=frozenset(natures))
    return Whereabouts(told[-1], _join(told, language), frozenset(natures))


def tell_parts(place: str, language: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Each name in ``place``, the most local first: as given, as ``language`` calls it (empty: unknown there), and all
    spellings that are known of it.
    """
    place = unicodedata.normalize("NFC", " ".join(place.split()))
    parts = _split(place) if place else []
    if languages_of(place) & _LARGE_FIRST:
        parts.reverse()
    found = []
    for part in parts:
        row = _look_up(part)
        spelled = frozenset(row[: len(_COLUMNS)]) if row else frozenset()
        if row and (arabic := _arabic_names().get(row[_COLUMNS.index("en")])):
            spelled |= {arabic}
        found.append((part, locate(part, language).short, spelled))
    return tuple(found)


def _tell(part: str, row: tuple[str, ...] | None, language: str) -> str:
    if row is not None and language == "ar":
        english = row[_COLUMNS.index("en")]
        return _arabic_names().get(english, english)
    if row is not None:
        return row[_COLUMNS.index(language)]
    if is_plain_latin(part):
        return part
    if has_only_han(part) and language in ("ja", "zh-Hans", "zh-Hant"):
        return part
    return ""


def _join(told: list[str], language: str) -> str:
    if len(told) > 2:
        told = [told[0], told[-1]]
    if language in ("en", "vi"):
        return ", ".join(reversed(told))
    if language == "ar":
        return "، ".join(reversed(told))
    if language == "th":
        return " ".join(reversed(told))
    if language in ("zh-Hans", "zh-Hant") and all(has_only_han(part) for part in told):
        return "".join(told)
    return "・".join(told) if language == "ja" else " ".join(told)


def _split(place: str) -> list[str]:
    """The names in ``place``: by commas and dots, by spaces where a known name or CJK writing allows it."""
    out: list[str] = []
    for chunk in (c.strip() for c in re.split(r"[,،，、·・/|]", place)):
        if not chunk:
            continue
        if _look_up(chunk) or is_plain_latin(chunk):
            out.append(chunk)
        elif " " in chunk:
            out.extend(chunk.split(" "))
        else:
            out.extend(_split_han(chunk))
    return out


def _split_han(chunk: str) -> list[str]:
    """A known place written together with another one, as in 台北大稻埕 or 京都市東山区."""
    if not has_only_han(chunk):
        return [chunk]
    for end in range(len(chunk) - 1, 1, -1):
        if _look_up(chunk[:end]):
            return [chunk[:end], chunk[end:]] if len(chunk) - end > 1 else [chunk]
    return [chunk]


def _look_up(name: str) -> tuple[str, ...] | None:
    rows = _rows()
    folded = _fold(name)
    return rows.get(folded) or rows.get(_UNITS.sub("", folded)) or None


def _fold(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold().strip()
    return re.sub(r"\s+", "", text) if not re.search(r"[a-z]", text) else re.sub(r"[\s-]+", " ", text)
