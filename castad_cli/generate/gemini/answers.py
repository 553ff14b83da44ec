"""An answer of the writer: its form, its texts by place, and a draft whose failed texts the next answer writes anew.

A place is ``scenes[2].headline``, ``call_to_action``, ``instagram.caption``; a platform's hashtags are one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from castad_cli.generate.gemini.asking import PLATFORMS
from castad_cli.model.plan import ScriptTask

_Text = Annotated[str, Field(max_length=4000)]
_Names = Annotated[list[_Text], Field(max_length=200)]
Change = Callable[[str, str], str | None]
"""What becomes of the text of a place. A hashtag that is None is left out, any other text is empty then."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)


class Scene(_Form):
    headline: _Text
    line: _Text = ""
    picture: int


class Platform(_Form):
    title: _Text
    caption: _Text
    description: _Text
    hashtags: Annotated[list[_Text], Field(max_length=30)]


class Answer(_Form):
    brief_names: _Names
    picture_names: _Names
    scenes: list[Scene]
    call_to_action: _Text
    names: _Names
    platforms: dict[str, Platform]


class NotUsable(Exception):
    """An answer has another form; ``problems`` say how, in words for whoever wrote it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Fault:
    """What is wrong with the text of a place, in words for whoever wrote it: with references, without names.

    ``text`` is it as viewers would see it.
    """

    place: str
    what: str
    text: str = ""


@dataclass(frozen=True)
class Draft:
    """The words so far: as they are ``written``, with references, and what is wrong with them."""

    written: Answer
    faults: tuple[Fault, ...] = ()
    taken: frozenset[str] = frozenset()
    """The places that the last answer wrote anew."""
    passed: frozenset[str] = frozenset()
    """Texts, as viewers see them, in which the proofreader found no fault. It is not asked about them again."""
    claims: tuple[Fault, ...] = ()
    """What it noted of them, for people."""
    read_by: str = ""
    left_out: tuple[str, ...] = ()
    """What was left out rather than asked for once more, and why."""

    def mend(self, task: ScriptTask, new: Answer) -> Draft:
        """The draft with the texts that failed as the ``new`` answer has them, and all others as they were."""
        places = frozenset(fault.place for fault in self.faults)
        fresh = dict(texts_in(task, new))

        def change(place: str, text: str) -> str:
            return fresh.get(place, text) if place in places else text

        written = change_texts(task, self.written, change)
        for name in PLATFORMS:
            if hashtags_of(name) in places:  # as many as there are now
                written.platforms[name].hashtags = [*new.platforms[name].hashtags]
        own = [f"scenes[{number}].headline" for number, slots in enumerate(task.scenes) if slots.stated is None]
        if all(place in places for place in own):  # none of the old words is left for which they were chosen
            for scene, other in zip(written.scenes, new.scenes, strict=True):
                scene.picture = other.picture
        for ours, theirs in (
            (written.brief_names, new.brief_names),
            (written.picture_names, new.picture_names),
            (written.names, new.names),
        ):
            ours += [name for name in theirs if name not in ours]
        return replace(self, written=written, faults=(), taken=places)

    @property
    def problems(self) -> list[str]:
        """What is wrong, each thing once with all its places."""
        places: dict[str, dict[str, None]] = {}
        for fault in self.faults:
            places.setdefault(fault.what, {})[fault.place] = None
        return [f"{', '.join(at)}: {what}" for what, at in places.items()]

    def as_answer(self) -> str:
        """It as its writer would have answered."""
        return json.dumps(self.written.model_dump(), ensure_ascii=False)


def read_answer(task: ScriptTask, text: str) -> Answer:
    """An answer of the form that was asked for. A line where a scene has no room for one is left out.

    Raises:
        NotUsable: it has another form.
    """
    bare = re.sub(r"^\s*```(?:json)?\s*|\s*```\s*$", "", text)
    try:
        answer = Answer.model_validate(json.loads(bare))
    except ValidationError as error:
        raise NotUsable(
            [f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}" for each in error.errors()[:6]]
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotUsable(["the answer is not JSON"]) from error
    if problems := [*_shape_problems(task, answer)]:
        raise NotUsable(problems)
    for slots, scene in zip(task.scenes, answer.scenes, strict=True):
        if slots.line is None:
            scene.line = ""
    return answer


def _shape_problems(task: ScriptTask, answer: Answer) -> Iterator[str]:
    if len(answer.scenes) != len(task.scenes):
        yield f"there must be {len(task.scenes)} scenes, not {len(answer.scenes)}"
    for name in PLATFORMS:
        if name not in answer.platforms:
            yield f"the words for {name} are missing"


def hashtags_of(platform: str) -> str:
    """The place of a platform's hashtags."""
    return f"{platform}.hashtags"


def tag_of(text: str) -> str:
    """A hashtag without its #: letters, digits and underscores."""
    return re.sub(r"[^\w]", "", text.lstrip("#＃ "))[:60]


def texts_in(task: ScriptTask, answer: Answer) -> Iterator[tuple[str, str]]:
    """Every text of the answer that will be shown, with its place: not those that the brief decides."""
    found: list[tuple[str, str]] = []

    def note(place: str, text: str) -> str:
        found.append((place, text))
        return text

    change_texts(task, answer, note)
    yield from found


def change_texts(task: ScriptTask, answer: Answer, change: Change) -> Answer:
    """Another answer, each of whose texts is what ``change`` makes of it."""
    scenes = [
        scene.model_copy()
        if slots.stated is not None
        else Scene(
            headline=change(f"scenes[{number}].headline", scene.headline) or "",
            line=change(f"scenes[{number}].line", scene.line) or "",
            picture=scene.picture,
        )
        for number, (slots, scene) in enumerate(zip(task.scenes, answer.scenes, strict=True))
    ]
    return Answer(
        brief_names=[*answer.brief_names],
        picture_names=[*answer.picture_names],
        scenes=scenes,
        call_to_action=change("call_to_action", answer.call_to_action) or "",
        names=[*answer.names],
        platforms={name: _change_platform(name, answer.platforms[name], change) for name in PLATFORMS},
    )


def _change_platform(name: str, words: Platform, change: Change) -> Platform:
    return Platform(
        title=change(f"{name}.title", words.title) or "",
        caption=change(f"{name}.caption", words.caption) or "",
        description=change(f"{name}.description", words.description) or "",
        hashtags=[kept for tag in words.hashtags if (kept := change(hashtags_of(name), tag)) is not None],
    )


def leave_out(
    task: ScriptTask, written: Answer, shown: Answer, faults: Sequence[Fault], *, is_last: bool
) -> tuple[Answer, tuple[Fault, ...], tuple[Fault, ...]]:
    """The answer without what an ad can do without, the faults that remain, and those that are gone with it.

    A hashtag goes at once where others remain. A scene's line goes after the ``is_last`` answer, where nothing but
    lines failed. ``shown`` is the answer with what its references stand for.
    """
    gone: list[Fault] = []
    left = change_texts(task, written, lambda _, text: text)
    for name in PLATFORMS:
        failed = {tag_of(fault.text) for fault in faults if fault.place == hashtags_of(name)}
        seen = [tag_of(tag) for tag in shown.platforms[name].hashtags]
        if failed and any(tag and tag not in failed for tag in seen):
            pairs = zip(written.platforms[name].hashtags, seen, strict=True)
            left.platforms[name].hashtags = [tag for tag, said in pairs if said not in failed]
            gone += [fault for fault in faults if fault.place == hashtags_of(name)]
    rest = tuple(fault for fault in faults if fault not in gone)
    if is_last and all(is_line(fault.place) for fault in rest):
        lines = {fault.place for fault in rest}
        left = change_texts(task, left, lambda place, text: "" if place in lines else text)
        gone, rest = [*gone, *rest], ()
    return left, rest, tuple(gone)


def is_line(place: str) -> bool:
    """Whether an ad can do without the text of a place."""
    return place.startswith("scenes[") and place.endswith(".line")
