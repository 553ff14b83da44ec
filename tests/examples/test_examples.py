"""The example material: recipes in order, marks that are paths alone, pictures that do not weigh a clone down."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from castad_cli.recipe import expand, find_recipes, read_recipe

ROOT = Path(__file__).parents[2]
RECIPES = find_recipes([ROOT / "recipes", ROOT / "examples"])
LOGOS = sorted([*ROOT.glob("recipes/*/logo.svg"), *ROOT.glob("examples/*/logo.svg")])
PICTURES = sorted([*ROOT.glob("recipes/*/*.jpg"), *ROOT.glob("examples/*/*.jpg")])
STARTERS = sorted(ROOT.glob("castad_cli/templates/*/starter/*.jpg"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_example_recipe_is_in_order_and_makes_ads(path: Path) -> None:
    assert expand(read_recipe(path))


def test_there_are_five_pictures_for_each_of_three_businesses() -> None:
    businesses = [folder for folder in (ROOT / "recipes").iterdir() if folder.is_dir()]
    assert {folder.name: len(list(folder.glob("*.jpg"))) for folder in businesses} == {
        "haneul-pension": 5,
        "onda-ceramics": 5,
        "sandglass-coffee": 5,
    }


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_example_recipe_names_its_schema_to_editors(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../docs/reference/recipe.schema.json"


@pytest.mark.parametrize("path", LOGOS, ids=lambda path: path.parent.name)
def test_a_mark_is_made_of_filled_paths_alone(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text("utf-8"))
    assert {element.tag.split("}")[1] for element in root.iter()} == {"svg", "title", "path"}
    assert {"width", "height", "viewBox"} <= set(root.attrib)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_picture_is_an_upright_rgb_jpeg_of_moderate_weight(path: Path) -> None:
    with Image.open(path) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert path.stat().st_size <= 1_200_000


def test_all_pictures_together_stay_below_sixteen_megabytes() -> None:
    assert sum(path.stat().st_size for path in PICTURES + STARTERS) <= 16_000_000


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_starter_picture_is_small(path: Path) -> None:
    with Image.open(path) as picture:
        assert max(picture.size) <= 1400
    assert path.stat().st_size <= 200_000
