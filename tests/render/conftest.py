"""Test media made on the fly: small, and made once a session."""

from __future__ import annotations

import hashlib
import subprocess
import wave
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from castad_cli.model.music import BeatGrid, Track
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, BrandSpec, MediaSpec, RenderTask, SceneSlots
from castad_cli.model.script import SceneRole, SceneWords, Script, SlotLimit
from castad_cli.render.kept import Kept
from castad_cli.render.studio import Studio
from castad_cli.storage import open_store

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


MakeAd = Callable[..., tuple[RenderTask, Script, Track | None]]


@pytest.fixture(scope="session")
def shared_studio() -> Iterator[Studio]:
    """A warm browser and FFmpeg for all tests of a process that do not harm them."""
    with Studio() as studio:
        yield studio


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Three small JPEGs with the tones and texture of photographs: wide, tall, square."""
    folder = tmp_path_factory.mktemp("photographs")
    paths = []
    for number, (width, height) in enumerate(((1200, 800), (800, 1200), (1000, 1000))):
        random = np.random.default_rng(number)
        coarse = random.uniform(40, 200, (9, 9, 3)).astype(np.float32)
        planes = [Image.fromarray(coarse[..., c]).resize((width, height), Image.Resampling.BICUBIC) for c in range(3)]
        smooth = np.stack([np.asarray(plane) for plane in planes], axis=-1)
        grain = random.normal(0, 6, (height, width, 1))
        path = folder / f"photo-{number}.jpg"
        Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(path, quality=90)
        paths.append(path)
    return tuple(paths)


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Track:
    """Eight seconds of a soft chord with a beat each half second."""
    rate, seconds = 48_000, 8
    t = np.arange(rate * seconds) / rate
    pulse = np.exp(-6 * (t % 0.5))
    chord = sum(np.sin(2 * np.pi * pitch * t) for pitch in (220.0, 277.2, 329.6, 440.0))
    sound = np.asarray(0.12 * chord * (0.35 + 0.65 * pulse) * np.minimum(1, (seconds - t) / 1.5), np.float64)
    path = tmp_path_factory.mktemp("music") / "chord.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat((sound * 32767).astype("<i2"), 2).tobytes())
    beats = tuple(Fraction(i, 2) for i in range(2 * seconds))
    return Track(str(path), Fraction(seconds), BeatGrid(Fraction(120), beats, beats[::4]), "file")


@pytest.fixture(scope="session")
def make_ad(photographs: tuple[Path, ...], music: Track) -> MakeAd:
    """A six-second ad of three scenes in draft quality, with anything in it changed by name.

    ``scenes`` are (headline, line) pairs, ``media`` paths or `MediaSpec`s, one a scene; the rest goes into the brand.
    """

    def make(
        *,
        format: str = "square",  # noqa: A002 (the task's own word)
        language: str = "en",
        quality: str = "draft",
        seconds: int = 6,
        scenes: Sequence[tuple[str, str]] = (
            ("Wake up to waves", ""),
            ("Hot tea", ""),
            ("Stay a while", ""),
        ),
        call_to_action: str = "Book now",
        offer: str = "20% off",
        media: Sequence[Path | MediaSpec] | None = None,
        track: Track | None = music,
        place: Place | None = None,
        **brand: Any,
    ) -> tuple[RenderTask, Script, Track | None]:
        roles: list[SceneRole] = ["opening", *["point"] * (len(scenes) - 2), "closing"]  # type: ignore[list-item]
        given = media or photographs
        specs = tuple(item if isinstance(item, MediaSpec) else MediaSpec(asset_of(item)) for item in given)
        brand = {
            "name": "Haneul",
            "primary": "#0b3954",
            "accent": "#ff7f51",
            "text": "#ffffff",
            "phone": "064-000-0000",
            "url": "https://example.com/haneul",
            **brand,
        }
        task = RenderTask(
            fingerprint="0" * 64,
            format=format,
            language=language,
            quality=quality,
            template="horizon",
            duration_s=Fraction(seconds),
            brand=BrandSpec(**brand),
            offer=offer,
            media=specs,
            scenes=tuple(SceneSlots(role, i % len(specs), SlotLimit(20)) for i, role in enumerate(roles)),
            script="1" * 64,
            track="2" * 64 if track else None,
            place=place,
        )
        words = tuple(SceneWords(role, *scene) for role, scene in zip(roles, scenes, strict=True))
        return task, Script(language, words, call_to_action, offer), track

    return make


def asset_of(path: Path, kind: str = "photo") -> Asset:
    return Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), kind)  # type: ignore[arg-type]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """What was made before: nothing yet, in a store of the test's own."""
    return Kept(open_store(str(tmp_path / "store")), "engine")
