"""Proper names in a text that nobody gave: by title, by capital, by script, in quotes, or one letter off.

Nothing here knows who or what exists. A name is known by what stands beside it (a person's title in the language's own
words), by a capital within a sentence, by Latin letters amid another script, by the brackets that East Asian writing
puts around names, or by being a given name with one letter changed. Each is tuned to miss rather than to cry wolf: what
is flagged is asked for again, and three such answers fail the ad.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_CAPITAL = "".join(chr(code) for code in range(0x41, 0x1F00) if unicodedata.name(chr(code), "").startswith("LATIN CAP"))
_CAPITALISED = re.compile(
    rf"(?<![.!?…:\n]\s)(?<!^)(?<=[\w,;] )[{_CAPITAL}][\w’'-]+(?: [{_CAPITAL}][\w’'-]+)*", re.MULTILINE
)
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9@#/._-])[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?![A-Za-z0-9@/-])")
_ANYBODYS = frozenset(
    (
        *("instagram", "youtube", "tiktok", "facebook", "netflix", "google", "kakao", "naver", "line"),
        *("wifi", "wi", "fi", "check", "open", "day", "off", "new", "best", "happy", "hour"),
        *("free", "love", "bed", "spa", "tea", "coffee", "latte", "americano", "espresso", "brunch", "pool"),
    )
)
"""Latin words that any language uses and that name no business of somebody else's."""
_QUOTED = re.compile(r"[「『《【](?P<name>[^「」『』《》【】]{2,20})[」』》】]")

_SURNAMES = (
    "李王张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫朱马馬胡郭林何梁郑鄭罗羅宋谢謝唐韩韓曹许許邓鄧萧蕭冯馮曾程蔡彭潘"
    "袁董余苏蘇叶葉吕呂魏蒋蔣杜丁沈姜范傅钟鍾卢盧汪戴崔陆陸廖姚金邱谭譚贾賈邹鄒熊孟秦薛侯雷段郝邵顾顧赖賴"
)
_TITLES = (
    # Korean: 김민수 셰프, 박지은 원장님.
    r"(?P<name>(?!고객|손님|여러분|사장|선생|원장|대표|셰프|주인|모두|부모|어르신|형제|자매|아버|어머|할머|할아버|하나|해)"
    r"[가-힣]{2,4})(?:님|\s?(?:셰프|대표|원장|쌤)(?:님|가|이|의|\b))",
    # Japanese, where there is kana: 山田シェフ, 佐藤さん; a trade before さん (職人さん) is nobody in particular.
    r"(?=[^。]*[ぁ-んァ-ヴ])(?P<name>(?!(?:職人|店員|大工|皆|客|奥|旦那|息子|孫|近所|隣|地元|子供|双子)[さ様])[一-龯々]{1,3}[一-龯々]"
    r"(?<![師員士者屋家手客係長友達方人供])|[ァ-ヴー]{3,}(?<!スタッフ)(?<!オーナー)(?<!ワンチャン)(?<!シェフ))"
    r"(?:さん|氏|先生|シェフ|店長|院長)(?!たち|方)",
    # Chinese: 李明主厨, 王老师, 主廚陳大文.
    rf"(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{0,2}})"
    r"(?:主厨|主廚|师傅|師傅|老师|老師|先生|女士|小姐|医生|醫生|医师|醫師|院长|院長|店长|店長|教练|教練|大厨|大廚)",
    rf"(?:主厨|主廚|名厨|名廚|院长|院長|店长|店長)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff]{{4}}))",
    # Thai has no spaces within a phrase, so only titles that begin a name and nothing else; คุณ is also "you".
    r"(?:เชฟ|ดร\.|นพ\.|พญ\.|ทพ\.|อาจารย์|โค้ช)\s?"
    r"(?P<name>(?!มือ|ของ|ประจำ|ที่|ใน|ระดับ|จาก|ส่วน|และ|ผู้|เรา|ทุก|ช่วย|ดูแล|สอน|ทำ|ปรุง|จะ|คอย|ใจ|ไป|คน|พร้อม|ให้|ตัว|ชั้น)"
    r"[ก-ฮเ-ไ][ก-๙]{1,12})",
    # Arabic: a name has no article; المدرب الشخصي is a personal trainer.
    r"(?:الشيف|الدكتورة?|د\.|الأستاذة?|الكابتن|السيدة?|المدربة?|المهندسة?)\s+(?P<name>"
    r"(?!ال|في|من|مع|على|إلى|هو|هي|لا|أو|ي(?![اوح])|ت(?!ا))"  # nor is it a verb: يطبخ
    r"[\u0621-\u064a]{3,}(?:\s+(?!في|من|مع|على|إلى)[\u0621-\u064a]{3,})?)",
    # Latin, also where a sentence begins: Chef Anna, Dr. Kim, Bác sĩ Lan.
    r"\b(?:[Cc]hef|[Dd]r\.?|[Dd]octor|[Pp]rof\.?|[Cc]oach|Mrs?\.?|Ms\.?|[Bb]ác sĩ|[Đđ]ầu bếp|[Tt]hầy|[Cc]ô)\s"
    rf"(?P<name>[{_CAPITAL}][\w’'-]+(?: [{_CAPITAL}][\w’'-]+)*)",
)
_PERSON = tuple(re.compile(pattern) for pattern in _TITLES)
_SOME = 4
"""So many letters of another script make a text one of that script's."""
_SPACED_FROM, _UNSPACED_FROM = 6, 4
"""A given name of fewer letters has too many neighbours that are words: in Latin, and in other scripts."""


def find_strangers(text: str, facts: Iterable[str]) -> list[str]:
    """The names in ``text`` that the facts do not hold, as they stand there."""
    facts = [unicodedata.normalize("NFC", fact) for fact in facts]
    text = unicodedata.normalize("NFC", text)
    known = " ".join(facts).casefold()
    bare = re.sub(r"\s", "", known)
    words = set(re.findall(r"[^\W\d_]+", known))
    found = [
        match[0].strip()
        for pattern in _PERSON
        for match in pattern.finditer(text)
        if _known_part(match["name"].casefold()) not in known
    ]
    found += [match[0] for match in _capitals(text, facts[0] if facts else "") if _is_new(match[0], words)]
    found += [m[0] for m in _QUOTED.finditer(text) if re.sub(r"\s", "", m["name"].casefold()) not in bare]
    found += _almost(text, facts)
    return list(dict.fromkeys(found))


def _capitals(text: str, name: str) -> Iterator[re.Match[str]]:
    """Capitalised words within a sentence; amid another script (the business's name apart), wherever they stand."""
    letters = [each for each in text.replace(name, "") if each.isalpha()]
    latin = sum(each < "\u0250" or "\u1e00" <= each <= "\u1eff" for each in letters)
    yield from _CAPITALISED.finditer(text)
    if len(letters) - latin >= max(_SOME, latin / 2):
        yield from _LATIN_WORD.finditer(text)


def _known_part(name: str) -> str:
    """What of a name must be known: in Thai, where it runs on into the next word, its beginning."""
    return name[:4] if "\u0e00" <= name[:1] <= "\u0e7f" else name


def _is_new(name: str, words: set[str]) -> bool:
    parts = re.findall(r"[^\W\d_]+", name)
    if {part.casefold() for part in parts} <= _ANYBODYS:
        return False
    new = [part for part in parts if part.casefold() not in words and not part.isupper() and len(part) > 1]
    return bool(new) and len(new) == len(parts)


def _almost(text: str, facts: list[str]) -> Iterator[str]:
    """Words one letter off the business's name, which is the first of the facts: 하늘마로 for 하늘마루."""
    low = text.casefold()
    for given in set(re.findall(r"[^\W\d_]+", facts[0].casefold() if facts else "")):
        latin, size = given < "\u0250", len(given)
        if size < (_SPACED_FROM if latin else _UNSPACED_FROM) or given in low:
            continue
        for match in re.finditer(r"[^\W\d_]+", low):
            word = match[0]
            if (latin or "\uac00" <= given[0] <= "\ud7a3") and _differs_by_one(word[:size], given):
                if not latin or (len(word) == size and text[match.start()].isupper()):
                    yield text[match.start() : match.start() + size]
            elif not latin and any(_differs_by_one(word[at : at + size], given) for at in range(len(word) - size + 1)):
                yield word


def _differs_by_one(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
