"""Whether Gemini takes the key at all, before anything is bought."""

from __future__ import annotations

from castad_cli.errors import EnvironmentNotReady, PlatformError
from castad_cli.generate.gemini.calling import list_models
from castad_cli.generate.gemini.terms import REMEDY, service
from castad_cli.settings import Settings


def check(settings: Settings) -> None:
    """Nothing, when the key is taken, or Gemini does not answer now; costs nothing.

    Raises:
        EnvironmentNotReady: there is no key, or it was turned away.
    """
    service(settings)
    try:
        list_models(settings)
    except PlatformError as error:
        if error.kind == "auth":
            raise EnvironmentNotReady(f"Gemini turned the key away: {error.message}", fix=REMEDY) from error
