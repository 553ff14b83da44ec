"""A colour of the template is the same colour in the video that everybody decodes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from small_stage import HEIGHT, PHOTOS, TIMELINE, WIDTH, laid_out

from castad_cli.render.compositor import Painter
from castad_cli.render.encode import encode_segment
from castad_cli.render.layers import Layout
from castad_cli.render.qualities import QUALITIES
from castad_cli.render.studio import Studio

COLORS = [
    (255, 255, 255), (0, 0, 0), (11, 57, 84), (255, 127, 81), (255, 0, 0), (0, 255, 0), (0, 0, 255),
    (255, 255, 0), (0, 255, 255), (255, 0, 255), (127, 127, 127), (16, 16, 16), (235, 235, 235), (200, 30, 90),
    (64, 140, 60), (250, 240, 220),
]  # fmt: skip
CELL = 60


@pytest.fixture(scope="module")
def layout(shared_studio: Studio) -> Layout:
    """A board of colours, as any CSS colour."""
    cells = "".join(
        f'<i style="position:absolute;left:{20 + i % 4 * 70}px;top:{i // 4 * CELL}px;width:{CELL}px;height:{CELL}px;'
        f'background:rgb{color}"></i>'
        for i, color in enumerate(COLORS)
    )
    return laid_out(shared_studio, PHOTOS + f'<section data-scene="0">{cells}</section>')


@pytest.mark.parametrize("quality", ["standard", "high"])
def test_a_template_color_is_within_two_of_255_in_the_decoded_video(
    layout: Layout, quality: str, tmp_path: Path
) -> None:
    only = Layout(tuple(layer for layer in layout.layers if layer.kind != "media"), ())
    painter = Painter(only, TIMELINE, {}, WIDTH, HEIGHT, 120)
    file = tmp_path / "colors.mp4"
    size = (WIDTH, HEIGHT)
    encode_segment(file, size, Fraction(30), QUALITIES[quality], range(12), painter.draw, lambda: None)
    with av.open(str(file)) as container:
        context = container.streams.video[0].codec_context
        # ITU-T H.273: 1 is BT.709 in each of the tables; limited range.
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        frames = [as_rgb(frame) for frame in container.decode(video=0)]
    for rgb in (frames[0], frames[-1]):
        for i, color in enumerate(COLORS):
            left, top = 20 + i % 4 * 70, i // 4 * CELL
            middle = rgb[top + 12 : top + CELL - 12, left + 12 : left + CELL - 12].reshape(-1, 3)
            assert np.abs(middle.mean(axis=0) - color).max() <= 2, f"{color} came out as {middle.mean(axis=0)}"


def as_rgb(frame: av.VideoFrame) -> NDArray[np.float64]:
    """A frame as its tags say it is to be shown: ITU-R BT.709-6, item 3, on the levels of item 5.3.

    Without swscale, whose quick conversion is up to two of 255 off by itself.
    """
    planes = frame.to_ndarray().astype(np.float64)
    luma = (planes[:HEIGHT] - 16) / 219
    chroma = (planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2) - 128) / 224
    cb, cr = (plane.repeat(2, axis=0).repeat(2, axis=1) for plane in chroma)
    red, blue = luma + 1.5748 * cr, luma + 1.8556 * cb
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.clip(np.stack([red, green, blue], axis=-1) * 255, 0, 255)
