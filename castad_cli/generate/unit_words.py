"""What is counted in the briefs of small businesses, and how the eight languages say it."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "nights": r"박(?![람스물가-힣]{2})|nights?\b|泊|晚(?![上餐会會])|คืน|đêm\b|ليلة\b|ليالٍ|ليالي|ليال\b",
    "days": r"일(?:간|\s?동안)|days?\b|日間|天(?![空然气氣])|วัน(?!ที่|จ|อ|พ|ศ|เ)|ngày\b(?! \d)|أيام\b|يومًا|يوما\b",
    "day": r"[일日号號](?![요曜본本])",
    "weeks": r"주(?:간|\s?동안)|weeks?\b|週間|[个個](?:星期|礼拜|禮拜)|[周週](?![年末一二三四五六日])"
    r"|สัปดาห์|tuần\b|أسابيع\b",
    "months": r"개월|months?\b|[かヶカ]月|[个個]月|เดือน|tháng\b(?! \d)|أشهر\b|شهرًا",
    "years": r"년(?!\s?\d)|years?\b|年(?!\s?\d)(?![目生])|ปี|năm\b|سنوات\b|عامًا|سنة\b",
    "hours": r"시간|hours?\b|hrs?\b|時間|[个個]?小[时時]|ชั่วโมง|tiếng\b|ساعات\b|ساعة\b",
    "minutes": r"분(?![가-힣]*(?:께|위기|들|에게))|minutes?\b|mins?\b|分[鐘钟間间]?(?![之の割])"
    r"|นาที|phút\b|دقائق\b|دقيقة\b",
    "people": r"명(?!품|소|물|작)|인(?![치분용])|people\b|persons?\b|guests?\b|名(?![物品作店])|人(?![气氣生])|位(?!置)"
    r"|คน|ท่าน|người\b|khách\b|أشخاص\b|ضيوف\b|شخصًا",
    "km": r"km\b|킬로미터|킬로(?!그|와)|キロ(?!グ|ワ|カ)(?:メートル)?|公里"
    r"|กม\.|กิโลเมตร|كم\b|كيلومتر(?:ات)?\b|kilomet(?:er|re)s?\b",
    "m": r"m\b(?![²2])|미터|メートル|米(?![饭飯線线粉其])|公尺|เมตร|mét\b|أمتار\b|متر(?:ًا)?\b|met(?:er|re)s?\b",
    "percent": r"[%％٪]|퍼센트|프로(?!그)|percent\b|per cent\b|パーセント|เปอร์เซ็นต์|phần trăm|بالمئة|بالمائة|في المئة",
}
"""What follows a number, in any language."""
FORMS: Mapping[str, Mapping[str, str]] = {
    "nights": {
        "ko": "{n}박",
        "en": "{n} night|{n} nights",
        "ja": "{n}泊",
        "zh": "{n}晚",
        "th": "{n} คืน",
        "vi": "{n} đêm",
        "ar": "ليلة واحدة|ليلتان|{n} ليالٍ|{n} ليلة",
    },
    "days": {
        "ko": "{n}일간",
        "en": "{n} day|{n} days",
        "ja": "{n}日間",
        "zh": "{n}天",
        "th": "{n} วัน",
        "vi": "{n} ngày",
        "ar": "يوم واحد|يومان|{n} أيام|{n} يومًا",
    },
    "weeks": {
        "ko": "{n}주간",
        "en": "{n} week|{n} weeks",
        "ja": "{n}週間",
        "zh-Hans": "{n}周",
        "zh-Hant": "{n}週",
        "th": "{n} สัปดาห์",
        "vi": "{n} tuần",
        "ar": "أسبوع واحد|أسبوعان|{n} أسابيع|{n} أسبوعًا",
    },
    "months": {
        "ko": "{n}개월",
        "en": "{n} month|{n} months",
        "ja": "{n}か月",
        "zh-Hans": "{n}个月",
        "zh-Hant": "{n}個月",
        "th": "{n} เดือน",
        "vi": "{n} tháng",
        "ar": "شهر واحد|شهران|{n} أشهر|{n} شهرًا",
    },
    "years": {
        "ko": "{n}년",
        "en": "{n} year|{n} years",
        "ja": "{n}年",
        "zh": "{n}年",
        "th": "{n} ปี",
        "vi": "{n} năm",
        "ar": "سنة واحدة|سنتان|{n} سنوات|{n} سنة",
    },
    "hours": {
        "ko": "{n}시간",
        "en": "{n} hour|{n} hours",
        "ja": "{n}時間",
        "zh-Hans": "{n}小时",
        "zh-Hant": "{n}小時",
        "th": "{n} ชั่วโมง",
        "vi": "{n} tiếng",
        "ar": "ساعة واحدة|ساعتان|{n} ساعات|{n} ساعة",
    },
    "minutes": {
        "ko": "{n}분",
        "en": "{n} minute|{n} minutes",
        "ja": "{n}分",
        "zh-Hans": "{n}分钟",
        "zh-Hant": "{n}分鐘",
        "th": "{n} นาที",
        "vi": "{n} phút",
        "ar": "دقيقة واحدة|دقيقتان|{n} دقائق|{n} دقيقة",
    },
    "people": {
        "ko": "{n}명",
        "en": "{n} person|{n} people",
        "ja": "{n}名",
        "zh": "{n}人",
        "th": "{n} คน",
        "vi": "{n} người",
        "ar": "شخص واحد|شخصان|{n} أشخاص|{n} شخصًا",
    },
    "km": {
        "ko": "{n}km",
        "en": "{n} km",
        "ja": "{n}km",
        "zh-Hans": "{n}公里",
        "zh-Hant": "{n}公里",
        "th": "{n} กม.",
        "vi": "{n} km",
        "ar": "{n} كم",
    },
    "m": {
        "ko": "{n}m",
        "en": "{n} m",
        "ja": "{n}m",
        "zh-Hans": "{n}米",
        "zh-Hant": "{n}公尺",
        "th": "{n} เมตร",
        "vi": "{n} m",
        "ar": "{n} متر",
    },
    "percent": {"ko": "{n}%", "en": "{n}%", "ja": "{n}%", "zh": "{n}%", "th": "{n}%", "vi": "{n}%", "ar": "{n}%"},
    "year": {"ko": "{n}년", "en": "{n}", "ja": "{n}年", "zh": "{n}年", "th": "{n}", "vi": "{n}", "ar": "{n}"},
    "off": {
        "ko": "{n}% 할인",
        "en": "{n}% off",
        "ja": "{n}%オフ",
        "th": "ลด {n}%",
        "vi": "giảm {n}%",
        "ar": "خصم {n}%",
    },
}
"""How a language counts a unit: one and more in English; one, two, few and many in Arabic; else whatever the number."""
STAYS = {
    "ko": "{nights}박 {days}일",
    "en": "{nights} nights, {days} days",
    "ja": "{nights}泊{days}日",
    "zh": "{days}天{nights}晚",
    "th": "{days} วัน {nights} คืน",
    "vi": "{days} ngày {nights} đêm",
    "ar": "{nights} ليالٍ و{days} أيام",
}
ABOUT = {
    "off": "how much is taken off the price",
    "stay": "a stay, in nights and days",
    "year": "a year",
    "day": "a day",
}
"""What a unit is told to be, where its name does not say it."""
