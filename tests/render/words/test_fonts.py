"""Fonts hold every character of an ad, or say which they lack."""

from __future__ import annotations

from pathlib import Path

import pytest
import uharfbuzz as hb

from castad_cli.errors import UserError
from castad_cli.model.formats import LANGUAGES
from castad_cli.model.place import Place
from castad_cli.render.words.fonts import FontFace, PlacedText, family_files, font_stack, subset_fonts

SAMPLES = {
    "ko": "바다 앞에서 맞는 아침, 20% 할인",
    "en": "Wake up to the sea — 20% off",
    "ja": "海辺で目覚める朝、平日20%オフ",
    "zh-Hans": "在海边醒来，平日八折",
    "zh-Hant": "在海邊醒來，平日八折",
    "th": "น้ำอุ่นริมทะเล ลด 20%",
    "vi": "Thức dậy bên bờ biển, giảm 20%",
    "ar": "استيقظ على صوت البحر، خصم 20%",
}


def characters(face: FontFace) -> set[int]:
    return set(hb.Face(hb.Blob(face.data)).unicodes)


def subset(text: str, language: str = "ko", **options: object) -> tuple[FontFace, ...]:
    return subset_fonts([PlacedText(text, "headline")], language, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_is_drawn_by_small_files(language: str) -> None:
    faces = subset(SAMPLES[language], language)
    held = set().union(*(characters(face) for face in faces))
    assert {ord(c) for c in SAMPLES[language]} <= held
    assert sum(len(face.data) for face in faces) < 250_000


@pytest.mark.parametrize(
    ("language", "family"), [("ja", "Noto Sans JP"), ("zh-Hans", "Noto Sans SC"), ("ko", "Noto Sans KR")]
)
def test_a_shared_character_is_drawn_as_its_language_draws_it(language: str, family: str) -> None:
    home = next(face for face in subset("海", language) if ord("海") in characters(face))
    assert home.family == family


def test_thai_vowels_bring_the_parts_a_shaper_takes_them_apart_into() -> None:
    held = set().union(*(characters(face) for face in subset("น้ำ", "th")))
    assert {0x0E4D, 0x0E32} <= held


def test_a_subset_keeps_its_weights_and_features() -> None:
    face = hb.Face(hb.Blob(subset("海", "ja")[0].data))
    assert [axis.tag for axis in face.axis_infos] == ["wght"]
    assert "palt" in face.get_language_feature_tags("GPOS")


def test_a_character_that_no_font_has_names_the_text_and_its_place() -> None:
    place = Place("spring.yaml", 9, 3, "brand.name")
    with pytest.raises(UserError, match=r"no font has the character .*U\+12000.* in name") as caught:
        subset_fonts([PlacedText("Haneul 𒀀", "name", place)], "en")
    assert caught.value.place == place
    assert "brand.font" in caught.value.fix


def test_an_unknown_family_lists_those_there_are() -> None:
    with pytest.raises(UserError, match="Comic Sans") as caught:
        subset("a", "en", brand_font="Comic Sans")
    assert "Inter" in caught.value.fix


def test_a_brands_own_font_file_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "House.ttf"
    own.write_bytes(family_files()["Source Serif 4"].read_bytes())
    faces = subset("Hello", "en", brand_file=own, brand_font="House")
    assert faces[0].family == "House"
    assert font_stack("en", "House")[0] == "House"


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"this is not a font")
    with pytest.raises(UserError, match="no font"):
        subset("Hello", "en", brand_file=bad, brand_font="bad")
