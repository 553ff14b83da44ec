import pytest

from castad_cli.generate.offline.particles import attach, final_consonant


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("제주", "은/는", "제주는"),
        ("강릉", "은/는", "강릉은"),
        ("하늘마루 펜션", "이/가", "하늘마루 펜션이"),
        ("커피", "을/를", "커피를"),
        ("서울", "으로/로", "서울로"),
        ("제주", "으로/로", "제주로"),
        ("부산", "으로/로", "부산으로"),
        ("Flour & Co", "이에요/예요", "Flour & Co예요"),
        ("카페 (본점)", "은/는", "카페 (본점)은"),
        ("CASTAD", "이/가", "CASTAD가"),
        ("KTX 3", "을/를", "KTX 3을"),
        ("라운지 2", "은/는", "라운지 2는"),
        ("Moon", "과/와", "Moon과"),
        ("Book", "이/가", "Book이"),
        ("Cafe", "을/를", "Cafe를"),
        ("Hotel", "으로/로", "Hotel로"),
        ("Home", "은/는", "Home은"),
        ("3.5g", "이/가", "3.5g이"),
        ("100m", "은/는", "100m는"),
        ("100%", "을/를", "100%를"),
        ("A+", "이/가", "A+가"),
        ("Club", "은/는", "Club은"),
        ("바디웍스24", "이에요/예요", "바디웍스24예요"),
        ("GS25", "과/와", "GS25와"),
        ("스튜디오 Q", "으로/로", "스튜디오 Q로"),
        ("별밤 (신관)", "을/를", "별밤 (신관)을"),
    ],
)
def test_a_particle_agrees_with_the_sound_before_it(word: str, particle: str, expected: str) -> None:
    assert attach(word, particle) == expected


def test_a_word_without_letters_ends_in_a_vowel() -> None:
    assert final_consonant("!!!") == 0
