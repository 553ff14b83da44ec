"""A sentence with a name that nobody gave, planted among finished texts: who does not find it has not read them.

Error seeding, as inspections of software do it (H. Mills, On the Statistical Validation of Computer Programs, 1972).
"""

from __future__ import annotations

from dataclasses import dataclass

from castad_cli.generate.naming.known import bare

_SENTENCES = {
    "ko": "{}의 손끝에서 시작하는 하루",
    "en": "Every morning begins with {}",
    "ja": "{}が迎える静かな朝",
    "zh-Hans": "由{}陪你开始新的一天",
    "zh-Hant": "由{}陪你開始新的一天",
    "th": "เริ่มวันใหม่ไปกับ {}",
    "vi": "Mỗi sáng bắt đầu cùng {}",
    "ar": "يبدأ كل صباح مع {}",
}
NAMES = {
    "ko": ("마은채", "탁서린", "반유담"),
    "en": ("Ottavia Brennholt", "Isidra Falkenby", "Perrin Adlestrop"),
    "ja": ("鵜飼さゆみ", "椎葉まどか", "伊集院りつ"),
    "zh-Hans": ("欧阳若棠", "司徒映雪", "上官若溪"),
    "zh-Hant": ("歐陽若棠", "司徒映雪", "上官若溪"),
    "th": ("คุณพิมพ์ลดา", "คุณรุ้งตะวัน", "คุณธีรเมศ"),
    "vi": ("Đoàn Thục Uyên", "Tạ Bảo Khuê", "Mạc Tố Lan"),
    "ar": ("ريتاج الكناني", "لجين الصيرفي", "شادن القباني"),
}
"""Of persons, by language."""


@dataclass(frozen=True)
class Planted:
    name: str
    text: str


def plant(language: str, seed: int, said: str) -> Planted:
    """A sentence of ``language`` with a name that ``said``, all of brief and texts, does not hold."""
    names, spoken = NAMES.get(language, NAMES["en"]), bare(said)
    at = seed % len(names)
    name = next((each for each in (*names[at:], *names[:at]) if bare(each) not in spoken), names[at])
    return Planted(name, _SENTENCES.get(language, _SENTENCES["en"]).format(name))
