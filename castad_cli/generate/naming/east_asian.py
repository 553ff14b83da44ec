"""Places and persons that Japanese and Chinese dictionaries know, and the brief does not name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from castad_cli.generate.naming.analysis import Word, read_chinese, read_japanese
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.titles import ZH_SURNAMES
from castad_cli.generate.naming.vocabulary import prose, trade_words
from castad_cli.generate.offline.recognition import read_data

_HAN = re.compile(r"[\u3400-\u9fff々]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_LEAST_IN_CHINESE = 3
"""Of two characters, jieba's places are everyday words too often: 新鲜, 加密. Those of the list are found anyway."""
_HOUSES = "店馆館屋房院厅廳"
_MANNER = re.compile(
    r"(?:料理|風|式|人|語|産|チーズ|コーヒー|カレー|ケーキ|ワイン|ビール|バター|ソース|クッキー|麺|パン|菓子|茶|風味|製|流)"
)
"""After a place, what makes it a kind of dish or a manner."""
_JA_TITLES = re.compile(
    r"(?:さん|くん|ちゃん|氏|先生|シェフ|店長|院長|オーナー|バリスタ|パティシエ|職人|トレーナー|女将|大将|料理長|板長|美容師|スタイリスト|家)"
)
_JA_BEFORE = re.compile(
    r"(?:店主|オーナー|シェフ|女将|料理長|院長|店長|バリスタ|職人|主人|大将|パティシエ|スタイリスト|トレーナー|講師)(?:の|・|、|は)?$"
)


def find_known_to_dictionaries(text: str, known: Known) -> Iterator[str]:
    """The places and persons in a Japanese or Chinese text that the brief does not name."""
    if not _HAN.search(text) and not _KANA.search(text):
        return
    language = known.language_of(text)
    text = _without_given(text, known)
    if language == "ja" or (_KANA.search(text) and not language.startswith("zh")):
        yield from _find_in_japanese(text, known)
    elif language.startswith("zh"):
        yield from _find_in_chinese(text, known, language)


def _without_given(text: str, known: Known) -> str:
    """The text with blanks for what the brief says in Han, so that no word is made of its end and what follows."""
    given = {part for each in known.texts for part in re.findall(r"[\u3400-\u9fff々]{2,}", each)}
    for part in sorted(given, key=len, reverse=True):
        text = text.replace(part, "\u3000" * len(part))
    return text


def _find_in_japanese(text: str, known: Known) -> Iterator[str]:
    for word in read_japanese(text):
        if word.kind in ("other", "title") or known.holds(word.surface) or word.surface.isascii():
            continue
        before, after = text[: word.start], text[word.start + len(word.surface) :]
        if _is_plain(word, "ja"):
            continue
        if word.kind == "place" and not _MANNER.match(after):
            yield word.surface
        if word.kind == "person" and (len(word.surface) > 1 or _JA_TITLES.match(after) or _JA_BEFORE.search(before)):
            yield word.surface


def _find_in_chinese(text: str, known: Known, language: str) -> Iterator[str]:
    for word in read_chinese(text):
        if len(word.surface) < _LEAST_IN_CHINESE or known.holds_place(word.surface) or _is_plain(word, language):
            continue
        after = text[word.start + len(word.surface) :]
        if word.kind == "place" and not re.match(r"[式风風菜料人语語面麵味]|吐司|红酒|紅酒", after):
            yield word.surface
        if word.kind == "person" and len(word.surface) == 3 and re.match(rf"[{ZH_SURNAMES}](?!可|时|時)", word.surface):
            yield word.surface


def _is_plain(word: Word, language: str) -> bool:
    """Whether it names no place in particular, or is part of the house's own prose."""
    if language.startswith("zh") and word.surface[-1] in _HOUSES:
        return True
    return word.surface in _plain_places() or word.surface in trade_words() or word.surface in prose(language)


@cache
def _plain_places() -> frozenset[str]:
    return frozenset(read_data("castad_cli.generate.naming.lexicon", "places.yaml")["none"])
