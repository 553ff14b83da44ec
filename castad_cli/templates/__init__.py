"""The templates: one folder each, with ``template.yaml``, ``template.html`` and ``style.css``.

Those that come with CaStAD are here; a person's own stand in the folders that ``CASTAD_TEMPLATES`` names (default:
``templates`` in the working folder), packages bring theirs by an entry point in the group ``castad.templates``, and
`castad_cli.run.far_templates` fetches those behind a URL.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from castad_cli.model.template import TemplateSpec

_FOLDER = Path(__file__).parent
OWN_FOLDERS = "CASTAD_TEMPLATES"
"""The environment variable that names folders of templates, parted as ``PATH`` is."""
ENTRY_POINTS = "castad.templates"
_FILES = ("template.yaml", "template.html", "style.css")


@dataclass(frozen=True)
class Template:
    """A template as loaded: what it says of itself, where its files are, and which files they are.

    ``fingerprint`` is the SHA-256 of every file in the folder but the starter pictures.
    """

    spec: TemplateSpec
    folder: Path
    fingerprint: str


def template_names() -> tuple[str, ...]:
    """The names of all templates there are, sorted."""
    return tuple(sorted(_folders()))


def own_templates_folder() -> Path:
    """Where a person's own templates stand: the first of ``CASTAD_TEMPLATES``."""
    return Path(os.environ.get(OWN_FOLDERS, "templates").split(os.pathsep)[0] or "templates")


def watched_folders() -> tuple[Path, ...]:
    """The folders of templates that a person may be writing: all but those that come with packages."""
    return tuple(sorted({folder for folder in _folders().values() if "site-packages" not in folder.parts}))


def look_again() -> None:
    """Forgets what was loaded: a template is being written, and its files have changed."""
    _find.cache_clear()
    _load.cache_clear()


def _folders() -> dict[str, Path]:
    """Every template's folder by name. One that comes with CaStAD keeps its name; then a person's own come first."""
    return _find(os.environ.get(OWN_FOLDERS, "templates"), str(Path.cwd()), _brought)


_brought: tuple[Path, ...] = ()
"""Folders of templates that were fetched from elsewhere."""


def use_folders(folders: tuple[Path, ...]) -> None:
    """Look for templates in these folders too, after a person's own."""
    global _brought
    _brought = folders


@cache
def _find_own() -> dict[str, Path]:
    return {path.parent.name: path.parent.absolute() for path in _FOLDER.glob("*/template.yaml")}


@cache
def _find(own: str, here: str, brought: tuple[Path, ...]) -> dict[str, Path]:
    from importlib.metadata import entry_points

    found = dict(_find_own())
    bases = [Path(here, part) for part in own.split(os.pathsep) if part]
    for base in (*bases, *brought):
        for path in base.glob("*/template.yaml"):
            found.setdefault(path.parent.name, path.parent.absolute())
    for point in entry_points(group=ENTRY_POINTS):
        folder = _package_folder(point.value)
        if folder is not None:
            found.setdefault(point.name, folder)
    return found


def _package_folder(name: str) -> Path | None:
    """Where a package's files are, which is not imported."""
    from importlib.util import find_spec

    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places and (Path(places[0]) / _FILES[0]).is_file() else None


def start_template(name: str, like: str, base: Path) -> Path:
    """A new template in ``base``, a copy of the one called ``like`` to change: its folder.

    Raises:
        UserError: the name is no name for a template, or is taken.
    """
    import re
    import shutil

    from castad_cli.errors import UserError

    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise UserError(f"{name!r} is no name for a template", fix="use small letters, digits, `-` and `_`")
    folder = base / name
    if name in template_names() or folder.exists():
        raise UserError(f"there is a template `{name}` already", fix="use another name")
    source = load_template(like).folder
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    _find.cache_clear()
    for file, key in ((folder / _FILES[0], "name"), (folder / "starter" / "recipe.yaml", "template")):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            file.write_text(re.sub(rf"(?m)^{key}: {like}\b", f"{key}: {name}", text), encoding="utf-8")
    return folder


def load_template(name: str) -> Template:
    """The template called ``name``.

    Raises:
        UserError: no such template, or its ``template.yaml`` is not valid.
    """
    from castad_cli.errors import UserError

    # Its own come first and are found at once; what packages bring is asked of every package there is.
    folder = _find_own().get(name) or _folders().get(name)
    if folder is None:
        raise UserError(f"no template is called {name!r}", fix=f"use one of: {', '.join(template_names())}")
    return _load(folder)


@cache
def _load(folder: Path) -> Template:
    import yaml
    from pydantic import ValidationError

    from castad_cli.errors import UserError
    from castad_cli.model.place import Place
    from castad_cli.model.template import TemplateSpec

    path = folder / _FILES[0]
    missing = [file for file in _FILES if not (folder / file).is_file()]
    if missing:
        raise UserError(
            f"the template {folder.name!r} has no {missing[0]}", fix=f"write {missing[0]}", place=Place(str(path))
        )
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        spec = TemplateSpec.model_validate(yaml.load(path.read_text(encoding="utf-8"), loader))  # noqa: S506  a safe loader, in C where built
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors(include_url=False)]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        fix = "docs/reference/template.schema.json has every key"
        raise UserError(f"this template cannot be used: {wrong[0]}{more}", fix=fix, place=Place(str(path))) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        raise UserError(f"this template is not YAML: {error.problem}", fix="mend this line", place=place) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"this template cannot be read: {error}", place=Place(str(path))) from error
    return Template(spec, folder, _fingerprint(folder))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and inside[0] not in ("starter", "__pycache__"):
            yield path
