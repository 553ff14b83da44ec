"""Korean particles that agree with the word before them: 은/는, 이/가, 을/를, 과/와, 으로/로, 이랑/랑, 이에요/예요."""

from __future__ import annotations

import re

_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_RIEUL = 8
_DIGIT_FINALS = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}
"""The final consonant of each digit as read in Sino-Korean (영 일 삼 육 칠 팔); the others end in a vowel."""
_LETTER_FINALS = {"L": 8, "M": 16, "N": 4, "R": 8}
"""The final consonant of a letter's Korean name (엘 엠 엔 알); the others end in a vowel."""
_UNIT_FINALS = {**dict.fromkeys(("g", "kg", "mg"), 16), **dict.fromkeys(("m", "cm", "mm", "km", "l", "ml"), 0)}
"""The same of a unit after a number: 그램, 미터, 리터."""


def final_consonant(word: str) -> int:
    """The index of the final consonant ``word`` ends in when read aloud in Korean; 0 for a vowel, 8 for ㄹ.

    Digits are read in Sino-Korean. Latin words are read as Korean usually transcribes English: a stop after
    one short vowel closes the syllable (북, 팟), after anything else it opens a new one (파크, 보트).
    """
    if re.search(r"[%+]\W*$", word):  # 퍼센트, 플러스
        return 0
    letters = re.sub(r"[^0-9A-Za-z\uac00-\ud7a3]+", " ", word).strip()
    if not letters:
        return 0
    last = letters[-1]
    if _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        return (ord(last) - _HANGUL_FIRST) % 28
    if last.isdigit():
        return _DIGIT_FINALS.get(last, 0)
    token = re.findall(r"[A-Za-z]+", letters)[-1]
    if re.search(r"\d\s?[A-Za-z]+$", letters) and token.lower() in _UNIT_FINALS:
        return _UNIT_FINALS[token.lower()]
    if len(token) == 1 or (token.isupper() and not re.search(r"[AEIOUY]", token)):
        return _LETTER_FINALS.get(last.upper(), 0)
    return _final_of_english(token.lower())


def _final_of_english(word: str) -> int:
    if re.search(r"le?$", word):
        return 0 if re.search(r"[^aeiouy]{3}e$", word) else _RIEUL
    if re.search(r"me?$", word):
        return 16
    if re.search(r"(?:[aeiou]ne|n)$", word):
        return 4
    if word.endswith("ng"):
        return 21
    if re.search(r"(?:^|[^aeiou])(?:[aeiou]|oo)(?:ck|[kptcb])$", word):
        return 1
    return 0


def attach(word: str, particle: str) -> str:
    """``word`` with the right one of two forms, given as ``은/는`` (after a consonant / after a vowel).

    ``으로/로`` also takes 로 after ㄹ.
    """
    closed, opened = particle.split("/")
    final = final_consonant(word)
    if closed.startswith("으로") and final == _RIEUL:
        return word + opened
    return word + (closed if final else opened)
