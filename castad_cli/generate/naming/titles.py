"""Persons by what stands beside their names: a title, a trade, a kinship, in each language's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.vocabulary import prose
from castad_cli.generate.offline.recognition import read_data

CAPITAL = "".join(chr(code) for code in range(0x41, 0x1F00) if unicodedata.name(chr(code), "").startswith("LATIN CAP"))
"""The capitals of all languages that are written in Latin."""
LATIN = "[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f’'-]"
"""A letter of a word in any of them, its apostrophes and hyphens included."""
ZH_SURNAMES = (
    "李王张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫朱马馬胡郭林何梁郑鄭罗羅宋谢謝唐韩韓曹许許邓鄧萧蕭冯馮曾程蔡彭潘"
    "袁董余苏蘇叶葉吕呂魏蒋蔣杜丁沈姜范傅钟鍾卢盧汪戴崔陆陸廖姚金邱谭譚贾賈邹鄒熊孟秦薛侯雷段郝邵顾顧赖賴"
)
_ZH_TITLES = (
    "主厨|主廚|师傅|師傅|老师|老師|先生|女士|小姐|医生|醫生|医师|醫師|院长|院長|店长|店長|教练|教練|大厨|大廚|阿姨|阿嬤|"
    "奶奶|媽媽|妈妈|爸爸|爷爷|爺爺|大哥|大姐|叔叔|伯伯|老板|老闆|咖啡师|咖啡師|设计师|設計師|造型师|造型師|药师|藥師"
)
_ZH_BEFORE = (
    "主厨|主廚|名厨|名廚|院长|院長|店长|店長|店主|老板娘?|老闆娘?|主理人|创始人|創辦人|咖啡师|咖啡師|设计师|設計師|"
    "造型师|造型師|教练|教練|师傅|師傅|医师|醫師|大厨|大廚|甜点师|甜點師|面包师|麵包師"
)
_FORMS = (
    # Chinese: 李明主厨, 王老师; 主廚陳大文, where nothing but a verb or an end may follow.
    rf"(?P<name>[{ZH_SURNAMES}][\u4e00-\u9fff]{{0,2}})(?:{_ZH_TITLES})",
    rf"(?:{_ZH_BEFORE})(?P<name>阿[\u4e00-\u9fff])(?=$|[^\u4e00-\u9fff]|[的在亲親为為等和与與跟每用把带帶教陪做亦也都手])",
    rf"(?:{_ZH_BEFORE})(?P<name>[{ZH_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
    r"(?=$|[^\u4e00-\u9fff]|[的在亲親为為等和与與跟每用把带帶教陪做亦也都手,，。])",
    # Chinese: 陳家三代, the house of somebody.
    rf"(?P<name>[{ZH_SURNAMES}]家)(?=[一二三四五两兩]代|祖[传傳]|[老秘私][店字味方制製房]|[的]?(?:味道|手[艺藝]|[面麵湯汤]))",
    # Latin, also where a sentence begins: Chef Anna, Dr. Kim, Bác sĩ Lan, chị Hoa.
    r"\b(?:[Cc]hef|[Dd]r\.?|[Dd]octor|[Pp]rof\.?|[Cc]oach|[Bb]arista|[Uu]ncle|[Aa]unt|[Gg]rand(?:ma|pa)|Mrs?\.?|Ms\.?"
    r"|[Bb]ác sĩ|[Đđ]ầu bếp|[Tt]hầy|[Cc]ô|[Cc]hị|[Aa]nh|[Bb]à|[Ôô]ng|[Cc]hú|[Bb]ác|[Dd]ì)\s"
    rf"(?P<name>[{CAPITAL}]{LATIN}+(?: [{CAPITAL}]{LATIN}+)*)",
    # Thai: what comes before a name and nothing else; คุณ is also "you".
    r"(?:เชฟ|ดร\.|นพ\.|พญ\.|ทพ\.|อาจารย์|โค้ช)\s?"
    r"(?P<name>(?!มือ|ของ|ประจำ|ที่|ใน|ระดับ|จาก|ส่วน|และ|ผู้|เรา|ทุก|ช่วย|ดูแล|สอน|ทำ|ปรุง|จะ|คอย|ใจ|ไป|คน|พร้อม|ให้|ตัว|ชั้น"
    r"|ก็|กับ|เอง|รอ|เป็น|ยัง|อบ|คัด|เลือก|ใส่)[ก-ฮเ-ไ][ก-๙]{1,12})",
    # Arabic: a name has no article; المدرب الشخصي is a personal trainer.
    r"(?:الشيف|الدكتورة?|د\.|الأستاذة?|الكابتن|السيدة?|المدربة?|المهندسة?)\s+(?P<name>"
    r"(?!ال|في|من|مع|على|إلى|هو|هي|لا|أو|ي(?![اوح])|ت(?!ا))"  # nor is it a verb: يطبخ
    r"[\u0621-\u064a]{3,}(?:\s+(?!في|من|مع|على|إلى)[\u0621-\u064a]{3,})?)",
    # Japanese, where there is kana: 山田シェフ, 佐藤さん; a trade before さん (職人さん) is nobody in particular.
    r"(?=[^。]*[ぁ-んァ-ヴ])(?P<name>(?!(?:職人|店員|大工|皆|客|奥|旦那|息子|孫|近所|隣|地元|子供|双子)[さ様])[一-龯々]{1,3}[一-龯々]"
    r"(?<![師員士者屋家手客係長友達方人供])|[ァ-ヴー]{3,}(?<!スタッフ)(?<!オーナー)(?<!ワンチャン)(?<!シェフ)(?<!バリスタ))"
    r"(?:さん|氏|先生|シェフ|店長|院長)(?!たち|方)",
    # Korean: 원장님, 셰프 after any name.
    r"(?P<name>(?!고객|손님|여러분|사장|선생|원장|대표|셰프|주인|모두|부모|어르신|형제|자매|아버|어머|할머|할아버|하나|해)"
    r"[가-힣]{2,4})(?:님|\s?(?:셰프|대표|원장|쌤)(?:님|가|이|의|\b))",
)
_KO_TITLES = (
    "씨|셰프|대표|원장|쌤|작가|바리스타|트레이너|디자이너|강사|코치|선생|교수|박사|실장|점장|매니저|파티시에|소믈리에|플로리스트|장인|명인|사범|"
    "관장|할머니|할아버지|이모|삼촌|사장|미용사|요리사|제빵사|도예가|화가"
)
_KO_PARTICLE = r"(?:이|가|은|는|의|을|를|와|과|께서|도|랑|표)?"
_TH_BEFORE = "คุณแม่|คุณพ่อ|คุณยาย|คุณป้า|คุณลุง|คุณหมอ|คุณครู|คุณ|พี่|น้อง|ลุง|ป้า|น้า|ครู|หมอ|ช่าง|บาริสต้า|เชฟ|โค้ช|นาย|นางสาว|นาง"
_AR_BEFORE = (
    "الجدة|الجد|جدتي|ماما|عمتي|أم|أبو|أبي|عم|العم|الخالة|خالة|الحاج|الحاجة|الحلاق|المعلم|المعلمة|الخباز|الطبيب|الطبيبة|الطاهي|الطاهية|الشيف|"
    "المدرب|المدربة|السيد|السيدة|الأستاذ|الأستاذة|الدكتور|الدكتورة|الكابتن|صديقنا|صاحبه|صاحبته"
)


_TH_YOU = re.compile(r"คุณ(?P<name>[ก-ฮเแโใไ][ก-๙]{2,})")
_TH_NOT_CALLED = re.compile(
    "จะ|ได้|มี|ไม่|ก็|คือ|เป็น|อยู่|และ|หรือ|กับ|ใน|ที่|ไป|มา(?!ลั|ลี|นะ|นี|ริ|โน)|ให้|ของ|ควร|อาจ|สามารถ|ต้อง|เคย|กำลัง|แค่|เพียง|เอง|ด้วย|ทุก|แล้ว|เลย|"
    "นะ|คะ|ครับ|ภาพ|ค่า|ประโยชน์|สมบัติ|ธรรม|แม่|พ่อ|ลูก|ครู|หมอ|ยาย|ตา|ย่า|ปู่|ทวด|อา|น้า|ป้า|ลุง|น้อง|พี่|เริ่ม|ชอบ|รัก|อยาก|รู้|เห็น|ฟัง|นอน|กิน|ดื่ม|ทาน|เดิน|นั่ง|พัก|"
    "หลับ|ตื่น|ยิ้ม|สวย|หล่อ|ดู|เลือก|จอง|โทร|แวะ|กลับ|เข้า|ออก|ถึง|รอ|หา|พบ|เจอ|ซื้อ|ขาย|ใช้|ทำ|สั่ง|ลอง|ชิม|จิบ|ผ่อน|สบาย|มั่นใจ|แน่ใจ|เหนื่อย|หาย|สุข|ภูมิ|วาง|"
    "ไว้|ถูก|ประทับ|คิด|จำ|ลืม|เก็บ|พก|พา|นัด|เช็|สัมผัส|ยัง|เพราะ|เพื่อ|เมื่อ|ถ้า|แต่|ซึ่ง|ผู้|คน|วัน|คืน|เช้า|ค่ำ|สัก|เท่า|แบบ|อย่าง|จาก|โดย|ต่อ|เหมือน|ดี|งาม|ง่าย|"
    "พร้อม|สนุก|ตั้ง|เปิด|ปิด|เปลี่ยน|ค้น|สร้าง|ย้อน|หยุด|ลุก|ปล่อย|เติม|แต่ง|ตาม|ติด|ท่าน|ขับ|บอก|พูด|ถาม|ตอบ|อ่าน|เขียน|เล่น|เรียน|ฝึก|ออม|ใส่|สวม|ไหว|ต่าง|ล้วน|"
    "เท่านั้น|คง|น่า|แหละ|จริง|หนู|ผม|ชาย|หญิง"
)
"""What follows "you" in a sentence, and "quality" and its like, rather than being somebody's name."""


def find_persons(text: str, known: Known) -> Iterator[str]:
    """Persons that the brief does not name, with their titles."""
    for form in _forms():
        for match in form.finditer(text):
            if not _is_given(match["name"], known):
                yield match[0].strip()
    for match in _TH_YOU.finditer(text):
        name = match["name"]
        plain = _TH_NOT_CALLED.match(name) or name[:4] in prose("th") or text[: match.start()].endswith("ขอบ")
        if not plain and not _is_given(name, known):
            yield match[0]


def find_person_names(text: str, known: Known) -> Iterator[str]:
    """The names alone of such persons: their titles may be told in another language."""
    for form in _forms():
        for match in form.finditer(text):
            runs_on = "\u0e00" <= text[match.end("name") :][:1] <= "\u0e7f"  # where a Thai name ends is not known
            if not _is_given(match["name"], known) and not runs_on:
                yield match["name"].strip()


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    people: dict[str, Any] = read_data("castad_cli.generate.naming.lexicon", "people.yaml")
    ko, given = people["ko"], f"[{people['ko']['given']}]{{2}}"
    whole = rf"(?<![가-힣])(?P<name>[{ko['surnames']}]{given})"
    thai, arabic, japanese = (
        "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        for names in (people["th"], people["ar"], people["ja"]["surnames"])
    )
    listed = (
        rf"{whole}\s?(?:{_KO_TITLES})(?:님)?{_KO_PARTICLE}(?![가-힣])",
        rf"(?<![가-힣])(?:{_KO_TITLES})\s(?P<name>[{ko['surnames']}]{given}){_KO_PARTICLE}(?![가-힣])",
        rf"(?<![가-힣])(?P<name>[{ko['sure']}]{given})(?:이|가|은|는|의|와|과|께서|표)(?![가-힣])",
        # A title of kinship is no name's beginning in คุณแม่, and a name is not the beginning of a word.
        rf"(?:{_TH_BEFORE})\s?(?P<name>(?!สมบัติ)(?:{thai}))(?![ะาิีึืุูัํ็่้๊๋์])",
        rf"\b[وبلف]?(?:{_AR_BEFORE})\s+(?P<name>{arabic})\b",
        rf"(?P<name>{japanese})(?:さん|くん|ちゃん|氏|先生|シェフ|店長|院長|オーナー|バリスタ|パティシエ|職人|トレーナー|女将|大将|料理長|板長|家の)",
    )
    latin = "|".join(people["en"])
    anywhere = rf"(?<![^\W\d_])(?P<name>{latin})(?![^\W\d_])"  # where a sentence begins, too
    return tuple(re.compile(form) for form in (*_FORMS, *listed, anywhere))


def _is_given(name: str, known: Known) -> bool:
    """Whether the brief names them, or it is no name but a word of the trade; Thai runs on into the next word."""
    if "\u0e00" <= name[:1] <= "\u0e7f":
        return known.holds(name[:4])
    if "\uac00" <= name[:1] <= "\ud7a3" and name in prose("ko"):
        return True
    return known.holds(name) or name.casefold() in known.folded
