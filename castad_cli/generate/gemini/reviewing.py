"""A draft judged: by rules, and by a proofreader where the rules found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from castad_cli.generate.gemini.answers import Draft, Fault, leave_out
from castad_cli.generate.gemini.checking import NamesFound, all_known, find_faults, put_names_in, texts_shown
from castad_cli.generate.gemini.proofreading import proofread
from castad_cli.generate.gemini.proofs import Galley
from castad_cli.generate.referring import References
from castad_cli.model.plan import ScriptTask

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside


def review(
    task: ScriptTask,
    references: References,
    listed: tuple[str, ...],
    draft: Draft,
    outside: Outside,
    *,
    is_last: bool,
) -> Draft:
    """The draft with its ``faults``; none: it may be used. What the ad can do without is left out.

    ``listed`` are names that were found in the brief before.

    Raises:
        NamesFound: it tells names of the brief in other words, which need references; not where it ``is_last``.
        PlatformError: (``rejected``) the proofreader is blocked, or reads not.
        EnvironmentNotReady, PutOff, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    _, faults = find_faults(task, references, draft.written, draft.taken, is_last=is_last)
    draft = _without_spare(task, references, draft, faults, is_last)
    if not outside.settings.gemini_proofread or (is_last and draft.faults):
        return draft
    failed = {fault.place for fault in draft.faults}
    shown, _ = put_names_in(task, references, draft.written)
    unread = tuple(
        (place, text)
        for place, text in texts_shown(task, shown)
        if text and place not in failed and text not in draft.passed
    )
    if not unread:
        return draft
    facts, known = all_known(task, references)
    known = replace(known, names=(*known.names, *listed))
    verdict, model = proofread(
        Galley(task, references, unread, facts, known, tuple(draft.written.picture_names)), outside, is_last=is_last
    )
    if verdict.names:
        raise NamesFound(verdict.names)
    wrong = {(fault.place, fault.text) for fault in verdict.faults}
    passed = draft.passed | {text for place, text in unread if (place, text) not in wrong}
    draft = replace(draft, passed=passed, claims=(*draft.claims, *verdict.claims), read_by=f"Google Gemini, {model}")
    return _without_spare(task, references, draft, (*draft.faults, *verdict.faults), is_last)


def _without_spare(
    task: ScriptTask, references: References, draft: Draft, faults: Sequence[Fault], is_last: bool
) -> Draft:
    """The draft without what has ``faults`` and is not needed; with those of the rest."""
    shown, _ = put_names_in(task, references, draft.written)
    written, rest, gone = leave_out(task, draft.written, shown, faults, is_last=is_last)
    notes = dict.fromkeys(
        references.spell_out(f"{fault.text!r} was left out of {fault.place}: {fault.what}") for fault in gone
    )
    return replace(draft, written=written, faults=rest, left_out=(*draft.left_out, *notes))
