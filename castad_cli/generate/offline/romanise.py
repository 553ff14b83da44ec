"""Hangul in Latin letters: the Revised Romanization of Korean.

Source: Ministry of Culture and Tourism, Notice 2000-8 (2000), sections 2 and 3: sounds as pronounced, but
tensing is not written, and in nouns ㄱ, ㄷ, ㅂ before ㅎ keep the ㅎ (Mukho). Administrative units take a hyphen,
over which sounds do not change (Seongsu-dong).
"""

from __future__ import annotations

import re
import unicodedata

_BASE = 0xAC00
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae",
    "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_CLUSTERS = {
    "ㄳ": ("ㄱ", "s"), "ㄵ": ("ㄴ", "j"), "ㄶ": ("ㄴ", ""), "ㄺ": ("ㄹ", "g"), "ㄻ": ("ㄹ", "m"), "ㄼ": ("ㄹ", "b"),
    "ㄽ": ("ㄹ", "s"), "ㄾ": ("ㄹ", "t"), "ㄿ": ("ㄹ", "p"), "ㅀ": ("ㄹ", ""), "ㅄ": ("ㅂ", "s"),
}  # fmt: skip
"""A cluster before a vowel: what stays behind, and what opens the next syllable."""
_CLOSED = {
    **dict.fromkeys("ㄱㄲㅋㄳㄺ", "k"),
    **dict.fromkeys("ㄴㄵㄶ", "n"),
    **dict.fromkeys("ㄷㅅㅆㅈㅊㅌㅎ", "t"),
    **dict.fromkeys("ㄹㄼㄽㄾㅀ", "l"),
    **dict.fromkeys("ㅁㄻ", "m"),
    **dict.fromkeys("ㅂㅍㄿㅄ", "p"),
    "ㅇ": "ng",
}
_LINKED = {
    "ㄱ": "g", "ㄲ": "kk", "ㄴ": "n", "ㄷ": "d", "ㄹ": "r", "ㅁ": "m", "ㅂ": "b", "ㅅ": "s", "ㅆ": "ss",
    "ㅈ": "j", "ㅊ": "ch", "ㅋ": "k", "ㅌ": "t", "ㅍ": "p", "ㅎ": "",
}  # fmt: skip
_NASAL = {"k": "ng", "t": "n", "p": "m"}
_UNITS = re.compile(r"(?<=[\uac00-\ud7a3]{2})(시|군|구|읍|면|동|리|도|가|로|길)$|(?<=[\uac00-\ud7a3])(읍|면)$")


def romanise(text: str) -> str:
    """``text`` with every Hangul word in Latin letters, each with a capital; anything else stays as it is."""
    return re.sub(r"[\uac00-\ud7a3]+", lambda match: _romanise_word(match[0]), unicodedata.normalize("NFC", text))


def _romanise_word(word: str) -> str:
    unit = _UNITS.search(word)
    if unit is None:
        return _sounds(word).capitalize()
    return f"{_sounds(word[: unit.start()]).capitalize()}-{_sounds(unit[0])}"


def _sounds(word: str) -> str:
    syllables = [divmod(ord(c) - _BASE, 588) for c in word]
    parts = [(initial, rest // 28, _FINALS[rest % 28]) for initial, rest in syllables]
    out: list[str] = []
    opening = _INITIALS[parts[0][0]]
    for index, (_, vowel, final) in enumerate(parts):
        out.append(opening + _VOWELS[vowel])
        if index + 1 < len(parts):
            next_initial, next_vowel, _ = parts[index + 1]
            closing, opening = _join(final, _INITIALS[next_initial], _VOWELS[next_vowel])
            out.append(closing)
        elif final:
            out.append(_CLOSED[final])
    return "".join(out)


def _join(final: str, initial: str, vowel: str) -> tuple[str, str]:
    """How a syllable's end and the next one's beginning sound together."""
    if not final:
        return "", initial
    if not initial and final != "ㅇ":
        return _link(final, vowel)
    if final in "ㅎㄶㅀ" and initial in ("g", "d", "j"):
        left = {"ㅎ": "", "ㄶ": "n", "ㅀ": "l"}[final]
        return left, {"g": "k", "d": "t", "j": "ch"}[initial]
    closed = _CLOSED[final]
    if closed in _NASAL and initial in ("n", "m"):
        return _NASAL[closed], initial
    if initial == "r":
        if closed in ("n", "l"):
            return "l", "l"
        return _NASAL.get(closed, closed), "n"
    if closed == "l" and initial == "n":
        return "l", "l"
    return closed, initial


def _link(final: str, vowel: str) -> tuple[str, str]:
    if vowel == "i" and final in "ㄷㅌ":
        return "", {"ㄷ": "j", "ㅌ": "ch"}[final]
    if final in _CLUSTERS:
        stays, moves = _CLUSTERS[final]
        return (_CLOSED[stays], moves) if moves else ("", _LINKED[stays])
    return "", _LINKED[final]
