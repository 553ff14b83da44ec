"""Ads have time for all that they say: every shipped recipe, and six seconds as well as sixty. No browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from castad_cli.app.work import prepare
from castad_cli.generate.words import write_script
from castad_cli.render.planning import plan_timeline
from castad_cli.settings import load_settings
from castad_cli.templates import load_template, template_names

WHOLE = bool(os.environ.get("CASTAD_WHOLE_MATRIX"))
ROOT = Path(__file__).resolve().parents[2]
RECIPES = sorted((ROOT / "recipes").glob("*.yaml"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_shipped_recipe_has_time_for_its_words(recipe: Path) -> None:
    work = prepare([recipe], lambda near: load_settings(near, {}))
    assert work.plan.ads
    for ad in work.plan.ads:
        script = write_script(ad.script, None)
        for task in ad.renditions[:1]:
            timeline = plan_timeline(task, script, None, load_template(task.template))
            assert timeline.left_out == (), f"{ad.title}: what a shipped recipe gives is shown"
            assert timeline.frames == round(task.duration_s * timeline.rate)


OFFERS = {
    "ko": "평일 20% 할인",
    "en": "20% off on weekdays",
    "ja": "平日20%オフ",
    "zh-Hans": "平日八折",
    "zh-Hant": "平日八折",
    "th": "ลด 20% วันธรรมดา",
    "vi": "Giảm 20% ngày thường",
    "ar": "خصم 20% أيام الأسبوع",
}
"""What a business of each country would write."""


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize(
    ("seconds", "pictures"), [(6, 1), (60, 10)] if not WHOLE else [(6, 1), (6, 10), (60, 1), (60, 10)]
)
def test_six_seconds_and_sixty_with_one_photograph_and_ten_have_time(
    name: str, seconds: int, pictures: int, tmp_path: Path
) -> None:
    from PIL import Image

    for index in range(pictures):
        Image.new("RGB", (640, 640), (20 * index, 90, 120)).save(tmp_path / f"{index}.png")
    offers = "\n".join(f'    {tag}: "{offer}"' for tag, offer in OFFERS.items())
    (tmp_path / "ad.yaml").write_text(
        f"""castad: 1
template: {name}
duration: {seconds}s
languages: [{", ".join(OFFERS)}]
brand: {{name: Onda, contact: {{phone: 064-000-0000, url: "https://example.com/onda"}}}}
brief:
  kind: cafe
  offer:
{offers}
  items: [{{name: Latte, price: $5}}, {{name: Mocha, price: $6}}]
  reviews: [{{text: Lovely., author: Jo}}]
  rating: {{value: 4.8, count: 120}}
  highlights: [Garden, Terrace, Sea]
media: [{", ".join(f"{index}.png" for index in range(pictures))}]
""",
        encoding="utf-8",
    )
    work = prepare([tmp_path / "ad.yaml"], lambda near: load_settings(near, {}))
    assert len(work.plan.ads) == len(OFFERS)
    for ad in work.plan.ads:
        task = ad.renditions[0]
        timeline = plan_timeline(task, write_script(ad.script, None), None, load_template(task.template))
        assert timeline.frames == seconds * 30
        assert len(timeline.scenes) >= 2


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("kind", ["guesthouse", "gym"])
@pytest.mark.parametrize("offered", [True, False])
def test_six_seconds_are_enough_for_whatever_the_house_writes(
    name: str, kind: str, offered: bool, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (640, 640), (20, 90, 120)).save(tmp_path / "one.png")
    offers = "\n".join(f'    {tag}: "{offer}"' for tag, offer in OFFERS.items())
    for seed in range(12) if WHOLE else (1, 5):
        (tmp_path / f"ad{seed}.yaml").write_text(
            f"""castad: 1
template: {name}
duration: 6s
languages: [{", ".join(OFFERS)}]
brand: {{name: Onda}}
brief:
  kind: {kind}
  highlights: [Free parking, Terrace]
{f"  offer:{chr(10)}{offers}" if offered else ""}
copy: {{provider: offline, seed: {seed}}}
media: [one.png]
""",
            encoding="utf-8",
        )
    work = prepare(sorted(tmp_path.glob("*.yaml")), lambda near: load_settings(near, {}))
    for ad in work.plan.ads:
        script = write_script(ad.script, None)
        timeline = plan_timeline(ad.renditions[0], script, None, load_template(name))
        assert timeline.frames == 180, f"{ad.title}: {script.scenes}"
