"""Whether an answer may be used: its form, its slots, its language, and that it says nothing the brief does not."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from castad_cli.generate.claims import find_invented
from castad_cli.generate.gemini.asking import PLATFORMS
from castad_cli.generate.moments import find_moved
from castad_cli.generate.naming import Known, find_admitted, find_strangers, find_taken_over, is_everyday
from castad_cli.generate.naming.ordinary import is_ordinary
from castad_cli.generate.offline.places import locate
from castad_cli.generate.offline.tongues import languages_of
from castad_cli.generate.referring import Misplaced, References, free_texts, without_references
from castad_cli.model.plan import Facts, ScriptTask, as_json
from castad_cli.model.script import PlatformWords, SceneWords, Script, SlotLimit, width_em

_LIMITS = {"title": 100, "caption": 2000, "description": 1500}
"""Characters: within what every platform takes."""
_LONGEST_NAME = 60
_TALKS_TO_US = re.compile(
    r"ignore (?:all|your|the|previous)|instructions?\b|system prompt|as an ai|language model|지시(?:를|사항)? ?무시",
    re.I,
)
_SCRIPTS = {
    "ko": ("HANGUL",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "zh-Hans": ("CJK",),
    "zh-Hant": ("CJK",),
    "th": ("THAI",),
    "ar": ("ARABIC",),
}
"""The first word of its letters' names in Unicode; Latin elsewhere."""

_Text = Annotated[str, Field(max_length=4000)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)


class _Scene(_Form):
    headline: _Text
    line: _Text = ""
    picture: int


class _Platform(_Form):
    title: _Text
    caption: _Text
    description: _Text
    hashtags: Annotated[list[_Text], Field(max_length=30)]


_Names = Annotated[list[_Text], Field(max_length=200)]


class _Answer(_Form):
    brief_names: _Names
    picture_names: _Names
    scenes: list[_Scene]
    call_to_action: _Text
    names: _Names
    platforms: dict[str, _Platform]


class NamesFound(Exception):
    """The brief has ``names`` without a reference, in letters that are not those of the ad's language."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NotUsable(Exception):
    """An answer cannot be used; ``problems`` say why, in words for whoever wrote it: with references, without names."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_answer(
    task: ScriptTask, references: References, text: str, pictures: frozenset[int], *, is_last: bool = False
) -> Script:
    """The script that an answer is, its names put in. ``pictures`` are the indices that were shown.

    After the ``is_last`` answer nobody is asked again: the rules for names alone judge what it made of those it lists.

    Raises:
        NotUsable: it has another form, overflows a slot, or says what the brief does not.
        NamesFound: it lists names of the brief that it may have told in other words; they need references.
    """
    written = _parse(text)
    problems = [*_shape_problems(task, written)]
    if problems:
        raise NotUsable(problems)
    listed = find_listed(task, references, written.brief_names)
    foreign = tuple(name for name in listed if not _is_native(name, task))
    if foreign and not is_last:
        raise NamesFound(foreign)
    for where, words in _texts(task, written):
        problems += [f"{where}: {what}" for what in _writing_problems(words, task.facts)]
    answer, misplaced = _put_in(task, references, written)
    problems += misplaced
    facts, known = all_known(task, references)
    known = replace(known, names=(*known.names, *listed))
    texts = list(_texts(task, answer))
    for where, words in texts:
        problems += [f"{where}: {references.cover(what)}" for what in naming_problems(words, facts, known)]
    admitted = find_admitted(answer.names, (words for _, words in texts), known)
    problems += [f"the name {name!r}, which you list, does not stand so in the brief" for name in admitted]
    read = find_taken_over(answer.picture_names, [words for _, words in texts], known)
    problems += [f"{name!r} is read off a picture and does not stand in the brief: leave it out" for name in read]
    problems += _slot_problems(task, answer, written)
    problems += _language_problems(task, written)
    if problems:
        raise NotUsable(problems)
    return _script(task, answer, pictures)


def _put_in(task: ScriptTask, references: References, written: _Answer) -> tuple[_Answer, list[str]]:
    """The answer with its names in, and why some cannot be put in: such texts stay as they were written."""
    problems: list[str] = []

    def put(where: str, text: str, is_tag: bool = False) -> str:
        try:
            return references.put_in(text, is_tag=is_tag)
        except Misplaced as error:
            problems.extend(f"{where}: {problem}" for problem in error.problems)
            return without_references(text)

    scenes = [
        scene
        if slots.stated is not None  # the brief's words take its place
        else _Scene(
            headline=put(f"scenes[{number}].headline", scene.headline),
            line=put(f"scenes[{number}].line", scene.line),
            picture=scene.picture,
        )
        for number, (slots, scene) in enumerate(zip(task.scenes, written.scenes, strict=True))
    ]
    platforms = {
        name: _Platform(
            title=put(f"{name}.title", words.title),
            caption=put(f"{name}.caption", words.caption),
            description=put(f"{name}.description", words.description),
            hashtags=[put(f"{name}.hashtags", tag, is_tag=True) for tag in words.hashtags],
        )
        for name, words in written.platforms.items()
        if name in PLATFORMS
    }
    call = put("call_to_action", written.call_to_action)
    names, read = ([without_references(name) for name in found] for found in (written.names, written.picture_names))
    answer = _Answer(
        brief_names=[], picture_names=read, scenes=scenes, call_to_action=call, names=names, platforms=platforms
    )
    return answer, problems


def find_listed(task: ScriptTask, references: References, names: Sequence[str]) -> list[str]:
    """Of the names that a writer found in the brief, those that do stand there, letter for letter, without a reference.

    Everyday words are no names, though a writer may list them.
    """
    shown = re.sub(r"\s", "", " ".join(without_references(references.hide(text)) for text in free_texts(task)))
    found = (" ".join(unicodedata.normalize("NFC", without_references(name)).split()) for name in names)
    return [
        name
        for name in dict.fromkeys(found)
        if 1 < len(name) <= _LONGEST_NAME
        and re.sub(r"\s", "", name) in shown
        and not any(is_everyday(name, language) for language in {task.language, *languages_of(name)})
    ]


def _is_native(name: str, task: ScriptTask) -> bool:
    """Whether a name is in letters of the ad's language; what Han alone leaves open the brief decides."""
    spoken = languages_of(name)
    if len(spoken) > 1:
        spoken &= languages_of(" ".join(free_texts(task))) or spoken
    return task.language in spoken


def all_known(task: ScriptTask, references: References) -> tuple[tuple[str, ...], Known]:
    """All that may be said: what the brief says, and what its references stand for; and its names."""
    values = tuple(reference.value for reference in references.all)
    facts, known = said_by(task.facts, task.language), names_in(task)
    persons = tuple(
        each.value for each in references.all if each.kind in ("person", "name") and not is_ordinary(each.value, "")
    )
    return (*facts, *values), replace(known, names=(*known.names, *persons), said=(*known.said, *values))


def _parse(text: str) -> _Answer:
    bare = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", text)
    try:
        return _Answer.model_validate(json.loads(bare))
    except ValidationError as error:
        raise NotUsable(
            [f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}" for each in error.errors()[:6]]
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotUsable(["the answer is not JSON"]) from error


def _shape_problems(task: ScriptTask, answer: _Answer) -> Iterator[str]:
    if len(answer.scenes) != len(task.scenes):
        yield f"there must be {len(task.scenes)} scenes, not {len(answer.scenes)}"
    for name in PLATFORMS:
        if name not in answer.platforms:
            yield f"the words for {name} are missing"


def _texts(task: ScriptTask, answer: _Answer) -> Iterator[tuple[str, str]]:
    """Every text of the answer that will be shown, with its place."""
    for number, scene in enumerate(answer.scenes):
        if task.scenes[number].stated is not None:
            continue
        yield f"scenes[{number}].headline", scene.headline
        yield f"scenes[{number}].line", scene.line
    yield "call_to_action", answer.call_to_action
    for name in PLATFORMS:
        words = answer.platforms[name]
        yield f"{name}.title", words.title
        yield f"{name}.caption", words.caption
        yield f"{name}.description", words.description
        for tag in words.hashtags:
            yield f"{name}.hashtags", tag


def texts_of(task: ScriptTask, script: Script) -> Iterator[tuple[str, str]]:
    """Every text of a script that somebody wrote for it, with its place."""
    for number, (slots, scene) in enumerate(zip(task.scenes, script.scenes, strict=True)):
        if slots.stated is None:
            yield f"scenes[{number}].headline", scene.headline
            yield f"scenes[{number}].line", scene.line
    yield "call_to_action", script.call_to_action
    for words in script.platforms:
        for field in ("title", "caption", "description"):
            yield f"{words.platform}.{field}", getattr(words, field)
        yield from ((f"{words.platform}.hashtags", f"#{tag}") for tag in words.hashtags)


def signs_of(text: str) -> tuple[str, ...]:
    """What an answer says it read off the pictures."""
    return tuple(_parse(text).picture_names)


def said_by(facts: Facts, language: str) -> tuple[str, ...]:
    """All that the brief says, the business's name first; and its place as the ad's language calls it."""
    return (
        facts.name, facts.kind, facts.place, facts.audience, facts.offer, *facts.highlights, facts.phone, facts.url,
        *facts.pictures, *_strings(as_json(facts.showcase)),
        locate(facts.place, language).full, locate(facts.place, "en").full,
    )  # fmt: skip


def names_in(task: ScriptTask) -> Known:
    """The names that the recipe gives, in every spelling it gives, and all else that may be said."""
    facts = task.facts
    places = re.split(r"[\s,،、·・/]+", facts.place)
    authors = [review.author for review in facts.showcase.reviews]
    listed = (spelling for spellings in task.names for spelling in spellings)
    names = tuple(filter(None, (*task.spellings, *places, *authors, *listed)))
    return Known(facts.name, names, said_by(facts, task.language)[1:], task.language)


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _strings(each)
    elif tree is not None:
        yield str(tree)


def _writing_problems(written: str, facts: Facts) -> Iterator[str]:
    """What is wrong with a text as its writer wrote it, whatever its references stand for."""
    own = without_references(written)
    if re.search(r"[<>\[\]`]|\*\*", own):
        yield "it holds markup"
    if any(unicodedata.category(each) in ("Cc", "Cs", "Co", "Cn") and each != "\n" for each in own):
        yield "it holds characters that cannot be shown"
    if _TALKS_TO_US.search(own) and not _TALKS_TO_US.search(f"{facts.name} {facts.kind}"):
        yield "it speaks of instructions; it is to speak to viewers"


def naming_problems(text: str, facts: tuple[str, ...], known: Known) -> Iterator[str]:
    """What a text says, its names put in, that the brief does not."""
    for claim in find_invented(text, facts):
        yield f"{claim.said!r} is not in the brief as such"
    for moment in find_moved(text, facts):
        yield f"{moment!r} is no day or hour of the brief"
    for name in find_strangers(text, known):
        yield f"the name {name!r} does not stand so in the brief: leave it out"


def _slot_problems(task: ScriptTask, answer: _Answer, written: _Answer) -> Iterator[str]:
    for number, (slots, scene, as_written) in enumerate(zip(task.scenes, answer.scenes, written.scenes, strict=True)):
        if slots.stated is not None:
            continue
        yield from _fit(f"scenes[{number}].headline", scene.headline, as_written.headline, slots.headline)
        if slots.line is not None and scene.line:
            yield from _fit(f"scenes[{number}].line", scene.line, as_written.line, slots.line)
    yield from _fit("call_to_action", answer.call_to_action, written.call_to_action, task.call_to_action)
    headlines = [
        scene.headline.casefold()
        for slots, scene in zip(task.scenes, answer.scenes, strict=True)
        if slots.stated is None
    ]
    if len(set(headlines)) < len(headlines):
        yield "two scenes have the same headline"
    for name in PLATFORMS:
        words = answer.platforms[name]
        for field, most in _LIMITS.items():
            text = getattr(words, field)
            if not text.strip():
                yield f"{name}.{field} is empty"
            elif len(text) > most:
                yield f"{name}.{field} has {len(text)} characters; at most {most}"
        if "\n" in words.title:
            yield f"{name}.title is more than one line"
        if not any(_tag(tag) for tag in words.hashtags):
            yield f"{name}.hashtags are missing"


def _fit(where: str, text: str, written: str, limit: SlotLimit) -> Iterator[str]:
    width = width_em(text)
    if not text:
        yield f"{where} is empty"
    elif "\n" in text:
        yield f"{where} is more than one line"
    elif width > limit.max_em:
        cut = round((width - limit.max_em) / width * len(text)) or 1
        yield f"{where} is too long by about {cut} of {len(text)} characters: {written!r}"


def _language_problems(task: ScriptTask, answer: _Answer) -> Iterator[str]:
    said = "".join(without_references(scene.headline + " " + scene.line) for scene in answer.scenes)
    letters = [unicodedata.name(each, "").split(" ")[0] for each in said if each.isalpha()]
    wanted = _SCRIPTS.get(task.language, ("LATIN",))
    if letters and sum(each.split("-")[0] in wanted for each in letters) < len(letters) * 0.4:
        yield f"the scenes are not written in {task.language}"


def _script(task: ScriptTask, answer: _Answer, pictures: frozenset[int]) -> Script:
    order = _order(task, answer, pictures)
    scenes = tuple(
        SceneWords(slots.role, scene.headline, scene.line if slots.line else "", media)
        for slots, scene, media in zip(task.scenes, answer.scenes, order, strict=True)
    )
    platforms = tuple(
        PlatformWords(
            name,
            title=answer.platforms[name].title,
            caption=answer.platforms[name].caption,
            description=answer.platforms[name].description,
            hashtags=tuple(dict.fromkeys(filter(None, map(_tag, answer.platforms[name].hashtags)))),
        )
        for name in PLATFORMS
    )
    youtube, instagram = platforms[0], platforms[1]
    return Script(
        language=task.language,
        scenes=scenes,
        call_to_action=task.given_call_to_action or answer.call_to_action,
        offer=task.facts.offer,
        title=youtube.title,
        caption=instagram.caption,
        description=youtube.description,
        hashtags=instagram.hashtags,
        platforms=platforms,
        provider="gemini",
        generated=True,
        by_ai="Google Gemini",
    )


def _order(task: ScriptTask, answer: _Answer, pictures: frozenset[int]) -> tuple[int | None, ...]:
    """The picture of each scene: as chosen, when the choice is one; else as planned.

    A choice shows only what was shown to the writer, and no picture twice while there is one for every scene.
    """
    chosen = [scene.picture for scene in answer.scenes]
    fair = len(set(chosen)) == len(chosen) or (
        len(pictures) < len(chosen) and len(set(chosen)) == len(pictures) and all(a != b for a, b in pairwise(chosen))
    )
    return tuple(chosen) if fair and set(chosen) <= pictures else tuple([None] * len(chosen))


def _tag(text: str) -> str:
    """A hashtag without its #: letters, digits and underscores."""
    return re.sub(r"[^\w]", "", text.lstrip("#＃ "))[:60]
