"""One question to Gemini, put to the first model of a setting that the service knows, and bought once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from castad_cli.errors import PlatformError
from castad_cli.generate.buying import Purchase, Service, Till, buy
from castad_cli.generate.gemini.terms import models, service

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse

    from castad_cli.generate.outside import Outside
    from castad_cli.model.plan import ScriptTask, Spending

T = TypeVar("T")
Read = Callable[["GenerateContentResponse"], tuple[Mapping[str, Any], bytes]]
"""What is kept of an answer: facts, and the bytes that were asked for."""

FILE = "answer"


def first_known(setting: str, name: str, ask: Callable[[str], T]) -> T:
    """What ``ask`` gives for the first model of ``setting`` (called ``name`` in castad.toml) that the service knows.

    Raises:
        PlatformError: (``quota``) it knows none.
    """
    from castad_cli.generate.gemini.calling import ModelGone

    gone: list[str] = []
    for model in models(setting):
        try:
            return ask(model)
        except ModelGone:
            gone.append(model)
    raise PlatformError(
        f"Gemini knows none of the models {', '.join(gone)}",
        kind="quota",
        fix=f"set `{name}` in castad.toml to a model that your key can use",
    )


def ask_once(
    outside: Outside,
    model: str,
    what: str,
    key: str,
    price: float | None,
    facts: Mapping[str, Any],
    spending: Spending | None,
    contents: Sequence[Any],
    config: Mapping[str, Any],
    read: Read,
    to: Path,
    restore: Callable[[Mapping[str, Any]], bytes],
    asked: Service | None = None,
) -> Mapping[str, Any]:
    """The facts of an answer, its bytes in the file ``to``: asked now, or whenever it was.

    ``restore`` gives the bytes from the recorded facts when the store has lost them. ``asked`` is the service where its
    limits are not those of all other calls.

    Raises:
        EnvironmentNotReady, PutOff, NeedsReview, PlatformError: see `castad_cli.generate.buying.buy`.
    """
    from castad_cli.generate.gemini.calling import Unheard, call, get_ready

    purchase = Purchase(asked or service(outside.settings), what, key, price, {**facts, "model": model}, spending)

    def act(till: Till) -> Mapping[str, Any]:
        get_ready(outside.settings)  # whatever takes long and may fail here is done before the point of no return
        till.pay()
        try:
            answer = call(outside.settings, model, contents, config)
        except Unheard:
            till.hold.nothing_happened()
            raise
        kept, data = read(answer)
        file = till.folder / FILE
        file.write_bytes(data)
        till.keep({FILE: file}, {name: value for name, value in kept.items() if name != "text"})
        return kept

    def again(kept: Mapping[str, Any], folder: Path) -> Mapping[str, Path]:
        file = folder / FILE
        file.write_bytes(restore(kept))
        return {FILE: file}

    made = buy(outside, purchase, act, again)
    outside.store.fetch(made, next(iter(made.files)), to)
    return made.facts


def lost_by_the_store(what: str, remedy: str) -> Callable[[Mapping[str, Any]], bytes]:
    """A ``restore`` for what is too large to stand in the records."""

    def fail(facts: Mapping[str, Any]) -> bytes:
        raise PlatformError(f"{what} was bought, and the store has lost it", kind="rejected", fix=remedy)

    return fail


def ask_words(
    outside: Outside,
    model: str,
    what: str,
    key: str,
    price: float | None,
    task: ScriptTask,
    number: int,
    contents: Sequence[Any],
    config: Mapping[str, Any],
    asked: Service | None = None,
) -> str:
    """An answer's text in JSON, the ``number``-th of those that ``task`` asks for; see `ask_once`."""
    from castad_cli.generate.gemini.calling import text_of, usage_of

    def read(answer: GenerateContentResponse) -> tuple[Mapping[str, Any], bytes]:
        text = text_of(answer)
        return {**usage_of(answer), "text": text}, text.encode()

    to = outside.scratch / f"{what}-{key[:24]}-{id(contents):x}"
    try:
        ask_once(
            outside,
            model,
            what,
            key,
            price,
            {"for": task.fingerprint, "language": task.language, "name": task.facts.name, "number": number},
            task.spending,
            contents,
            {"response_mime_type": "application/json", **config},
            read,
            to,
            lambda facts: str(facts["text"]).encode(),
            asked,
        )
        return to.read_text(encoding="utf-8")
    finally:
        to.unlink(missing_ok=True)
