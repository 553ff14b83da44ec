"""The words of one ad by Gemini: asked, checked, asked again with the reason, and then believed or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import PlatformError
from castad_cli.generate.buying import Purchase, Till, buy
from castad_cli.generate.gemini.asking import INSTRUCTIONS, Question, answer_schema, ask_about
from castad_cli.generate.gemini.checking import NotUsable, read_answer
from castad_cli.generate.gemini.looking import downscale
from castad_cli.generate.gemini.terms import MOST_ANSWERS, models, service
from castad_cli.model.plan import ScriptTask, fingerprint
from castad_cli.model.script import Script

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside

_FILE = "answer.txt"
_MOST_TOKENS = 8192


def write(task: ScriptTask, outside: Outside | None = None) -> Script:
    """The script of ``task``: every text within its slot, every fact the brief's.

    Each question is bought once, whoever asks it; the same task finds the same answers.

    Raises:
        PlatformError: (``rejected``) blocked, or no usable answer after `MOST_ANSWERS`.
        EnvironmentNotReady, PutOff, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    assert outside is not None, "words by Gemini need the outside"
    pictures = downscale(task.pictures)
    shown = frozenset(picture.index for picture in pictures)
    question = ask_about(task, pictures)
    problems: list[str] = []
    for number in range(1, MOST_ANSWERS + 1):
        text = _ask(task, question, outside, number)
        try:
            script = read_answer(task, text, shown)
        except NotUsable as error:
            problems = error.problems
            question = question.again(text, problems)
        else:
            notes = () if number == 1 else (f"Gemini was asked {number} times",)
            return replace(script, notes=notes)
    raise PlatformError(
        f"Gemini's words could not be used, asked {MOST_ANSWERS} times: {'; '.join(problems[:3])}",
        kind="rejected",
        fix="add what is missing to the brief, or set `copy: fallback: offline`",
        place=task.place,
    )


def _ask(task: ScriptTask, question: Question, outside: Outside, number: int) -> str:
    """An answer's text, of the first model that the service knows."""
    from castad_cli.generate.gemini.calling import ModelGone

    gone: list[str] = []
    for model in models(outside.settings.gemini_model):
        try:
            return _ask_model(model, task, question, outside, number)
        except ModelGone:
            gone.append(model)
    raise PlatformError(
        f"Gemini knows none of the models {', '.join(gone)}",
        kind="quota",
        fix="set `gemini.model` in castad.toml to a model that your key can use",
    )


def _ask_model(model: str, task: ScriptTask, question: Question, outside: Outside, number: int) -> str:
    from castad_cli.generate.gemini.calling import Unheard, call, text_of, usage_of

    schema = answer_schema(task)
    pictures = [[picture.index, fingerprint(picture.jpeg.hex())] for picture in question.pictures]
    key = fingerprint("gemini", model, INSTRUCTIONS, schema, question.text, pictures, question.before)
    purchase = Purchase(
        service(outside.settings),
        "words",
        key,
        outside.settings.gemini_words_price,
        {"for": task.fingerprint, "model": model, "language": task.language, "name": task.facts.name, "number": number},
        task.spending,
    )
    config = {
        "system_instruction": INSTRUCTIONS,
        "response_mime_type": "application/json",
        "response_json_schema": schema,
        "max_output_tokens": _MOST_TOKENS,
    }

    def act(till: Till) -> Mapping[str, Any]:
        till.pay()
        try:
            answer = call(outside.settings, model, question.contents(), config)
        except Unheard:
            till.hold.nothing_happened()
            raise
        facts = {**usage_of(answer), "text": text_of(answer)}
        till.keep(_files(facts, till.folder), usage_of(answer))
        return facts

    made = buy(outside, purchase, act, _files)
    folder = outside.scratch / f"answer-{key[:24]}-{id(question):x}"
    try:
        return outside.store.fetch(made, _FILE, folder).read_text(encoding="utf-8")
    finally:
        folder.unlink(missing_ok=True)


def _files(facts: Mapping[str, Any], folder: Path) -> Mapping[str, Path]:
    file = folder / _FILE
    file.write_text(str(facts["text"]), encoding="utf-8")
    return {_FILE: file}
