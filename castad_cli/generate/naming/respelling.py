"""The brief's own names in letters that it does not give: Haneul Pension for 하늘펜션, 샌드글라스 for Sandglass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from anyascii import anyascii

from castad_cli.generate.naming.analysis import reading
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.sound import Likeness, Sounds, find_like, sounds_of
from castad_cli.generate.naming.translated import plain_words
from castad_cli.generate.naming.vocabulary import kind_words, prose, trade_words, words
from castad_cli.generate.offline.romanise import romanise

_SCRIPTS = {
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "hangul": "\uac00-\ud7a3",
    "hiragana": "\u3041-\u309f",
    "katakana": "\u30a0-\u30ff",
    "han": "\u3400-\u9fff々",
    "thai": "\u0e01-\u0e4e",
    "arabic": "\u0621-\u064a",
}
_RUNS = {
    name: re.compile(rf"[{letters}](?:[{letters}'’.&-]|[ ・](?=[{letters}]))*") for name, letters in _SCRIPTS.items()
}
_UNSPACED = frozenset({"han", "thai"})
_LIGHT = 4.4
"""A name that weighs less (`Sounds.weight`) sounds like much else: it must be nearly the same, and a word by itself."""
_LEAST, _LEAST_PART = 2.4, 3.4
"""What weighs less than this is not looked for: the first for a whole name, the second for one of its words."""
_NEARLY, _WITH_ITS_TRADE, _SHARE, _MOST = 0.25, 0.6, 0.14, 1.3
"""How unlike a light name may be, and with its trade beside it; another one, as a share of its weight, and at most."""
FOR_SOUND = frozenset(
    "阿埃艾安奥奧巴白班包贝貝本比彼宾賓波伯博布茨达達戴丹当當德登狄迪蒂丁杜顿頓多厄恩尔爾法范菲芬佛弗福盖蓋戈格根古瓜圭哈海汉漢豪赫亨霍基吉加贾賈杰傑"
    "金卡凯凱坎康考柯科克肯库庫拉莱萊兰蘭朗劳勞勒雷里利莉莲蓮列林隆娄婁卢盧鲁魯路伦倫罗羅洛马馬玛瑪麦麥曼芒毛梅门門蒙米密莫墨默姆穆纳納娜奈南内尼宁寧"
    "纽紐农農努诺諾欧歐帕派潘佩彭皮平珀普齐齊奇恰乔喬切钦欽琴丘让讓热若萨薩塞赛賽桑沙山尚绍紹舍施史舒丝絲斯苏蘇索塔泰坦汤湯唐陶特滕提廷通图圖土托瓦万萬威韦韋维維"
    "文翁沃乌烏西希夏谢謝辛休许許雅亚亞扬揚杨楊耶叶葉伊以因英尤于约約扎泽澤詹兆哲珍芝治兹茲子宗佐缇緹"
)
"""The characters that Chinese writes foreign names with."""
_ARTICLES = frozenset(("the", "de", "la", "le", "el", "al", "and", "of", "at", "by", "in"))
_USUAL_IN_NAMES = frozenset(
    ("studio", "house", "room", "garden", "club", "lab", "company", "co", "home", "place", "kitchen")
)
_TITLES_AFTER = (
    *("씨", "셰프", "코치", "할머니", "할아버지", "아주머니", "아저씨", "바리스타", "さん", "シェフ", "コーチ", "店長"),
    *("主厨", "主廚", "师傅", "師傅", "阿姨", "老师", "老師", "教练", "教練", "女士"),
)
_TITLES_BEFORE = (
    *("셰프", "코치", "親方の", "女将の", "大将の", "店主の", "シェフの", "主厨", "主廚", "教练", "教練"),
    *("เชฟ", "โค้ช", "ป้า", "ลุง", "พี่", "คุณ", "หมอ", "ครู", "กัปตัน", "ฝีมือ"),
    *("القبطان", "الشيف", "المدرب", "المدربة", "الخالة", "السيدة", "السيد", "الجدة"),
)
"""Beside which a person's name stands, however short it is."""
_ALSO_BESIDE = frozenset(("咖啡", "小馆", "小館", "书房", "書房"))
"""What Chinese says beside a name for a business, and is none by itself."""
_PARTICLES = re.compile(
    r"스?(?:에서의|에서|에게|에는|에도|에|으로|로|은|는|이|가|을|를|과|와|도|만|의|까지|부터|처럼|보다|라|라는|이라는|입니다|예요|이에요)?(?![\uac00-\ud7a3])"
)


def find_respelt(text: str, known: Known) -> Iterator[str]:
    """Where ``text`` says a name of the brief in other letters than the brief does."""
    language = known.language_of(text)
    for script, start, run in _runs(text):
        starts, ends = _edges(run, script)
        sounds = sounds_of(run)
        in_tag = text[start - 1 : start] in ("#", "＃")
        for part, least in _all_parts((known.name, *known.names)):
            if script_of(part) == script and script != "latin":
                continue
            for said in _readings(part):
                like = find_like(said, sounds, starts, ends, _bound(said)) if said.weight >= least else None
                if like is None:
                    continue
                found = run[like.start : _word_end(run, like.end, script)]
                if known.holds(found) or _is_everyday(found, language):
                    continue
                if _may_be_meant(run, like, said.weight, script, in_tag):
                    yield found
    yield from _other_characters(text, known)


def _bound(said: Sounds) -> float:
    return _WITH_ITS_TRADE if said.weight < _LIGHT else min(_MOST, _SHARE * said.weight)


def _may_be_meant(run: str, like: Likeness, weight: float, script: str, in_tag: bool) -> bool:
    """Whether what sounds like a name stands as a name would: capitals in Latin, whole words, its trade beside it."""
    found, before, after = run[like.start : like.end], run[: like.start], run[like.end :]
    light = weight < _LIGHT
    if script == "latin":
        named = all(word[:1].isupper() for word in found.split() if word not in _ARTICLES)
        return (named or in_tag) and (not light or like.distance <= _NEARLY)
    beside = after.startswith(_kinds_beside()) or before.endswith(_kinds_before())
    if script == "han":  # a foreign name is written with few characters, kept for that
        foreign = sum(each in FOR_SOUND for each in found) >= 0.7 * len(found)
        return (foreign and (not light or len(found) > 3)) or (beside and foreign)
    if script == "thai":
        return not light or beside
    whole = any(_PARTICLES.match(rest) for rest in (after, run[like.end - 1 :]))  # a vowel may run on into 에서
    if script == "hangul" and not whole and not beside:
        return False
    enough = script != "hangul" or len(found) > 2
    return not light or beside or (enough and like.distance <= _NEARLY and not after[:1].isalpha())


@cache
def _kinds_beside() -> tuple[str, ...]:
    found = [word for word in kind_words() | _ALSO_BESIDE if len(word) > 1]
    return tuple(f"{space}{word}" for word in (*found, *_TITLES_AFTER) for space in ("", " ", "・"))


@cache
def _kinds_before() -> tuple[str, ...]:
    found = [word for word in kind_words() | _ALSO_BESIDE if len(word) > 1]
    return tuple(f"{word}{space}" for word in (*found, *_TITLES_BEFORE) for space in ("", " ", "・"))


def _word_end(run: str, end: int, script: str) -> int:
    while script == "latin" and end < len(run) and run[end].isalpha() and not run[end].isupper():
        end += 1
    while end < len(run) and unicodedata.category(run[end]).startswith("M"):
        end += 1
    return end


def _runs(text: str) -> Iterator[tuple[str, int, str]]:
    """The stretches of a text that are in one script, each with where it begins; nobody writes a name in hiragana."""
    for script, pattern in _RUNS.items():
        if script == "hiragana":
            continue
        for match in pattern.finditer(text):
            yield script, match.start(), match[0]


def _edges(run: str, script: str) -> tuple[frozenset[int], frozenset[int]]:
    """The letters that may be a name's first, and its last."""
    everywhere = frozenset(range(len(run)))
    if script in _UNSPACED:
        return everywhere, everywhere
    starts = {match.start() for match in re.finditer(r"[^\W\d_]+", run)}
    if script == "latin":
        starts |= {match.start() for match in re.finditer(r"(?<=[a-z])[A-Z]", run)}  # in a tag: #HaneulPension
        ends = {index for match in re.finditer(r"[^\W\d_]+", run) for index in range(match.end() - 2, match.end())}
        return frozenset(starts), frozenset(ends | {start - 1 for start in starts})
    if script == "arabic":  # and, with, for and the article are written together with a word
        starts |= {match.end() for match in re.finditer(r"\b(?:[وبلفك]?ال|[وبلفك]|لل)", run)}
        return frozenset(starts), frozenset(match.end() - 1 for match in re.finditer(r"\w+", run))
    return frozenset(starts), everywhere


@lru_cache(maxsize=64)
def _all_parts(names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    return tuple({part: least for name in names for part, least in _parts(name)}.items())


@lru_cache(maxsize=512)
def _parts(name: str) -> tuple[tuple[str, float], ...]:
    """A name whole, and what of it is its own (Sandglass of Cafe Sandglass), each with the least it must weigh."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    own = [word for word in re.split(r"[\s·・&,/-]+", name) if not _is_trade(word) and word.casefold() not in _ARTICLES]
    own = [cut for word in own if (cut := _without_trade(word))]
    joined = " ".join(own)
    found = {name: _LEAST}
    if "&" in name:
        joined = re.sub(r"\s*&\s*", " & ", " ".join(each for each in name.split() if not _is_trade(each)))
    for part in (joined, *own):
        if part and part != name:
            found.setdefault(part, _LEAST_PART if part in own and len(own) > 1 else _LEAST)
    return tuple(found.items())


def _is_trade(word: str) -> bool:
    return word.casefold() in trade_words() or word.casefold() in _USUAL_IN_NAMES


def _without_trade(word: str) -> str:
    """A word of a script without spaces, or of Hangul, without the trade that is written together with it."""
    if word < "\u0e00":
        return word
    for size in range(len(word) - 1, 1, -1):
        if word[-size:] in trade_words() and len(word) > size:
            return word[:-size]
        if word[:size] in trade_words() and len(word) > size:
            return word[size:]
    return word[1:] if word[:1] in "店屋" else word


@lru_cache(maxsize=512)
def _readings(name: str) -> tuple[Sounds, ...]:
    """How a name may sound: letter by letter, and as it is read aloud in Korean or Japanese."""
    spelled = [name]
    if "&" in name:  # and; 앤 and แอนด์ have no d
        spelled += [name.replace("&", word) for word in (" and ", " an ")]
    if script_of(name) == "latin":  # as where r is not heard at the end of a syllable
        spelled.append(re.sub(r"(?<=[aeiou])r(?![aeiouy])", "", name.casefold()))
    if re.search(r"[\uac00-\ud7a3]", name):
        # The particle 의 is spoken 에, and takes the consonant before it: 오월의 is 오워레. ㅇ before w is one sound.
        linked = [name, re.sub(r"의(?=\s)", "에", name)]
        spelled += [re.sub("ng(?=[wy])", "n", romanise(each)) for each in linked]
    if re.search(r"[\u3400-\u9fff]", name) and not re.search(r"[\uac00-\ud7a3]", name):
        spelled.append(reading(name))
    return tuple(dict.fromkeys(sounds_of(each) for each in spelled if each))


def script_of(text: str) -> str:
    """The script of most letters of a text; empty without letters."""
    counts = {name: len(re.findall(f"[{letters}]", text)) for name, letters in _SCRIPTS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def _is_everyday(found: str, language: str) -> bool:
    """Whether all of its words are words that ads of this language say anyway."""
    low = found.casefold()
    if script_of(found) in ("han", "thai", "katakana", "hiragana"):
        return low in prose(language)
    parts = re.findall(r"[^\W\d_]+", low)
    known = words(language) | trade_words() | plain_words(language)
    return all(part in known or part.removeprefix("ال") in known for part in parts)


def _other_characters(text: str, known: Known) -> Iterator[str]:
    """The business's name in other Han characters that are read the same: 雲水 for 云水."""
    for name in {known.name, *known.names}:
        for run in re.findall(r"[\u3400-\u9fff々]{3,}", name):
            if run in text:
                continue
            read = [anyascii(each) for each in run]
            for index in range(len(text) - len(run) + 1):
                window = text[index : index + len(run)]
                same = sum(a == b for a, b in zip(window, run, strict=True))
                if same * 2 >= len(run) and [anyascii(each) for each in window] == read and not known.holds(window):
                    yield window
