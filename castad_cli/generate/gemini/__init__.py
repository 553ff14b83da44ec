"""``provider: gemini``: words by Google's Gemini, checked before they are believed.

Wire facts: the google-genai client (Gemini API, ``generateContent``); its errors and finish reasons are read in
`calling`. Importing this imports no client.
"""

from castad_cli.generate.gemini.terms import check, forecast
from castad_cli.generate.gemini.writing import write

__all__ = ["check", "forecast", "write"]
