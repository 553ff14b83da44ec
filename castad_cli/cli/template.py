"""``castad template``: the designs there are."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.help import Command, Group
from castad_cli.cli.options import suggest
from castad_cli.cli.shell import Shell, with_shell
from castad_cli.errors import UserError

app = typer.Typer(cls=Group, help="Look at templates.", no_args_is_help=True)


@app.command("list", cls=Command)
@with_shell()
def list_(shell: Shell) -> None:
    """List the templates there are."""
    from castad_cli.templates import load_template, template_names

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_column(style="dim")
    for name in template_names():
        spec = load_template(name).spec
        shell.record({"event": "template", **spec.model_dump(mode="json", include={"name", "title", "summary"})})
        table.add_row(name, spec.summary, ", ".join(spec.formats))
    shell.result(table)


@app.command("show", cls=Command)
@with_shell()
def show(
    shell: Shell, name: Annotated[str, typer.Argument(metavar="NAME", help="A template.", show_default=False)]
) -> None:
    """Show what a template offers: its scenes, how much text they take, its transitions."""
    from castad_cli.templates import load_template, template_names

    if name not in template_names():
        raise UserError(f"there is no template `{name}`", fix=suggest(name, template_names()))
    template = load_template(name)
    spec = template.spec
    shell.record({"event": "template", **spec.model_dump(mode="json"), "fingerprint": template.fingerprint})
    text = Text.assemble((spec.title, "bold"), "\n", spec.summary, "\n\n")
    for label, values in (("good for", spec.good_for), ("formats", spec.formats)):
        text.append(f"{label:<10}", "dim").append(", ".join(values) + "\n")
    fewest, most = spec.points
    text.append(f"{'scenes':<10}", "dim").append(f"an opening, {fewest} to {most} points, a closing card\n")
    shell.result(text)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for label in ("scene", "length", "comes in by", "headline", "line"):
        table.add_column(label)
    for role, scene in spec.scenes.items():
        transition = spec.transitions.get(role)
        by = "cut"
        if transition is not None and transition.length:
            by = f"{transition.kind}, {float(transition.length):g} s"
        slots = [scene.slots.get(slot) for slot in ("headline", "line")]
        limits = [f"{slot.max_em:g} em in {slot.max_lines} lines" if slot else "" for slot in slots]
        table.add_row(Text(role, "bold"), f"{float(scene.min):g} to {float(scene.max):g} s", by, *limits)
    shell.result(table)
