"""From the paths a person names to a plan that can be carried out, or to every problem there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from castad_cli.app.assets import gather
from castad_cli.app.engine import engine_fingerprint
from castad_cli.app.notices import Notice, find_notices
from castad_cli.errors import CastadError, RecipeProblems, UserError
from castad_cli.model.plan import Plan
from castad_cli.model.template import TemplateSpec
from castad_cli.plan import make_plan
from castad_cli.recipe import survey_recipes
from castad_cli.run.far_templates import bring_templates
from castad_cli.settings import Settings
from castad_cli.storage import Store, open_store
from castad_cli.templates import load_template

SettingsFor = Callable[[Path | None], Settings]
"""The settings for work on a recipe or folder."""


@dataclass(frozen=True)
class Work:
    """A plan and what it takes to carry it out."""

    plan: Plan
    settings: Settings
    store: Store
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What came of checking recipes: how much they would make, every problem, and what to know besides."""

    recipes: int
    ads: int
    renditions: int
    problems: tuple[CastadError, ...]
    notices: tuple[Notice, ...] = ()


def check(paths: Sequence[Path], settings_for: SettingsFor) -> Checked:
    """Every problem of the recipes among ``paths``, in file order. No browser, no network."""
    settings = settings_for(_near(paths))
    bring_templates(settings, network=False)
    survey = survey_recipes(paths)
    _, of_assets = gather(survey.files, settings, network=False)
    ads = [ad for file in survey.files for ad in file.ads]
    return Checked(
        recipes=survey.recipes,
        ads=sum(len(ad.recipe.languages) for ad in ads),
        renditions=sum(len(ad.recipe.languages) * len(ad.recipe.formats) for ad in ads),
        problems=_in_order([*survey.problems, *of_assets]),
        notices=find_notices(ads),
    )


def prepare(
    paths: Sequence[Path],
    settings_for: SettingsFor,
    *,
    formats: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    quality: str = "standard",
    data: Path | None = None,
) -> Work:
    """The plan for the recipes among ``paths``, cut down to ``formats`` and ``languages`` where given.

    ``data`` is a file of rows that stands in for each recipe's own.

    Assets behind URLs are fetched. Nothing is made.

    Raises:
        RecipeProblems: all that is wrong with any recipe or any asset.
    """
    settings = settings_for(_near(paths))
    bring_templates(settings)
    survey = survey_recipes(paths, data=data)
    assets, of_assets = gather(survey.files, settings, network=not survey.problems)
    ads = [ad for file in survey.files for ad in file.ads]
    wrong = _in_order([*survey.problems, *of_assets])
    if wrong:
        raise together(wrong)
    plan = make_plan(
        ads,
        assets,
        {name: _template(name) for name in dict.fromkeys(ad.recipe.template for ad in ads)},
        engine_fingerprint(),
        formats=formats,
        languages=languages,
        quality=quality,
    )
    return Work(plan, settings, open_store(settings.storage_url, settings.storage_options), find_notices(ads))


def choose(work: Work, *, variant: str | None, row: str | None) -> Work:
    """The work on one variant and one row alone: those named, else the first.

    Raises:
        UserError: there is no such variant or row.
    """
    ads = work.plan.ads
    for kind, asked in (("row", row), ("variant", variant)):
        there = tuple(dict.fromkeys(str(getattr(ad, kind)) for ad in ads))
        if asked is not None and asked not in there:
            some = ", ".join(name for name in there[:12] if name)
            fix = f"use one of: {some}" if some else f"this recipe has no {kind}s; leave --{kind} out"
            raise UserError(f"--{kind}: there is no `{asked}`", fix=fix)
        wanted = there[0] if asked is None else asked
        ads = tuple(ad for ad in ads if getattr(ad, kind) == wanted)
    return replace(work, plan=Plan(ads))


def together(problems: Sequence[CastadError]) -> CastadError:
    """Many problems as one error; it ends the program as the recipes' own would, unless none is theirs."""
    if len(problems) == 1:
        return problems[0]
    error = RecipeProblems(cast(Sequence[UserError], problems))
    codes = {problem.exit_code for problem in problems}
    error.exit_code = UserError.exit_code if UserError.exit_code in codes else max(codes)
    return error


def _template(name: str) -> tuple[TemplateSpec, str]:
    template = load_template(name)
    return template.spec, template.fingerprint


def _near(paths: Sequence[Path]) -> Path | None:
    return paths[0] if paths else None


def _in_order(problems: Sequence[CastadError]) -> tuple[CastadError, ...]:
    """Problems file by file, in order of place, each once."""
    once = {(str(problem.place), problem.message): problem for problem in problems}

    def order(problem: CastadError) -> tuple[str, int, int]:
        place = problem.place
        return (place.file, place.line, place.column) if place else ("", 0, 0)

    return tuple(sorted(once.values(), key=order))
