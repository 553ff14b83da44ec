"""``provider: suno``: music by Suno, from its partner API or from sunoapi.org, bought once and cut to the ad."""

from castad_cli.generate.suno.making import make_track
from castad_cli.generate.suno.terms import check, forecast

__all__ = ["check", "forecast", "make_track"]
