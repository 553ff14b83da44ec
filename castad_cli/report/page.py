"""The page: a `Report` as HTML that needs no server, no network and no second file.

It forbids itself everything by its own content security policy, and is whole without its script, which only hides and
sorts what stands there. Thousands of ads are cheap because the browser lays out only those it shows
(``content-visibility``).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from castad_cli.report import wording
from castad_cli.report.facts import STATES, Ad, Problem, Report
from castad_cli.whole import put_whole

_PROBLEMS_SHOWN = 12
_PLACES_SHOWN = 3
_OPEN_ADS = 12
"""So few ads stand open, with large covers."""


@dataclass
class _Group:
    """Equal problems, told once."""

    number: int
    problem: Problem
    ads: int = 0
    places: list[str] = field(default_factory=list)


def write_page(report: Report, file: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8") as target:
            target.writelines(page(report))

    put_whole(file, write)


def page(report: Report) -> Iterable[str]:
    """The page in pieces."""
    style, script = _source("style.css"), _source("script.js")
    groups, group_of = _group(report.ads)
    renditions = report.renditions_in()
    posts = report.posts_in()
    ads_in = report.ads_in()
    languages = _counted(ad.language for ad in report.ads)
    recipes = _counted(ad.recipe for ad in report.ads)
    formats = _counted(each.format for ad in report.ads for each in ad.renditions)
    pieces: Iterable[str] = _template().generate(
        report=report,
        style=style,
        script=script,
        policy=_policy(style, script),
        words=wording,
        few=len(report.ads) <= _OPEN_ADS,
        renditions=renditions,
        posts=posts,
        ads_in=ads_in,
        bar=_bar(renditions),
        states=[state for state in STATES if ads_in[state]],
        ranks={state: rank for rank, state in enumerate(STATES)},
        languages=languages,
        recipes=recipes if 1 < len(recipes) <= 60 else {},
        formats=formats,
        making_s=sum(ad.seconds for ad in report.ads),
        cost=sum(ad.cost for ad in report.ads),
        problems=groups[:_PROBLEMS_SHOWN],
        more_problems=max(0, len(groups) - _PROBLEMS_SHOWN),
        group_of=lambda problem: group_of[problem].number,
        places_shown=_PLACES_SHOWN,
        link=safe_link,
    )
    return pieces


def safe_link(url: str) -> str:
    """``url`` where it leads to a page or a file; else empty: a link must not run anything."""
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    return url if scheme in ("", "http", "https", "file") else ""


def _group(ads: Iterable[Ad]) -> tuple[list[_Group], Mapping[Problem, _Group]]:
    """Problems that say the same, whatever their place, most frequent first; and the group of each problem."""
    by_words: dict[tuple[str, str, str, str], _Group] = {}
    by_problem: dict[Problem, _Group] = {}
    for ad in ads:
        met: set[int] = set()
        for problem in ad.problems:
            words = (problem.error, problem.fix, problem.kind, problem.stage)
            group = by_words.setdefault(words, _Group(len(by_words), problem))
            by_problem[problem] = group
            if group.number not in met:
                group.ads += 1
                met.add(group.number)
            if problem.where and problem.where not in group.places:
                group.places.append(problem.where)
    return sorted(by_words.values(), key=lambda group: -group.ads), by_problem


def _bar(counts: Mapping[str, int]) -> list[tuple[str, float, float]]:
    """The bar's parts, from what is finished to what is not: kind, start and width of 100."""
    done = counts.get("done", 0) - counts.get("cached", 0)
    parts = [("done", done), *((kind, counts.get(kind, 0)) for kind in ("cached", *STATES[:-1]))]
    total = sum(number for _, number in parts)
    at, bar = 0.0, []
    for kind, number in parts:
        if number:
            width = 100 * number / total
            bar.append((kind, round(at, 3), round(width, 3)))
            at += width
    return bar


def _counted(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def _policy(style: str, script: str) -> str:
    def allowed(source: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; img-src data:; style-src {allowed(style)}; script-src {allowed(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _source(name: str) -> str:
    """A style or script as it stands between its tags."""
    text = resources.files("castad_cli.report").joinpath(name).read_text("utf-8")
    assert "</" not in text, f"{name} would end its own element"
    return "\n" + text


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["as_is"] = Markup  # our own style and script, nothing of anybody else's
    source = resources.files("castad_cli.report").joinpath("page.html").read_text("utf-8")
    return environment.from_string(source)
