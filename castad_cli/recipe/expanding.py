"""One recipe file as the ads' recipes it describes: every variant with every row, filled in and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.plan import AdSource
from castad_cli.model.recipe import Recipe
from castad_cli.model.template import TemplateSpec
from castad_cli.recipe.checks import CHECKS, Subject, check_variants
from castad_cli.recipe.filling import fill
from castad_cli.recipe.layering import lay_over, only, variants_of
from castad_cli.recipe.rows import Row, Table, read_rows
from castad_cli.recipe.sources import find_source, is_url
from castad_cli.recipe.tree import Fields, Places, Scalar
from castad_cli.recipe.validation import check_tree

SAMPLE_ROWS = 100
"""How many rows are checked when the recipe itself has problems, which every row would have again."""


@dataclass(frozen=True)
class Expansion:
    """What a tree came to: the recipe as written (with the first row), its ads, all problems in order of place."""

    recipe: Recipe | None
    ads: tuple[AdSource, ...]
    problems: tuple[UserError, ...]


def expand_tree(
    tree: Fields, folder: Path, label: str, templates: Mapping[str, TemplateSpec], data: tuple[Path, str] | None = None
) -> Expansion:
    """Every ad's recipe from a recipe's tree. ``folder`` is the recipe's; ``data`` replaces its own data file.

    A file with variants makes the variants' ads only; one with a data file makes each row's.
    """
    problems: list[UserError] = list(check_variants(tree))
    table, unread = _table(tree, folder, data)
    problems += unread
    expander = _Expander(folder, templates, default_name(label), table)
    base = only(tree, "variants", "data")
    layers = {key: lay_over(base, variant) for key, variant in variants_of(tree).items()} or {"": base}
    rows: Iterable[Row | None] = (None,)
    if unread or table is not None:
        for layer in (tree, *layers.values()):
            problems += expander.pending(layer, fillable=not unread)
        rows = () if table is None else table.rows[:SAMPLE_ROWS] if problems else table.rows
    ads: list[AdSource] = []
    recipe: Recipe | None = None
    for row in rows:
        if recipe is None:
            recipe, _, found = expander.finished(tree, row)
            problems += found
        for variant, layer in layers.items():
            made, filled, found = expander.finished(layer, row)
            problems += found
            if made is not None and not found:
                ads.append(AdSource(label, made, row.key if row else "", variant, Places(filled)))
    return Expansion(recipe, tuple(ads), _once(problems))


def default_name(label: str) -> str:
    """The name of a recipe that gives itself none: its file's, without its ending, made fit for a folder."""
    stem = re.sub(r"\.ya?ml$", "", Path(label).name, flags=re.IGNORECASE)
    return re.sub(r"[^\w .-]+", "-", stem).strip(" .-_")[:80].strip(" .-_") or "recipe"


class _Expander:
    """Fills and checks one tree after another of one recipe file."""

    def __init__(self, folder: Path, templates: Mapping[str, TemplateSpec], name: str, table: Table | None) -> None:
        self._folder = folder
        self._templates = templates
        self._name = name
        self._table = table
        self._sources: dict[str, UserError | None] = {}

    def pending(self, tree: Fields, *, fillable: bool) -> list[UserError]:
        """What can be said against a tree before any row is filled in, or where the rows cannot be read."""
        problems: list[UserError] = []
        if fillable:
            tree, problems = fill(tree, name=self._name_in(tree), table=self._table)
        return problems + [problem for problem in check_tree(tree).problems if not _waits(problem)]

    def finished(self, tree: Fields, row: Row | None) -> tuple[Recipe | None, Fields, list[UserError]]:
        """One ad's recipe and tree, filled and checked in full. With problems, the recipe is what is left without."""
        filled, problems = fill(tree, name=self._name_in(tree), table=self._table, row=row)
        checked = check_tree(filled)
        problems += checked.problems
        recipe = checked.recipe
        if recipe is None:
            return None, filled, problems
        if not recipe.name:
            recipe = recipe.model_copy(update={"name": self._name})
        subject = Subject(recipe, checked.tree, self._folder, self._templates, self._sources)
        for keys, check in CHECKS:
            if not keys & checked.doubtful:
                problems += check(subject)
        return recipe, filled, problems

    def _name_in(self, tree: Fields) -> str:
        entry = tree.entries.get("name")
        return entry.value.text or self._name if entry is not None and isinstance(entry.value, Scalar) else self._name


def _waits(problem: UserError) -> bool:
    """Whether a problem is about a value that rows are still to fill."""
    place = problem.place
    return place is not None and "${" in place.text[place.column - 1 : place.column - 1 + place.length]


def _table(tree: Fields, folder: Path, data: tuple[Path, str] | None) -> tuple[Table | None, list[UserError]]:
    """The rows of the data file, if there is one."""
    try:
        if data is not None:
            return read_rows(*data), []
        entry = tree.entries.get("data")
        if entry is None or not isinstance(entry.value, Scalar) or not entry.value.text:
            return None, []
        src, place = entry.value.text.strip(), entry.value.spot.place()
        if is_url(src):
            raise UserError("a data file is read from the recipe's folder", fix="download it first", place=place)
        path = find_source(src, folder, place=place)
        beside = Path(tree.spot.source.label).parent / src
        return read_rows(path, beside.as_posix()), []
    except RecipeProblems as error:
        return None, list(error.problems)
    except UserError as error:
        return None, [error]


def _once(problems: Iterable[UserError]) -> tuple[UserError, ...]:
    """Problems without repetition, those of one file in order of place."""
    found = {(str(problem.place), problem.message): problem for problem in problems}

    def order(problem: UserError) -> tuple[str, int, int]:
        place = problem.place
        return ("", 0, 0) if place is None else (place.file, place.line, place.column)

    return tuple(sorted(found.values(), key=order))
