"""``provider: gemini``: words, voices and pictures by Google's Gemini, checked before they are believed.

Wire facts: the google-genai client (Gemini API, ``generateContent``); its errors and finish reasons are read in
`calling`. Importing this imports no client.
"""

from castad_cli.generate.gemini.forecasts import forecast, forecast_image, forecast_proofreading, forecast_voice
from castad_cli.generate.gemini.key import check
from castad_cli.generate.gemini.painting import paint
from castad_cli.generate.gemini.speaking import speak
from castad_cli.generate.gemini.writing import write

__all__ = [
    "check",
    "forecast",
    "forecast_image",
    "forecast_proofreading",
    "forecast_voice",
    "paint",
    "speak",
    "write",
]
