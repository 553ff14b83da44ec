"""The plan's picture is well-formed, whole for few ads and legible for thousands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

from castad_cli.model.plan import Plan
from castad_cli.plan import graph_svg

from .conftest import MakePlan

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_every_task_is_a_box_and_every_need_a_line(plan: MakePlan) -> None:
    picture = graph_svg(plan())
    root = ElementTree.fromstring(picture)
    assert len(list(root.iter(f"{SVG}g"))) == 2 + 1 + 4 + 3
    assert len(list(root.iter(f"{SVG}path"))) == 4 * 2 + 3
    assert "GENERATE · 2 scripts, 1 track" in texts(picture)
    assert "RENDER · 4 renditions" in texts(picture)
    assert "UPLOAD · 3 posts" in texts(picture)


def test_boxes_lie_in_their_column_and_do_not_overlap(plan: MakePlan) -> None:
    root = ElementTree.fromstring(graph_svg(plan()))
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("x")]
    corners = sorted((int(box.get("x", "")), int(box.get("y", ""))) for box in boxes)
    height = int(root.get("height", ""))
    for (x, y), (next_x, next_y) in pairwise(corners):
        assert x != next_x or next_y - y >= 44
    assert all(y + 44 <= height for _, y in corners)


def test_names_are_text_and_never_markup(plan: MakePlan) -> None:
    made = plan()
    odd = Plan(tuple(replace(ad, recipe='<b>&"', row="가" * 40) for ad in made.ads))
    assert any(text.startswith('<b>&"') for text in texts(graph_svg(odd)))


def test_five_thousand_ads_are_told_in_one_box_a_stage(plan: MakePlan) -> None:
    made = plan()
    many = Plan(tuple(replace(ad, row=str(n)) for n in range(2500) for ad in made.ads))
    picture = graph_svg(many)
    assert len(picture) < 50_000
    assert "5,000 ads" in texts(picture)
    assert texts(picture).count("4,977 more ads") == 3


def test_an_empty_plan_has_a_picture() -> None:
    assert "0 ads" in texts(graph_svg(Plan(())))
