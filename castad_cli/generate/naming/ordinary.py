"""Whether words are ordinary ones, which name nobody, as far as vocabularies and dictionaries tell."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from castad_cli.generate.naming.analysis import is_in_japanese, read_chinese, read_japanese
from castad_cli.generate.naming.everyday import is_everyday
from castad_cli.generate.naming.vocabulary import kind_words, prose, trade_words, words
from castad_cli.generate.offline.tongues import languages_of

_ENDINGS = {
    "ko": re.compile(
        r"(?<=[가-힣]{2})(?:에서는|에서도|에서의|에서|으로|에게|까지|부터|처럼|보다|이랑|은|는|이|가|을|를|과|와|의|에|로|도|만|랑)$"
    ),
    "ja": re.compile(r"(?<=..)(?:から|まで|では|には|の|で|に|へ|が|は|を|も|と)$"),
    "en": re.compile(r"[’'](?:s)?$"),
}
TITLES = frozenset(
    (
        *("씨", "님", "셰프", "대표", "원장", "선생님", "사장님", "쌤", "할머니", "할아버지", "아주머니", "이모"),
        *("さん", "様", "さま", "くん", "ちゃん", "氏", "先生", "シェフ", "店長", "女将"),
        *("师傅", "師傅", "阿姨", "老师", "老師", "女士", "小姐", "奶奶", "老板", "老闆"),
        *("คุณ", "ป้า", "ลุง", "พี่", "เชฟ", "ครู", "หมอ"),
        *("chef", "mr", "mrs", "ms", "dr", "anh", "chị", "cô", "chú", "bác", "bà", "ông"),
        *("الشيف", "السيد", "السيدة", "الدكتور", "الحاج", "الأستاذ"),
    )
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_AR_PREFIX = re.compile(r"^(?:[وفبلك]?ال|لل|[وفبلك])(?=[\u0620-\u064a]{3})")


def without_ending(text: str) -> str:
    """A word without the particle, or the possessive, that was written to it."""
    for language in languages_of(text):
        if language in _ENDINGS:
            return _ENDINGS[language].sub("", text)
    return text


def is_ordinary(text: str, language: str) -> bool:
    """Whether all of ``text`` is everyday words of ``language`` or of that of its letters.

    A title is such a word. What no vocabulary has is not, so that a name never is but by chance.
    """
    spoken = languages_of(text)
    if language and (language in spoken or len(spoken) != 1):
        return _is_ordinary_in(text, language)
    return any(_is_ordinary_in(text, each) for each in sorted({language, *spoken} - {""}))


@cache
def _is_ordinary_in(text: str, language: str) -> bool:
    if is_everyday(text, language):
        return True
    if language == "ja" and re.search(r"[\u3040-\u30ff\u3400-\u9fff]", text):
        return text in TITLES or (len(text) > 1 and _are_in_japanese(text))
    if language.startswith("zh") and re.search(r"[\u3400-\u9fff]", text):
        return text in TITLES or _are_in_chinese(text, language)
    if language == "th":
        parts = re.findall(r"[\u0e01-\u0e5b]+", text)
        return bool(parts) and all(part in TITLES or (len(part) > 1 and part in prose("th")) for part in parts)
    parts = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(parts) and all(is_word(part, language) for part in parts)


def is_word(word: str, language: str) -> bool:
    if word in TITLES or word in words(language) or word in trade_words() or word in kind_words():
        return True
    if language == "ko":
        stem = without_ending(word)
        return stem in trade_words() or (len(stem) > 1 and any(each.startswith(stem) for each in words("ko")))
    if language == "ar":
        return any(stem in _arabic_stems() for stem in {word, _AR_PREFIX.sub("", word)})
    if language == "en":
        return any(
            stem in words("en") or stem in trade_words()
            for stem in (
                word.removesuffix("s"),
                word.removesuffix("es"),
                word.removesuffix("ed"),
                word.removesuffix("ing"),
            )
        )
    return False


@cache
def _arabic_stems() -> frozenset[str]:
    return frozenset(_AR_PREFIX.sub("", word) for word in words("ar")) | words("ar")


def _are_in_japanese(text: str) -> bool:
    """Whether a dictionary cuts it into words that name nobody; characters one by one it has guessed."""
    found = read_japanese(text)
    if any(
        len(a.surface) == len(b.surface) == 1 and _HAN.match(a.surface) and _HAN.match(b.surface)
        for a, b in pairwise(found)
    ):
        return False
    return all(
        word.kind == "other" and (re.fullmatch(r"[\u3041-\u3096]", word.surface) or is_in_japanese(word.surface))
        for word in found
        if word.surface.strip()
    )


def _are_in_chinese(text: str, language: str) -> bool:
    """Whether a dictionary cuts it into words of two characters that name nobody; what it cannot cut is a name's."""
    found = read_chinese(text)
    return all(
        word.kind == "other"
        and not word.detail.startswith(("nr", "ns", "nt", "nz"))
        and (
            1 < len(word.surface) < 5
            or word.surface in prose(language)
            or word.detail in ("uj", "c", "p", "d", "ul", "f")
        )
        for word in found
    )
