"""A template tried out: its stress cases judged, and pictured on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.app.making import scratch_of
from castad_cli.model.formats import LANGUAGES
from castad_cli.run.scratch import scratch_folder
from castad_cli.settings import Settings
from castad_cli.templates import load_template

if TYPE_CHECKING:
    from castad_cli.render.trial import Trial


def try_out(
    name: str,
    settings: Settings,
    sheet: Path,
    *,
    formats: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
) -> list[Trial]:
    """Every stress case of a template in the formats and languages given (default: all), and ``sheet`` with them.

    Raises:
        UserError: the template cannot be used.
        EnvironmentNotReady: no browser or no FFmpeg.
    """
    from castad_cli.render import Studio
    from castad_cli.render.trial import try_template
    from castad_cli.render.trial_sheet import write_sheet

    template = load_template(name)
    shapes = [shape for shape in template.spec.formats if not formats or shape in formats]
    with (
        scratch_folder(scratch_of(settings)) as folder,
        Studio(browser=settings.browser or None, ffmpeg=settings.ffmpeg or None) as studio,
    ):
        trials = list(try_template(template, shapes, list(languages or LANGUAGES), folder, studio))
    sheet.parent.mkdir(parents=True, exist_ok=True)
    write_sheet(trials, sheet)
    return trials
