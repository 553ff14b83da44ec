"""``castad schema``: the recipe language for editors."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from castad_cli.cli.command import with_shell
from castad_cli.cli.shell import Shell


class Subject(enum.StrEnum):
    """What a schema describes."""

    recipe = "recipe"
    template = "template"


@with_shell()
def schema(
    shell: Shell,
    of: Annotated[Subject, typer.Argument(metavar="SUBJECT", help="`recipe` or `template`.")] = Subject.recipe,
) -> None:
    """Print the JSON Schema of recipes or templates.

    Save it beside your recipes and let their first line name it:
    [cyan]# yaml-language-server: $schema=recipe.schema.json[/cyan]
    """
    import json
    import sys

    from castad_cli.recipe import recipe_schema, template_schema

    found = recipe_schema() if of is Subject.recipe else template_schema()
    # A schema is JSON as it is: --json changes nothing but puts it on one line.
    json.dump(found, sys.stdout, ensure_ascii=False, indent=None if shell.json else 2)
    sys.stdout.write("\n")
