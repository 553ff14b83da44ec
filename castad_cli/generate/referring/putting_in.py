"""A machine's text with what its references stand for in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from castad_cli.generate.offline.particles import attach
from castad_cli.generate.offline.wording import space_thai
from castad_cli.generate.referring.reference import FIGURES, NAMES, Reference

_REFERENCE = re.compile(r"\{\{?\s*([^{}\n]{1,40}?)\s*\}?\}")
_PARTICLE = re.compile(
    r"(?:(?P<both>은\s?\(는\)|는\s?\(은\)|은/는|이\s?\(가\)|가\s?\(이\)|이/가|을\s?\(를\)|를\s?\(을\)|을/를|와\s?\(과\)|과\s?\(와\)|과/와|와/과"
    r"|\(?으\)로|으로/로|\(?이\)랑|이랑/랑|\(?이\)에요|이에요/예요|\(?이\)나|이나/나)"
    r"|(?P<one>은|는|이|가|을|를|과|와|으로|로|이랑|랑|이에요|예요|이란|란|이라는|라는|이나|나))"
    r"(?P<more>는|도|만|의|부터|서|써|선)?(?![가-힣])"
)
_FORMS = {
    each: pair
    for pair in (
        "은/는",
        "이/가",
        "을/를",
        "과/와",
        "으로/로",
        "이랑/랑",
        "이에요/예요",
        "이란/란",
        "이라는/라는",
        "이나/나",
    )
    for each in pair.split("/")
}
_TAG = re.compile(r"[#＃]\w*$")
_WITH_UNITS = frozenset({"date", "hours", "price", "share", "amount"})
_MORE_AFTER = frozenset({"과/와", "으로/로", "이랑/랑"})
"""Particles that others follow: 와는, 으로의."""


class Misplaced(Exception):
    """References of a text that cannot be put in; ``problems`` say why, in words for whoever wrote it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def put_in(text: str, references: Mapping[str, Reference], language: str, *, is_tag: bool = False) -> str:
    """See `References.put_in`."""
    parts = _REFERENCE.split(text.translate({0xFF5B: "{", 0xFF5D: "}"}))
    found = [references.get(word.casefold()) for word in parts[1::2]]
    problems = list(_problems(parts, found, references, is_tag))
    if problems:
        raise Misplaced(problems)
    out = parts[0]
    for number, reference in enumerate(found):
        assert reference
        in_tag = is_tag or bool(_TAG.search(out))
        value = re.sub(r"\s", "", reference.value) if in_tag else reference.value
        if reference.kind == "last day":  # a phrase: "Until December 24"
            at_head = not out.strip() or out.rstrip()[-1] in ".!?:"
            value = (value[:1].upper() if at_head else value[:1].lower()) + value[1:]
        after = parts[2 * number + 2]
        if reference.says_kind:
            after = _not_twice(value, after)
        if reference.kind in _WITH_UNITS:
            after = _unit_not_twice(value, after)
        out = _join(out, value, after, language)
    return out


def spell_out(text: str, references: Mapping[str, Reference]) -> str:
    """A message about such a text, for people: what stands for a reference, wherever there is one."""
    return _REFERENCE.sub(lambda m: known.value if (known := references.get(m[1].casefold())) else m[0], text)


def without_references(text: str) -> str:
    """What a machine wrote itself."""
    return _REFERENCE.sub(" ", text.translate({0xFF5B: "{", 0xFF5D: "}"}))


def _problems(
    parts: list[str], found: list[Reference | None], references: Mapping[str, Reference], is_tag: bool
) -> Iterator[str]:
    for word, reference, before in zip(parts[1::2], found, parts[::2], strict=False):
        if reference is None:
            known = ", ".join(each.written for each in references.values())
            yield f"there is no {{{word}}}; there are {known}"
        elif (is_tag or _TAG.search(before)) and reference.kind not in NAMES:
            yield f"{reference.written} has no place in a hashtag"
    if any(re.search(r"[{}]", part) for part in parts[::2]):
        yield "a brace that belongs to no reference"
    for number, reference in enumerate(found):
        if reference is None or reference.kind not in FIGURES:
            continue
        before, after = parts[2 * number], parts[2 * number + 2]
        follows = number + 1 < len(found) and not after.strip() and (each := found[number + 1]) and each.kind in FIGURES
        if follows or re.search(r"\d[.,:/]?$", before) or re.match(r"[.,:/]?\d", after):
            yield f"{reference.written} is a whole figure: write no digit to it"


def _not_twice(value: str, after: str) -> str:
    """What follows a business's name, without its last word once more: 하늘마루 펜션 펜션에서."""
    last = value.split()[-1]
    match = re.match(rf"\s?{re.escape(last)}(?![^\W\d_가-힣])", after, re.IGNORECASE)
    return after[match.end() :] if match and len(last) > 1 else after


def _unit_not_twice(value: str, after: str) -> str:
    """What follows a figure, without its own unit once more: 5분 분이면, 5 minutes minute walk."""
    unit = re.search(r"[^\W\d_]+$", value)
    if unit is None:
        return after
    if unit[0].isascii():
        match = re.match(rf"[\s-]?{re.escape(unit[0].removesuffix('s'))}s?(?![^\W\d_])", after, re.IGNORECASE)
    else:
        goes_on = r"[^\W이은는을를의에로가까부만도]" if "가" <= unit[0][-1] <= "힣" else r"\w"
        match = re.match(rf"{re.escape(unit[0])}(?!{goes_on})", after)
    return after[match.end() :] if match else after


def _join(before: str, value: str, after: str, language: str) -> str:
    if language == "ko" and (match := _PARTICLE.match(after)):
        said = re.sub(r"[\s()]", "", match["both"] or match["one"])
        pair = next((_FORMS[each] for each in (*said.split("/"), said[:1], said[1:]) if each in _FORMS), "")
        more = match["more"] or ""
        if pair and (not more or pair in _MORE_AFTER):
            return before + attach(value, pair) + more + after[match.end() :]
    if language == "th":
        return before + _gap(before, value) + value + _gap(value, after) + after
    return before + value + after


def _gap(before: str, after: str) -> str:
    """What stands between two parts of a Thai text."""
    joint = before[-1:] + after[:1]
    return " " if len(space_thai(joint)) > len(joint) else ""
