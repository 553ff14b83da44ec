"""``castad init``: a first recipe that renders as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import suggest
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError
from castad_cli.model.place import Place

_SCHEMA = "recipe.schema.json"


@with_shell()
def init(
    shell: Shell,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)] = Path(),
    template: Annotated[
        str, typer.Option("--template", "-t", metavar="NAME", help="One that `castad template list` shows.")
    ] = "horizon",
) -> None:
    """Start a recipe with pictures, ready to render.

    Overwrites nothing.
    """
    from castad_cli.recipe import recipe_schema
    from castad_cli.templates import load_template, template_names

    if template not in template_names():
        raise UserError(f"there is no template `{template}`", fix=suggest(template, template_names()))
    starter = load_template(template).folder / "starter"
    contents: dict[Path, bytes] = {}
    for source in sorted(path for path in starter.iterdir() if path.is_file()):
        target = folder / source.name if source.suffix == ".yaml" else folder / "assets" / source.name
        contents[target] = source.read_bytes()
    recipe = folder / "recipe.yaml"
    contents[recipe] = _named(contents[recipe].decode(), folder).encode()
    contents[folder / _SCHEMA] = (json.dumps(recipe_schema(), ensure_ascii=False, indent=2) + "\n").encode()
    _write_new(contents)
    shell.record({"event": "init.done", "recipe": str(recipe), "files": [str(path) for path in contents]})
    shell.result(short_path(recipe))
    shell.say(
        Text.assemble(
            "\nMake it yours, then:\n",
            (f"  castad preview {short_path(recipe)}\n", "bold"),
            (f"  castad render {short_path(recipe)}\n", "bold"),
        )
    )


def _named(recipe: str, folder: Path) -> str:
    """The recipe named after its folder."""
    name = re.sub(r"[^\w .-]+", "-", folder.absolute().name).strip("-. ") or "my-ad"
    return re.sub(r"^name: .*$", lambda _: f"name: {json.dumps(name, ensure_ascii=False)}", recipe, count=1, flags=re.M)


def _write_new(contents: dict[Path, bytes]) -> None:
    """Write all files, or, where one stands already or the disk refuses, none.

    Raises:
        UserError: something stands in the way.
    """
    standing = [path for path in contents if path.exists()]
    if standing:
        names = ", ".join(short_path(path) for path in standing[:4]) + (", …" if len(standing) > 4 else "")
        raise UserError(
            f"already there: {names}", fix="name a new folder: castad init my-ad", place=Place(str(standing[0].parent))
        )
    written: list[Path] = []
    made: list[Path] = []
    try:
        for path, data in contents.items():
            for parent in reversed([path.parent, *path.parent.parents]):
                if not parent.exists():
                    parent.mkdir()
                    made.append(parent)
            written.append(path)
            with path.open("xb") as file:
                file.write(data)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for parent in reversed(made):
            parent.rmdir()
        raise
