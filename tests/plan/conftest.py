"""Ads, assets and a template to plan with; nothing is read from disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from castad_cli.model.place import Place
from castad_cli.model.plan import AdSource, Asset, Plan
from castad_cli.model.recipe import Recipe
from castad_cli.model.template import TemplateSpec
from castad_cli.plan import make_plan

FILE = "r.yaml"
RECIPE: dict[str, Any] = {
    "castad": 1,
    "name": "sea",
    "template": "horizon",
    "duration": "15s",
    "formats": ["reel", "square"],
    "languages": ["ko", "en"],
    "brand": {
        "name": {"ko": "바다 집", "en": "Sea House"},
        "logo": "logo.svg",
        "font": "own.ttf",
        "contact": {"phone": "064", "url": "https://example.com"},
    },
    "brief": {"place": "Aewol", "offer": "ten percent", "highlights": ["view", {"ko": "스파", "en": "spa"}]},
    "media": ["a.jpg", {"src": "b.jpg", "alt": "a room"}, {"src": "c.mp4", "start": "2s", "sound": True}],
    "music": {"mood": "calm", "seed": 7},
    "publish": [
        {"youtube": {"account": "main", "language": "en", "title": {"en": "Sea"}, "at": "2026-12-01T09:00:00+09:00"}},
        {"instagram": {"account": "haneul", "format": "square", "collaborators": ["x"]}},
        {"tiktok": {"account": "haneul"}},
    ],
}
KINDS = {"jpg": "photo", "mp4": "clip", "svg": "vector", "ttf": "font", "mp3": "sound"}


def spec(**changes: Any) -> TemplateSpec:
    """A template like those that ship."""
    slots = {"headline": {"max_em": 14}, "line": {"max_em": 22}}
    given: dict[str, Any] = {
        "castad_template": 1,
        "name": "horizon",
        "title": "Horizon",
        "summary": "For tests.",
        "formats": ["reel", "portrait", "square", "landscape"],
        "points": (1, 8),
        "scenes": {
            "opening": {"min": "1.6s", "max": "4s", "slots": slots},
            "point": {"min": "1.2s", "max": "5s", "slots": {"headline": {"max_em": 12, "max_lines": 3}}},
            "closing": {"min": "2.6s", "max": "5s", "slots": slots},
        },
        "closing_slots": {"call_to_action": {"max_em": 16, "max_lines": 1}},
    }
    return TemplateSpec.model_validate({**given, **changes})


def asset(src: str, **changes: Any) -> Asset:
    """An asset whose bytes are told by its name."""
    given: dict[str, Any] = {"path": f"/here/{src}", "sha256": f"sha of {src}", "kind": KINDS[src.rpartition(".")[2]]}
    return Asset(src, **{**given, **changes})


ASSETS = {(FILE, src): asset(src) for src in ("a.jpg", "b.jpg", "c.mp4", "d.jpg", "logo.svg", "own.ttf", "song.mp3")}


def ad(recipe: dict[str, Any] = RECIPE, *, row: str = "", variant: str = "", file: str = FILE) -> AdSource:
    """An ad's recipe, with a place for the keys that problems are told at."""
    places = {key: Place(file, line, 1, key) for line, key in enumerate(recipe, start=1)}
    return AdSource(file, Recipe.model_validate(recipe), row, variant, places)


MakePlan = Callable[..., Plan]


@pytest.fixture
def plan() -> MakePlan:
    """Plans one recipe; keywords change the recipe's top keys, ``_``-keywords the planner's arguments."""

    def plan(
        _engine: str = "engine 1",
        _template: str = "template 1",
        _assets: dict[str, Asset] | None = None,
        **changes: Any,
    ) -> Plan:
        options = {key.removeprefix("_"): changes.pop(key) for key in list(changes) if key.startswith("_")}
        assets = {**ASSETS, **{(FILE, src): value for src, value in (_assets or {}).items()}}
        return make_plan([ad({**RECIPE, **changes})], assets, {"horizon": (spec(), _template)}, _engine, **options)

    return plan
