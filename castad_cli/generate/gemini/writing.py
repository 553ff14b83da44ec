"""The words of one ad by Gemini: asked, checked, asked again with the reason, and then believed or given up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from castad_cli.errors import PlatformError
from castad_cli.generate.gemini.answers import Draft, NotUsable, read_answer
from castad_cli.generate.gemini.asking import INSTRUCTIONS, Question, answer_schema, ask_about
from castad_cli.generate.gemini.checking import NamesFound, put_names_in, script_of, texts_shown
from castad_cli.generate.gemini.looking import downscale
from castad_cli.generate.gemini.models import ask_words, first_known
from castad_cli.generate.gemini.reviewing import review
from castad_cli.generate.gemini.terms import MOST_ANSWERS
from castad_cli.generate.referring import References, refer
from castad_cli.model.plan import ScriptTask, fingerprint
from castad_cli.model.script import Script

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside

_MOST_TOKENS = 8192


def write(task: ScriptTask, outside: Outside | None = None) -> Script:
    """The script of ``task``: every text within its slot, every fact the brief's.

    Each question is bought once, whoever asks it; the same task finds the same answers. Of a second answer only those
    texts are taken that failed in the first: what has passed once cannot fail later.

    Raises:
        PlatformError: (``rejected``) blocked, or no usable answer after `MOST_ANSWERS`.
        EnvironmentNotReady, PutOff, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    assert outside is not None, "words by Gemini need the outside"
    pictures = downscale(task.pictures)
    references = refer(task)
    question = ask_about(task, references, pictures)
    draft: Draft | None = None
    problems: list[str] = []
    listed: tuple[str, ...] = ()
    for number in range(1, MOST_ANSWERS + 1):
        text = _ask(task, question, outside, number)
        try:
            answer = read_answer(task, text)
            draft = draft.mend(task, answer) if draft else Draft(answer)
            draft = review(task, references, listed, draft, outside, is_last=number == MOST_ANSWERS)
        except NotUsable as error:
            problems = error.problems
            question = question.again(text, problems)
        except NamesFound as found:
            listed += found.names
            references, draft = refer(task, listed), None
            question = ask_about(task, references, pictures)  # afresh: what was written with the names in sight is left
            problems = [f"the brief has names that it does not list: {', '.join(listed)}"]
        else:
            if not draft.faults:
                script = _finish(task, references, draft, frozenset(picture.index for picture in pictures))
                return replace(script, notes=(*_notes(number, listed), *script.notes))
            problems = draft.problems
            question = question.mend(draft.as_answer(), problems, sorted(fault.place for fault in draft.faults))
    reasons = references.spell_out("; ".join(problems[:3]))
    raise PlatformError(
        f"Gemini's words could not be used, asked {MOST_ANSWERS} times: {reasons}",
        kind="rejected",
        fix="add what is missing to the brief (a name's spelling in this language, for one), "
        "or set `copy: fallback: offline`",
        place=task.place,
    )


def _finish(task: ScriptTask, references: References, draft: Draft, pictures: frozenset[int]) -> Script:
    """The script that a draft without faults is, with what people should know of it."""
    shown, _ = put_names_in(task, references, draft.written)
    texts = set(texts_shown(task, shown))
    claims = dict.fromkeys(claim.what for claim in draft.claims if (claim.place, claim.text) in texts)
    script = script_of(task, shown, pictures)
    return replace(script, proofread_by=draft.read_by, notes=(*draft.left_out, *claims))


def _notes(number: int, listed: tuple[str, ...]) -> list[str]:
    notes = [] if number == 1 else [f"Gemini was asked {number} times"]
    if listed:
        notes.append(f"names found in the brief: {', '.join(listed)}; under `brief: names:` they save a call")
    return notes


def _ask(task: ScriptTask, question: Question, outside: Outside, number: int) -> str:
    """An answer's text, of the first model that the service knows."""
    return first_known(
        outside.settings.gemini_model,
        "gemini.model",
        lambda model: _ask_model(model, task, question, outside, number),
    )


def _ask_model(model: str, task: ScriptTask, question: Question, outside: Outside, number: int) -> str:
    schema = answer_schema(task)
    pictures = [[picture.index, fingerprint(picture.jpeg.hex())] for picture in question.pictures]
    key = fingerprint("gemini", model, INSTRUCTIONS, schema, question.text, pictures, question.before)
    config = {"system_instruction": INSTRUCTIONS, "response_json_schema": schema, "max_output_tokens": _MOST_TOKENS}
    price = outside.settings.gemini_words_price
    return ask_words(outside, model, "words", key, price, task, number, question.contents(), config)
