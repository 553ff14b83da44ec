"""An ad that Gemini writes for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, Facts, SceneSlots, ScriptTask
from castad_cli.model.script import SlotLimit

PLACE = Place("recipe.yaml", 12, 1, "copy")
FACTS = Facts(
    "하늘마루 펜션",
    kind="pension",
    place="제주 애월",
    offer="평일 20% 할인",
    highlights=("오션뷰 객실", "프라이빗 스파"),
    phone="064-000-0000",
    url="https://example.com/haneul",
)


@pytest.fixture
def task(tmp_path: Path) -> ScriptTask:
    pictures = []
    for number, color in enumerate(("navy", "olive", "maroon")):
        path = tmp_path / f"{color}.png"
        Image.new("RGB", (1600, 900), color).save(path)
        pictures.append(Asset(path.name, str(path), f"{number}" * 64, "photo"))
    return ScriptTask(
        fingerprint="f" * 64,
        language="ko",
        provider="gemini",
        seed=0,
        facts=FACTS,
        scenes=(
            SceneSlots("opening", 0, SlotLimit(12), SlotLimit(20)),
            SceneSlots("point", 1, SlotLimit(12), SlotLimit(20)),
            SceneSlots("closing", 2, SlotLimit(12)),
        ),
        call_to_action=SlotLimit(8),
        pictures=tuple(pictures),
        place=PLACE,
    )
