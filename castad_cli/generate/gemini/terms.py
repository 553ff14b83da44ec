"""On what terms Gemini is asked: the key, its limits, the models."""

from __future__ import annotations

from dataclasses import replace

from castad_cli.errors import EnvironmentNotReady
from castad_cli.generate.buying import Service, account_of
from castad_cli.settings import Settings

REMEDY = "set GEMINI_API_KEY to a key from Google AI Studio, or use `provider: offline`"
MOST_ANSWERS = 3
"""One answer, and two more with the reason why it was not taken."""
MOST_READINGS = 2
"""An answer is proofread, and once more where the proofreader has overlooked what certainly stands there."""
ZONE = "America/Los_Angeles"
"""Google's days begin at midnight there."""


def service(settings: Settings) -> Service:
    """Gemini as this key reaches it.

    Raises:
        EnvironmentNotReady: there is no key.
    """
    key = settings.gemini_api_key.get_secret_value()
    if not key:
        raise EnvironmentNotReady("there is no key for Gemini", fix=REMEDY)
    return Service(
        "Gemini",
        account_of("gemini", key),
        REMEDY,
        per_minute=settings.gemini_per_minute,
        per_day=settings.gemini_per_day,
        zone=ZONE,
        again_up_to=settings.gemini_again_up_to,
    )


def proofreader(service: Service, settings: Settings) -> Service:
    """The same service as the one who proofreads meets it: with limits of its own, where the settings name some."""
    per_minute, per_day = settings.gemini_proofreading_per_minute, settings.gemini_proofreading_per_day
    if per_minute is None and per_day is None:
        return service
    return replace(service, per_minute=per_minute, per_day=per_day, lane="proofreading")


def proofreading_price(settings: Settings) -> float | None:
    """What one such call costs; where nobody says, as much as one for words, which costs more."""
    price = settings.gemini_proofreading_price
    return settings.gemini_words_price if price is None else price


def models(setting: str) -> tuple[str, ...]:
    """The models of a setting, in the order they are tried."""
    return tuple(name.strip() for name in setting.split(",") if name.strip())
