"""What a proofreader's list says of finished texts, looked up letter for letter in the texts and in the brief.

Nothing is believed: what does not stand in the texts is passed over, and a source that does not stand in the brief is
none. What is listed as a name is one, whatever words it is made of; what is listed as words that only describe is one
where its capitals, or words that no vocabulary has, say so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from castad_cli.generate.gemini.answers import Fault
from castad_cli.generate.gemini.checking import find_listed
from castad_cli.generate.moments.words import WEEKDAYS
from castad_cli.generate.naming import Known
from castad_cli.generate.naming.commonplace import is_commonplace, is_usual
from castad_cli.generate.naming.everyday import PROPER
from castad_cli.generate.naming.known import bare
from castad_cli.generate.naming.ordinary import TITLES, is_ordinary, without_ending
from castad_cli.generate.naming.titles import CAPITAL
from castad_cli.generate.offline.recognition import recognise_kind
from castad_cli.generate.offline.tongues import languages_of
from castad_cli.generate.referring import References
from castad_cli.generate.referring.figures import find_figures
from castad_cli.generate.referring.reference import FIGURES, NAMES
from castad_cli.model.plan import ScriptTask

Kind = Literal["name", "words", "price", "date", "hour", "amount", "phone", "address", "claim"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_MUST_BE_FOUND = NAMES | FIGURES | {"phone", "website"}
_MOST_WORDS = 4
"""Of a name that the brief's own words are taken for."""
_SMALL_WORD = {"en": 4, "vi": 2}
"""A heading in Title Case writes words of so many letters with capitals."""
_MARKS = " \t\n#＃@.,!?…·:;\"'“”‘’「」『』《》〈〉【】()（）،؟。、！？"


class NotRead(Exception):
    """An answer is no list of the form that was asked for; it says why."""


class Found(BaseModel):
    """One entry of a list: the words of the texts, and those of the brief that are said to give them."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True, frozen=True)

    text: Annotated[str, Field(max_length=400)]
    kind: Kind
    source: Annotated[str, Field(max_length=1000)] | None


class _List(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    found: Annotated[list[Found], Field(max_length=400)]


@dataclass(frozen=True)
class Galley:
    """Finished words to be proofread: each text with its place, and all that may be said in them."""

    task: ScriptTask
    references: References
    texts: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    known: Known
    signs: tuple[str, ...] = ()
    """What was read off the pictures."""

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The letters of each text."""
        return tuple(_letters(text) for _, text in self.texts)

    @cached_property
    def said(self) -> str:
        """The letters of all that the brief says and its references stand for."""
        return "\n".join(_letters(text) for text in (*self.facts, *self.known.names))

    @cached_property
    def put_in(self) -> tuple[str, ...]:
        """The names and figures that certainly stand in the texts: the program put them there."""
        values = (each.value for each in self.references.all if each.kind in _MUST_BE_FOUND)
        return tuple(value for value in dict.fromkeys(values) if any(_letters(value) in each for each in self.letters))

    @cached_property
    def names(self) -> frozenset[str]:
        """The letters of the brief's names, in every spelling."""
        known = (*self.known.names, self.known.name, *self.references.spellings)
        known += tuple(each.value for each in self.references.all if each.kind in NAMES)
        return frozenset(_letters(name) for name in known if name)

    def holds(self, words: str) -> bool:
        """Whether the brief, or what the recipe gives besides, says these very letters."""
        return self.known.holds(words) or self.known.holds_place(words)


@dataclass(frozen=True)
class Verdict:
    """``names`` of the brief that need references; else ``faults``; ``claims`` are for people."""

    names: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    claims: tuple[Fault, ...] = ()


def read_list(text: str) -> list[Found]:
    """The entries of an answer.

    Raises:
        NotRead: it has another form.
    """
    try:
        return _List.model_validate(json.loads(re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", text))).found
    except ValidationError as error:
        first = error.errors()[0]
        raise NotRead(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise NotRead("it is not JSON") from error


def find_overlooked(galley: Galley, found: Sequence[Found], planted: str) -> tuple[list[str], int]:
    """What stands in the texts for certain and is not on the list, and how much there is of it in all.

    The ``planted`` name must be listed as a name.
    """
    listed = [letters for each in found if (letters := _letters(each.text))]
    called = [_letters(each.text) for each in found if each.kind == "name"]
    certain = [value for value in galley.put_in if not is_ordinary(value, galley.task.language)]
    overlooked = [value for value in certain if not any(_covers(each, _letters(value)) for each in listed)]
    if not any(_covers(each, _letters(planted)) for each in called if each):
        overlooked.append(planted)
    return overlooked, len(certain) + 1


def _covers(listed: str, letters: str) -> bool:
    return letters in listed or (listed in letters and len(listed) * 2 >= len(letters))


def judge(galley: Galley, found: Sequence[Found], *, is_last: bool) -> Verdict:
    """What the entries come to. Where it ``is_last`` nobody is asked again with more names out of sight."""
    faults: list[Fault] = []
    claims: list[Fault] = []
    names: list[str] = []
    for each in dict.fromkeys(found):
        text = " ".join(unicodedata.normalize("NFC", each.text).split()).strip(_MARKS)
        places = _places_of(galley, text)
        if not places:
            continue  # it stands in no text: the reader is mistaken
        source = " ".join(unicodedata.normalize("NFC", each.source or "").split()).strip(_MARKS)
        if source and not (_letters(source) in galley.said or galley.holds(source)):
            source = ""
        problems: list[str] = []
        if each.kind == "claim":
            if not source and not galley.holds(text):
                what = f"proofreading: {text!r} has no words of the brief for it"
                claims += [Fault(place, what, said) for place, said in places]
        elif each.kind in ("name", "words") and any(letter.isalpha() for letter in text):
            problems, hide = _judge_name(galley, text, source, is_last, is_called_so=each.kind == "name")
            names += hide
        elif not galley.holds(text) and _letters(text) not in galley.said:
            problems = [*_judge_figure(galley, each.kind, text, source)]
        covered = [galley.references.cover(problem) for problem in problems]
        faults += [Fault(place, problem, said) for problem in covered for place, said in places]
    return Verdict(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(claims)))


def _places_of(galley: Galley, listed: str) -> list[tuple[str, str]]:
    """The texts that have what is listed, by its letters: alone, with a particle, in a hashtag.

    In Latin, where any text has it at the head of a word, one that has it within another word has it not. A single
    letter of another script has to stand alone.
    """
    letters = _letters(listed)
    if not letters or (len(letters) == 1 and letters < "\u0e00"):
        return []
    if len(letters) == 1:  # a surname, told in other letters: 린 for 林; within a word it is anything
        alone = re.compile(rf"(?<!\w){re.escape(letters)}(?!\w)")
        return [each for each in galley.texts if alone.search(unicodedata.normalize("NFC", each[1]))]
    found = [each for each, said in zip(galley.texts, galley.letters, strict=True) if letters in said]
    if letters[0] > "\u0250" and not "\u1e00" <= letters[0] <= "\u1eff":
        return found
    spelled = r"\s*".join(re.escape(letter) for letter in listed if not letter.isspace())
    at_head = re.compile(rf"(?<![^\W\d_]){spelled}|[#＃@]", re.IGNORECASE)
    return [each for each in found if at_head.search(unicodedata.normalize("NFC", each[1]))] or found


def _judge_name(
    galley: Galley, text: str, source: str, is_last: bool, *, is_called_so: bool
) -> tuple[list[str], list[str]]:
    """What is wrong with a name, and the brief's names that are told in it in other words.

    Where somebody or something ``is_called_so`` nothing is excused but what the brief has; else it may be words that
    describe.
    """
    language = galley.task.language
    if _is_certainly_given(galley, text) or (not is_called_so and _is_probably_given(galley, text)):
        return [], []
    problem = f"the name {text!r} does not stand so in the brief: leave it out"
    source = without_ending(source)
    is_own = bool(source) and any(_letters(source) in name for name in galley.names)  # of the recipe's own names
    is_name = bool(source) and not is_commonplace(source, "")
    if is_name and len(source.split()) <= _MOST_WORDS:
        hidden = [] if is_last else find_listed(galley.task, galley.references, [source])
        return ([], hidden) if hidden else ([problem], [])
    if is_called_so and not _is_translated(galley, text, source):
        return [problem], []
    is_small = _is_written_small(galley, text)
    may_be_told = is_commonplace(text, language) and not _is_written_as_name(galley, text)
    if may_be_told and not (is_own and (is_name or (len(text.split()) > 1 and not is_small))):
        return [], []
    if not is_name and is_small:
        return [], []
    return [problem], []


def _is_translated(galley: Galley, text: str, source: str) -> bool:
    """Whether the brief's words may be the same in another language: in their own they would stand as they are."""
    spoken, given = languages_of(text), languages_of(source)
    if len(spoken) > 1:
        spoken &= {galley.task.language}
    if len(given) > 1:
        given = (given & languages_of(" ".join(galley.facts)) or given) - {"ja"}  # a whole brief in Japanese has kana
    return bool(source) and not spoken & given


def _is_certainly_given(galley: Galley, name: str) -> bool:
    """Whether a name is the brief's, letter for letter, with no more than a title beside it; or nobody's."""
    if any(galley.holds(form) for form in dict.fromkeys((name, without_ending(name)))):
        return True
    if name in WEEKDAYS.get(galley.task.language, ()) or set(name.casefold().split()) <= PROPER:
        return True  # judged as a day, or anybody's
    return _is_titled(galley, name) or _is_titled_in_one_word(galley, name)


def _is_titled(galley: Galley, name: str) -> bool:
    """Whether a whole name of the brief stands in it among titles: 서미란 씨, Chef Anna.

    In Latin it ends with its capitals: the terrace in Haneul House terrace is no part of it.
    """
    words = name.split()
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            part = " ".join(words[start:end])
            if not {_letters(part), _letters(without_ending(part))} & galley.names:
                continue
            beside = _words_beside(galley, part)
            ends = part[:1].isupper() and all(name in said for _, said in _places_of(galley, name))
            return all(word.casefold().strip(_MARKS) in beside for word in words[:start]) and all(
                word.casefold() in beside or (ends and _is_small_word(word, galley.task.language))
                for word in map(without_ending, words[end:])
            )
    return False


def _is_titled_in_one_word(galley: Galley, name: str) -> bool:
    """The same where words run together: 白石さん, 阿芬师傅."""
    letters = _letters(name)
    return letters > "\u0e00" and any(
        known in letters and {*letters.split(known, 1)} <= {*_words_beside(galley, known), ""}
        for known in galley.names
        if len(known) > 1
    )


def _words_beside(galley: Galley, name: str) -> frozenset[str]:
    """Titles; and beside the business's own name what its brief says that it is."""
    kind = recognise_kind(galley.task.facts.kind) if _letters(name) == _letters(galley.known.name) else None
    return TITLES | frozenset(kind.words if kind else ())


def _is_small_word(word: str, language: str) -> bool:
    return word.islower() and word < "\u0250" and is_commonplace(word, language)


def _is_probably_given(galley: Galley, name: str) -> bool:
    """Whether it is a name of the brief among everyday words: the garden of 하늘마루."""
    rest = _without_one(galley, name)
    if rest is None:
        return False
    added = [word for word in rest if word.strip(_MARKS) and len(_letters(word)) > 1]
    if any(word[0].isupper() and not is_usual(word) for word in added) and _is_written_as_name(galley, name):
        return False  # Big Sal, whom the brief calls Sal
    return all(is_commonplace(word, galley.task.language) for word in added)


def _without_one(galley: Galley, name: str) -> list[str] | None:
    """What is left of ``name`` without the longest part that the brief has; None where it has none of it."""
    words = name.split()
    for size in range(len(words), 0, -1):
        for at in range(len(words) - size + 1):
            part = " ".join(words[at : at + size])
            if any(
                galley.holds(each) and not is_ordinary(each, galley.task.language)
                for each in (part, without_ending(part))
            ):
                return [*words[:at], *words[at + size :]]
    if name[:1] > "\u0e00":  # words that run together
        letters = _letters(name)
        for size in range(len(letters) - 1, 1, -1):
            for at in range(len(letters) - size + 1):
                if letters[at : at + size] in galley.names:
                    return [letters[:at], letters[at + size :]]
    return None


def _is_written_small(galley: Galley, text: str) -> bool:
    """Whether the texts write it as no name is written in Latin: in small letters, or at a sentence's head alone."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words or not all(word[0] < "\u0250" or "\u1e00" <= word[0] <= "\u1eff" for word in words):
        return False
    if any(word[0].islower() for word in words[1:] if len(word) > 3):
        return True
    return any(
        said[match.start()].islower()
        for _, said in galley.texts
        for match in re.finditer(rf"(?<![^\W\d_]){re.escape(text)}", said, re.IGNORECASE)
    )


def _is_written_as_name(galley: Galley, text: str) -> bool:
    """Whether a text has it with capitals within a sentence that writes its other words small."""
    if not re.search(rf" [{CAPITAL}]|^[{CAPITAL}]", text) or is_usual(text):
        return False
    for _, said in galley.texts:
        for match in re.finditer(rf"(?<![^\W\d_]){re.escape(text)}(?![^\W\d_])", said):
            around = f"{said[: match.start()]} {said[match.end() :]}"
            least = _SMALL_WORD.get(galley.task.language, _SMALL_WORD["en"])
            if not any(word.islower() and len(word) >= least for word in re.findall(r"[^\W\d_]+", around)):
                continue  # a Heading in Title Case
            is_first = not re.search(r"[\w,;’'] ?$", said[: match.start()])
            words = re.findall(r"[^\W\d_]+", text)[1 if is_first else 0 :]
            if any(word[0].isupper() for word in words):
                return True
    return False


def _judge_figure(galley: Galley, kind: Kind, text: str, source: str) -> Iterator[str]:
    """What is wrong with a figure that the brief does not write so. Those that the rules can read they have judged."""
    if next(find_figures(text), None) is not None or is_ordinary(text, galley.task.language):
        return
    if not source or next(find_figures(source), None) is not None:
        yield f"the {kind} {text!r} does not stand so in the brief: leave it out"


def _letters(text: str) -> str:
    """A text as it is compared: spaces and the signs of hashtags apart."""
    return bare(text).replace("#", "").replace("＃", "")
