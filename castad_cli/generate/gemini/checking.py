"""Whether an answer may be used: its form, its slots, its language, and that it says nothing the brief does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from castad_cli.generate.claims import find_invented
from castad_cli.generate.gemini.answers import Answer, Fault, change_texts, hashtags_of, tag_of, texts_in
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


class NamesFound(Exception):
    """The brief has ``names`` without a reference, in letters that are not those of the ad's language."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def find_faults(
    task: ScriptTask,
    references: References,
    written: Answer,
    taken: Collection[str] = (),
    *,
    is_last: bool = False,
) -> tuple[Answer, list[Fault]]:
    """An answer with its names put in, and all that is wrong with it. ``taken`` are the places written anew in it.

    After the ``is_last`` answer nobody is asked again: the rules for names alone judge what it made of those it lists.

    Raises:
        NamesFound: it lists names of the brief that it may have told in other words; they need references.
    """
    listed = find_listed(task, references, written.brief_names)
    foreign = tuple(name for name in listed if not _is_native(name, task))
    if foreign and not is_last:
        raise NamesFound(foreign)
    answer, faults = put_names_in(task, references, written)
    facts, known = all_known(task, references)
    known = replace(known, names=(*known.names, *listed))
    for (place, text), (_, own) in zip(texts_in(task, answer), texts_in(task, written), strict=True):
        faults += [Fault(place, what, text) for what in _writing_problems(own, task.facts)]
        faults += [Fault(place, references.cover(what), text) for what in naming_problems(text, facts, known)]
        faults += [Fault(place, what, text) for what in _admitted_problems(answer, text, known)]
    faults += _slot_faults(task, answer, written)
    faults += _same_headlines(task, answer, taken)
    faults += _language_faults(task, written)
    return answer, faults


def put_names_in(task: ScriptTask, references: References, written: Answer) -> tuple[Answer, list[Fault]]:
    """The answer with its names in, and why some cannot be put in: such texts stay as they were written."""
    faults: list[Fault] = []

    def put(place: str, text: str) -> str:
        try:
            return references.put_in(text, is_tag=place.endswith(".hashtags"))
        except Misplaced as error:
            own = without_references(text)
            faults.extend(Fault(place, problem, own) for problem in error.problems)
            return own

    answer = change_texts(task, written, put)
    answer.brief_names = []
    answer.names = [without_references(name) for name in written.names]
    answer.picture_names = [without_references(name) for name in written.picture_names]
    return answer, faults


def _admitted_problems(answer: Answer, text: str, known: Known) -> Iterator[str]:
    """What is wrong with a text by what its writer lists."""
    for name in find_admitted(answer.names, [text], known):
        yield f"the name {name!r}, which you list, does not stand so in the brief"
    for name in find_taken_over(answer.picture_names, [text], known):
        yield f"{name!r} is read off a picture and does not stand in the brief: leave it out"


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


def texts_shown(task: ScriptTask, answer: Answer) -> Iterator[tuple[str, str]]:
    """Every text of an answer, its names put in, as viewers see it."""
    for place, text in texts_in(task, answer):
        yield place, f"#{tag_of(text)}" if place.endswith(".hashtags") else text


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


def _slot_faults(task: ScriptTask, answer: Answer, written: Answer) -> Iterator[Fault]:
    for number, (slots, scene, as_written) in enumerate(zip(task.scenes, answer.scenes, written.scenes, strict=True)):
        if slots.stated is not None:
            continue
        yield from _fit(f"scenes[{number}].headline", scene.headline, as_written.headline, slots.headline)
        if slots.line is not None and scene.line:
            yield from _fit(f"scenes[{number}].line", scene.line, as_written.line, slots.line)
    yield from _fit("call_to_action", answer.call_to_action, written.call_to_action, task.call_to_action)
    for name in PLATFORMS:
        words = answer.platforms[name]
        for field, most in _LIMITS.items():
            text = getattr(words, field)
            if not text.strip():
                yield Fault(f"{name}.{field}", "it is empty", text)
            elif len(text) > most:
                yield Fault(f"{name}.{field}", f"it has {len(text)} characters; at most {most}", text)
        if "\n" in words.title:
            yield Fault(f"{name}.title", "it is more than one line", words.title)
        if not any(tag_of(tag) for tag in words.hashtags):
            yield Fault(hashtags_of(name), "they are missing")


def _fit(place: str, text: str, written: str, limit: SlotLimit) -> Iterator[Fault]:
    width = width_em(text)
    if not text:
        yield Fault(place, "it is empty", text)
    elif "\n" in text:
        yield Fault(place, "it is more than one line", text)
    elif width > limit.max_em:
        cut = round((width - limit.max_em) / width * len(text)) or 1
        yield Fault(place, f"it is too long by about {cut} of {len(text)} characters: {written!r}", text)


def _same_headlines(task: ScriptTask, answer: Answer, taken: Collection[str]) -> Iterator[Fault]:
    """Headlines that another scene has, too: of each, all but one, which was not written anew where there is one."""
    own = [
        (f"scenes[{number}].headline", scene.headline)
        for number, (slots, scene) in enumerate(zip(task.scenes, answer.scenes, strict=True))
        if slots.stated is None
    ]
    seen: set[str] = set()
    for place, text in sorted(own, key=lambda each: each[0] in taken):
        if text.casefold() in seen:
            yield Fault(place, "two scenes have the same headline", text)
        seen.add(text.casefold())


def _language_faults(task: ScriptTask, written: Answer) -> Iterator[Fault]:
    own = [(place, text) for place, text in texts_in(task, written) if place.startswith("scenes[")]
    said = " ".join(without_references(text) for _, text in own)
    letters = [unicodedata.name(each, "").split(" ")[0] for each in said if each.isalpha()]
    wanted = _SCRIPTS.get(task.language, ("LATIN",))
    if letters and sum(each.split("-")[0] in wanted for each in letters) < len(letters) * 0.4:
        for place, text in own:
            if text:
                yield Fault(place, f"the scenes are not written in {task.language}", text)


def script_of(task: ScriptTask, answer: Answer, pictures: frozenset[int]) -> Script:
    """The script that an answer is, its names put in. ``pictures`` are the indices that were shown."""
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
            hashtags=tuple(dict.fromkeys(filter(None, map(tag_of, answer.platforms[name].hashtags)))),
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


def _order(task: ScriptTask, answer: Answer, pictures: frozenset[int]) -> tuple[int | None, ...]:
    """The picture of each scene: as chosen, when the choice is one; else as planned.

    A choice shows only what was shown to the writer, and no picture twice while there is one for every scene.
    """
    chosen = [scene.picture for scene in answer.scenes]
    fair = len(set(chosen)) == len(chosen) or (
        len(pictures) < len(chosen) and len(set(chosen)) == len(pictures) and all(a != b for a, b in pairwise(chosen))
    )
    return tuple(chosen) if fair and set(chosen) <= pictures else tuple([None] * len(chosen))
