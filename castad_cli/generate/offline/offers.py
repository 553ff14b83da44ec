"""What is offered now: read from the usual ways of writing it, told again in another language.

An offer is told again only when every word of it was understood; otherwise it is shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_GIFTS = {
    "breakfast": "조식|아침 ?식사|breakfast|朝食|早餐|อาหารเช้า|bữa sáng|ăn sáng",
    "late_checkout": "레이트 ?체크아웃|late check-?out|レイトチェックアウト|延[迟遲]退房|เลทเช็คเอาต์|trả phòng muộn",
    "parking": "주차|parking|駐車場?|停[车車]|ที่จอดรถ|đậu xe|đỗ xe",
    "bbq": "바[베비]큐|bbq|barbecue|バーベキュー|[烧燒]烤|บาร์บีคิว|tiệc nướng",
    "spa": "스파|spa|スパ|สปา",
    "pickup": "픽업|pick-?up|shuttle|送迎|接送|รถรับส่ง|đưa đón",
    "upgrade": "객실 ?업그레이드|room upgrade|upgrade|お部屋のアップグレード|升等|房型升[级級]|升[级級]|อัปเกรดห้อง"
    "|nâng hạng phòng",
    "coffee": "아메리카노|커피|coffee|コーヒー|咖啡|กาแฟ|cà phê",
    "drink": "음료|웰컴 ?드링크|welcome drink|drinks?|ドリンク|[饮飲]品|[饮飲]料|เครื่องดื่ม|đồ uống|nước uống",
    "dessert": "디저트|desserts?|デザート|甜[点點品]|ของหวาน|tráng miệng",
    "shipping": "배송|shipping|delivery|送料|[运運][费費]|จัดส่ง|vận chuyển|giao hàng",
    "wrapping": "선물 ?포장|gift[ -]wrap(?:ping)?|ラッピング|[礼禮]品包[装裝]|包[装裝]|ห่อของขวัญ|gói quà",
}
_SUM = r"\d[\d,]*(?:\.\d+)?(?:\s?[만万萬](?:\s?\d[\d,]*(?:\s?[천千])?)?|\s?[천千](?:\s?\d[\d,]*)?)?"
"""A number as East Asia writes sums: 12,000, 3천, 1만 5천, 2万5000."""
_CURRENCIES = (
    (rf"(?P<n>{_SUM})\s*원|₩\s*(?P<n2>\d[\d,]*)|(?P<n3>{_SUM})\s*(?:won|ウォン|[韩韓][元圆圜]|krw)", "KRW"),
    (r"US\$\s*(?P<n>\d[\d,]*)|(?<!NT)\$\s*(?P<n2>\d[\d,]*)|(?P<n3>\d[\d,]*)\s*(?:dollars?|usd|달러)", "USD"),
    (rf"(?P<n>{_SUM})\s*円|(?P<n2>{_SUM})\s*(?:yen|엔|jpy)", "JPY"),
    (r"NT\$\s*(?P<n>\d[\d,]*)", "TWD"),
    (rf"(?P<n>{_SUM})\s*(?:元|rmb|cny)|[¥￥]\s*(?P<n2>\d[\d,]*)", "CNY"),
    (r"(?P<n>\d[\d,]*)\s*(?:บาท|baht|thb|バーツ|泰[铢銖])|฿\s*(?P<n2>\d[\d,]*)", "THB"),
    (
        r"(?P<n>\d[\d.,]*(?:\s?(?:triệu|nghìn|ngàn|k))?)\s*(?:₫|đồng|đ\b|vnd)"
        r"|(?P<n2>\d[\d.,]*\s?(?:triệu|nghìn|ngàn)\b)",
        "VND",
    ),
)
_FREE = r"(?:무료(?: ?제공)?|서비스|증정|free|complimentary|無料|免[费費]|赠送?|[贈送]{1,2}|ฟรี|miễn phí|tặng)"
_CONDITIONS = {
    "weekday": r"평일|주중|(?:on )?week-?days?|mid-?week|平日|工作日|周中|วันธรรมดา|ngày thường|trong tuần",
    "weekend": r"주말|(?:on |at )?(?:the )?week-?ends?|週末|周末|เสาร์[- ]?อาทิตย์|วันหยุดสุดสัปดาห์|cuối tuần",
    "today": r"오늘(?: ?하루)?(?:만)?|today(?: only)?|本日(?:限り|限定)?|今日|今天|วันนี้|hôm nay",
    "this_week": r"이번 ?주|this week|今週|本周|本週|สัปดาห์นี้|tuần này",
    "this_month": r"이번 ?달|이달|this month|今月|本月|เดือนนี้|tháng này",
    "spring": r"봄(?:맞이)?|spring|春|春季|ฤดูใบไม้ผลิ|mùa xuân",
    "summer": r"여름(?:휴가)?|summer|夏|夏季|ฤดูร้อน|หน้าร้อน|mùa hè",
    "autumn": r"가을|autumn|秋|秋季|ฤดูใบไม้ร่วง|mùa thu",
    "winter": r"겨울|winter|冬|冬季|ฤดูหนาว|หน้าหนาว|mùa đông",
    "early": r"얼리 ?버드|조기 ?예약|early[- ]bird|早割|早期予約|早鸟|早鳥|จองล่วงหน้า|đặt sớm",
    "first": r"첫 ?(?:방문|주문|구매|예약|이용)|신규 ?(?:회원|고객)"
    r"|(?:for |your )*(?:first|1st) (?:visit|orders?|purchase|booking)|new customers?"
    r"|初回|初めての方|首[單单]|首次|新客|ครั้งแรก|ลูกค้าใหม่|lần đầu|khách mới|đơn đầu tiên",
    "opening": r"(?:그랜드 ?)?오픈(?: ?기념| ?이벤트)?|개업 ?기념|(?:grand )?opening"
    r"|オープン記念|开业|開幕|ฉลองเปิดร้าน|khai trương",
    "online": r"온라인(?: ?(?:주문|구매|예약))?(?:시| 시)?|online(?: orders?| bookings?)?|オンライン(?:予約|注文)?"
    r"|[线線]上(?:订购|訂購|预订|預訂)?|ออนไลน์",
    "direct": r"(?:홈페이지|직접|공식 ?홈페이지) ?예약(?:시| 시)?|(?:when you )?book(?:ing)? direct(?:ly)?"
    r"|direct bookings?|公式(?:サイト)?予約|官网预订|官網訂房",
}
_FILLER = re.compile(
    r"할인(?:가|율)?|특가|혜택|이벤트|프로모션|예약|시|에만?|까지|객실|숙박|한정|전 ?상품|전 ?메뉴|최대(?=\s*$)"
    r"|\b(?:off|discount|sale|deal|offer|save|get|a|an|the|on|for|of|with|stays?|rooms?|book|booking|all|every|and|price|prices|your|only|in|during)\b"
    r"|オフ|割引き?|引き?|OFF|の|は|が|に|で|ご?宿泊|お得|特典|ご?予約で|限定|[优優]惠|特惠|折扣|立[减減]|住宿|[预預][订訂]|享|[减減]|打"
    r"|ส่วนลด|ลดราคา|ลด|โปรโมชั่น|โปร|เมื่อ|สำหรับ|ที่พัก|ห้องพัก|ใน"
    r"|\b(?:giảm giá|giảm|ưu đãi|khuyến mãi|cho|các|vào|khi|đặt|phòng)\b",
    re.IGNORECASE,
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """An offer's parts; ``understood`` when they are all there is to it.

    ``percent`` is what is taken off, 1 to 99; ``amount`` is (value, currency code); ``gift`` a key of the free things
    that phrases know; ``nights`` a minimum stay (0: any stay of more than one night); ``until`` is (month, day).
    """

    text: str
    percent: int | None = None
    amount: tuple[int, str] | None = None
    gift: str = ""
    one_plus_one: bool = False
    nights: int | None = None
    conditions: tuple[str, ...] = ()
    until: tuple[int, int] | None = None
    understood: bool = field(default=False)


def read_offer(text: str) -> Offer:
    """The parts of an offer written in any of the ad languages."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    offer, rest = Offer(text), text.casefold()
    steps = (_read_until, _read_one_plus_one, _read_nights, _read_percent, _read_amount, _read_gift, _read_conditions)
    for step in steps:
        offer, rest = step(offer, rest)
    rest = _FILLER.sub(" ", rest)
    has_deal = offer.percent is not None or offer.amount is not None or bool(offer.gift) or offer.one_plus_one
    deals = sum((offer.percent is not None, offer.amount is not None, bool(offer.gift), offer.one_plus_one))
    return replace(offer, understood=has_deal and deals == 1 and not re.search(r"\w", rest))


def tell_offer(offer: Offer, words: Mapping[str, str], language: str) -> str:
    """An understood offer in another language. ``words`` is the ``offer`` part of that language's phrases."""
    parts = {
        "when": words["join"].join(words[key] for key in offer.conditions),
        "deal": _tell_deal(offer, words, language),
        "nights": _tell_nights(offer.nights, words),
        "until": "" if offer.until is None else _tell_date(offer.until, words, language),
    }
    told = words["order"].format(**parts)
    told = re.sub(r"\s+", " ", told).strip(" ,、，·")
    return told[:1].upper() + told[1:]


def find_amounts(text: str) -> list[tuple[int, int, int, str]]:
    """The sums of money in a text: where each begins and ends, its value, and its currency's code."""
    found: list[tuple[int, int, int, str]] = []
    for pattern, currency in _CURRENCIES:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not any(match.start() < end and start < match.end() for start, end, *_ in found):
                found.append((*match.span(), _value_of(match), currency))
    return sorted(found)


def tell_amount(value: int, currency: str, words: Mapping[str, str], language: str) -> str:
    """A sum of money as ``language`` writes it. ``words`` as for `tell_offer`."""
    grouped = f"{value:,}".replace(",", "." if language == "vi" else ",")
    return words[currency].format(n=grouped)


def _value_of(match: re.Match[str]) -> int:
    """The sum in whole units: 15,000 for 1만 5천, 2,500,000 for 2,5 triệu."""
    written = next(value for key, value in match.groupdict().items() if key.startswith("n") and value)
    if power := re.search(r"(?P<n>[\d.,]+)\s?(?P<unit>triệu|nghìn|ngàn|k)", written, re.IGNORECASE):
        times = 1_000_000 if power["unit"].casefold() == "triệu" else 1_000
        return round(float(power["n"].rstrip(".,").replace(",", ".")) * times)
    bare = re.sub(r"[\s,]", "", written)
    total = 0
    for signs, times in (("만万萬", 10_000), ("천千", 1_000)):
        if power := re.match(rf"([\d.]+)[{signs}]", bare):
            total += round(float(power[1]) * times)
            bare = bare[power.end() :]
    return total + int(re.sub(r"\D", "", bare) or 0)


def _tell_nights(nights: int | None, words: Mapping[str, str]) -> str:
    if nights is None:
        return ""
    return words["nights"].format(n=nights) if nights else words["long_stay"]


def _tell_deal(offer: Offer, words: Mapping[str, str], language: str) -> str:
    if offer.percent is not None:
        if language in ("zh-Hans", "zh-Hant"):
            return _tell_fold(100 - offer.percent)
        return words["percent"].format(n=offer.percent)
    if offer.amount is not None:
        return words["amount"].format(money=tell_amount(*offer.amount, words, language))
    if offer.gift:
        return words["gift"].format(gift=words[offer.gift])
    return words["one_plus_one"]


def _tell_fold(percent_paid: int) -> str:
    """What is left to pay in tenths, as Chinese says it: 80 is 八折, 85 is 八五折, 50 is 五折."""
    numerals = "零一二三四五六七八九"
    tens, ones = divmod(percent_paid, 10)
    if tens == 0:
        return f"零点{numerals[ones]}折"
    return f"{numerals[tens]}{numerals[ones] if ones else ''}折"


def _tell_date(date: tuple[int, int], words: Mapping[str, str], language: str) -> str:
    month, day = date
    return words["until"].format(month=month, day=day, name=_MONTHS[month - 1].capitalize() if language == "en" else "")


def _cut(rest: str, match: re.Match[str]) -> str:
    return f"{rest[: match.start()]} {rest[match.end() :]}"


def _read_until(offer: Offer, rest: str) -> tuple[Offer, str]:
    names = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
    for pattern, order in (
        (
            r"[~〜]?\s*(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日]\s*(?:까지|まで|止|前)?"
            r"|[至到](\d{1,2})月(\d{1,2})[日号號]",
            "md",
        ),
        (r"[~〜]\s*(\d{1,2})[/.](\d{1,2})(?!\d)|(?<!\d)(\d{1,2})[/.](\d{1,2})\s*(?:까지|まで)", "md"),
        (rf"(?:until|till|through|by|to)\s+({names})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?", "name"),
        (r"(?:đến|tới|hết)\s+(?:ngày\s+)?(\d{1,2})/(\d{1,2})", "dm"),
    ):
        match = re.search(pattern, rest)
        if match is None:
            continue
        first, second = (group for group in match.groups() if group)
        if order == "name":
            month, day = [m[:3] for m in _MONTHS].index(first[:3]) + 1, int(second)
        else:
            month, day = (int(first), int(second)) if order == "md" else (int(second), int(first))
        if 1 <= month <= 12 and 1 <= day <= 31:
            return replace(offer, until=(month, day)), _cut(rest, match)
    return offer, rest


def _read_one_plus_one(offer: Offer, rest: str) -> tuple[Offer, str]:
    match = re.search(
        r"1\s?\+\s?1(?:\s?(?:행사|증정))?|원플러스원|buy (?:one|1),? get (?:one|1)(?: free)?|bogo"
        r"|[买買][一1][送赠贈][一1]"
        r"|ซื้อ ?1 ?แถม ?1|mua (?:1|một) tặng (?:1|một)|1つ買うと(?:もう)?1つ無料",
        rest,
    )
    return (replace(offer, one_plus_one=True), _cut(rest, match)) if match else (offer, rest)


def _read_nights(offer: Offer, rest: str) -> tuple[Offer, str]:
    match = re.search(
        r"(\d+)\s*박(?: ?이상)?(?: ?예약)?|(\d+)\s*(?:or more |\+ ?)?nights?(?: or more)?|(\d+)泊(?:以上)?"
        r"|[连連]住(\d+)[晚天](?:以上)?|(\d+) đêm(?: trở lên)?"
        r"|(\d+) คืนขึ้นไป",
        rest,
    )
    if match:
        return replace(offer, nights=int(next(g for g in match.groups() if g))), _cut(rest, match)
    match = re.search(r"연박|연속 ?숙박|consecutive nights|long(?:er)? stays?|連泊|[连連]住|พักหลายคืน|ở nhiều đêm", rest)
    return (replace(offer, nights=0), _cut(rest, match)) if match else (offer, rest)


def _read_percent(offer: Offer, rest: str) -> tuple[Offer, str]:
    match = re.search(r"(\d{1,2})\s?(?:%|％|퍼센트|percent|パーセント)", rest)
    if match:
        return replace(offer, percent=int(match[1])), _cut(rest, match)
    match = re.search(r"(\d)(?:\.?(\d))?\s?折", rest)
    if match:
        paid = int(match[1]) * 10 + int(match[2] or 0)
        return replace(offer, percent=100 - paid), _cut(rest, match)
    return offer, rest


def _read_amount(offer: Offer, rest: str) -> tuple[Offer, str]:
    for pattern, currency in _CURRENCIES:
        match = re.search(pattern, rest, re.IGNORECASE)
        if match is not None:
            return replace(offer, amount=(_value_of(match), currency)), _cut(rest, match)
    return offer, rest


def _read_gift(offer: Offer, rest: str) -> tuple[Offer, str]:
    for key, names in _GIFTS.items():
        match = re.search(rf"(?:{_FREE})\s*(?:{names})|(?:{names})\s*(?:{_FREE})", rest, re.IGNORECASE)
        if match:
            return replace(offer, gift=key), _cut(rest, match)
    return offer, rest


def _read_conditions(offer: Offer, rest: str) -> tuple[Offer, str]:
    found: list[tuple[int, str]] = []
    for key, pattern in _CONDITIONS.items():
        # A lone word such as 봄 or "first" counts only where no other letters of its script touch it.
        match = re.search(rf"(?<![a-z\uac00-\ud7a3])(?:{pattern})(?![a-z])", rest)
        if match:
            found.append((match.start(), key))
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return replace(offer, conditions=tuple(key for _, key in sorted(found))), rest
