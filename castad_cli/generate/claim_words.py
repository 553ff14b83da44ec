"""The words by which a claim is known, in the eight languages. Patterns match case-folded text unless they say so."""

from __future__ import annotations

import re


def _begins(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


UNITS: dict[str, re.Pattern[str]] = {
    "percent": _begins(
        "[%％]",
        "퍼센트",
        "프로(?!그)",
        "percent",
        "pct",
        "パーセント",
        "เปอร์เซ็นต์",
        "phần trăm",
        "بالمئة",
        "بالمائة",
        "في المئة",
    ),
    "money-man": _begins("만원", "만 원", "萬", "万"),
    "money-thousand": _begins("천원", "천 원", "k$", "nghìn", "ngàn"),
    "money": _begins(
        "원",
        "won",
        "krw",
        "円",
        "yen",
        "元",
        "块",
        "塊",
        "บาท",
        "baht",
        "đ",
        "₫",
        "vnd",
        "đồng",
        "usd",
        "dollar",
        "euro",
        "[₩$€£¥฿]",
        "ريال",
        "درهم",
        "دينار",
        "جنيه",
        "دولار",
    ),
    "nights": _begins("박", "night", "泊", "晚", "คืน", "đêm", "ليل", "ليال"),
    "people": _begins(
        "명",
        "인(?!치)",
        "people",
        "person",
        "guest",
        "名",
        "人",
        "位",
        "ท่าน",
        "คน",
        "người",
        "khách",
        "شخص",
        "أشخاص",
        "ضيف",
        "ضيوف",
    ),
    "clock": _begins("시(?!간)", "am$", "pm$", "a\\.m", "p\\.m", "o'clock", "時(?!間)", "点", "點", "น$", "giờ(?! )"),
    "hours": _begins("시간", "hour", "時間", "小时", "小時", "ชั่วโมง", "tiếng", "ساع"),
    "minutes": _begins("분", "min", "分", "นาที", "phút", "دقيق", "دقائق"),
    "day": _begins("일(?!째)", "day", "日", "天", "号", "號", "วัน", "ngày", "يوم", "أيام"),
    "month": _begins("월", "month", "月", "เดือน", "tháng", "شهر", "أشهر"),
    "year": _begins("년", "year", "年", "ปี", "năm", "سنة", "سنوات", "عام"),
    "floor": _begins("층", "floor", "階", "楼", "樓", "ชั้น", "tầng", "طابق", "層", "层"),
    "size": _begins("평", "㎡", "m2", "坪", "sqm"),
    "distance": _begins("km", "킬로", "m$", "미터", "meter", "metre", "公里", "米"),
    "pieces": _begins("개", "piece", "個", "个", "ชิ้น"),
    "cups": _begins("잔", "cup", "杯", "แก้ว", "ly"),
    "times": _begins("회", "times", "回", "次", "ครั้ง", "lần"),
}
"""What is counted, whatever the language says for it."""

_WEEKEND = r"주말|week ?ends?\b|週末|周末|สุดสัปดาห์|cuối tuần|نهاية الأسبوع"
_ON_TERMS = (
    r"할인|특가|무료|한정|영업|운영|오픈|예약|요금|진료|\bopen\b|\boff\b|\bdeals?\b|\bsale\b|discount|\brates?\b|\bonly\b"
    r"|\bhours\b|\bfree\b|営業|割引|オフ|限定|無料|料金|特価|[折優优]|特惠|免[费費]|[营營][业業]|[开開][放门門]"
    r"|เปิด|ลด|ฟรี|พิเศษ|mở cửa|giảm|miễn phí|ưu đãi|خصم|مفتوح|نفتح|عرض|مجان"
)
_EVEN_THEN = r"(?:에도|도|にも|も|也|都)"
NAMED_DAYS: dict[str, re.Pattern[str]] = {"weekend": re.compile(_WEEKEND)}
"""Words that back a promise wherever a brief says them."""

PROMISES: dict[str, re.Pattern[str]] = {
    "free": re.compile(
        r"무료|공짜|무상|\bfree\b(?! (?:time|hours|spirit|of|your|yourself|up))|無料|免费|免費|ฟรี|miễn phí|مجان"
    ),
    "half": re.compile(r"반값|\bhalf[- ](?:price|off)\b|半額|半价|半價|ครึ่งราคา|nửa giá|نصف السعر"),
    "one-plus-one": re.compile(
        r"원\s?플러스\s?원|buy one|two for one|买一送一|買一送一|1 แถม 1|mua 1 tặng 1|اشتر واحد"
    ),
    "today-only": re.compile(
        r"오늘만|오늘 단 하루|today only|only today|今日だけ|本日限り|仅限今日"
        r"|仅此一天|僅限今日|วันนี้เท่านั้น|chỉ hôm nay|اليوم فقط"
    ),
    "limited": re.compile(
        r"선착순|한정|마감 임박|limited time|limited offer|while (?:stocks|supplies) last|ends soon|last chance|限定"
        r"|先着|限时|限時|限量|จำนวนจำกัด|เวลาจำกัด|số lượng có hạn|có hạn|لفترة محدودة|عرض محدود|كمية محدودة"
    ),
    "best": re.compile(
        r"1위|일등|\bno\.? ?1\b|number one|award|수상|미쉐린"
        r"|michelin|第一名|受賞|获奖|獲獎|อันดับ 1|giải thưởng|جائزة|رقم واحد"
    ),
    "guaranteed": re.compile(
        r"보장|환불|guarantee|refund|money back|保証|保证|保證|返金|退款"
        r"|รับประกัน|คืนเงิน|bảo đảm|hoàn tiền|ضمان|مضمون|استرداد"
    ),
    "weekday": re.compile(r"평일|주중|week ?days?\b|平日|周中|工作日|วันธรรมดา|ngày thường|trong tuần|أيام الأسبوع"),
    # A weekend is a mood, too; it is a promise beside what is sold or open then.
    "weekend": re.compile(
        rf"(?:{_WEEKEND})(?:{_EVEN_THEN}|(?=[^.!?。！？]{{0,20}}(?:{_ON_TERMS})))"
        rf"|(?:{_ON_TERMS})[^.!?。！？]{{0,20}}?(?:{_WEEKEND})"
    ),
    "always-open": re.compile(r"연중무휴|24시간|open 24|年中無休|全年无休|全年無休|24 ชั่วโมง|24/7|24 ساعة"),
    **{
        name: re.compile(pattern)
        for name, pattern in {
            "monday": r"월요일|\bmondays?\b|月曜|周一|星期一|週一|วันจันทร์|thứ hai\b|الاثنين|الإثنين",
            "tuesday": r"화요일|\btuesdays?\b|火曜|周二|星期二|週二|วันอังคาร|thứ ba\b|الثلاثاء",
            "wednesday": r"수요일|\bwednesdays?\b|水曜|周三|星期三|週三|วันพุธ|thứ tư\b|الأربعاء",
            "thursday": r"목요일|\bthursdays?\b|木曜|周四|星期四|週四|วันพฤหัส|thứ năm\b|الخميس",
            "friday": r"금요일|\bfridays?\b|金曜|周五|星期五|週五|วันศุกร์|thứ sáu\b|الجمعة",
            "saturday": r"토요일|\bsaturdays?\b|土曜|周六|星期六|週六|วันเสาร์|thứ bảy\b|السبت",
            "sunday": r"일요일|\bsundays?\b|日曜|周日|星期日|週日|วันอาทิตย์|chủ nhật|الأحد",
            "december": r"\bdecember\b",
            "january": r"\bjanuary\b",
            "february": r"\bfebruary\b",
            "april": r"\bapril\b",
            "june": r"\bjune\b",
            "july": r"\bjuly\b",
            "august": r"\baugust\b",
            "september": r"\bseptember\b",
            "october": r"\boctober\b",
            "november": r"\bnovember\b",
        }.items()
    },
}
"""Promises and days: each must be made by the brief, in whatever language."""

FOREVER = re.compile(r"feel free|free[- ]spirited|care-?free|free-?range|24시간이 모자")
"""Where such a word promises nothing."""

_TENS = {
    "ten": "10", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90", "a hundred": "100", "one hundred": "100",
    "십": "10", "이십": "20", "삼십": "30", "사십": "40", "오십": "50", "육십": "60", "칠십": "70", "팔십": "80",
    "구십": "90", "백": "100",
}  # fmt: skip
_PERCENT = r"\s?(?:%|percent|per cent|퍼센트|프로(?!그))"
_FOLDS = {"九": "10", "八": "20", "七": "30", "六": "40", "五": "50", "四": "60", "三": "70", "二": "80", "一": "90"}

SPELLED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    *((re.compile(rf"(?<![^\W\d_]){word}{_PERCENT}", re.I), "percent", value) for word, value in _TENS.items()),
    *((re.compile(rf"{fold}折"), "percent", value) for fold, value in _FOLDS.items()),
)
"""A pattern, its claim's kind and value."""
