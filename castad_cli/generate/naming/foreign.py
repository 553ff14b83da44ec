"""Words of another script than the ad's: of Latin in seven scripts, of any other in all.

An ad takes few words from elsewhere, and those are known (``lexicon/menu.yaml``); what else stands out so is somebody's
name, or a word that the brief itself writes so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from castad_cli.generate.claims import HANDLE, WEB
from castad_cli.generate.naming.everyday import ANYBODYS, menu_words
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.vocabulary import trade_words, words

_SCRIPTS = {
    "hangul": "\uac00-\ud7a3",
    "kana": "\u3041-\u3096\u30a1-\u30fa",
    "han": "\u3400-\u9fff々",
    "thai": "\u0e01-\u0e4e",
    "arabic": "\u0620-\u064a",
}
_OWN = {
    "ko": ("hangul",),
    "ja": ("kana", "han"),
    "zh-Hans": ("han",),
    "zh-Hant": ("han",),
    "th": ("thai",),
    "ar": ("arabic",),
    "en": (),
    "vi": (),
}
_TOGETHER = ({"hangul"}, {"kana", "han"}, {"kana"}, {"thai"}, {"arabic"})
"""Scripts that write one word together."""
_LEAST = {"han": 2, "kana": 2}
"""One character may be an ornament: 無, の."""
_L = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_LATIN = re.compile(rf"(?<![{_L}])[{_L}]{{2,}}(?:['’-][{_L}]+)*")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\u00df-\u024f\u1e00-\u1eff'’-]+")


def find_foreign(text: str, known: Known) -> Iterator[str]:
    """The words of ``text`` in a script that is not its language's, where the brief does not write them so."""
    language = known.language_of(text)
    if language not in _OWN:
        return
    for pattern in (WEB, HANDLE):
        text = pattern.sub(" ", text)
    for scripts in _TOGETHER:
        if not scripts & set(_OWN[language]):
            letters, least = "".join(_SCRIPTS[script] for script in scripts), _LEAST.get(min(scripts), 1)
            for match in re.finditer(rf"[{letters}]{{{least},}}(?: [{letters}]+)*", text):
                if not all(known.holds(part) for part in match[0].split()):
                    yield match[0]
    if _OWN[language]:
        for match in _LATIN.finditer(text):
            if not _is_told(match[0], known):
                yield match[0]


def _is_told(word: str, known: Known) -> bool:
    """Whether a Latin word is the brief's, or one that any ad has: whole, or hump by hump in a hashtag."""
    if known.holds(word) or _is_usual(word, known):
        return True
    humps = _HUMP.findall(word)
    return len(humps) > 1 and all(known.holds(hump) or _is_usual(hump, known) for hump in humps)


def _is_usual(word: str, known: Known) -> bool:
    low = word.casefold()
    parts = [part for part in re.split(r"['’-]", low) if len(part) > 1]
    usual = menu_words() | ANYBODYS | trade_words()
    if low in usual or all(part in usual for part in parts):
        return True
    return not word.istitle() and all(part in words("en") or part in known.words for part in parts)
