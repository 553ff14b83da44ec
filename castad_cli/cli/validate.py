"""``castad validate``: is what was written right?"""

from __future__ import annotations

from rich.text import Text

from castad_cli.cli.command import with_shell
from castad_cli.cli.options import Paths
from castad_cli.cli.shell import Shell
from castad_cli.model.figures import count


@with_shell()
def validate(shell: Shell, paths: Paths) -> int:
    """Check recipes: every problem of every file at once.

    Starts no browser and touches no network.
    """
    from castad_cli.app.work import check, together

    checked = check(paths, shell.settings)
    shell.notices(checked.notices)
    if checked.problems:
        shell.problem(together(checked.problems))
    shell.record(
        {
            "event": "summary",
            "recipes": checked.recipes,
            "ads": checked.ads,
            "renditions": checked.renditions,
            "problems": len(checked.problems),
        }
    )
    recipes = count(checked.recipes, "recipe")
    if checked.problems:
        shell.say(Text.assemble("\n", (count(len(checked.problems), "problem"), "bold red"), f" in {recipes}"))
        return together(checked.problems).exit_code
    made = f"{count(checked.ads, 'ad')}, {count(checked.renditions, 'rendition')}"
    shell.result(f"{recipes} in order: {made}")
    return 0
