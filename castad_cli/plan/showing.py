"""What of a brief an ad shows as it is: dishes and prices, reviews, a rating, the end of an offer. Pure.

The few words it takes to say how many judged, or until when, are the ones a business of that country writes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from castad_cli.model.plan import Item, Rating, Review, SceneSlots, Showcase
from castad_cli.model.recipe import Brief, Recipe
from castad_cli.model.recipe import Rating as RatingGiven
from castad_cli.model.script import SceneWords, reading_time_s
from castad_cli.model.template import TemplateSpec
from castad_cli.model.values import Text, in_language

_MOVES_S = Fraction(11, 10)
"""What coming in and leaving takes of a scene, where the template does not say."""

_WORDS_S = Fraction(8, 5)
"""The least a scene takes whose words are still to be written: the copywriter fits them to the time."""

_COUNTED = {
    "ko": "리뷰 {count}개",
    "en": "{count} reviews",
    "ja": "口コミ {count}件",
    "zh-Hans": "{count} 条评价",
    "zh-Hant": "{count} 則評論",
    "th": "{count} รีวิว",
    "vi": "{count} đánh giá",
    "ar": "{count} تقييم",
}
_UNTIL = {
    "ko": "{month}월 {day}일까지",
    "en": "Until {month_name} {day}",
    "ja": "{month}月{day}日まで",
    "zh-Hans": "{month}月{day}日截止",
    "zh-Hant": "{month}月{day}日截止",
    "th": "ถึง {day} {month_name}",
    "vi": "Đến hết {day}/{month}",
    "ar": "حتى {day} {month_name}",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "th": "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}


def make_showcase(brief: Brief, language: str) -> Showcase:
    """What ``brief`` has to show, in one language."""
    return Showcase(
        items=tuple(
            Item(*(in_language(text, language) for text in (item.name, item.price, item.was, item.note)))
            for item in brief.items
        ),
        reviews=tuple(
            Review(
                in_language(review.text, language),
                in_language(review.author, language),
                in_language(review.source, language),
                review.rating,
            )
            for review in brief.reviews
        ),
        rating=_rating(brief.rating, language) if brief.rating else None,
        ends=say_until(brief.ends, language) if brief.ends else "",
    )


def say_until(day: date, language: str) -> str:
    """A last day as an offer names it: "Until December 24". The year is left out: an offer is near."""
    names = _MONTHS.get(language)
    month_name = names.split()[day.month - 1] if names else ""
    return _UNTIL[language].format(day=day.day, month=day.month, month_name=month_name)


def _rating(given: RatingGiven, language: str) -> Rating:
    counted = _COUNTED[language].format(count=f"{given.count:,}") if given.count else ""
    said = " · ".join(part for part in (in_language(given.source, language), counted) if part)
    return Rating(given.value, given.best, said)


def state(scene: SceneSlots, showcase: Showcase) -> SceneWords | None:
    """The words of a scene that shows one entry: the entry's own. None where they are still to be written."""
    if not scene.is_told:
        return None
    index = scene.entries[0]
    if scene.shows == "items":
        item = showcase.items[index]
        return SceneWords(scene.role, item.name, item.note if scene.line else "")
    if scene.shows == "reviews":
        review = showcase.reviews[index]
        return SceneWords(scene.role, review.text, review.signature if scene.line else "")
    if scene.shows == "rating" and showcase.rating is not None:
        rating = showcase.rating
        return SceneWords(scene.role, rating.figure, rating.said if scene.line else "")
    return SceneWords(scene.role, showcase.ends)


def stated(scenes: Sequence[SceneSlots], showcase: Showcase) -> tuple[SceneSlots, ...]:
    """The scenes with the words that the brief decides."""
    return tuple(replace(scene, stated=state(scene, showcase)) for scene in scenes)


def find_unreadable(
    spec: TemplateSpec, scenes: Sequence[SceneSlots], showcase: Showcase, duration: Fraction, card_s: Fraction
) -> tuple[str, int] | None:
    """The entry that must go where those shown ask for more time than the ad has: the one that takes longest.

    None where there is time for all, or nothing is shown. ``card_s`` is the least that the closing takes.
    """
    needs: dict[tuple[str, int], Fraction] = {}
    total = Fraction(0)
    for scene in scenes:
        kind = spec.kind(scene.kind)
        reading = {entry: _reading(scene.shows, entry, showcase) for entry in scene.entries}
        moves = _MOVES_S if kind.moves is None else kind.moves
        total += max(
            kind.min,
            sum(reading.values(), moves) if reading else _WORDS_S,
            card_s if scene.role == "closing" else Fraction(0),
        )
        needs |= {(scene.shows, entry): time for entry, time in reading.items()}
    if total <= duration or not needs:
        return None
    return max(needs, key=lambda key: (needs[key], key))


def _reading(shows: str, entry: int, showcase: Showcase) -> Fraction:
    """Seconds to read an entry; a price beside a name is seen with it."""
    if shows == "items":
        item = showcase.items[entry]
        return reading_time_s(f"{item.name} {item.price}")
    if shows == "reviews":
        return reading_time_s(showcase.reviews[entry].text)
    return reading_time_s(showcase.ends) if shows == "ends" else _WORDS_S


def find_photos(recipe: Recipe) -> tuple[int | None, ...]:
    """For each item, which picture shows it: the one it names, else the one whose ``alt`` has its name."""

    def of(item_photo: str, names: Sequence[str]) -> int | None:
        for index, media in enumerate(recipe.media):
            if item_photo and media.src == item_photo:
                return index
        for index, media in enumerate(recipe.media):
            alts = [_folded(alt) for alt in _all(media.alt)]
            if any(name and name in alt for name in names for alt in alts):
                return index
        return None

    return tuple(of(item.photo, [_folded(name) for name in _all(item.name)]) for item in recipe.brief.items)


def _all(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
