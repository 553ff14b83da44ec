"""What every template is tried with: words of all languages at any length, a photograph, a warm browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from castad_cli.model.plan import Asset, MediaSpec, RenderTask
from castad_cli.model.script import Script
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template
from castad_cli.templates.stress import make_stress_ad

MakeAd = Callable[..., tuple[RenderTask, Script]]


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaSpec]:
    """A bright and a dark picture with something to see in them."""
    folder = tmp_path_factory.mktemp("photographs")
    specs = {}
    for name, level in (("bright", 235), ("dark", 45)):
        random = np.random.default_rng(level)
        coarse = np.clip(random.normal(level, 22, (8, 8, 3)), 0, 255).astype(np.uint8)
        path = folder / f"{name}.png"
        Image.fromarray(coarse).resize((700, 700), Image.Resampling.BICUBIC).save(path)
        asset = Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "photo")
        specs[name] = MediaSpec(asset, motion="still")
    return specs


@pytest.fixture(scope="session")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Asset:
    path = tmp_path_factory.mktemp("logo") / "logo.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><path d="M0 40L45 0L90 40z" fill="#fff"/></svg>'
    )
    return Asset("logo.svg", str(path), "0", "vector")


@pytest.fixture(scope="session")
def make_ad(photographs: dict[str, MediaSpec], logo: Asset) -> MakeAd:
    """An ad with every kind of a template's scenes, its slots filled to a ``share``; see `stress.make_stress_ad`."""

    def make(
        template: str,
        format: str,  # noqa: A002 (the task's own word)
        language: str,
        share: float,
        *,
        without: frozenset[str] = frozenset(),
        photo: str = "bright",
        **colors: str,
    ) -> tuple[RenderTask, Script]:
        spec = load_template(template).spec
        return make_stress_ad(
            spec, format, language, share, [photographs[photo]], logo=logo, without=without, colors=colors
        )

    return make


@pytest.fixture(scope="session")
def templates_folder() -> Path:
    import castad_cli.templates

    return Path(castad_cli.templates.__file__).parent
