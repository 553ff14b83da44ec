"""Recipe files found, read and checked: every problem of every file at once."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.place import Place
from castad_cli.model.plan import AdSource
from castad_cli.model.recipe import Recipe
from castad_cli.recipe.expanding import expand_tree
from castad_cli.recipe.tree import Fields, Places
from castad_cli.recipe.yaml_text import MAX_BYTES, parse_yaml

if TYPE_CHECKING:
    from castad_cli.model.template import TemplateSpec

_SUFFIXES = (".yaml", ".yml")
_VERSION_KEY = re.compile(rb"^(?:\xef\xbb\xbf)?(?:\{\s*)?[\"']?castad[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True)
class RecipeFile:
    """A recipe file without a problem.

    ``file`` is its name in messages: relative to the working folder when below it. ``recipe`` is the recipe as
    written, ``${…}`` filled (from the first row, where there are rows); ``tree`` the raw tree; ``places`` maps key
    paths to where they stand. ``ads`` are its ads' recipes.
    """

    file: str
    path: Path
    recipe: Recipe
    tree: Fields
    places: Mapping[str, Place]
    ads: tuple[AdSource, ...]


def shown(path: Path) -> str:
    """A path as messages show it: relative to the working folder when below it."""
    try:
        return _whole(path).relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return str(path)


def _whole(path: Path) -> Path:
    return Path(os.path.normpath(Path.cwd() / path))


def find_recipes(paths: Sequence[Path]) -> list[Path]:
    """The recipe files among ``paths``: files as given, folders searched for ``*.yaml`` and ``*.yml`` with ``castad:``.

    Each once, folders' in order of name; hidden folders and links to folders are passed over.

    Raises:
        RecipeProblems: paths that are not there, or folders without a recipe.
    """
    found: dict[Path, Path] = {}
    problems: list[UserError] = []
    for path in paths:
        place = Place(shown(path))
        try:
            if path.is_dir():
                recipes = list(_recipes_in(path))
                if not recipes:
                    fix = "a recipe is a .yaml file that begins with `castad: 1`; `castad init` writes one"
                    problems.append(UserError("no recipe in this folder", fix=fix, place=place))
            elif path.is_file():
                recipes = [path]
            elif path.exists():
                raise OSError(0, "it is not an ordinary file")
            else:
                problems.append(UserError("no such file or folder", fix="check the path", place=place))
                continue
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else "") or "it is not a path"
            problems.append(UserError(f"cannot be read: {reason}", fix="check the path", place=place))
            continue
        for recipe in recipes:
            found.setdefault(_whole(recipe), recipe)
    if problems:
        raise RecipeProblems(problems)
    return list(found.values())


def _recipes_in(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if name.lower().endswith(_SUFFIXES) and not name.startswith(".") and path.is_file() and _is_recipe(path):
                yield path


def _is_recipe(path: Path) -> bool:
    """Whether the file has ``castad:`` at its top level. One that cannot be read counts: reading it says why."""
    try:
        with path.open("rb") as file:
            return _VERSION_KEY.search(file.read(MAX_BYTES)) is not None
    except OSError:
        return True


def read_recipe(
    path: Path, *, templates: Mapping[str, TemplateSpec] | None = None, data: Path | None = None
) -> RecipeFile:
    """A recipe file, read and checked in full, its variants and rows too.

    ``templates`` are the templates there are (default: those installed). ``data`` replaces the recipe's data file.

    Raises:
        RecipeProblems: all that is wrong with it, in order of place.
    """
    label = shown(path)
    tree, problems = _parse(path, label)
    replacement = None if data is None else (data, shown(data))
    known = _Installed() if templates is None else templates
    expansion = expand_tree(tree, path.parent, label, known, replacement)
    problems = (*problems, *expansion.problems)
    if problems or expansion.recipe is None:
        raise RecipeProblems(sorted(problems, key=_order))
    return RecipeFile(label, path, expansion.recipe, tree, Places(tree), expansion.ads)


@dataclass(frozen=True)
class Survey:
    """What came of reading recipes: the good ones, all that is wrong with the others, and how many there are in all."""

    files: tuple[RecipeFile, ...]
    problems: tuple[UserError, ...]
    recipes: int


def survey_recipes(
    paths: Sequence[Path], *, templates: Mapping[str, TemplateSpec] | None = None, data: Path | None = None
) -> Survey:
    """All recipes among files and folders, read and checked; one that is wrong hides no other."""
    found: list[RecipeFile] = []
    problems: list[UserError] = []
    seen: set[Path] = set()
    for path in paths:
        try:
            recipes = find_recipes([path])
        except RecipeProblems as error:
            problems += error.problems
            continue
        for recipe in recipes:
            if _whole(recipe) in seen:
                continue
            seen.add(_whole(recipe))
            try:
                found.append(read_recipe(recipe, templates=templates, data=data))
            except RecipeProblems as error:
                problems += error.problems
    problems += _same_names(found)
    return Survey(tuple(found), tuple(problems), len(seen))


def read_recipes(
    paths: Sequence[Path], *, templates: Mapping[str, TemplateSpec] | None = None, data: Path | None = None
) -> list[RecipeFile]:
    """All recipes among files and folders, read and checked.

    Raises:
        RecipeProblems: all that is wrong with any of them, file by file.
    """
    survey = survey_recipes(paths, templates=templates, data=data)
    if survey.problems:
        raise RecipeProblems(survey.problems)
    return list(survey.files)


def expand(recipe_file: RecipeFile) -> tuple[AdSource, ...]:
    """Its ads' recipes: each row with each variant, in the order written, rows first."""
    return recipe_file.ads


def _parse(path: Path, label: str) -> tuple[Fields, tuple[UserError, ...]]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                size = os.fstat(file.fileno()).st_size
                fix = "is this a recipe? Media belong beside it, not in it"
                message = f"the file has {size / 1e6:.1f} MB; a recipe has at most {MAX_BYTES // 1_000_000} MB"
                raise UserError(message, fix=fix, place=Place(label))
        return parse_yaml(data, label)
    except FileNotFoundError:
        error = UserError("no such file", fix="check the path", place=Place(label))
    except (OSError, ValueError) as reason:
        said = (reason.strerror if isinstance(reason, OSError) else "") or "it is not a path"
        error = UserError(f"cannot be read: {said}", fix="check the path and its permissions", place=Place(label))
    except UserError as problem:
        error = problem
    raise RecipeProblems([error])


def _same_names(files: Sequence[RecipeFile]) -> Iterator[UserError]:
    """Recipes that would write into one folder; systems differ on whether capitals make another."""
    seen: dict[str, RecipeFile] = {}
    for file in files:
        for name in dict.fromkeys(ad.recipe.name for ad in file.ads):
            other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), file)
            if other is not file:
                place = file.places.get("name", Place(file.file))
                yield UserError(
                    f"`{name}` is also the name of {other.file}", fix="give one another `name:`", place=place
                )


def _order(problem: UserError) -> tuple[str, int, int]:
    place = problem.place
    return ("", 0, 0) if place is None else (place.file, place.line, place.column)


class _Installed(Mapping[str, "TemplateSpec"]):
    """The templates that are installed, each loaded when asked for."""

    def __getitem__(self, name: str) -> TemplateSpec:
        from castad_cli.templates import load_template, template_names

        if name not in template_names():
            raise KeyError(name)
        return load_template(name).spec

    def __iter__(self) -> Iterator[str]:
        from castad_cli.templates import template_names

        return iter(template_names())

    def __len__(self) -> int:
        return sum(1 for _ in self)
