"""The contact sheet of `castad template check`."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.trial import Trial
from castad_cli.render.trial_sheet import write_sheet

ALARM = (215, 30, 40)


def strip(width: int, level: int) -> NDArray[np.uint8]:
    return np.full((300, width, 3), level, np.uint8)


def sheet_of(folder: Path, *trials: Trial) -> NDArray[np.uint8]:
    write_sheet(trials, folder / "sheet.png")
    return np.asarray(Image.open(folder / "sheet.png").convert("RGB"))


def reddish(sheet: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray((sheet == ALARM).all(axis=2))


def test_narrow_cases_stand_beside_each_other_and_every_strip_is_whole(tmp_path: Path) -> None:
    first, second = Trial("reel ko longest", (), strip(700, 10)), Trial("reel ko shortest", (), strip(700, 20))
    sheet = sheet_of(tmp_path, first, second)
    assert sheet.shape[0] < 400, "one row"
    for level in (10, 20):
        assert (sheet == level).all(axis=2).sum() == 300 * 700


def test_another_format_begins_a_row_of_its_own(tmp_path: Path) -> None:
    first, second = Trial("reel ko longest", (), strip(700, 10)), Trial("square ko longest", (), strip(900, 20))
    sheet = sheet_of(tmp_path, first, second)
    tops = [np.flatnonzero((sheet == level).all(axis=2).any(axis=1))[0] for level in (10, 20)]
    assert tops[1] > tops[0] + 300


def test_what_has_findings_is_red_and_nothing_else_is(tmp_path: Path) -> None:
    good, bad = Trial("reel ko longest", (), strip(700, 10)), Trial("reel ko shortest", ("too small",), strip(700, 20))
    assert not reddish(sheet_of(tmp_path, good)).any()
    columns = np.flatnonzero(reddish(sheet_of(tmp_path, good, bad)).any(axis=0))
    assert columns.min() > 700, "the second case alone"


def test_a_case_that_was_refused_has_a_caption(tmp_path: Path) -> None:
    assert reddish(sheet_of(tmp_path, Trial("reel ko longest", ("does not fit",)))).any()


def test_a_strip_wider_than_the_sheet_makes_it_wider(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, Trial("landscape ko longest", (), strip(3000, 10)))
    assert (sheet == 10).all(axis=2).sum() == 300 * 3000


def test_a_sheet_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentNotReady, match=r"cannot write sheet\.png"):
        write_sheet([Trial("reel ko longest", (), strip(700, 10))], tmp_path / "nowhere" / "sheet.png")
