"""One call to Gemini, and what its answer means: its text, or an error that says what may be done about it.

Sources: google-genai 3.6 (``errors.APIError``, ``types.FinishReason``, ``types.BlockedReason``); google.rpc
``RetryInfo`` and ``QuotaFailure``. The client makes no second attempt by itself, and ignores ``RetryInfo``.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from castad_cli.errors import PlatformError
from castad_cli.generate.buying import ClosedForNow
from castad_cli.generate.gemini.terms import ZONE

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentResponse

    from castad_cli.settings import Settings

_LONGEST_CALL_MS = 180_000
_PAUSE_S = 60.0
_OPENING = threading.Lock()


class ModelGone(PlatformError):
    """The service does not know the model, or no longer: another may do."""


class Unheard(PlatformError):
    """The call certainly did not reach the service, or the service itself says that it did nothing: not charged."""


def call(settings: Settings, model: str, contents: Sequence[Any], config: Mapping[str, Any]) -> GenerateContentResponse:
    """Gemini's answer, whole: with a candidate that ended by itself.

    Raises:
        Unheard: (``transient``, ``quota``, ``auth``, ``rejected``) nothing was bought.
        ModelGone: nothing was bought; ask another model.
        PlatformError: ``rejected``: it answered, and the answer is no; ``unknown``: whether it answered is not known.
    """
    with _read_errors(settings, model):
        answer = _client_of(settings).models.generate_content(
            model=model,
            contents=list(contents),
            config=dict(config),  # type: ignore[arg-type]
        )
    _check_end(answer)
    return answer


def get_ready(settings: Settings) -> None:
    """Load and open the client, so that a call is nothing but the call."""
    _client_of(settings)


def list_models(settings: Settings) -> None:
    """Ask for the models there are: the cheapest question that needs a valid key.

    Raises:
        PlatformError: as it was refused.
    """
    with _read_errors(settings, ""):
        next(iter(_client_of(settings).models.list(config={"page_size": 1})), None)


def _client_of(settings: Settings) -> Client:
    with _OPENING:
        return _open(settings.gemini_api_key.get_secret_value(), settings.gemini_url)


@lru_cache(maxsize=4)
def _open(key: str, url: str) -> Client:
    from google.genai import Client
    from google.genai.types import HttpOptions
    from httpx2 import Limits

    # A connection of its own for every call: one that lay idle may have been closed by the other side, and then nobody
    # can tell whether the call that went into it was heard.
    alone = {"limits": Limits(max_keepalive_connections=0)}
    options = HttpOptions(base_url=url or None, timeout=_LONGEST_CALL_MS, client_args=alone)
    return Client(api_key=key, vertexai=False, http_options=options)


class _read_errors:  # noqa: N801 - used as a function
    """Turns what the client raises into our own errors; neither key nor address is ever in their text."""

    def __init__(self, settings: Settings, model: str) -> None:
        self._key, self._model = settings.gemini_api_key.get_secret_value(), model

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        import httpx2
        from google.genai import errors

        if isinstance(error, errors.APIError):
            raise self._explain(error) from None
        if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)):
            raise Unheard("Gemini cannot be reached", kind="transient") from None
        if isinstance(error, (httpx2.HTTPError, errors.UnknownApiResponseError, ValueError, OSError)):
            raise PlatformError(
                f"Gemini's answer was lost on the way ({type(error).__name__})", kind="unknown"
            ) from None

    def _explain(self, error: Any) -> PlatformError:
        code, said = int(error.code or 0), clean(str(error.message or error.status or error.code), self._key)
        details = _details(error.details)
        reasons = {str(each.get("reason")) for each in details}
        if code in (401, 403) or "API_KEY_INVALID" in reasons or (code == 400 and "api key" in said.lower()):
            return Unheard(said, kind="auth")
        if code == 404:
            return ModelGone(f"Gemini does not know the model {self._model!r}", kind="quota")
        if code == 429:
            return _explain_quota(details, said)
        if code == 408 or code >= 500:
            return Unheard(f"Gemini answered {code}: {said}", kind="transient")
        return Unheard(f"Gemini refused the request: {said}", kind="rejected")


def clean(text: str, key: str) -> str:
    """What a service said, in one line that a person may read, with no key in it."""
    text = re.sub(r"<[^>]*>", " ", text)
    text = re.sub(r"\s+", " ", text).strip()[:300] or "no reason given"
    return text.replace(key, "***") if key else text


def _details(body: Any) -> list[Mapping[str, Any]]:
    error = body.get("error", body) if isinstance(body, Mapping) else {}
    details = error.get("details") if isinstance(error, Mapping) else None
    return [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []


def _explain_quota(details: list[Mapping[str, Any]], said: str) -> PlatformError:
    now = datetime.now(UTC)
    violated = [
        str(one.get("quotaId", ""))
        for each in details
        for one in each.get("violations") or ()
        if isinstance(one, Mapping)
    ]
    if any("PerDay" in quota for quota in violated):
        return ClosedForNow("Gemini's quota for the day is used up", kind="quota", until=_next_day(now))
    for each in details:
        if delay := re.fullmatch(r"(\d+(?:\.\d+)?)s", str(each.get("retryDelay", ""))):
            wait_s = float(delay[1]) * random.uniform(1.0, 1.15) + 0.05
            return ClosedForNow("Gemini asks to wait", kind="quota", until=now + timedelta(seconds=wait_s))
    until = now + timedelta(seconds=_PAUSE_S * random.uniform(1.0, 1.5))
    return Unheard(f"Gemini takes no more calls now: {said}", kind="transient", until=until)


def _next_day(now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(ZONE))
    midnight = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo) + timedelta(days=1)
    return midnight.astimezone(UTC) + timedelta(seconds=random.uniform(1, 120))


_BLOCKED = "Gemini blocked it"


def _check_end(answer: GenerateContentResponse) -> None:
    """Nothing, when the answer has a candidate that ended by itself.

    Raises:
        PlatformError: (``rejected``) it was blocked, cut off, or ended in a way that is not known.
    """
    if not answer.candidates:
        feedback = answer.prompt_feedback
        reason = _word(feedback.block_reason) if feedback else ""
        raise PlatformError(f"{_BLOCKED}: the brief or a picture ({reason or 'no reason given'})", kind="rejected")
    reason = _word(answer.candidates[0].finish_reason)
    if reason != "STOP":
        what = "stopped before its end" if reason == "MAX_TOKENS" else _BLOCKED
        raise PlatformError(f"{what} ({reason or 'no reason given'})", kind="rejected")


def _word(reason: Any) -> str:
    return str(getattr(reason, "value", reason) or "")


def text_of(answer: GenerateContentResponse) -> str:
    """The answer's text without the model's thoughts."""
    content = answer.candidates[0].content if answer.candidates else None
    parts = (content.parts if content else None) or []
    return "".join(part.text for part in parts if part.text and not part.thought)


def blob_of(answer: GenerateContentResponse, kind: str) -> tuple[str, bytes]:
    """MIME type and bytes of the answer's first part of a kind, ``image`` or ``audio``.

    Raises:
        PlatformError: (``rejected``) it has none.
    """
    content = answer.candidates[0].content if answer.candidates else None
    for part in (content.parts if content else None) or []:
        blob = part.inline_data
        if not part.thought and blob and blob.data and (blob.mime_type or "").startswith(f"{kind}/"):
            return str(blob.mime_type), blob.data
    said = text_of(answer).strip()[:120]
    raise PlatformError(f"Gemini gave no {kind}" + (f", but said: {said}" if said else ""), kind="rejected")


def usage_of(answer: GenerateContentResponse) -> dict[str, Any]:
    """What the answer took, as the service counts it."""
    usage = answer.usage_metadata
    return {
        "model": answer.model_version or "",
        "response": answer.response_id or "",
        "tokens_in": (usage.prompt_token_count if usage else None) or 0,
        "tokens_out": (usage.candidates_token_count if usage else None) or 0,
    }
