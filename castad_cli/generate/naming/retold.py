"""A name of the brief's own sentences with one part of it changed: 노을고개 where the brief has 노을언덕.

Known by its form: what tells a place, a house, a feast apart beside what such are called. Where the brief has one of
the same head, or of the same words before it, and the text has another, one of the two is wrong: not the brief.
Thai is left out: where a name ends there is not known. In Latin capitals tell (`capitals`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.ordinary import without_ending
from castad_cli.generate.naming.vocabulary import everyday_words, place_heads, prose

_MORE_HEADS = {
    "ko": "언덕 고개 정원 길 마을 숲 전망대 호수 해변 동산 나루 등대 식당 서점 책방 오름 포구 둘레길 공방 분식 제과",
    "ja": "食堂 書店 丘 湖 海岸 浜 川 庭園 館 亭 茶屋 商店街 工房 温泉 窯 牧場 灯台",
    "zh": "亭 步道 古道 湾 灣 坊 书院 書院 茶馆 茶館 书店 書店 节 節 坡 岭 嶺 泉 园 園 祭 灯塔 燈塔 窑 窯 工坊",
}
_DESCRIBES = {
    "ko": re.compile(r"[은는한운된의]$|^(?:우리|옆집|동네|근처|바로|가까운)"),
    "ja": re.compile(r"[のなとやがはをにでもへい前後上下中]"),
    "zh": re.compile(
        r"[的了在是有一个個座条條间間家這这那每来來去到从從與和与就紧緊邻鄰靠近旁边邊前后後上下中里裡内內外大小老新旧舊古"
        r"头頭顶頂畔口过過走看見见往向]"
    ),
}
"""In what stands before a head, what describes it or belongs to the sentence."""
_RUN = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fffー々]+")
_OF_ARABIC = re.compile(r"(?<![\u0620-\u064a])[وبلفك]?(?P<head>[\u0621-\u064a]{2,})\s+ال(?P<apart>[\u0621-\u064a]{3,})")
_ANY_ARABIC = frozenset(
    ("بيت", "بحر", "مدينة", "قرية", "منزل", "فندق", "مطعم", "مقهى", "حي", "عائلة", "أطفال", "سمك", "خضار")
)
"""What any house, market or street may be said to belong to."""


@dataclass(frozen=True)
class _Headed:
    apart: str
    head: str
    said: str
    """Both, as they stand there."""


def find_retold(text: str, known: Known) -> Iterator[str]:
    """The names in ``text`` that are one of the brief's but for one part."""
    tongue = known.language_of(text)[:2]
    given = {each for said in known.texts for each in _find_headed(said, tongue)}
    if not given:
        return
    for each in _find_headed(text, tongue):
        if not known.holds(each.said) and any(_is_changed(each, other, tongue) for other in given):
            yield each.said


def _is_changed(name: _Headed, given: _Headed, tongue: str) -> bool:
    if name.head == given.head:
        return tongue == "ar" or (
            len(name.apart) == len(given.apart)
            and sum(a != b for a, b in zip(name.apart, given.apart, strict=True)) == 1
        )
    return name.apart == given.apart and not (name.head.endswith(given.head) or given.head.endswith(name.head))


def _find_headed(text: str, tongue: str) -> Iterator[_Headed]:
    if tongue == "ko":
        for match in re.finditer(r"[가-힣]+", text):
            word = without_ending(match[0])
            head = next((each for each in _heads("ko") if word.endswith(each)), "")
            if head and _tells_apart(word.removesuffix(head), head, "ko"):
                yield _Headed(word.removesuffix(head), head, word)
    elif tongue in ("ja", "zh"):
        for run in _RUN.findall(text):
            for match in _heads_in_a_run(tongue).finditer(run):
                apart, head = run[max(0, match.start() - 2) : match.start()], match[1]
                if _tells_apart(apart, head, tongue):
                    yield _Headed(apart, head, apart + head)
    elif tongue == "ar":
        for match in _OF_ARABIC.finditer(text):
            for start in (0, 1):  # an أو may be written to it
                head = match["head"][start:]
                if head in place_heads("ar") and match["apart"] not in _ANY_ARABIC:
                    yield _Headed(match["apart"], head, f"{head} ال{match['apart']}")


def _tells_apart(apart: str, head: str, tongue: str) -> bool:
    language = {"zh": "zh-Hans"}.get(tongue, tongue)
    is_any = apart + head in everyday_words(tongue) or apart + head in prose(language)
    return len(apart) > 1 and not is_any and not _DESCRIBES[tongue].search(apart)


@cache
def _heads(tongue: str) -> tuple[str, ...]:
    """What places and houses are called, the longest first."""
    return tuple(sorted({*place_heads(tongue), *_MORE_HEADS[tongue].split()}, key=len, reverse=True))


@cache
def _heads_in_a_run(tongue: str) -> re.Pattern[str]:
    return re.compile(f"(?=({'|'.join(_heads(tongue))}))")
