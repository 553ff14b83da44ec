"""The phrase material itself: whole in every language, and long and short enough for every slot."""

import re
from collections import Counter
from importlib import resources

import pytest

from castad_cli.generate.offline.recognition import concepts, kinds
from castad_cli.generate.offline.wording import FAMILIES, Phrase, load_phrases, written_languages
from castad_cli.model.script import width_em

GROUPS = ("openings", "opening_lines", "closings", "closing_lines", "calls", "moods")
FOREIGN = {
    "ko": r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]",
    "en": r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]",
    "ja": r"[\uac00-\ud7a3\u0e00-\u0e7f]",
    "zh-Hans": r"[\uac00-\ud7a3\u3040-\u30ff\u0e00-\u0e7f]",
    "zh-Hant": r"[\uac00-\ud7a3\u3040-\u30ff\u0e00-\u0e7f]",
    "th": r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]",
    "vi": r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]",
    "ar": r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]",
}


def all_phrases(language: str) -> list[Phrase]:
    phrases = load_phrases(language)
    found = [*phrases.aside_headlines, *phrases.aside_lines, *phrases.short]
    for group in (phrases.openings, phrases.opening_lines, phrases.closings, phrases.closing_lines, phrases.calls):
        found += [phrase for pool in group.values() for phrase in pool]
    found += [phrase for pairs in phrases.moods.values() for pair in pairs for phrase in pair]
    for concept in phrases.concepts.values():
        found += [*concept.headlines, *concept.lines]
    return found


@pytest.mark.parametrize("language", written_languages())
def test_every_language_has_the_same_material(language: str) -> None:
    reference, phrases = load_phrases("ko"), load_phrases(language)
    assert set(phrases.concepts) == set(concepts())
    assert set(phrases.kinds) == set(kinds())
    assert set(phrases.offer) == set(reference.offer)
    for group in GROUPS:
        assert set(getattr(phrases, group)) == set(getattr(reference, group)), group


@pytest.mark.parametrize("language", written_languages())
def test_every_concept_has_words_for_small_slots_in_every_business(language: str) -> None:
    for key, said in load_phrases(language).concepts.items():
        for family in FAMILIES:
            short = [p for p in said.headlines if p.suits(family) and width_em(p.text) <= 14]
            lines = [p for p in said.lines if p.suits(family) and width_em(p.text) <= 24]
            assert len(short) >= 2, (key, family)
            assert len(lines) >= 2, (key, family)


@pytest.mark.parametrize("language", written_languages())
def test_phrases_are_clean(language: str) -> None:
    for phrase in all_phrases(language):
        text = phrase.text
        assert text == text.strip(), text
        assert "  " not in text, text
        assert "@" not in text, text
        assert not re.search(r"[.,。、，!！;:]$", text), text
        assert not re.search(FOREIGN[language], text), text
        assert not re.search(r"\d", text), text


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "zh-Hant"])
def test_han_languages_use_their_own_punctuation(language: str) -> None:
    for phrase in all_phrases(language):
        assert not re.search(r"[,.!?]", phrase.text), phrase.text


def test_taiwans_wording_is_not_converted_simplified() -> None:
    simplified = set("们这为来时对会过还说国开关门间问见现发买卖贵东车长张书学写头实点热饭馆饮观园乐风")
    text = "".join(phrase.text for phrase in all_phrases("zh-Hant"))
    assert not set(text) & simplified
    assert not re.search(r"酒店|视频|網店|自行車|早上好|軟件|包郵|打卡", text)


@pytest.mark.parametrize("language", written_languages())
def test_no_phrase_stands_twice_in_one_place(language: str) -> None:
    phrases = load_phrases(language)
    for key, said in phrases.concepts.items():
        texts = [p.text for p in (*said.headlines, *said.lines)]
        assert len(texts) == len(set(texts)), key
    for key, pool in phrases.openings.items():
        assert len(pool) == len({p.text for p in pool}), key


def test_mainland_chinese_makes_no_superlative_of_what_is_sold() -> None:
    assert not [p.text for p in all_phrases("zh-Hans") if re.search(r"最(?!后)|第一品牌|顶级|唯一", p.text)]


@pytest.mark.parametrize("language", written_languages())
def test_no_group_is_written_twice_in_a_file(language: str) -> None:
    text = resources.files("castad_cli.generate.offline.phrases").joinpath(f"{language}.yaml").read_text("utf-8")
    section, seen = "", Counter[tuple[str, str]]()
    for line in text.splitlines():
        if match := re.match(r"( *)([\w-]+):", line):
            section = match[2] if not match[1] else section
            seen[section, line[: match.end()]] += len(match[1]) in (0, 2)  # YAML takes the last of two silently
    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("language", written_languages())
def test_every_family_has_openings_closings_and_calls_of_its_own(language: str) -> None:
    phrases = load_phrases(language)
    for family in FAMILIES:
        openings = [p for p in phrases.openings[family] if width_em(p.text) <= 18]
        assert len(openings) >= 8, family
        assert len([p for p in openings if not p.tones]) >= 4, "each tone has some"
        assert len([p for p in openings if "{" not in p.text]) >= 3, "a brief without a place"
        assert phrases.calls[family], family
        assert family in phrases.moods, family
        assert family in phrases.meta["tags"], family
