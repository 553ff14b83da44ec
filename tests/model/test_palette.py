"""The colours that an ad is made of: each can be read where it stands, and what was changed is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from castad_cli.model.colors import contrast, rgb_from_hex
from castad_cli.model.palette import make_palette

HEX = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(HEX, HEX, HEX)
def test_every_pair_has_room_for_what_an_encoder_takes(primary: str, accent: str, text: str) -> None:
    made = make_palette(primary, accent, text)
    pairs = [
        (made.on_primary, made.primary),
        (made.accent_on_primary, made.primary),
        (made.on_accent, made.accent),
        (made.primary_on_paper, made.paper),
        (made.accent_on_paper, made.paper),
        (made.accent_on_ink, made.ink),
        (made.ink, made.paper),
    ]
    assert min(contrast(one, other) for one, other in pairs) >= 5.2


def test_the_accent_of_an_offer_on_a_panel_stands_out_after_a_draft_encoder() -> None:
    made = make_palette("#24414d", "#e08a62", "#fdf8ef")
    assert contrast(made.accent_on_primary, made.primary) >= 5.2


@given(HEX, HEX, HEX)
def test_a_pair_that_fails_is_told_and_one_that_does_not_is_not(primary: str, accent: str, text: str) -> None:
    made = make_palette(primary, accent, text)
    told = {(one.key, one.on) for one in made.adjustments}
    assert (("text", "primary") in told) == (contrast(rgb_from_hex(text), made.primary) < 4.5)
    assert (("accent", "primary") in told) == (contrast(rgb_from_hex(accent), made.primary) < 4.5)
    assert (("primary", "primary") in told) == (made.primary != rgb_from_hex(primary))
    for one in made.adjustments:
        assert one.wanted in str(one)
        assert one.shown in str(one)
        assert one.has > one.had


def test_a_brand_that_can_be_read_is_shown_as_it_is_written() -> None:
    made = make_palette("#0b3954", "#ff7f51", "#ffffff")
    assert made.adjustments == ()
    assert (made.primary, made.accent, made.on_primary) == ((11, 57, 84), (255, 127, 81), (255, 255, 255))


def test_white_on_white_says_what_it_became() -> None:
    first, *_ = make_palette("#ffffff", "#ffffff", "#ffffff").adjustments
    assert str(first).startswith("text #ffffff on primary has a contrast of 1.0:1: words are shown in #")
