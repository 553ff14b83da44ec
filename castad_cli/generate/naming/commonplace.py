"""Whether listed words are beyond doubt everyday ones, which may be told in any words, rather than somebody's name.

Dictionaries hold everything: a sake (獺祭), a tea-house (稻香村), a pond (鏡池). So they only cut words here; what is
everyday stands in vocabularies: the house's phrases, the words of the trade, and ``lexicon/everyday.yaml``.
"""

from __future__ import annotations

import re
from functools import cache

from castad_cli.generate.naming.analysis import is_in_japanese, read_chinese, read_japanese
from castad_cli.generate.naming.everyday import ANYBODYS, is_everyday, menu_words
from castad_cli.generate.naming.ordinary import TITLES, is_word, without_ending
from castad_cli.generate.naming.transcribed import is_loan
from castad_cli.generate.naming.vocabulary import everyday_words, place_heads, prose, trade_words
from castad_cli.generate.offline.tongues import languages_of

_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]")
_JOINTS = {
    "ko": re.compile(r"(?:[은는한운된른린진인의]|[가-힣]에)$"),
    "ja": re.compile(r"[のなとやがはをにでもへい]$"),
    "zh": re.compile(r"[的和与與之小老]$"),
}
"""How a word ends that describes the place which follows it."""
_LOOSE = ("uj", "ul", "c", "p", "d", "m", "q", "t", "f", "r", "y", "a", "u", "x")
"""Of jieba's parts of speech, those that name nothing."""
_HARAKAT = re.compile(r"[\u064b-\u0652\u0640]")
_AR_PREFIX = re.compile(r"^(?:[وفبلك]?ال|لل|[وفبلك])(?=[\u0620-\u064a]{2})")


def is_commonplace(text: str, language: str) -> bool:
    """Whether all of ``text`` is everyday words of ``language``, or of its letters', that name no place or house."""
    spoken = languages_of(text)
    if language and (language in spoken or len(spoken) != 1):
        return _is_commonplace_in(text, language)
    return any(_is_commonplace_in(text, each) for each in sorted({language, *spoken} - {""}))


def is_usual(text: str) -> bool:
    """Whether a capital tells nothing of it: a title, a weekday, a cuisine, what the trade calls its goods."""
    low = text.casefold().strip(".")
    usual = ANYBODYS | menu_words() | TITLES | trade_words()
    return (
        low in usual
        or low.replace(" ", "") in trade_words()
        or all(part in usual for part in re.findall(r"[^\W\d_]+", low))
    )


@cache
def _is_commonplace_in(text: str, language: str) -> bool:
    text = " ".join(_HARAKAT.sub("", text).casefold().split())
    if text in everyday_words(language) or text in TITLES:
        return True
    if language == "ar" and _is_headed(text, language):
        return False
    if is_everyday(text, language):
        return True
    if language == "ja" and _HAN_OR_KANA.search(text):
        return len(text) > 1 and not _is_headed(text, language) and _are_everyday_in_japanese(text)
    if language.startswith("zh") and _HAN_OR_KANA.search(text):
        return len(text) > 1 and not _is_headed(text, language) and _are_everyday_in_chinese(text, language)
    if language == "th":
        parts = re.findall(r"[\u0e01-\u0e5b]+", text.replace("ๆ", " "))  # the sign of a word said twice
        return bool(parts) and not _is_headed(text, language) and all(_is_made_of_thai(part) for part in parts)
    parts = re.findall(r"[^\W\d_]+", text)
    if not parts or (len(parts) > 1 and _is_headed(text, language)):
        return False
    return all(_is_everyday_word(part, language) for part in parts)


def _is_everyday_word(word: str, language: str) -> bool:
    known = everyday_words(language)
    if word in known or is_word(word, language) or word in ANYBODYS or word in menu_words():
        return True
    if language == "ar":
        return _AR_PREFIX.sub("", word) in known
    if language == "ko":
        return without_ending(word) in known
    return False


def _is_headed(text: str, language: str) -> bool:
    """Whether it is what a place is called, with what tells it apart: 千鳥橋, سوق الذهب, not 橋 nor 古い橋."""
    if language == "th":
        return any(text.startswith(head) and len(text) > len(head) + 1 for head in place_heads(language))
    if language == "ar":  # a quiet street is any; the street of the jasmine is that one
        return any(text.startswith(f"{head} ال") for head in place_heads(language))
    if any(text.endswith(word) for word in _everyday_ends(language)):
        return False
    before = next((text.removesuffix(head) for head in place_heads(language) if text.endswith(head)), "").strip()
    joint = _JOINTS.get(language[:2])
    return bool(before) and not (joint is not None and joint.search(before))


@cache
def _everyday_ends(language: str) -> frozenset[str]:
    """Everyday words that end as places do: an old street, a cattle shed."""
    heads = place_heads(language)
    return frozenset(
        word
        for word in everyday_words(language)
        if word not in heads and any(word.endswith(head) and len(word) > len(head) for head in heads)
    )


def _are_everyday_in_japanese(text: str) -> bool:
    for word in read_japanese(text):
        said = word.surface.strip()
        if not said or said in _japanese() or re.fullmatch(r"[\u3041-\u3096]{1,2}", said):
            continue
        if re.fullmatch(r"[ァ-ヴー・]{2,}", said) and is_loan(said):
            continue
        # A word written with its ending is a verb or what is made of one; a name has none.
        if word.kind == "other" and re.search(r"[\u3400-\u9fff][\u3041-\u3096]", said) and is_in_japanese(said):
            continue
        return False
    return True


def _are_everyday_in_chinese(text: str, language: str) -> bool:
    return all(
        word.surface in _chinese(language) or word.surface in prose(language) or word.detail.startswith(_LOOSE)
        for word in read_chinese(text)
    )


@cache
def _japanese() -> frozenset[str]:
    """The words that everyday ones, the house's phrases and those of the trade are cut into."""
    trade = " ".join(word for word in trade_words() if _HAN_OR_KANA.search(word))
    said = [*everyday_words("ja"), *prose("ja").split("\n"), trade]
    return everyday_words("ja") | {
        word.surface for text in said for word in read_japanese(text) if word.kind == "other"
    }


@cache
def _chinese(language: str) -> frozenset[str]:
    trade = frozenset(word for word in trade_words() if re.search(r"[\u3400-\u9fff]", word))
    said = {word.surface for text in everyday_words("zh") for word in read_chinese(text) if len(word.surface) > 1}
    return everyday_words("zh") | trade | said


@cache
def _is_made_of_thai(text: str) -> bool:
    if (
        text in everyday_words("th")
        or text in trade_words()
        or text in TITLES
        or (len(text) > 3 and text in prose("th"))
    ):
        return True
    known = everyday_words("th") | trade_words()
    return any(text[:at] in known and _is_made_of_thai(text[at:]) for at in range(2, len(text) - 1))
