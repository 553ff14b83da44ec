"""How the eight languages say an hour in words: numbers, halves of the day, and what shows that an hour is meant."""

from __future__ import annotations

EN = {word: number for number, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
)}  # fmt: skip
KO = {word: number for number, word in enumerate(
    ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"), start=1
)}  # fmt: skip
TH = {word: number for number, word in enumerate(
    ("หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "สิบเอ็ด", "สิบสอง"), start=1
)} | {str(number): number for number in range(1, 13)}  # fmt: skip
VI = {word: number for number, word in enumerate(
    ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"), start=1
)}  # fmt: skip
AR = {word: number for number, word in enumerate(
    ("الواحدة", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة",
     "الحادية عشرة", "الثانية عشرة"), start=1
)} | {"الحادية عشر": 11, "الثانية عشر": 12}  # fmt: skip

EN_MINUTES = {
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
}
EN_BEFORE = "at|until|till|til|by|before|after|from|around|past|since|opens?|closes?"
"""What stands before an hour that nothing else marks."""
EN_AFTER = (
    r"\s*(?:$|[.,!?;:)—–-]|(?:and|to|till|until|or|on|every|each|daily|sharp|tonight|today|tomorrow|for|when|while|we|you|"
    r"is|are)(?![a-z]))"
)
"""What may follow it: no noun that it would count."""
EN_HALVES = {
    "in the morning": "am", "in the afternoon": "pm", "in the evening": "pm", "at night": "night",
    "am": "am", "a.m.": "am", "a.m": "am", "pm": "pm", "p.m.": "pm", "p.m": "pm",
}  # fmt: skip

KO_HALVES = {
    "오전": "am",
    "새벽": "am",
    "아침": "am",
    "오후": "pm",
    "저녁": "pm",
    "낮": "noon",
    "점심": "noon",
    "밤": "night",
}
KO_AFTER = r"(?=\s*(?:[^가-힣\s]|$)|에|부터|까지|쯤|정각|이면|엔|가\s|이후|이전|전\s|\s[가-힣])"
JA_HALVES = {
    "午前": "am", "早朝": "am", "未明": "night", "朝": "am", "午後": "pm", "夕方": "pm", "昼": "noon", "お昼": "noon",
    "正午": "noon", "夜": "night", "深夜": "night", "夜中": "night", "今夜": "night", "夜更け": "night",
}  # fmt: skip
JA_AFTER = (
    r"(?=から|まで|ごろ|より|ちょうど|[にとのではもや、。！？!?.,・〜~–-]"
    r"|[^\u3040-\u30ff\u3400-\u9fff]|$|[開閉頃過前以集出])"
)
ZH_HALVES = {
    "上午": "am", "早上": "am", "清晨": "am", "早晨": "am", "凌晨": "am", "下午": "pm", "傍晚": "pm", "中午": "noon",
    "晚上": "night", "夜里": "night", "夜裡": "night", "夜晚": "night", "深夜": "night", "半夜": "night",
    "今晚": "night", "每晚": "night",
}  # fmt: skip
ZH_MARKS = (
    r"钟|鐘|整|开[门始]|開[門始]|打烊|关门|關門|起(?=[，,。！\s]|$)|以前|之前|前(?!面)|后|後|出发|出發|集合"
    r"|准时|準時|见|見"
)
VI_HALVES = {"sáng": "am", "trưa": "noon", "chiều": "pm", "tối": "night", "đêm": "night"}
AR_HALVES = {
    "صباحا": "am", "فجرا": "am", "في الصباح": "am", "ظهرا": "noon", "عصرا": "pm", "مساء": "pm", "في المساء": "pm",
    "بعد الظهر": "pm", "ليلا": "night",
}  # fmt: skip
"""Without the marks of vowels."""

NOONS = (
    rf"(?<![a-z])(?:{EN_BEFORE}|through|to)\s(?P<noon>noon|midday|midnight)(?![a-z])(?!\s(?:sun|sky|light|snack|blue|oil))",
    r"(?P<noon>noon|midday|midnight)(?=\s?(?:to|until|till|[-–—])\s?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten))",
    r"(?<![가-힣])(?P<noon>정오|자정)(?=부터|까지|에(?![가-힣])|\s?전에|\s?이전|\s?이후)",
    r"(?P<noon>正午|零時|真夜中)(?=から|まで|に|より|前|〜|~|開)",
    r"(?:到|至|从|從|前|营业到|營業到)(?P<noon>午夜|正午|零点|零點)(?!般|的|一样|一樣)",
    r"(?P<noon>午夜|正午|零点|零點)(?=前|后|後|起|开|開|到|至|打烊|关|關)",
    r"(?:ถึง|จน|ก่อน|หลัง|ตั้งแต่|ปิด|เปิด|ตอน)(?:ถึง)?\s?(?P<noon>เที่ยงคืน|เที่ยงวัน|เที่ยง)",
    r"(?<!\w)(?:đến|tới|lúc|từ|trước|cho đến)\s(?P<noon>nửa đêm|giữa trưa|đúng ngọ)(?!\w)",
    r"(?:حتى|عند|قبل|إلى|من)\s(?P<noon>منتصف الليل|الظهر)(?![\u0620-\u064a])",
)
"""Noon and midnight, where they say when: not a midnight sky, nor the light of noon."""
MIDNIGHTS = frozenset(
    ("midnight", "자정", "零時", "真夜中", "午夜", "零点", "零點", "เที่ยงคืน", "nửa đêm", "منتصف الليل")
)
