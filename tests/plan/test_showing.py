"""What of a brief an ad shows as it is, and in which scenes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from castad_cli.model.formats import LANGUAGES
from castad_cli.model.script import reading_time_s
from castad_cli.plan import lay_scenes, make_plan
from castad_cli.plan.scenes import choose_kinds
from castad_cli.plan.showing import say_until

from .conftest import ASSETS, RECIPE, ad, spec

SLOTS = {"headline": {"max_em": 40}, "line": {"max_em": 22}}
KINDS = {
    "opening": {"min": "1.6s", "slots": SLOTS},
    "point": {"min": "1.2s", "slots": SLOTS},
    "dish": {"shows": "items", "min": "1.5s", "slots": SLOTS},
    "board": {"shows": "items", "entries": (2, 4), "slots": SLOTS},
    "voice": {"shows": "reviews", "slots": SLOTS},
    "stars": {"shows": "rating", "slots": SLOTS},
    "closing": {"min": "2.6s", "slots": SLOTS},
}


def planned(brief: dict[str, Any], sequence: list[str], **changes: Any) -> Any:
    recipe = {**RECIPE, "brief": brief, "publish": [], **changes}
    template = spec(scenes=KINDS, sequence=sequence)
    return make_plan([ad(recipe)], ASSETS, {"horizon": (template, "t")}, "e").ads


def kinds(points: int, stock: dict[str, int], sequence: list[str]) -> list[tuple[str, int]]:
    made = choose_kinds(spec(scenes=KINDS, sequence=sequence), points, {k: range(n) for k, n in stock.items()})
    return [(name, len(entries)) for name, entries in made]


def test_kinds_take_turns_and_points_stand_in_where_nothing_is_left() -> None:
    assert kinds(4, {"items": 2}, ["dish"]) == [("dish", 1), ("dish", 1), ("point", 0), ("point", 0)]
    assert kinds(4, {"reviews": 2, "rating": 1}, ["stars", "voice"]) == [
        ("stars", 1),
        ("voice", 1),
        ("voice", 1),
        ("point", 0),
    ]
    assert kinds(2, {}, ["dish"]) == [("point", 0), ("point", 0)]


def test_a_board_steps_in_for_more_dishes_than_scenes() -> None:
    assert kinds(3, {"items": 6}, ["dish"]) == [("dish", 1), ("dish", 1), ("board", 4)]
    assert kinds(2, {"items": 6}, ["dish"]) == [("board", 3), ("board", 3)]
    assert kinds(1, {"items": 1}, ["dish"]) == [("dish", 1)]


def test_a_dish_is_told_in_its_own_words_and_language() -> None:
    items = [{"name": {"ko": "라떼", "en": "Latte"}, "price": "₩5,000", "note": "oat"}]
    korean, english = planned({"items": items}, ["dish"])
    [told] = [s for s in english.script.scenes if s.kind == "dish"]
    assert (told.stated.headline, told.stated.line) == ("Latte", "oat")
    assert korean.script.scenes[1].stated.headline == "라떼"
    assert english.renditions[0].showcase.items[0].price == "₩5,000"


def test_a_dish_is_shown_on_the_photograph_that_names_it() -> None:
    items = [{"name": "scone"}, {"name": "latte", "photo": "a.jpg"}, {"name": "ROOM"}]
    [one, _] = planned({"items": items}, ["dish"], duration="20s")
    shown = {s.stated.headline: s.media for s in one.script.scenes if s.stated}
    assert shown["latte"] == 0
    assert shown["ROOM"] == 1, "by its alt, `a room`"


def test_an_ad_does_not_open_or_close_on_the_picture_of_the_item_beside_it() -> None:
    def shown(photos: list[int | None], media: int) -> list[int]:
        stock = {"items": range(len(photos))}
        scenes = lay_scenes(spec(scenes=KINDS, sequence=["dish"]), Fraction(15), media, None, stock, photos)
        return [scene.media for scene in scenes]

    assert shown([0, 1, 3], 5) == [2, 0, 1, 3, 4], "on the one that no scene shows"
    assert shown([0, 1, 2], 3) == [1, 0, 1, 2, 0], "on one that is not the next, where all are shown"
    assert shown([0, 0, 0], 1) == [0, 0, 0, 0, 0], "there is no other"
    assert shown([None, 1, 2], 5) == [0, 3, 1, 2, 4], "nor shows an item without one its neighbour's"


def test_a_price_changes_the_renditions_and_a_tracking_parameter_too() -> None:
    def prints(**brief_and_brand: Any) -> set[str]:
        brand = {**RECIPE["brand"], "contact": {"url": "https://example.com", **brief_and_brand.get("contact", {})}}
        plan = planned({"items": [{"name": "x", "price": brief_and_brand.get("price", "1")}]}, ["dish"], brand=brand)
        return {r.fingerprint for each in plan for r in each.renditions}

    assert not prints() & prints(price="2")
    assert not prints() & prints(contact={"tracking": {"utm_source": "x"}})
    assert prints() == prints()


def test_what_there_is_no_time_to_read_is_left_out_longest_first() -> None:
    reviews = [{"text": "Kind people and a quiet room. " * 6}, {"text": "Lovely"}]
    one = planned({"reviews": reviews}, ["voice"], duration="8s")[0]
    told = [s.stated.headline for s in one.script.scenes if s.stated]
    assert told == ["Lovely"]
    assert reading_time_s(reviews[0]["text"]) > 8
    assert sum(map(reading_time_s, told), Fraction(0)) < 4


def test_words_by_hand_are_kept() -> None:
    scenes = [{"headline": word} for word in ("one", "two", "three")]
    one = planned({"items": [{"name": "x"}]}, ["dish"], copy={"scenes": scenes})[0]
    assert all(scene.stated is None for scene in one.script.scenes)


def test_a_rating_says_by_how_many_and_where() -> None:
    rating = {"value": 4.8, "count": 1234, "source": {"ko": "네이버", "en": "Google"}}
    korean, english = planned({"rating": rating}, ["stars"])
    assert english.script.scenes[1].stated.headline == "4.8"
    assert english.script.scenes[1].stated.line == "Google · 1,234 reviews"
    assert korean.script.scenes[1].stated.line == "네이버 · 리뷰 1,234개"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_day_is_told_in_every_language(language: str) -> None:
    said = say_until(date(2026, 12, 24), language)
    assert "24" in said
    assert "{" not in said


def test_the_last_day_as_people_write_it() -> None:
    assert say_until(date(2026, 12, 24), "ko") == "12월 24일까지"
    assert say_until(date(2026, 12, 24), "en") == "Until December 24"
