"""Places and brands that the brief does not name: those of a list, and whatever is written as a place's name is.

The list is short and made by hand (``lexicon/places.yaml`` and the offline writer's own). What it lacks is known by its
form in Korean (a station, a beach, a district written to its name), Thai (หาด, สถานี, ถนน before it) and Arabic (شارع,
حي); by dictionaries in Japanese and Chinese (`analysis`); elsewhere by its capital (`capitals`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.vocabulary import prose
from castad_cli.generate.offline.recognition import read_data

_AFTER_KOREAN = (
    r"(?:에서|에는|에도|에|은|는|이|가|을|를|로|으로|과|와|도|만|의|까지|부터|처럼|보다|행|발|산|식당|맛집|여행|카페|펜션|숙소|호텔|바다|"
    r"역|시|군|구|동|읍|면|항|섬|댁|근교|시내|골목|출신|특산)"
)
_ORDINARY_KOREAN = frozenset(
    {
        "중문",
        "우도",
        "기장",
        "구좌",
        "성산",
        "한림",
        "서면",
        "남해",
        "동해",
        "서해",
        "파리",
        "이천",
        "나주",
        "공주",
        "진주",
        "구리",
        "상주",
        "사천",
        "후에",
        "세부",
    }
)
"""Of the offline writer's places, those that are everyday words too."""
_ORDINARY_HAN = frozenset(("中文", "圣水", "聖水", "牛岛", "牛島", "城山", "北村", "江南", "机张", "機張"))
_LIKE_THAT = {
    "ko": r"(?!\s?(?:식|풍|인|어|말|요리|음식|파스타|토스트|샌드위치))",
    "zh": r"(?!(?:式|风|風|菜|料理|人|语|語|面|麵|味|吐司|三明治|红酒|紅酒|筍|笋|人))",
    "th": "", "ar": "", "ja": r"(?!(?:風|料理|式|人|語|産))", "latin": "",
}  # fmt: skip
"""After a country, what makes a kind of dish or a manner of it: 法国吐司."""
_KO_STATION = re.compile(
    r"(?<![가-힣])(?P<name>[가-힣]{2,6})(?:해수욕장|해변|공항|터미널|휴게소|사거리|로터리|수목원|휴양림|폭포|저수지|대교|테크노밸리|신도시|시장)"
)
_KO_DISTRICT = re.compile(
    r"(?<![가-힣])(?P<name>[가-힣]{2,4})(?:역|동|읍|군|섬|오름)(?=(?:에서|에|의|은|는|까지|과|와|으로)?(?![가-힣]))"
)
_KO_MARKET = re.compile(
    r"(?<![가-힣])(?P<name>[가-힣]{1,4}[가-힣](?<![에의은는이가로을를서고며한운진])) "
    r"(?:꽃|수산|전통|중앙|벼룩|재래|청과|농산물|도매)시장"
)
"""양재 꽃시장: what kind of market it is stands between."""
_KO_NO_NAME = re.compile(
    r"(?:모래|백사|은빛|금빛|에메랄드|프라이빗|전용|우리|작은|큰|넓은|바로|앞|뒤|옆|여름|겨울|가을|봄|노을|일몰|일출|재래|벼룩|중앙|야외|주말|아침|온라인|국제|국내|버스|고속|고속버스|"
    r"지하철|기차|전철|근처|가까운|인공|천연|숲속|어느|모든|해안|바다|호수|산속|동네|전통|새벽|수산|농산물|도매|꽃|청과|종착|환승|지역|구역|영역|권역|"
    r"무인|외딴|이름|우정|활|운|행|감|이|자|노|가|변|작|소|연|수|율|격|공|충|출|합|전|생|부|반|파|진|요|난)$"
)
_ZH_STATION = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,4})站(?=[旁边邊附前出口的步,，。]|$)")
_ZH_NO_NAME = re.compile(
    r"(?:火车|火車|地铁|地鐵|捷运|捷運|高铁|高鐵|公交|公車|电车|電車|终点|終點|下一|这一|這一|每一|中转|服务|服務|加油|车|車)$"
)
_ZH_HOUSE = re.compile(
    r"(?:(?:[住走]?[进進]|入住|来到|來到|在|去|到)|(?<![\u4e00-\u9fff]))(?P<name>[\u4e00-\u9fff]{2}[閣阁亭苑軒轩榭])(?![子楼樓])"
)
"""海景閣: a pavilion, a court of some name."""
_ZH_NO_HOUSE = re.compile(
    r"(?:小|大|老|凉|涼|茶|木|石|湖心|一座|一个|一間|这座|這座|那座|每)[閣阁亭苑軒轩榭]?$|^(?:一|这|這|那|每|小|大)"
)
_TH_PLACE = re.compile(
    r"(?P<what>หาด|เกาะ|ถนน|(?<!ข้าว)ซอย|สถานี|เขต|แขวง|อำเภอ|ตำบล|จังหวัด|ดอย|น้ำตก|อ่าว|แม่น้ำ|สะพาน|สนามบิน|บีทีเอส|เอ็มอาร์ที|รถไฟฟ้า|ย่าน|วัด|ตลาด|เมือง)"
    r"(?P<name>[ก-ฮเแโใไ][ก-๙]{2,14})"
)
_TH_NO_NAME = re.compile(
    r"(?:ทราย|ส่วนตัว|ขาว|สวย|เล็ก|ใหญ่|กลาง|แห่ง|คน|สาย|เส้น|หน้า|หลัง|เก่า|ใหม่|นี้|นั้น|ไหน|ใด|ทุก|ที่|ใน|ริม|ข้าง|ใกล้|แถว|นัด|เช้า|เย็น|น้ำ|สด|"
    r"รถไฟ|ขนส่ง|ตำรวจ|บริการ|ชาร์จ|ใจ|ดวง|ตัว|ผล|ความ|ไซ|ป่า|ร้อน|หนาว|ฝน|ไทย|นอก|กรุง|ของ|และ|กับ|ก็|เรา|คุณ|จะ|ไม่|มี|เป็น|ได้|สงบ|เงียบ|"
    r"จำลอง|หนังสือ|การ|แรก|สุด|เดียว|เดิน|แม่|พ่อ|ลูก|อัน|กว้าง|ยาว|ตรง|ถัด|พอ|แต่|ให้|ขาย|กลางคืน|โต้รุ่ง|ชุมชน|ท้องถิ่น|โบราณ|ดอก|ต้น|ผัก|ปลา|ทะเล|"
    r"ติด|ไว้|ไป|มา|รอบ|เดียว|รัก|หัวใจ|พัก|บิน|สุข|ปลอด|บาน|ไม้|ลอย)"
)
_AR_PLACE = re.compile(
    r"\b(?:[وبفك]?(?:شارع|حي|محطة|شاطئ|جزيرة|ميدان|جبل|برج|كورنيش|ساحة|نهر|مدينة|قرية|سوق))\s+(?P<name>(?:ال)?[\u0621-\u064a]{3,})"
)
_AR_NO_NAME = re.compile(
    r"(?:ال)?(?:هادئ|هادئة|صغير|صغيرة|كبير|كبيرة|قديم|قديمة|جديد|جديدة|جميل|جميلة|واسع|واسعة|خاص|خاصة|شعبي|شعبية|بحر|رمل|رملي|رملية|صباح|مساء|قطار|مترو|"
    r"حافلات|وقود|خضار|خضرة|سمك|ورد|زهور|ذهب|كعك|حلوى|لا|من|في|على|مع|بين|بلا|كل|هذا|هذه|تحت|قرب|ذهبي|ذهبية|دافئ|دافئة|مفتوح|مفتوحة|مجاور|مجاورة|حياة|"
    r"أحلام|حلم|نور|مليء|مليئة|ينبض|تنبض|يعج|تعج|بعيد|بعيدة|مدينة|قرية|بلدة|آمن|آمنة|عريق|عريقة|ساحر|ساحرة|عائلي|ملاهي|مائية|مراقبة|ساعة|طيب|طيبة)"
)


def find_places(text: str, known: Known) -> Iterator[str]:
    """The places and brands in ``text`` that the brief does not name."""
    language = known.language_of(text)
    for match in _listed(language).finditer(text):
        name = match[0].strip("#")
        if not known.holds_place(name):
            yield match[0]
    for pattern, ordinary in ((_KO_STATION, _KO_NO_NAME), (_KO_DISTRICT, _KO_NO_NAME), (_ZH_STATION, _ZH_NO_NAME)):
        for match in pattern.finditer(text):
            if not ordinary.search(match["name"]) and not _is_said(match[0], match["name"], known, language):
                yield match[0]
    for match in _KO_MARKET.finditer(text):
        name = match["name"]
        if not _KO_NO_NAME.search(name) and not _is_said(name, name, known, "ko"):
            yield match[0]
    for match in _ZH_HOUSE.finditer(text) if language.startswith("zh") else ():
        if not _ZH_NO_HOUSE.search(match["name"]) and not _is_said(match["name"], match["name"], known, language):
            yield match["name"]
    for match in _TH_PLACE.finditer(text):
        if not _TH_NO_NAME.match(match["name"]) and not _is_said(
            match["what"] + match["name"][:3], match["name"][:3], known, "th"
        ):
            yield match[0]
    for match in _AR_PLACE.finditer(text):
        if not _AR_NO_NAME.fullmatch(match["name"]) and not _is_said(match[0], match["name"], known, "ar"):
            yield match[0]


def _is_said(whole: str, name: str, known: Known, language: str) -> bool:
    """Whether the brief has the name, or the house's own phrases have those very words, which then name nothing."""
    return known.holds(name) or whole in prose(language)


@cache
def _listed(language: str) -> re.Pattern[str]:
    """What finds the listed names in a text of a language, in whatever script they stand there."""
    data: Mapping[str, Any] = read_data("castad_cli.generate.naming.lexicon", "places.yaml")
    found = {key: {name for row in data[key] for name in row} for key in data if key not in ("brands", "none")}
    for key, names in data["brands"].items():
        found[key] |= set(names)
    for row in read_data("castad_cli.generate.offline.lexicon", "places.yaml"):
        for key, name in zip(("ko", "latin", "ja", "zh-Hans", "zh-Hant", "th", "latin"), row, strict=False):
            found[key].add(name)
    for name in read_data("castad_cli.generate.offline.lexicon", "places-ar.yaml").values():
        found["ar"].add(name)
    han = language if language in ("ja", "zh-Hant") else "zh-Hans"
    of_han = (name for name in found[han] - _ORDINARY_HAN if len(name) > 1 and name not in prose(han))
    katakana = (name for name in found["ja"] if re.fullmatch("[ァ-ヴー]+", name))
    patterns = [
        rf"(?<![가-힣])(?:{_any(n for n in found['ko'] - _ORDINARY_KOREAN if len(n) > 2)}){_LIKE_THAT['ko']}",
        rf"(?<![가-힣])(?:{_any(n for n in found['ko'] - _ORDINARY_KOREAN if len(n) == 2)})"
        rf"(?={_AFTER_KOREAN}|[^가-힣]|$){_LIKE_THAT['ko']}",
        rf"(?<![ァ-ヴー])(?:{_any(katakana)})(?![ァ-ヴー]){_LIKE_THAT['ja']}",
        rf"(?:{_any(of_han)}){_LIKE_THAT['ja' if han == 'ja' else 'zh']}",
        rf"(?:{_any(n for n in found['th'] if len(n) > 3 and n not in prose('th'))})",
        rf"\b[وبلفك]?(?:{_any(found['ar'])})\b",
        rf"(?<![^\W\d_])(?:{_any(found['latin'])})(?:’s|'s)?(?=[^a-zà-ỹ]|$)",
    ]
    return re.compile("|".join(patterns))


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))
