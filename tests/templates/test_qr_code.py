"""A phone reads the closing card's QR code from the finished, compressed 1080p video, campaign and all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.rendition import render
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template, template_names

MakeAd = Callable[..., tuple[RenderTask, Script]]
URL = "https://example.com/stay?room=2"
TRACKING = (("utm_source", "castad"), ("utm_content", "{format}"))


@pytest.mark.parametrize(("turn", "name"), list(enumerate(template_names())))
def test_the_code_is_read_from_the_finished_file(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, turn: int, name: str
) -> None:
    shapes = load_template(name).spec.formats
    task, script = make_ad(name, shapes[turn % len(shapes)], "en", 0.5)
    task = replace(
        task,
        duration_s=Fraction(6),
        brand=replace(task.brand, url=URL, tracking=TRACKING),
        scenes=(task.scenes[0], task.scenes[-1]),
    )
    made = render(task, replace(script, scenes=(script.scenes[0], script.scenes[-1])), None, tmp_path, studio)
    with av.open(str(made.video)) as container:
        container.seek(5_500_000)
        picture = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)][-1]
    text, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert text == f"{URL}&utm_source=castad&utm_content={task.format}"
