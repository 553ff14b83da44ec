"""Captions say what is shown, when it is shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from castad_cli.model.formats import Box
from castad_cli.render.captions import make_captions
from castad_cli.render.layers import ShownText
from castad_cli.render.sound.audio import Speech


def text(slot: str, words: str, scene: int, start: int, end: int) -> ShownText:
    return ShownText(slot, scene, words, Box(0, 0, 9, 9), 40, (255, 255, 255), "must-read", start, end)


def test_one_caption_a_scene_from_first_shown_to_last() -> None:
    texts = [
        text("line", "by the sea", 0, 12, 60),
        text("headline", "Wake up\nearly", 0, 3, 66),
        text("headline", "Stay", 1, 80, 150),
        text("mark", "Haneul", -1, 0, 150),
    ]
    captions = make_captions(texts, [(0, 75), (75, 150)], Fraction(30))
    assert captions == (
        "1\n00:00:00,100 --> 00:00:02,200\nWake up early\nby the sea\n\n2\n00:00:02,667 --> 00:00:05,000\nStay\n"
    )


def test_dishes_come_with_their_prices_and_a_review_with_who_said_it() -> None:
    board = [
        text("item", "Flat white", 0, 10, 80),
        text("price", "₩5,000", 0, 10, 80),
        text("item", "Latte", 0, 14, 80),
        text("was", "₩6,000", 0, 14, 80),
        text("price", "₩5,000", 0, 14, 80),
        text("headline", "The board", 0, 3, 80),
    ]
    review = [text("rating", "4.8", 1, 95, 140), text("headline", "Best cup in town", 1, 90, 140)]
    captions = make_captions([*board, *review], [(0, 90), (90, 150)], Fraction(30))
    assert "\nThe board\nFlat white · ₩5,000\nLatte · ₩6,000 · ₩5,000\n" in captions
    assert captions.endswith("\nBest cup in town\n4.8\n")


def test_a_card_with_much_to_read_is_parted_and_no_part_overlaps_another() -> None:
    slots = ("headline", "line", "offer", "ends", "call_to_action", "phone", "url", "address")
    card = [text(slot, f"words of {slot}", 0, 6, 90) for slot in reversed(slots)]
    blocks = make_captions(card, [(0, 90)], Fraction(30)).split("\n\n")
    assert [line for block in blocks for line in block.splitlines()[2:]] == [f"words of {slot}" for slot in slots]
    times = [block.splitlines()[1].split(" --> ") for block in blocks]
    assert (times[0][0], times[-1][1]) == ("00:00:00,200", "00:00:03,000")
    assert times[0][1] == times[1][0]


def test_a_scene_without_words_has_no_caption() -> None:
    assert make_captions([], [(0, 30)], Fraction(30)) == ""


def test_where_somebody_speaks_the_captions_are_what_is_said_while_it_is_heard() -> None:
    said = [
        Speech(Path("a.wav"), Fraction(1, 4), Fraction(3, 2), text="Wake to the sea."),
        Speech(Path("b.wav"), Fraction(3), Fraction(1), text="Book now."),
    ]
    captions = make_captions([], [(0, 75), (75, 150)], Fraction(30), said)
    assert captions.startswith("1\n00:00:00,250 --> 00:00:01,750\nWake to the sea.\n")
    assert "2\n00:00:03,000 --> 00:00:04,000\nBook now.\n" in captions
