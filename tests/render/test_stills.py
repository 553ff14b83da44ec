"""Stills and contact sheets: the ad as it is at an instant, without its video."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.model.music import Track
from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.scenery import set_scene
from castad_cli.render.stills import contact_sheet, still
from castad_cli.render.studio import Studio

MakeAd = Callable[..., tuple[RenderTask, Script, Track | None]]


def read(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)


@pytest.mark.parametrize("at_s", [Fraction(0), Fraction(5, 2), Fraction(179, 30)])
def test_a_still_is_the_frame_at_its_instant(
    make_ad: MakeAd, shared_studio: Studio, tmp_path: Path, at_s: Fraction
) -> None:
    ad = make_ad()
    path = still(*ad, at_s, tmp_path, shared_studio)
    assert path.name == "en-square.png"
    frame = set_scene(*ad, shared_studio).picture(int(at_s * 30))
    difference = np.abs(read(path).astype(int) - frame)
    # Layers at rest are flattened in the video and drawn one by one in a still: each large shade rounds otherwise.
    assert difference.max() <= 6
    assert difference.mean() < 0.34


def test_a_still_at_no_instant_shows_the_opening_with_its_words_in_place(
    make_ad: MakeAd, shared_studio: Studio, tmp_path: Path
) -> None:
    ad = make_ad()
    shown = read(still(*ad, None, tmp_path, shared_studio))
    scenery = set_scene(*ad, shared_studio)
    headline = next(t for t in scenery.layout.texts if t.slot == "headline" and t.scene == 0)
    box = headline.box
    pixels = shown[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].reshape(-1, 3).astype(int)
    assert (np.abs(pixels - headline.color).max(axis=1) < 40).mean() > 0.1


@pytest.mark.parametrize("at_s", [Fraction(6), Fraction(60), Fraction(-1)])
def test_an_instant_outside_the_ad_is_refused(
    make_ad: MakeAd, shared_studio: Studio, tmp_path: Path, at_s: Fraction
) -> None:
    with pytest.raises(UserError, match="the ad is 6s long, there is no frame at") as caught:
        still(*make_ad(), at_s, tmp_path, shared_studio)
    assert "from 0 to 6" in caught.value.fix


def test_a_contact_sheet_has_a_row_for_each_rendition_and_a_cell_for_each_scene(
    make_ad: MakeAd, shared_studio: Studio, tmp_path: Path
) -> None:
    items = [make_ad(format="square"), make_ad(format="landscape"), make_ad(format="reel")]
    sheet = read(contact_sheet(items, tmp_path, shared_studio))
    gap, height = 16, 480
    widths = [480, round(960 * 480 / 540), 270]
    assert sheet.shape == (3 * height + 4 * gap, 3 * widths[1] + 4 * gap, 3)
    paper = np.array((238, 240, 242))
    for row, width in enumerate(widths):
        top = gap + row * (height + gap)
        cells = [sheet[top : top + height, gap + i * (width + gap) :][:, :width] for i in range(3)]
        assert all(np.abs(cell.reshape(-1, 3) - paper).max(axis=1).mean() > 30 for cell in cells)
        assert not np.array_equal(cells[0], cells[1])
        right = 3 * (width + gap) + gap
        assert (sheet[top : top + height, right:] == paper).all()


def test_a_still_on_a_full_disk_is_an_error_that_says_so(
    make_ad: MakeAd, shared_studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(self: Path, data: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    with pytest.raises(EnvironmentNotReady, match=r"cannot write en-square\.png: No space left") as caught:
        still(*make_ad(), Fraction(1), tmp_path, shared_studio)
    assert caught.value.fix


def test_words_and_code_are_sharp_at_full_size(make_ad: MakeAd, shared_studio: Studio, tmp_path: Path) -> None:
    url = "https://example.com/haneul"
    shown = read(still(*make_ad(quality="standard", url=url), Fraction(59, 10), tmp_path, shared_studio))
    assert shown.shape == (1080, 1080, 3)
    assert cv2.QRCodeDetector().detectAndDecode(shown)[0] == url
