"""What Gemini would be asked for, before it is: calls, and what they cost."""

from __future__ import annotations

from castad_cli.generate.buying import Purchase, Service, account_of
from castad_cli.generate.gemini.painting import first_key
from castad_cli.generate.gemini.terms import MOST_ANSWERS, MOST_READINGS, REMEDY, ZONE, proofreader, proofreading_price
from castad_cli.model.plan import ScriptTask, fingerprint
from castad_cli.settings import Settings


def forecast(task: ScriptTask, settings: Settings) -> Purchase:
    """What writing ``task`` would buy: one call, unless an answer must be asked for again."""
    return Purchase(
        _as_forecast(settings), "words", task.fingerprint, settings.gemini_words_price, most_calls=MOST_ANSWERS
    )


def forecast_proofreading(task: ScriptTask, settings: Settings) -> Purchase | None:
    """What proofreading it would buy: a call for each answer, unless the reader must be asked again; None: nothing."""
    if not settings.gemini_proofread:
        return None
    return Purchase(
        proofreader(_as_forecast(settings), settings),
        "proofreading",
        fingerprint(task.fingerprint, "proofreading"),
        proofreading_price(settings),
        most_calls=MOST_ANSWERS * MOST_READINGS,
    )


def forecast_voice(task: ScriptTask, settings: Settings) -> Purchase:
    """What speaking ``task`` would buy: a call for each scene's line."""
    count = len(task.scenes)
    key = fingerprint(task.fingerprint, "voice")
    return Purchase(_as_forecast(settings), "voice", key, settings.gemini_speech_price, calls=count, most_calls=count)


def forecast_image(task: ScriptTask, settings: Settings) -> Purchase:
    """What the picture of ``task`` would buy: one call, for all ads that want the same."""
    assert task.image is not None
    key = first_key(settings.gemini_image_model, task.image)
    return Purchase(_as_forecast(settings), "picture", key, settings.gemini_image_price)


def _as_forecast(settings: Settings) -> Service:
    """Gemini as it would be asked, also while there is no key."""
    key = settings.gemini_api_key.get_secret_value()
    per_minute, per_day = settings.gemini_per_minute, settings.gemini_per_day
    return Service("Gemini", account_of("gemini", key), REMEDY, per_minute, per_day, ZONE)
