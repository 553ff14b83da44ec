"""The real program in a process of its own, in a folder of its own, with settings of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

RECIPE = """\
castad: 1
name: inn
duration: 6s
formats: [square]
languages: [en]
brand: {name: Sea Inn}
brief: {kind: guesthouse, place: Aewol, highlights: [Ocean view, Terrace]}
media: [sea.png, room.png]
music: {provider: house, mood: calm}
"""


@dataclass(frozen=True)
class Answer:
    """How a call ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every line of stdout as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def here(tmp_path: Path, isolated_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in. Nothing of the person who runs the tests is read or written."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in os.environ.keys() - isolated_environment.keys():
        monkeypatch.delenv(name)
    for name, value in isolated_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def castad(here: Path) -> Callable[..., Answer]:
    """Runs ``castad`` with arguments, and waits for it."""

    def call(*arguments: str | Path, columns: int = 80, env: dict[str, str] | None = None, **options: Any) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "castad_cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COLUMNS": str(columns), **(env or {})},
            **options,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def ask(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Answer]]:
    """Runs ``castad`` in this process: quicker, for what starts nothing and is stopped by nothing."""
    from castad_cli.cli.main import main

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(*arguments: str | Path, columns: int = 80) -> Answer:
        monkeypatch.setenv("COLUMNS", str(columns))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Answer(code, *capsys.readouterr())

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def recipe(here: Path) -> Path:
    """A small recipe in order, with two pictures."""
    from PIL import Image, ImageFilter

    for name, colour in (("sea.png", "#2a6f97"), ("room.png", "#d9c5a0")):
        grain = Image.effect_noise((640, 640), 80).convert("RGB").filter(ImageFilter.GaussianBlur(3))
        Image.blend(grain, Image.new("RGB", grain.size, colour), 0.6).save(here / name)
    path = here / "inn.yaml"
    path.write_text(RECIPE)
    return path
