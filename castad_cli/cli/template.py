"""``castad template``: the designs there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.help import Command, Group
from castad_cli.cli.options import Formats, Languages, check_choices, suggest
from castad_cli.cli.problems import short_path
from castad_cli.cli.shell import Shell
from castad_cli.errors import UserError

app = typer.Typer(cls=Group, help="Look at templates, start one, try one.", no_args_is_help=True)


@app.command("list", cls=Command)
@with_shell()
def list_(shell: Shell) -> None:
    """List the templates there are."""
    from castad_cli.run.far_templates import bring_templates
    from castad_cli.templates import load_template, template_names

    bring_templates(shell.settings(None))
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
    from castad_cli.run.far_templates import bring_templates
    from castad_cli.templates import load_template, template_names

    bring_templates(shell.settings(None))
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


@app.command("new", cls=Command)
@with_shell()
def new(
    shell: Shell,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.", show_default=False)],
    like: Annotated[str, typer.Option("--like", metavar="NAME", help="The template to start from.")] = "horizon",
) -> None:
    """Start a template of your own: a copy of another one, to change."""
    from castad_cli.run.far_templates import bring_templates
    from castad_cli.templates import own_templates_folder, start_template, template_names

    bring_templates(shell.settings(None))
    if like not in template_names():
        raise UserError(f"there is no template `{like}`", fix=suggest(like, template_names()))
    folder = start_template(name, like, own_templates_folder())
    shell.record({"event": "template.new", "name": name, "path": str(folder)})
    shell.result(short_path(folder))
    shell.say(f"change its files, then: castad template check {name}")


@app.command("check", cls=Command)
@with_shell()
def check(
    shell: Shell,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The contact sheet to write.")] = Path(
        "template-check.png"
    ),
    format_: Formats = None,
    language: Languages = None,
) -> int:
    """Try a template: longest and shortest words, missing pieces, one photograph and ten, in every language."""
    check_choices(format_, language)
    from castad_cli.app.trying import try_out
    from castad_cli.run.far_templates import bring_templates
    from castad_cli.templates import template_names

    bring_templates(shell.settings(None))
    if name not in template_names():
        raise UserError(f"there is no template `{name}`", fix=suggest(name, template_names()))
    with shell.busy("trying it"):
        trials = try_out(name, shell.settings(None), output, formats=format_, languages=language)
    wrong = [trial for trial in trials if trial.findings]
    for trial in wrong:
        for finding in trial.findings:
            shell.record({"event": "template.finding", "case": trial.name, "finding": finding})
            shell.result(Text.assemble((trial.name, "bold"), "  ", finding))
    shell.record({"event": "template.checked", "cases": len(trials), "wrong": len(wrong), "path": str(output)})
    shell.result(short_path(output))
    shell.say(f"{len(trials)} cases, {len(wrong)} with faults")
    return 1 if wrong else 0
