"""The files that recipes name: known to be usable, known by their bytes, looked into once."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.app.assets import gather
from castad_cli.app.work import check, together
from castad_cli.errors import CastadError, EnvironmentNotReady, RecipeProblems, UserError
from castad_cli.recipe import read_recipe
from castad_cli.settings import Settings

RECIPE = """\
castad: 1
name: inn
duration: 7s
formats: [square]
languages: [en]
brand: {name: Sea Inn, logo: logo.svg}
media: [sea.png, room.png]
music: none
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><rect width="100" height="40"/></svg>'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from PIL import Image

    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("sea.png", "room.png"):
        Image.effect_noise((640, 640), 60).save(work / name)
    (work / "logo.svg").write_text(LOGO)
    (work / "inn.yaml").write_text(RECIPE)
    return work


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_folder=tmp_path / "cache")


def found(folder: Path, settings: Settings) -> tuple[dict[str, str], list[CastadError]]:
    assets, problems = gather([read_recipe(folder / "inn.yaml")], settings, network=False)
    return {src: asset.kind for (_, src), asset in assets.items()}, problems


def test_every_file_is_found_with_its_kind_and_hash(folder: Path, settings: Settings) -> None:
    kinds, problems = found(folder, settings)
    assert not problems
    assert kinds == {"sea.png": "photo", "room.png": "photo", "logo.svg": "vector"}


def test_a_file_is_looked_into_once_for_its_bytes(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import castad_cli.render.media.intake as intake

    looked: list[str] = []
    identify = intake.identify
    monkeypatch.setattr(
        intake, "identify", lambda path, src, *a, **k: looked.append(src) or identify(path, src, *a, **k)
    )
    found(folder, settings)
    assert sorted(looked) == ["logo.svg", "room.png", "sea.png"]
    found(folder, settings)
    assert len(looked) == 3
    (folder / "sea.png").write_bytes((folder / "room.png").read_bytes())
    found(folder, settings)
    assert len(looked) == 3  # these bytes are known
    (folder / "sea.png").write_text("no picture")
    _, problems = found(folder, settings)
    assert len(problems) == 1


def test_a_memo_that_cannot_be_written_costs_nothing_but_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands here")
    kinds, problems = found(folder, Settings(cache_folder=tmp_path / "cache"))
    assert (len(kinds), problems) == (3, [])


def test_all_problems_of_all_files_come_at_once(folder: Path, settings: Settings) -> None:
    (folder / "sea.png").write_text("<html>")
    (folder / "logo.svg").write_bytes((folder / "room.png").read_bytes()[:200])
    (folder / "other.yaml").write_text(RECIPE.replace("inn", "cafe").replace("7s", "99s"))
    checked = check([folder], lambda near: settings)
    assert [problem.place.file if problem.place else "" for problem in checked.problems] == [
        "inn.yaml",
        "inn.yaml",
        "other.yaml",
    ]


def test_a_sound_among_the_pictures_is_told(folder: Path, settings: Settings, tmp_path: Path) -> None:
    import wave

    with wave.open(str(folder / "sea.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(b"\0\1" * 48_000)
    (folder / "inn.yaml").write_text(RECIPE.replace("sea.png", "sea.wav"))
    _, (problem,) = found(folder, settings)
    assert "is a sound" in problem.message
    assert problem.place is not None
    assert problem.place.line == 7


def test_problems_together_end_as_the_recipes_own_would() -> None:
    one, other = UserError("a"), EnvironmentNotReady("b")
    assert together([one]) is one
    assert together([other, other]).exit_code == 3
    mixed = together([one, other])
    assert isinstance(mixed, RecipeProblems)
    assert mixed.exit_code == 2
