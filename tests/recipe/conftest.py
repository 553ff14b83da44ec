"""A folder with a recipe's files, and templates that need no browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.template import TemplateSpec
from castad_cli.recipe import RecipeFile, read_recipe

EXAMPLE = """\
castad: 1
name: haneul-pension            # default: the file's stem
template: horizon
duration: 15s                   # 6s to 60s
formats: [reel, square, landscape]   # reel 1080x1920, portrait 1080x1350, square 1080x1080, landscape 1920x1080
languages: [ko, en]             # ko en ja zh-Hans zh-Hant th vi at least
brand:
  name: 하늘마루 펜션
  logo: assets/logo.svg
  colors: {primary: "#0b3954", accent: "#ff7f51", text: "#ffffff"}
  font: Noto Sans KR
  contact: {phone: 064-000-0000, url: "https://example.com/haneul", address: 제주시 애월읍}
brief:                          # facts for the copywriter
  kind: pension
  place: 제주 애월
  audience: 커플
  offer: 평일 20% 할인
  highlights: [오션뷰 객실, 프라이빗 스파, 바베큐 테라스]
  tone: warm
copy: {provider: offline}       # offline (default) | gemini | or `scenes:` with the words themselves
media:
  - assets/sea.jpg
  - {src: assets/room.jpg, focus: [0.4, 0.6], motion: zoom-in}
  - {src: assets/drone.mp4, start: 3s}
  - s3://bucket/pool.jpg
music: {provider: house, mood: calm, seed: 7}    # house (default) | suno | file (src: …) | none
variants:                       # A/B: each named variant overrides any of the above
  calm: {}
  loud: {template: pulse, music: {mood: upbeat}}
data: rooms.csv                 # optional: each row makes an ad; ${column} in any string
publish:
  - youtube: {account: main, format: reel, language: ko, privacy: private, title: "${brand.name}", tags: [제주], at: 2026-12-01T09:00:00+09:00}
  - instagram: {account: haneul, format: reel, caption: "…"}
  - tiktok: {account: haneul, format: reel, privacy: SELF_ONLY}
"""  # noqa: E501  as the recipe's reference shows it

SMALL = """\
castad: 1
brand: {name: Sea House}
media: [assets/sea.jpg]
"""


def template(name: str, formats: tuple[str, ...] = ("reel", "square", "landscape")) -> TemplateSpec:
    """A template whose headlines take 14 em and whose lines take 22."""
    slots = {"headline": {"max_em": 14}, "line": {"max_em": 22}}
    kinds = {"opening": "1.5s", "point": "1.5s", "closing": "2.5s"}
    return TemplateSpec.model_validate(
        {
            "castad_template": 1,
            "name": name,
            "title": name,
            "summary": "For tests.",
            "formats": formats,
            "points": (1, 4),
            "scenes": {role: {"min": shortest, "slots": slots} for role, shortest in kinds.items()},
            "closing_slots": {"offer": {"max_em": 16}, "call_to_action": {"max_em": 10}},
        }
    )


TEMPLATES: Mapping[str, TemplateSpec] = {"horizon": template("horizon"), "pulse": template("pulse")}
Read = Callable[..., RecipeFile]
Problems = Callable[..., tuple[UserError, ...]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with every file that `EXAMPLE` names."""
    (tmp_path / "assets").mkdir()
    for name in ("sea.jpg", "room.jpg", "drone.mp4", "logo.svg"):
        (tmp_path / "assets" / name).write_bytes(b"bytes")
    (tmp_path / "rooms.csv").write_text("room,price\nOcean,100\nGarden,80\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def read(folder: Path) -> Read:
    """Reads a recipe given as text."""

    def read(text: str, **files: str) -> RecipeFile:
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        (folder / "r.yaml").write_text(dedent(text), encoding="utf-8")
        return read_recipe(Path("r.yaml"), templates=TEMPLATES)

    return read


@pytest.fixture
def problems(read: Read) -> Problems:
    """What is wrong with a recipe given as text: at least one thing."""

    def problems(text: str, **files: str) -> tuple[UserError, ...]:
        with pytest.raises(RecipeProblems) as caught:
            read(text, **files)
        found = caught.value.problems
        assert all(type(problem) is UserError and problem.place is not None for problem in found)
        return tuple(problem for problem in found if isinstance(problem, UserError))

    return problems
