"""Which language a short text is written in, as far as its letters tell."""

from __future__ import annotations

import re
import unicodedata

_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]|[àáãèéìíòóõùúý]\b", re.IGNORECASE)
_SIMPLIFIED = frozenset(
    "们这个为来时对会过还没说国开关门间问见现发买卖贵东车长张书学写号头实点热饭馆饮杯观园乐风飞马鸟鱼"
    "龙岛静净纯经红绿蓝线级组约纪给绝统续维网罗节艺苏药华叶礼让识话语请读谁调谢赠费质购赏赛轻轮软转载边达迁运进远连选适邮释"
    "里针钟钢钱铁银锅锦镇随隐难双电灵韩页顶项顺须预领频题额颜类饺饼饿骑验鲜麦黄齐儿严丰临丽举义习乡云产亲亿仅仓仪价众优传伤伦体"
    "余侧侨俭债倾偿储务动势劳区协单厂厅历压厨县参变号吗听启员响团围图圆圣场坏块坚坛垒备复够夹奖妆妇婴宁宝审宽宾寝对导层属岁岗岭带帮库应庙废广"
)
_TRADITIONAL = frozenset(
    "們這個為來時對會過還沒說國開關門間問見現發買賣貴東車長張書學寫號頭實點熱飯館飲觀園樂風飛馬鳥魚"
    "龍島靜淨純經紅綠藍線級組約紀給絕統續維網羅節藝蘇藥華葉禮讓識話語請讀誰調謝贈費質購賞賽輕輪軟轉載邊達遷運進遠連選適郵釋"
    "裡裏針鐘鋼錢鐵銀鍋錦鎮隨隱難雙電靈韓頁頂項順須預領頻題額顏類餃餅餓騎驗鮮麥黃齊兒嚴豐臨麗舉義習鄉雲產親億僅倉儀價眾優傳傷倫體"
    "餘側僑儉債傾償儲務動勢勞區協單廠廳歷壓廚縣參變嗎聽啟員響團圍圖圓聖場壞塊堅壇壘備複夠夾獎妝婦嬰寧寶審寬賓寢導層屬歲崗嶺帶幫庫應廟廢廣"
)


def languages_of(text: str) -> frozenset[str]:
    """The languages ``text`` can be read in; empty when it has no letters (numbers fit any language).

    Han characters alone may be Japanese or either Chinese; Latin letters with Vietnamese marks are Vietnamese,
    without them English.
    """
    text = unicodedata.normalize("NFC", text)
    if _HANGUL.search(text):
        return frozenset({"ko"})
    if _KANA.search(text):
        return frozenset({"ja"})
    if _THAI.search(text):
        return frozenset({"th"})
    if _ARABIC.search(text):
        return frozenset({"ar"})
    if _HAN.search(text):
        found = {"ja", "zh-Hans", "zh-Hant"}
        characters = set(text)
        if characters & _SIMPLIFIED:
            found &= {"zh-Hans", "ja"} if not characters & (_SIMPLIFIED - _TRADITIONAL) else {"zh-Hans"}
        if characters & _TRADITIONAL:
            found -= {"zh-Hans"}
        return frozenset(found)
    if _LATIN.search(text):
        return frozenset({"vi"}) if _VIETNAMESE.search(text) else frozenset({"en"})
    return frozenset()


def reads_as(text: str, language: str, brief: frozenset[str] = frozenset()) -> bool:
    """Whether ``text`` may stand in an ad in ``language`` as it is.

    ``brief`` are the languages the whole brief can be in: they settle what Han characters alone leave open.
    """
    found = languages_of(text)
    if not found:
        return True
    if len(found) > 1 and found & brief:
        found &= brief
    return language in found


def is_plain_latin(text: str) -> bool:
    """Whether ``text`` has Latin letters and no other script's."""
    return bool(_LATIN.search(text)) and not any(p.search(text) for p in (_HANGUL, _KANA, _HAN, _THAI, _ARABIC))


def has_only_han(text: str) -> bool:
    """Whether the letters of ``text`` are Han characters alone."""
    return bool(_HAN.search(text)) and not any(p.search(text) for p in (_HANGUL, _KANA, _THAI, _ARABIC, _LATIN))
