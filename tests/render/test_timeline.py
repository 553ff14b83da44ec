"""Scenes in frames: lengths, beats, reading time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from castad_cli.errors import UserError
from castad_cli.model.music import BeatGrid
from castad_cli.model.script import CARD_MOVES_S, SceneWords, reading_time_s
from castad_cli.render.timeline import Timeline, make_timeline
from castad_cli.templates import load_template

SPEC = load_template("horizon").spec


def words(points: int, text: str = "짧은 말") -> list[SceneWords]:
    middle = [SceneWords("point", text, text) for _ in range(points)]
    return [SceneWords("opening", text, text), *middle, SceneWords("closing", text)]


def grid(tempo: int, seconds: int) -> BeatGrid:
    beats = tuple(Fraction(60, tempo) * i for i in range(seconds * tempo // 60 + 1))
    return BeatGrid(Fraction(tempo), beats, beats[::4])


def timeline(points: int, seconds: Fraction = Fraction(15), tempo: int | None = 100) -> Timeline:
    beats = grid(tempo, int(seconds)) if tempo else None
    return make_timeline(SPEC, words(points), list(range(points + 2)), seconds, beats)


def test_scenes_fill_the_ad_without_gaps() -> None:
    made = timeline(3)
    assert made.frames == 450
    assert made.scenes[0].start == 0
    assert made.scenes[-1].end == 450
    assert all(a.end == b.start for a, b in pairwise(made.scenes))


def test_cuts_fall_on_beats() -> None:
    made = timeline(3, tempo=96)
    beats = {round(b * 30) for b in grid(96, 15).beats}
    assert all(scene.start in beats for scene in made.scenes)


def test_a_track_without_beats_still_gets_scenes() -> None:
    made = make_timeline(SPEC, words(2), [0, 1, 2, 3], Fraction(10), BeatGrid(Fraction(100), (), ()))
    assert made.scenes[-1].end == 300


def test_scenes_are_not_all_equally_long() -> None:
    assert len({scene.frames for scene in timeline(4, Fraction(20)).scenes}) > 1


def test_a_scene_whose_words_need_more_time_gets_it() -> None:
    short, long = SceneWords("point", "짧게", ""), SceneWords("point", "바다를 마주한 넓고 조용한 객실에서 하루 더", "")
    first = [
        make_timeline(
            SPEC,
            [SceneWords("opening", "제주", ""), point, short, SceneWords("closing", "끝")],
            [0, 1, 2, 3],
            Fraction(10),
            None,
        ).scenes[1]
        for point in (short, long)
    ]
    assert first[0].frames < first[1].frames
    assert first[1].frames / 30 >= reading_time_s(long.headline)


@pytest.mark.parametrize("edited", range(5))
@pytest.mark.parametrize("tempo", [None, 84, 91, 100, 124])
def test_longer_words_that_can_be_read_in_the_time_their_scene_has_move_no_cut(edited: int, tempo: int | None) -> None:
    def cuts(said: list[SceneWords]) -> list[int]:
        beats = grid(tempo, 20) if tempo else None
        return [scene.start for scene in make_timeline(SPEC, said, [0, 1, 2, 3, 4], Fraction(20), beats).scenes]

    before = words(3)
    longer = replace(before[edited], headline="조금 더 긴 말")
    assert cuts([longer if word is before[edited] else word for word in before]) == cuts(before)


def test_every_text_has_time_to_be_read() -> None:
    said = words(2, "Wake up to the sea and stay")
    made = make_timeline(SPEC, said, [0, 1, 2, 3], Fraction(15), grid(100, 15))
    for scene, word in zip(made.scenes, said, strict=True):
        assert scene.frames / made.rate >= reading_time_s(word.headline)


def test_the_closing_card_stays_until_its_longest_text_is_read() -> None:
    address = "12 Hagwi-ro, Aewol-eup, Jeju Island"
    made = make_timeline(SPEC, words(3), [0, 1, 2, 3, 4], Fraction(20), grid(100, 20), card=[address])
    assert made.scenes[-1].frames / made.rate >= reading_time_s(address) + Fraction(1, 2)


OFFER = "11時までコーヒーとクロワッサン 9,000ウォン"


def test_an_offer_stays_until_it_is_read_and_takes_no_time_from_words_that_leave() -> None:
    made = make_timeline(SPEC, words(3, "朝の一杯"), [0, 1, 2, 3, 4], Fraction(15), None, card=[OFFER])
    for scene in made.scenes[:-1]:
        assert scene.frames / made.rate >= reading_time_s("朝の一杯")
    assert made.scenes[-1].frames / made.rate >= reading_time_s(OFFER) + CARD_MOVES_S - Fraction(1, 10)


def test_an_offer_that_cannot_be_read_in_time_is_refused() -> None:
    with pytest.raises(UserError, match="to be read"):
        make_timeline(SPEC, words(3, "朝の一杯"), [0, 1, 2, 3, 4], Fraction(10), None, card=[OFFER])


def test_an_address_that_there_is_no_time_to_read_is_left_out_and_said_so() -> None:
    address = "東京都渋谷区神宮前三丁目十二番地の七号室"
    spare = {"url": "a.example", "address": address}
    short, long = (
        make_timeline(SPEC, words(1, "朝の一杯"), [0, 1, 2], Fraction(length), None, spare=spare) for length in (7, 15)
    )
    assert short.left_out == ("address",)
    assert long.left_out == ()
    assert long.scenes[-1].frames / long.rate >= reading_time_s(address) + CARD_MOVES_S - Fraction(1, 10)


def test_words_that_cannot_be_read_in_time_are_refused() -> None:
    with pytest.raises(UserError, match="to be read") as caught:
        make_timeline(
            SPEC, words(6, "a very long sentence that nobody can read in a second"), [0] * 8, Fraction(6), None
        )
    assert "longer" in caught.value.fix


@settings(max_examples=60, deadline=None)
@given(
    points=st.integers(1, 6),
    seconds=st.integers(160, 600).map(lambda n: Fraction(n, 10)),
    tempo=st.one_of(st.none(), st.integers(60, 160)),
)
def test_any_ad_gets_scenes_no_shorter_than_the_template_asks(
    points: int, seconds: Fraction, tempo: int | None
) -> None:
    made = timeline(points, seconds, tempo)
    assert sum(scene.frames for scene in made.scenes) == made.frames == round(seconds * 30)
    for scene in made.scenes:
        assert scene.frames >= int(SPEC.scenes[scene.role].min * 30) - 1


def test_a_scene_is_long_enough_for_what_is_said_in_it() -> None:
    made = make_timeline(SPEC, words(3), [0, 1, 2, 3, 4], Fraction(20), grid(100, 20), spoken={1: Fraction(5)})
    assert made.scenes[1].frames / made.rate >= Fraction(11, 2)
    assert made.speech_rate == 1


def test_a_voice_hurries_a_little_where_the_ad_has_not_the_time() -> None:
    said = dict.fromkeys(range(5), Fraction(4))
    made = make_timeline(SPEC, words(3), [0, 1, 2, 3, 4], Fraction(20), None, spoken=said)
    assert Fraction(1) < made.speech_rate <= Fraction(5, 4)
    for scene in made.scenes:
        assert scene.frames / made.rate >= Fraction(4) / made.speech_rate + Fraction(1, 4)


def test_more_than_can_be_said_is_refused() -> None:
    with pytest.raises(UserError, match="to be said and read"):
        make_timeline(SPEC, words(3), [0, 1, 2, 3, 4], Fraction(20), None, spoken=dict.fromkeys(range(5), Fraction(6)))
