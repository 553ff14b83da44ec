"""What will be made: recipes as a plan of frozen tasks. Pure: no clock, disk, network or randomness."""

from castad_cli.plan.making import make_plan
from castad_cli.plan.picture import graph_svg
from castad_cli.plan.scenes import lay_scenes

__all__ = ["graph_svg", "lay_scenes", "make_plan"]
