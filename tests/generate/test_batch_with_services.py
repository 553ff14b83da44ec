"""A batch over worker processes buys words, music, voices and pictures once; no key is in a process list or a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from gemini import KEY, GeminiFake
from PIL import Image
from suno import OFFICIAL_KEY, OfficialFake

RECIPE = """castad: 1
duration: 8s
formats: [square]
languages: [en]
brand: {{name: Haneul House, contact: {{phone: 064-000-0000}}}}
brief: {{kind: pension, place: Jeju, offer: 20% off on weekdays, highlights: [Sea view rooms, A private spa]}}
copy: {{provider: gemini, seed: {seed}}}
music: {{provider: suno, mood: calm}}
voice: gemini
image: {{provider: gemini, prompt: The sea at dawn}}
media: [room.jpg, sea.jpg]
"""


def children_of(root: int) -> set[int]:
    """Every process below one, however deep, that lives now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, fresh = set(), {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def watch(root: int, over: threading.Event, shown: dict[str, bytes]) -> None:
    """Collect what a process list ever shows of a command and its children: their arguments and their environment.

    A worker gives its list another title later on, so what was shown before counts, too. A child that was forked and
    runs no program of its own yet shows its parent's list: that is no list of its own.
    """
    while not over.wait(0.05):
        for pid in {root, *children_of(root)}:
            try:
                is_copy = pid != root and shown_by(pid, "cmdline") == shown_by(root, "cmdline")
                texts = {} if is_copy else {kind: shown_by(pid, kind) for kind in ("cmdline", "environ")}
            except OSError:
                continue
            for kind, text in texts.items():
                if text not in shown.get(f"{pid} {kind}", b""):
                    shown[f"{pid} {kind}"] = shown.get(f"{pid} {kind}", b"") + text


def shown_by(pid: int, kind: str) -> bytes:
    return Path(f"/proc/{pid}/{kind}").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="it reads /proc")
def test_a_batch_buys_everything_once_and_no_key_stands_in_a_process_list_or_a_file(
    tmp_path: Path, gemini: GeminiFake, official: OfficialFake
) -> None:
    for name in ("room.jpg", "sea.jpg"):
        Image.effect_noise((900, 900), 70).convert("RGB").save(tmp_path / name)
    for number in range(3):
        (tmp_path / f"ad-{number}.yaml").write_text(RECIPE.format(seed=number % 2), encoding="utf-8")
    gemini.pause_s, official.sound_s = 0.2, 12.0
    folders = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    # One key as most people give it, in their shell's environment, one in a file of theirs.
    config = tmp_path / "castad.toml"
    config.write_text(f'[suno]\napi_key = "{OFFICIAL_KEY}"\n', encoding="utf-8")
    config.chmod(0o600)
    environment = {
        **os.environ,
        **folders,
        "GEMINI_API_KEY": KEY,
        "CASTAD_GEMINI_URL": gemini.url,
        "CASTAD_SUNO_URL": official.url,
    }
    command = [sys.executable, "-m", "castad_cli", "batch", ".", "--workers", "2", "--quality", "draft", "--json"]
    log = tmp_path / "log"
    shown: dict[str, bytes] = {}
    over = threading.Event()
    with log.open("wb") as file:
        batch = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=file, stderr=subprocess.STDOUT)
        watcher = threading.Thread(target=watch, args=(batch.pid, over, shown))
        watcher.start()
        try:
            status = batch.wait(timeout=500)
        finally:
            over.set()
            watcher.join()
            batch.kill()
    text = log.read_text(encoding="utf-8")
    assert status == 0, text[-3000:]
    summary = json.loads(text.strip().splitlines()[-1])
    assert (summary["ads"], summary["done"], summary["failed"], summary["needs_review"]) == (3, 3, 0, 0)

    bought = Counter(entry["question"] for entry in gemini.ledger)
    assert max(bought.values()) == 1
    models = Counter(entry["model"] for entry in gemini.ledger)
    assert models["gemini-3.8-flash"] == 2, "two of the three recipes ask the same"
    assert models["gemini-3.5-flash-lite"] == 2, "and each answer is proofread once"
    assert models["gemini-3.1-flash-image"] == 1
    assert len(official.ledger) == 1
    facts = json.loads((tmp_path / "out" / "ad-0" / "en-square.json").read_text(encoding="utf-8"))
    assert set(facts["ai"]) == {"words", "music", "voice", "image"}
    assert facts["spoken"]
    assert facts["proofread"] == "Google Gemini, gemini-3.5-flash-lite"
    assert (tmp_path / "out" / "ad-0" / "en-square.srt").read_text("utf-8").count("-->") == len(facts["spoken"])

    assert len(shown) > 2, "its children were seen"
    keys = (KEY.encode(), OFFICIAL_KEY.encode())
    workers = [name.split()[0] for name, text in shown.items() if b"castad_cli\0worker" in text]
    assert len(workers) >= 2, "its workers were seen"
    assert all(shown[f"{pid} environ"] for pid in workers)
    told = [name for name, text in shown.items() if any(key in text for key in keys)]
    assert told == [f"{batch.pid} environ"], "only what the shell itself gave the command"
    assert not any(OFFICIAL_KEY.encode() in text for text in shown.values()), "a key from a file is in no process list"
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != config]
    assert [str(path) for path in kept if any(key in path.read_bytes() for key in keys)] == []
