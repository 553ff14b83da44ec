"""The templates: one folder each, with ``template.yaml``, ``template.html`` and ``style.css``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from castad_cli.model.template import TemplateSpec

_FOLDER = Path(__file__).parent


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
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/template.yaml")))


@cache
def load_template(name: str) -> Template:
    """The template called ``name``.

    Raises:
        UserError: no such template, or its ``template.yaml`` is not valid.
    """
    import yaml
    from pydantic import ValidationError

    from castad_cli.errors import UserError
    from castad_cli.model.place import Place
    from castad_cli.model.template import TemplateSpec

    folder = _FOLDER / name
    path = folder / "template.yaml"
    if name not in template_names():
        raise UserError(f"no template is called {name!r}", fix=f"use one of: {', '.join(template_names())}")
    try:
        spec = TemplateSpec.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise UserError(f"this template cannot be used: {error}", place=Place(str(path))) from error
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
