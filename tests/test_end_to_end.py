"""A recipe rendered by the real program, browser and FFmpeg, and everything one does with it afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

RECIPE = """\
castad: 1
name: inn
duration: 7s
formats: [square]
languages: [en, ko]
brand: {name: {en: Sea Inn, ko: 바다 여관}, contact: {phone: 064-000-0000}}
copy:
  scenes:
    - {headline: {en: Wake by the sea, ko: 바다에서 눈뜨는 아침}}
    - {headline: {en: A quiet room, ko: 조용한 방}}
    - {headline: {en: Come and stay, ko: 쉬어 가세요}}
  call_to_action: {en: Book now, ko: 지금 예약}
media: [sea.png, room.png, sea.png]
music: {provider: house, mood: calm}
"""


class House:
    """A folder with a recipe, and the program's settings for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.work = root / "work"
        self.work.mkdir()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CASTAD_", "XDG_CONFIG"))},
            **{name: os.environ[name] for name in ("CASTAD_BROWSER", "CASTAD_FFMPEG") if name in os.environ},
            "CASTAD_CACHE_FOLDER": str(root / "cache"),
            "CASTAD_DATABASE_URL": f"sqlite:///{root / 'castad.db'}",
            "XDG_CONFIG_HOME": str(root / "config"),
            "NO_COLOR": "1",
            "COLUMNS": "100",
        }

    def castad(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "castad_cli", *arguments],
            cwd=self.work,
            env=self.env,
            capture_output=True,
            encoding="utf-8",
            timeout=240,
        )

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        done = self.castad(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    from PIL import Image, ImageFilter

    house = House(tmp_path_factory.mktemp("house"))
    for name, colour in (("sea.png", "#2a6f97"), ("room.png", "#d9c5a0")):
        grain = Image.effect_noise((720, 720), 80).convert("RGB").filter(ImageFilter.GaussianBlur(3))
        Image.blend(grain, Image.new("RGB", grain.size, colour), 0.6).save(house.work / name)
    (house.work / "inn.yaml").write_text(RECIPE, encoding="utf-8")
    return house


@pytest.fixture(scope="module")
def told(house: House) -> list[dict[str, Any]]:
    """What the first rendering told, as JSON."""
    return house.records("render", "inn.yaml", "--quality", "draft")


@pytest.fixture
def rendered(house: House, told: list[dict[str, Any]]) -> House:
    return house


def test_every_rendition_has_its_four_files(rendered: House) -> None:
    found = sorted(str(path.relative_to(rendered.work)) for path in (rendered.work / "out").rglob("*"))
    assert found == [
        "out/inn",
        *(f"out/inn/{tag}-square.{end}" for tag in ("en", "ko") for end in ("jpg", "json", "mp4", "srt")),
    ]


def test_the_video_is_what_was_asked_for(rendered: House) -> None:
    import av

    with av.open(str(rendered.work / "out/inn/ko-square.mp4")) as video:
        picture, sound = video.streams.video[0], video.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert picture.width == picture.height
        assert picture.frames == 7 * 30
        assert sound.codec_context.sample_rate == 48_000


def test_captions_and_facts_hold_the_words(rendered: House) -> None:
    captions = (rendered.work / "out/inn/ko-square.srt").read_text("utf-8")
    facts = json.loads((rendered.work / "out/inn/ko-square.json").read_text("utf-8"))
    for words in ("바다에서 눈뜨는 아침", "쉬어 가세요"):
        assert words.replace(" ", "") in captions.replace(" ", "").replace("\n", "")
        assert words in json.dumps(facts["script"], ensure_ascii=False)
    assert {asset["src"] for asset in facts["assets"]} == {"sea.png", "room.png"}
    assert facts["music"]["provider"] == "house"
    assert facts["inspection"]


def test_the_events_tell_the_run_and_end_with_its_figures(told: list[dict[str, Any]]) -> None:
    assert told[0]["event"] == "run.started"
    done = [record for record in told if record["event"] == "rendition.done"]
    assert {(record["language"], record["format"], record["cached"]) for record in done} == {
        ("en", "square", False),
        ("ko", "square", False),
    }
    assert all(record["seconds"] > 0 and record["path"].endswith("-square.mp4") for record in done)
    summary = told[-1]
    assert summary["event"] == "summary"
    figures = ("ads", "renditions", "posts", "done", "cached", "failed", "needs_review")
    assert {key: summary[key] for key in figures} == {
        "ads": 2,
        "renditions": 2,
        "posts": 0,
        "done": 2,
        "cached": 0,
        "failed": 0,
        "needs_review": 0,
    }


def test_rendering_again_is_cached_and_loads_no_renderer(rendered: House) -> None:
    program = (
        "import sys\n"
        "from castad_cli.cli.main import main\n"
        "code = main(['render', 'inn.yaml', '--quality', 'draft'])\n"
        "heavy = [n for n in ('cv2', 'av', 'playwright', 'PIL', 'dask', 'alembic', 'numpy') if n in sys.modules]\n"
        "sys.exit(f'loaded: {heavy}' if heavy else code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=rendered.work, env=rendered.env, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("out/inn/") and line.endswith("cached") for line in lines)
    assert "2 renditions cached" in done.stderr


def test_the_plan_knows_what_is_cached(rendered: House) -> None:
    *planned, summary = rendered.records("plan", "inn.yaml", "--quality", "draft", "--graph", "graph.svg")
    assert [record["cached"] for record in planned] == [True, True]
    assert (summary["to_make"], summary["frames"], summary["scripts"], summary["tracks"]) == (0, 0, 0, 0)
    *_, other = rendered.records("plan", "inn.yaml", "--quality", "high", "--language", "ko")
    assert (other["renditions"], other["to_make"], other["frames"], other["scripts"]) == (1, 1, 210, 0)
    assert (rendered.work / "graph.svg").read_text().startswith("<svg")


def test_runs_and_status_tell_what_happened(rendered: House) -> None:
    first = rendered.records("runs")[-1]
    assert (first["state"], first["done"], first["failed"]) == ("done", 2, 0)
    *renditions, run = rendered.records("status", first["run"])
    assert run["run"] == first["run"]
    assert [(each["ad"], each["state"], each["error"]) for each in renditions] == [
        ("inn/en", "done", ""),
        ("inn/ko", "done", ""),
    ]
    page = rendered.castad("status").stdout
    assert "out/inn/en-square.mp4" in page


def test_a_still_and_a_contact_sheet_show_the_ad(rendered: House) -> None:
    from PIL import Image

    (told,) = rendered.records("preview", "inn.yaml", "--language", "ko", "--at", "1.5", "-o", "still.png")
    assert told["path"] == "still.png"
    with Image.open(rendered.work / "still.png") as still:
        assert still.size == (1080, 1080)
    (told,) = rendered.records("preview", "inn.yaml", "--contact-sheet")
    assert told["renditions"] == 2
    with Image.open(rendered.work / told["path"]) as sheet:
        assert sheet.width > 3 * 400
        assert sheet.height > 2 * 400


def test_what_layers_cost_is_told_without_a_picture(rendered: House) -> None:
    layers = rendered.records("preview", "inn.yaml", "--language", "ko", "--explain")
    assert {layer["event"] for layer in layers} == {"layer"}
    assert {layer["kind"] for layer in layers} == {"sprite", "media"}, "a template of ours that moves sprites alone"
    words = [layer for layer in layers if layer["name"] == "word"]
    assert words
    assert all(layer["captured"] == 1 and layer["size_bytes"] > 0 for layer in words)


def test_the_store_lists_what_was_made_and_gives_it_up(rendered: House) -> None:
    *held, summary = rendered.records("cache", "list")
    kinds = Counter(record["kind"] for record in held)
    assert (kinds["script"], kinds["track"], kinds["rendition"]) == (2, 1, 2)
    assert kinds["segment"] >= 4, "each rendition's parts are kept for the next edit"
    assert summary["things"] == kinds.total()
    dry = rendered.records("cache", "gc", "--max-size", "0", "--dry-run")[-1]
    assert dry["things"] == summary["things"]
    assert (rendered.work / "out/inn/en-square.mp4").is_file()
