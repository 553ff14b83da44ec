"""On what terms Gemini is asked: the key, its limits, what a call costs."""

from __future__ import annotations

from castad_cli.errors import EnvironmentNotReady
from castad_cli.generate.buying import Purchase, Service, account_of
from castad_cli.model.plan import ScriptTask, fingerprint
from castad_cli.settings import Settings

REMEDY = "set GEMINI_API_KEY to a key from Google AI Studio, or use `provider: offline`"
MOST_ANSWERS = 3
"""One answer, and two more with the reason why it was not taken."""
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


def models(setting: str) -> tuple[str, ...]:
    """The models of a setting, in the order they are tried."""
    return tuple(name.strip() for name in setting.split(",") if name.strip())


def forecast(task: ScriptTask, settings: Settings) -> Purchase:
    """What writing ``task`` would buy: one call, unless an answer must be asked for again."""
    return Purchase(
        _as_forecast(settings), "words", task.fingerprint, settings.gemini_words_price, most_calls=MOST_ANSWERS
    )


def forecast_voice(task: ScriptTask, settings: Settings) -> Purchase:
    """What speaking ``task`` would buy: a call for each scene's line."""
    count = len(task.scenes)
    key = fingerprint(task.fingerprint, "voice")
    return Purchase(_as_forecast(settings), "voice", key, settings.gemini_speech_price, calls=count, most_calls=count)


def forecast_image(task: ScriptTask, settings: Settings) -> Purchase:
    """What the picture of ``task`` would buy: one call, for all ads that want the same."""
    from castad_cli.generate.gemini.painting import first_key

    assert task.image is not None
    key = first_key(settings.gemini_image_model, task.image)
    return Purchase(_as_forecast(settings), "picture", key, settings.gemini_image_price)


def _as_forecast(settings: Settings) -> Service:
    """Gemini as it would be asked, also while there is no key."""
    key = settings.gemini_api_key.get_secret_value()
    limits = {"per_minute": settings.gemini_per_minute, "per_day": settings.gemini_per_day}
    return Service("Gemini", account_of("gemini", key), REMEDY, zone=ZONE, **limits)
