"""What cannot be planned as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.plan import AdPlan, AdSource
from castad_cli.model.template import TemplateSpec


def find_unmade(ads: Sequence[AdSource], key: str, wanted: Sequence[str] | None) -> list[UserError]:
    """Formats or languages asked for that a recipe does not make: one problem for each recipe and name."""
    found: dict[tuple[str, str], UserError] = {}
    for ad in ads:
        made: Sequence[str] = ad.recipe.formats if key == "formats" else ad.recipe.languages
        for name in wanted or ():
            if name not in made:
                message = f"this recipe makes no `{name}`"
                fix = f"add it here, or ask for one of: {', '.join(made)}"
                found.setdefault((ad.file, name), UserError(message, fix=fix, place=ad.place(key)))
    return list(found.values())


def find_unusable(ads: Sequence[AdSource], templates: Mapping[str, tuple[TemplateSpec, str]]) -> list[UserError]:
    """Templates that are not there: one problem for each recipe and name."""
    found: dict[tuple[str, str], UserError] = {}
    for ad in ads:
        name = ad.recipe.template
        if name not in templates:
            fix = f"use one of: {', '.join(sorted(templates))}"
            error = UserError(f"no template is called `{name}`", fix=fix, place=ad.place("template"))
            found.setdefault((ad.file, name), error)
    return list(found.values())


def check_folders(planned: Sequence[AdPlan], ads: Sequence[AdSource]) -> None:
    """Refuse ads that would overwrite one another's files.

    Why: rows and variants are joined in a folder's name, so row ``a`` with variant ``b-c`` meets row ``a-b`` with
    variant ``c``; and some file systems take capitals for the same letters.
    """
    seen: dict[tuple[str, str], AdPlan] = {}
    problems: list[UserError] = []
    for plan in planned:
        other = seen.setdefault((plan.folder.casefold(), plan.language), plan)
        if other is not plan:
            place = next(ad.place("name") for ad in ads if ad.file == plan.recipe_file)
            message = f"`{plan.key}` and `{other.key}` would both be written into `{plan.folder}`"
            problems.append(UserError(message, fix="give one another name", place=place))
    if problems:
        raise RecipeProblems(problems)
