"""A run as one page of HTML that needs nothing beside it. `Report` is all it knows: no database, no store."""

from castad_cli.report.facts import Ad, Cost, Post, Problem, Quota, Rendition, Report, Stage
from castad_cli.report.page import write_page

__all__ = ["Ad", "Cost", "Post", "Problem", "Quota", "Rendition", "Report", "Stage", "write_page"]
