"""Which scenes an ad has, and what each one shows."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.errors import UserError
from castad_cli.model.script import CARD_MOVES_S, SlotLimit, reading_time_s
from castad_cli.plan import lay_scenes
from castad_cli.plan.scenes import readable_call_to_action, readable_slots

from .conftest import spec


def shown(duration: int, media: int, given: int | None = None) -> list[int]:
    return [scene.media for scene in lay_scenes(spec(), Fraction(duration), media, given)]


@pytest.mark.parametrize(
    ("duration", "media", "pictures"),
    [
        (15, 5, [0, 1, 2, 3, 4]),
        (15, 10, [0, 2, 4, 5, 7, 9]),
        (15, 2, [0, 1, 0, 1]),
        (15, 1, [0, 0, 0, 0]),
        (6, 10, [0, 4, 9]),
        (6, 1, [0, 0, 0]),
        (6, 2, [1, 0, 1]),
        (60, 2, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
        (60, 3, [0, 1, 2, 0, 1, 2, 0, 1, 0, 2]),
        (30, 8, [0, 1, 2, 3, 4, 5, 6, 7]),
        (30, 24, [0, 3, 5, 8, 10, 13, 15, 18, 20, 23]),
    ],
)
def test_scenes_suit_the_duration_and_the_pictures(duration: int, media: int, pictures: list[int]) -> None:
    assert shown(duration, media) == pictures


def test_pictures_that_no_scene_begins_with_come_in_the_opening() -> None:
    shows_two = {name: kind.model_copy(update={"pictures": (1, 2)}) for name, kind in spec().scenes.items()}
    scenes = lay_scenes(spec(scenes=shows_two), Fraction(12), 6, 4)
    assert [scene.media for scene in scenes] == [0, 2, 3, 5]
    assert [scene.pictures for scene in scenes] == [(0, 1), (2, 3), (3, 4), (5, 0)]
    enough = lay_scenes(spec(scenes=shows_two), Fraction(12), 4, 4)
    assert enough[0].pictures == (0, 1), "where none is left over, the next one"


def test_an_ad_opens_makes_its_points_and_closes() -> None:
    scenes = lay_scenes(spec(), Fraction(15), 5)
    assert [scene.role for scene in scenes] == ["opening", "point", "point", "point", "closing"]
    assert scenes[0].line == SlotLimit(22)
    assert (scenes[1].headline, scenes[1].line) == (SlotLimit(12, 3), None)


def test_words_written_by_hand_decide_how_many_scenes_there_are() -> None:
    assert shown(15, 3, 7) == [0, 1, 2, 0, 1, 0, 2]
    assert [scene.role for scene in lay_scenes(spec(), Fraction(15), 3, 2)] == ["opening", "closing"]


def test_the_template_bounds_the_scenes() -> None:
    assert len(lay_scenes(spec(points=(2, 2)), Fraction(60), 20)) == 4
    assert len(lay_scenes(spec(points=(4, 8)), Fraction(6), 1)) == 6
    assert len(lay_scenes(spec(points=(0, 0)), Fraction(15), 5)) == 2


@given(st.integers(6, 60), st.integers(1, 24), st.one_of(st.none(), st.integers(2, 12)))
def test_pictures_never_stand_twice_in_a_row_where_there_is_another(
    duration: int, media: int, count: int | None
) -> None:
    pictures = shown(duration, media, count)
    assert count is None or len(pictures) == count
    assert pictures[-1] == media - 1
    assert all(0 <= picture < media for picture in pictures)
    if media > 1:
        assert all(one != next_ for one, next_ in pairwise(pictures))
    if media >= len(pictures) or media > 2:
        assert pictures[0] == 0
    if media >= len(pictures):
        assert pictures == sorted(set(pictures))
    elif len(pictures) > media + 1:
        assert set(pictures) == set(range(media))


@given(st.fractions(6, 60), st.integers(1, 24))
def test_scenes_are_long_enough_to_watch(duration: Fraction, media: int) -> None:
    scenes = lay_scenes(spec(), duration, media)
    assert 3 <= len(scenes) <= 10
    assert duration / len(scenes) >= Fraction(9, 5)
    assert sum(spec().scenes[scene.role].min for scene in scenes) <= duration
    assert len(scenes) == 10 or duration / len(scenes) <= 4


def test_a_template_without_headlines_is_refused() -> None:
    scenes = {role: {"slots": {"line": {"max_em": 10}}} for role in ("opening", "point", "closing")}
    with pytest.raises(UserError, match="has no headline in its opening scene"):
        lay_scenes(spec(scenes=scenes), Fraction(15), 3)


@pytest.mark.parametrize("language", ["ko", "en", "ja", "zh-Hans", "th"])
def test_a_shorter_ad_gets_fewer_words(language: str) -> None:
    short, long = (
        readable_slots(lay_scenes(spec(), Fraction(seconds), 5), Fraction(seconds), language) for seconds in (6, 30)
    )
    assert all(scene.line is None for scene in short if scene.role != "closing")
    assert short[0].headline.max_em < long[0].headline.max_em


def test_slower_scripts_get_fewer_words() -> None:
    scenes = lay_scenes(spec(), Fraction(15), 5)
    assert readable_slots(scenes, Fraction(15), "ja")[1].headline.max_em < (
        readable_slots(scenes, Fraction(15), "ko")[1].headline.max_em
    )


def test_a_slot_never_grows_past_the_templates() -> None:
    scenes = lay_scenes(spec(), Fraction(60), 5)
    for before, after in zip(scenes, readable_slots(scenes, Fraction(60), "en"), strict=True):
        assert after.headline.max_em <= before.headline.max_em


def test_a_call_to_action_is_no_longer_than_a_short_ads_closing_lets_it_be_read() -> None:
    slot = SlotLimit(16, 1)

    def room(seconds: int, language: str) -> float:
        return readable_call_to_action(slot, spec(), Fraction(seconds), language, Fraction(0)).max_em

    assert room(6, "ja") < room(6, "en") < room(15, "ja") == room(15, "en") == 16
    settled = CARD_MOVES_S + reading_time_s("か" * int(room(6, "ja")))
    assert settled <= Fraction(26, 10), "the shortest closing there is"
