"""A provider of another package is found by its entry point, and used like our own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.generate.music import make_track
from castad_cli.generate.providers import find_provider, names
from castad_cli.model.plan import TrackTask
from castad_cli.recipe import survey_recipes

MODULE = """\
from castad_cli.model.music import BeatGrid, Track
from fractions import Fraction

def make_track(task, folder, outside):
    file = folder / "hum.wav"
    file.write_bytes(b"RIFF")
    return Track(str(file), task.duration_s, BeatGrid(Fraction(0), (), ()), provider="humming", by_ai="A humming model")
"""


@pytest.fixture
def humming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package installed beside ours that offers the provider `humming`."""
    site = tmp_path / "site"
    info = site / "castad_humming-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "castad_humming.py").write_text(MODULE, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: castad-humming\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[castad.providers]\nhumming = castad_humming\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop("castad_humming", None)


@pytest.mark.usefixtures("humming")
def test_a_provider_of_another_package_is_known_and_used(tmp_path: Path) -> None:
    assert "humming" in names()
    track = make_track(TrackTask("t", "humming", Fraction(6)), tmp_path)
    assert (track.provider, track.by_ai) == ("humming", "A humming model")
    with pytest.raises(UserError, match="words"):
        find_provider("humming", "write", "words", None)


@pytest.mark.parametrize("installed", [True, False])
def test_a_recipe_may_name_it_only_when_it_is_installed(
    tmp_path: Path, installed: bool, request: pytest.FixtureRequest
) -> None:
    if installed:
        request.getfixturevalue("humming")
    (tmp_path / "sea.jpg").write_bytes(b"")
    recipe = tmp_path / "ad.yaml"
    recipe.write_text("castad: 1\nbrand: {name: A}\nmedia: [sea.jpg]\nmusic: humming\n", encoding="utf-8")
    problems = [str(problem.message) for problem in survey_recipes([recipe]).problems]
    assert any("humming" in problem for problem in problems) != installed
