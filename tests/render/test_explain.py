"""What layers cost, told of pages that real Chromium laid out."""

from __future__ import annotations

from small_stage import PHOTOS, laid_out

from castad_cli.render.explain import layer_costs
from castad_cli.render.studio import Studio

_CSS = (
    "@keyframes rise{from{transform:translateY(20px)}to{transform:none}}@keyframes wide{from{width:20px}to{width:90px}}"
    ".rises{position:absolute;width:40px;height:30px;background:red;animation:rise 500ms both}"
    ".widens{position:absolute;top:90px;height:30px;background:blue;animation:wide 500ms linear both}"
)


def test_each_layer_says_how_often_it_was_captured_and_why(shared_studio: Studio) -> None:
    body = PHOTOS + '<section data-scene="0"><div class="rises"></div><div class="widens"></div></section>'
    costs = {(cost.scene, cost.name): cost for cost in layer_costs(laid_out(shared_studio, body, _CSS).layers)}
    rises, widens = costs[1, "rises"], costs[1, "widens"]
    assert (rises.kind, rises.captured, rises.why) == ("sprite", 1, "")
    assert (widens.kind, widens.why) == ("frames", "changes its width")
    assert 15 <= widens.captured <= 17, "once for each frame of its half second, and no more"
    assert widens.frames == 30
    assert widens.size_bytes > rises.size_bytes > 40 * 30
    assert costs[2, "photo"].kind == "media"


def test_the_dearest_layer_of_a_scene_comes_first(shared_studio: Studio) -> None:
    body = PHOTOS + '<section data-scene="0"><div class="rises"></div><div class="widens"></div></section>'
    costs = [cost for cost in layer_costs(laid_out(shared_studio, body, _CSS).layers) if cost.scene == 1]
    assert [cost.name for cost in costs] == ["widens", "rises", "photo"]
