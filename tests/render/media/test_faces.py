"""Faces in photographs: found where they are, and nothing else taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from castad_cli.render.media import faces
from castad_cli.render.media.faces import Face, find_faces, focus_of, those_that_matter
from tests.render.drawn_faces import draw_face, portrait


@pytest.mark.parametrize(("left", "top", "side"), [(80, 60, 260), (900, 420, 320), (520, 240, 480)])
def test_a_face_is_found_where_it_is(left: int, top: int, side: int) -> None:
    (face,) = find_faces(portrait(1400, 900, left, top, side))
    middle = ((face.left + face.right) / 2 * 1400, (face.top + face.bottom) / 2 * 900)
    assert middle == pytest.approx((left + side / 2, top + side / 2), abs=0.12 * side)
    assert 0.45 * side < (face.right - face.left) * 1400 < 0.95 * side


def test_two_faces_are_both_seen_and_the_larger_comes_first() -> None:
    picture = portrait(1400, 900, 120, 200, 480)
    draw_face(picture, 900, 260, 380)
    first, second = find_faces(picture)
    assert first.area > second.area
    x, _ = focus_of((first, second)) or (0, 0)
    assert 0.4 < x < 0.6, "the ad keeps both in view"


def test_who_passes_far_behind_is_not_whom_the_picture_is_of() -> None:
    near, far = Face(0.1, 0.1, 0.5, 0.6), Face(0.8, 0.2, 0.9, 0.3)
    assert those_that_matter((near, far)) == (near,)
    assert focus_of(()) is None


def test_the_pictures_of_the_examples_show_nobody() -> None:
    from PIL import Image

    folder = Path(__file__).resolve().parents[3] / "castad_cli" / "templates"
    for path in sorted(folder.glob("*/starter/*.jpg"))[::3]:
        assert find_faces(np.asarray(Image.open(path).convert("RGB"))) == (), path.name


def test_the_detector_is_unpacked_once_and_a_damaged_copy_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(tmp_path))
    picture = portrait(640, 480, 100, 100, 300)
    for damage in (None, b"not a detector"):
        if damage:
            (kept,) = tmp_path.glob("faces-*.svm")
            kept.write_bytes(damage)
        faces._detector.cache_clear()
        assert len(find_faces(picture)) == 1
    faces._detector.cache_clear()
    (kept,) = tmp_path.glob("faces-*.svm")
    assert kept.stat().st_size > 50_000, "it has been mended"
