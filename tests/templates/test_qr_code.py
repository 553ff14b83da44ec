"""A phone reads the closing card's QR code from the finished, compressed 1080p video, campaign and all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.rendering import render
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template, template_names

MakeAd = Callable[..., tuple[RenderTask, Script]]
URL = "https://example.com/stay?room=2"
TRACKING = (("utm_source", "castad"), ("utm_content", "{format}"))
WHOLE = bool(os.environ.get("CASTAD_WHOLE_MATRIX"))
"""Every template in every format over a light and a dark photograph; else each template once, in turns."""


def cases() -> list[tuple[str, str, str]]:
    found = [
        (name, shape, photo)
        for name in template_names()
        for shape in load_template(name).spec.formats
        for photo in ("bright", "dark")
    ]
    if WHOLE:
        return found
    # Five on, so that formats and photographs take turns: no template has as few of both.
    return [
        own[5 * turn % len(own)]
        for turn, name in enumerate(template_names())
        for own in [[case for case in found if case[0] == name]]
    ]


@pytest.mark.parametrize(("name", "shape", "photo"), cases())
def test_the_code_is_read_from_the_finished_file(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, name: str, shape: str, photo: str
) -> None:
    task, script = make_ad(name, shape, "en", 0.5, photo=photo)
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
