"""Test media made on the fly: small, and made once a session."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from castad_cli.model.place import Place

MakeMedia = Callable[..., Path]


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The FFmpeg that comes with the dependencies."""
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


@pytest.fixture(scope="session")
def make_media(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> MakeMedia:
    """Runs FFmpeg with the given arguments into a file of the given name; the same call gives the same file."""
    folder = tmp_path_factory.mktemp("media")
    made: dict[tuple[str, ...], Path] = {}

    def make(name: str, *arguments: str) -> Path:
        key = (name, *arguments)
        if key not in made:
            path = folder / str(len(made)) / name
            path.parent.mkdir()
            subprocess.run([ffmpeg, "-nostdin", "-v", "error", "-y", *arguments, str(path)], check=True, timeout=60)
            made[key] = path
        return made[key]

    return make


@pytest.fixture
def place() -> Place:
    """Where a test's media was written in a recipe."""
    return Place("spring.yaml", 12, 5, "media[0]", "  - sea.jpg", 7)


@pytest.fixture(scope="session")
def quarters() -> Image.Image:
    """400×240, a different colour in each quarter: red, green, blue, white (reading order)."""
    pixels = np.zeros((240, 400, 3), np.uint8)
    pixels[:120, :200], pixels[:120, 200:] = (220, 30, 30), (30, 200, 30)
    pixels[120:, :200], pixels[120:, 200:] = (30, 30, 220), (240, 240, 240)
    return Image.fromarray(pixels)
