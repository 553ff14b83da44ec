"""The house composer: an original track for an ad, of its exact length, by mood, tempo and seed.

Form (`form`) → chords (`progression`) → tune (`melody`) → band (`arrangement`) → players (`performance`)
→ sound (`soundfont`, `voices`, `percussion`) → `mix`. Only the last three import numpy.
"""

from castad_cli.generate.house.form import plan_grid

__all__ = ["plan_grid"]
