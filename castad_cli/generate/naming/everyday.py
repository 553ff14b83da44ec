"""Words that any ad may use: the house's own, those of the trade, and what every language takes from English."""

from __future__ import annotations

import re
from functools import cache

from castad_cli.generate.naming.known import bare
from castad_cli.generate.naming.vocabulary import prose, trade_words, words
from castad_cli.generate.offline.recognition import read_data

PROPER = frozenset(
    (
        *("instagram", "youtube", "tiktok", "facebook", "netflix", "google", "kakao", "kakaotalk", "naver"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february"),
        *("march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
        *("christmas", "easter", "halloween", "valentine", "valentines", "ramadan", "eid", "tết", "noel"),
        *("giáng", "sinh", "ý", "pháp", "hàn", "nhật", "thái", "âu", "á", "việt", "nam", "tây"),
        *("french", "italian", "korean", "japanese", "chinese", "thai", "vietnamese", "spanish", "mexican", "greek"),
        *("american", "british", "english", "european", "asian", "mediterranean", "turkish", "indian", "arabic"),
        *("nordic", "scandinavian"),
    )
)
"""Names that any language uses and that name no business, person or place of somebody else's; what is checked by
another rule (days, months); and the adjectives of cuisines and styles.
"""
ANYBODYS = PROPER | frozenset(
    (
        *("wifi", "wi", "fi", "check", "open", "day", "off", "new", "best", "happy", "hour", "maps", "map", "shorts"),
        *("free", "love", "bed", "spa", "tea", "coffee", "latte", "americano", "espresso", "brunch", "pool", "line"),
        *("ok", "diy", "tv"),
    )
)
"""Those, and what every language takes from English."""


@cache
def menu_words() -> frozenset[str]:
    """Words of English that ads in other scripts write as they are, in lower case."""
    return frozenset(str(word) for word in read_data("castad_cli.generate.naming.lexicon", "menu.yaml"))


def is_everyday(name: str, language: str) -> bool:
    """Whether it is made of words that any ad of ``language`` may use: the house's own, and those of the trade."""
    low = name.casefold()
    if re.search(r"[\u3041-\u30ff\u3400-\u9fff\u0e01-\u0e4e]", low):
        return low in prose(language) or bare(low) in trade_words()
    parts = re.findall(r"[^\W\d_]+", low)
    return all(part in words(language) or part in ANYBODYS or part in trade_words() for part in parts)
