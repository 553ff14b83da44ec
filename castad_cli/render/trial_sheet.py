"""The contact sheet of a template's trials: every case captioned, as many beside each other as its width holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.trial import Trial

_WIDTH_PX = 2200
_GAP_PX = 12
_CAPTION_PX = 34
_PAPER, _INK, _ALARM = (238, 238, 238), (60, 60, 60), (215, 30, 40)


def write_sheet(trials: Sequence[Trial], path: Path) -> None:
    """All trials' scenes on one PNG, in the trials' order; a red edge and caption where something was found.

    A case that could not be laid out has its caption alone.

    Raises:
        EnvironmentNotReady: ``path`` cannot be written.
    """
    font = ImageFont.load_default(20)
    rows = list(_rows(trials))
    width = max([_WIDTH_PX, *(sum(_width(trial) + 2 * _GAP_PX for trial in row) for row in rows)])
    heights = [_CAPTION_PX + max(_height(trial) for trial in row) + _GAP_PX for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) + _GAP_PX), _PAPER)
    draw = ImageDraw.Draw(sheet)
    top = _GAP_PX
    for row, height in zip(rows, heights, strict=True):
        left = _GAP_PX
        for trial in row:
            count = len(trial.findings)
            says = "refused" if trial.strip is None else f"{count} found" if count else ""
            caption = f"{trial.name}   {says}".strip()
            draw.text((left, top + 6), caption, fill=_ALARM if count else _INK, font=font)
            if trial.strip is not None:
                sheet.paste(Image.fromarray(trial.strip), (left, top + _CAPTION_PX))
            if count:
                edge = left - _GAP_PX // 2
                draw.rectangle((edge - 3, top, edge + 2, top + _CAPTION_PX + _height(trial) - 1), fill=_ALARM)
            left += _width(trial) + 2 * _GAP_PX
        top += height
    try:
        sheet.save(path)
    except OSError as error:
        raise EnvironmentNotReady(
            f"cannot write {path.name}: {error.strerror}",
            fix="choose another place with `--output`",
        ) from error


def _rows(trials: Iterable[Trial]) -> Iterable[list[Trial]]:
    """``trials`` row by row: a new one where the sheet is full, or where a strip's height or shape is another."""
    row: list[Trial] = []
    used = 0
    for trial in trials:
        wide = _width(trial) + 2 * _GAP_PX
        if row and (used + wide > _WIDTH_PX or trial.name.split()[0] != row[0].name.split()[0]):
            yield row
            row, used = [], 0
        row.append(trial)
        used += wide
    if row:
        yield row


def _size(strip: NDArray[np.uint8] | None) -> tuple[int, int]:
    return (0, 400) if strip is None else (strip.shape[0], strip.shape[1])


def _height(trial: Trial) -> int:
    return _size(trial.strip)[0]


def _width(trial: Trial) -> int:
    return _size(trial.strip)[1]
