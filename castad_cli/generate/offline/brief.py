"""A brief as the copywriter understands it: the facts of an ad, sorted by what can be said in its language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from castad_cli.generate.offline.daytime import times_in
from castad_cli.generate.offline.offers import Offer, read_offer, tell_offer
from castad_cli.generate.offline.places import Whereabouts, locate
from castad_cli.generate.offline.recognition import EAT, Kind, concepts, recognise, recognise_kind, residue
from castad_cli.generate.offline.tongues import has_only_han, is_plain_latin, languages_of, reads_as
from castad_cli.generate.offline.wording import Phrases
from castad_cli.model.plan import Facts

_FOOD_THEMES = {"coffee": "cafe", "tea": "cafe", "sweet": "cafe", "bread": "bakery"}
_SHOP_THEMES = ("craft", "gift", "style", "flowers")
_STAY_CONCEPTS = ("private_house", "bedding", "late_checkout", "private_spa", "hot_spring", "pool")
_OUTDOORS = frozenset({"sea", "green", "lake", "sky", "fire", "city", "old"})
COMPANY = frozenset({"couple", "family", "friends", "pets"})
"""The themes that say whom an ad is for."""
_BACKED: dict[str, frozenset[str]] = {
    "stay": _OUTDOORS | COMPANY | {"water", "pool", "solo", "season"},  # not its breakfast
    **dict.fromkeys(EAT, _OUTDOORS | COMPANY | {"coffee", "tea", "bread", "sweet", "meal"}),
    "shop": frozenset({"sea", "green", "old", "craft", "gift", "style", "flowers", "couple", "pets", "season"}),
    "generic": COMPANY | {"season"},
}
"""The themes that an ad of a family may open with; the others have openings of their own, which fit better."""
_HOUSE = re.compile(r"[店馆館屋房坊院所室厅廳堂舍吧园園宿栈棧场場社铺鋪廊行亭塾科]$|中心$")
"""How a word in Han ends that says a place of business: 陶艺 alone is a craft, and nobody says "a 陶艺"."""
_NATURE_THEMES = {"coast": "sea", "island": "sea", "mountain": "green", "lake": "lake", "city": "city", "old": "old"}


@dataclass(frozen=True)
class Point:
    """One thing to tell: the concepts it was recognised as (the best first) and, in the ad's language, its own words.

    ``detailed`` when the words say more than the concepts do.
    """

    concepts: tuple[str, ...]
    words: str = ""
    detailed: bool = False


@dataclass(frozen=True)
class Brief:
    """What may be said. ``themes`` are the openings that something in the brief backs, the strongest first."""

    language: str
    name: str
    family: str
    kind_id: str
    """Which of `recognition.kinds`; empty: none of them."""
    kind: str
    """The noun for it in the ad's language; empty where none is known."""
    where: Whereabouts
    points: tuple[Point, ...]
    audience: tuple[str, ...]
    pictures: tuple[tuple[str, ...], ...]
    themes: tuple[str, ...]
    offer: Offer
    offer_text: str
    offer_note: str
    tone: str
    phone: str
    url: str
    times: frozenset[str] = frozenset()
    """The times of day that the offer and the audience name, where people come to eat or drink (`daytime`)."""

    @property
    def name_is_foreign(self) -> bool:
        """Whether readers of the ad's language cannot be expected to read the name's letters."""
        found = languages_of(self.name)
        return bool(found) and self.language not in found and not is_plain_latin(self.name)

    @property
    def values(self) -> dict[str, str]:
        """What fills the slots of phrases; empty where unknown."""
        article = "an" if self.kind[:1].casefold() in "aeiou" else "a"
        return {
            "name": self.name,
            "place": self.where.short,
            "where": self.where.full,
            "kind": self.kind,
            "a_kind": f"{article} {self.kind}{_trade(self.kind)}" if self.kind else "",
        }


_BROAD = frozenset({"checkup", "training", "grooming", "pet_stay"})
"""Concepts of which a highlight always says more: implants are not just any treatment."""


def _trade(kind: str) -> str:
    """What makes an activity a business: a dog grooming business, a bookbinding business, a bike repair shop."""
    if kind.isascii() and re.search(r"\b(?:repair|repairs|cleaning|tailoring|laundry)$", kind):
        return " shop" if not kind.endswith("cleaning") else " business"
    return " business" if kind.isascii() and kind.endswith("ing") and " " in kind else ""


def understand(facts: Facts, phrases: Phrases) -> Brief:
    """``facts`` as far as they can be told in the language of ``phrases``."""
    language = phrases.language
    spoken = _brief_languages(facts)
    found = recognise_kind(facts.kind) if facts.kind else recognise_kind(facts.name)
    family, kind = _business(facts, phrases, spoken, found)
    where = locate(facts.place, language)
    points = tuple(
        point for text in facts.highlights if (point := _read_point(text, family, language, spoken)) is not None
    )
    audience = recognise(facts.audience, family) if facts.audience and family != "petcare" else ()
    pictures = tuple(recognise(alt, family) for alt in facts.pictures)
    offer = read_offer(facts.offer)
    return Brief(
        language=language,
        name=" ".join(facts.name.split()),
        family=family,
        kind_id=found.id if found else "",
        kind=kind,
        where=where,
        points=points,
        audience=audience,
        pictures=pictures,
        themes=_themes(points, audience, where, family, found.theme if found else ""),
        offer=offer,
        offer_text=_offer_text(offer, phrases, spoken),
        offer_note=_offer_note(offer, language, spoken),
        tone=facts.tone,
        phone=facts.phone.strip(),
        url=facts.url.strip(),
        times=times_in(facts.offer, facts.audience) if is_food(family) else frozenset(),
    )


def _brief_languages(facts: Facts) -> frozenset[str]:
    """What the texts that leave no doubt say of the language of them all; empty when none does."""
    found: frozenset[str] = frozenset()
    for text in (*facts.highlights, facts.offer, facts.audience, facts.kind, facts.place, facts.name):
        languages = languages_of(text)
        if len(languages) == 1:
            found |= languages
        elif languages and not found:
            found = languages
    return found


def _business(facts: Facts, phrases: Phrases, spoken: frozenset[str], found: Kind | None) -> tuple[str, str]:
    """The family and, in the ad's language, the noun for what the business is (may be empty)."""
    own = facts.kind and phrases.language not in ("en", "vi") and reads_as(facts.kind, phrases.language, spoken)
    own = own and not (has_only_han(facts.kind) and not _HOUSE.search(facts.kind))
    if found is not None:
        return found.family, " ".join(facts.kind.split()) if own else phrases.kinds[found.id]
    noun = " ".join(facts.kind.split()) if reads_as(facts.kind, phrases.language, spoken) else ""
    return _guess_family(facts), noun


def _guess_family(facts: Facts) -> str:
    known = concepts()
    for text in facts.highlights:
        for key in recognise(text):
            theme = known[key].theme
            if theme in _FOOD_THEMES:
                return _FOOD_THEMES[theme]
            if theme in _SHOP_THEMES and key != "workshop":
                return "shop"
            if key in _STAY_CONCEPTS:
                return "stay"
    return "generic"


def _read_point(text: str, family: str, language: str, spoken: frozenset[str]) -> Point | None:
    text = " ".join(text.split()).rstrip(".。!！")
    words = text if text and reads_as(text, language, spoken) else ""
    found = recognise(text, family)
    if not found and not words:
        return None
    detail = residue(text)
    whole_word = 2 if any(c > "\u2e7f" for c in detail) else 3  # two characters are a word in Hangul and Han
    is_detailed = len(detail) >= whole_word or any(c.isdigit() for c in text) or bool(_BROAD & set(found[:1]))
    return Point(found, words, bool(words) and is_detailed)


def _themes(
    points: tuple[Point, ...], audience: tuple[str, ...], where: Whereabouts, family: str, own: str
) -> tuple[str, ...]:
    known = concepts()
    themes = [own, *(known[key].theme for point in points[:2] for key in point.concepts[:1])]
    themes += [known[key].theme for key in audience]
    if family == "stay":  # elsewhere the sea nearby is not what the ad is about
        themes += [theme for nature, theme in _NATURE_THEMES.items() if nature in where.natures]
    return tuple(dict.fromkeys(theme for theme in themes if theme in backed(family)))


def backed(family: str) -> frozenset[str]:
    """The themes that an ad of ``family`` may open with."""
    return _BACKED.get(family, frozenset())


def _offer_text(offer: Offer, phrases: Phrases, spoken: frozenset[str]) -> str:
    if not offer.text or not offer.understood:
        return offer.text
    korean_sign = offer.one_plus_one and not languages_of(offer.text) and phrases.language != "ko"  # a bare 1+1
    if reads_as(offer.text, phrases.language, spoken) and not korean_sign:
        return offer.text
    return tell_offer(offer, phrases.offer, phrases.language)


def _offer_note(offer: Offer, language: str, spoken: frozenset[str]) -> str:
    if not offer.text or offer.understood or reads_as(offer.text, language, spoken):
        return ""
    return f"the offer stands as written: {offer.text!r} could not be told in {language}"


def is_food(family: str) -> bool:
    """Whether people eat or drink there."""
    return family in EAT
