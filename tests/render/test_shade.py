"""Scrims as strong as the words over each photograph need, and no stronger."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from castad_cli.model.colors import contrast
from castad_cli.model.formats import Box
from castad_cli.render.chromium.sprites import Sprite
from castad_cli.render.compositor import Painter
from castad_cli.render.kernel.converting import picture_from_rgb
from castad_cli.render.layers import Layer, Layout, ShownText, Spot
from castad_cli.render.media.motion import Move, View
from castad_cli.render.pixels.planes import rgb_from_frame
from castad_cli.render.shade import shade
from castad_cli.render.shots import Source, Still
from castad_cli.render.timeline import Scene, Timeline

WIDTH, HEIGHT = 240, 320
WHOLE = Box(0, 0, WIDTH, HEIGHT)
WORDS = Box(24, 200, 210, 250)
WHITE = (255, 255, 255)
TIMELINE = Timeline(
    (Scene(0, "opening", 0, 0, 30, "cut", 0), Scene(1, "closing", 1, 30, 60, "cut", 0)), 60, Fraction(30)
)


def rows(value: object, frames: int = 60) -> NDArray[np.float64]:
    return np.tile(np.asarray(value, np.float64), (frames, 1))


def scrim() -> Layer:
    """Near-black, rising from nothing at 120 to 88 % at 190 and below."""
    alpha = np.clip((np.arange(120, HEIGHT) - 120) / 70, 0, 1) * 0.88 * 255
    bgra = np.zeros((HEIGHT - 120, WIDTH, 4), np.uint8)
    bgra[..., :3] = (20, 14, 8)
    bgra[..., 3] = np.rint(alpha)[:, None]
    return Layer(
        "sea",
        "sprite",
        0,
        60,
        rows([1, 0, 0, 1, 0, 0]),
        np.ones(60),
        rows([0, 0, WIDTH, HEIGHT]),
        np.zeros(60, np.int64),
        sprites=(Sprite(bgra, 0, 120),),
        is_scrim=True,
    )


def photo_layer(scene: int) -> Layer:
    start = 30 * scene
    return Layer(
        "photo",
        "media",
        start,
        start + 30,
        rows([1, 0, 0, 1, 0, 0], 30),
        np.ones(30),
        rows([0, 0, WIDTH, HEIGHT], 30),
        np.zeros(30, np.int64),
        media=scene,
        scene=scene,
        box=WHOLE,
    )


def text(scene: int = 0, box: Box = WORDS, color: tuple[int, int, int] = WHITE, **fields: bool) -> ShownText:
    return ShownText("headline", scene, "words", box, 40, color, "must-read", 0, 30, **fields)


def still(rgb: NDArray[np.uint8], zoom: float = 1.0) -> Still:
    view = View(1.0, 0.5, 0.5)
    return Still(picture_from_rgb(rgb), Move(view, View(zoom, 0.5, 0.5)), WHOLE, 0, 30)


def flat(grey: int) -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), grey, np.uint8)


def shaded(sources: dict[Spot, Source], *texts: ShownText) -> Layout:
    return shade(Layout((photo_layer(0), photo_layer(1), scrim()), texts), TIMELINE, sources)


def strength(layout: Layout, frame: int) -> float:
    return float(next(layer for layer in layout.layers if layer.is_scrim).opacities[frame])


def ground(layout: Layout, sources: dict[Spot, Source], frame: int) -> NDArray[np.uint8]:
    """The pixels behind the words, as the video would show them."""
    buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
    Painter(layout, TIMELINE, sources, WIDTH, HEIGHT, 200).paint(frame, buffer)
    rgb = rgb_from_frame(buffer, WIDTH, HEIGHT)
    return rgb[int(WORDS.top) : int(WORDS.bottom), int(WORDS.left) : int(WORDS.right)]


def worst_contrast(
    layout: Layout, sources: dict[Spot, Source], frame: int, color: tuple[int, int, int] = WHITE
) -> float:
    """Of the worst tenth of the ground behind the words."""
    pixels = ground(layout, sources, frame)[::4, ::4].reshape(-1, 3)
    ratios = [contrast(color, (int(r), int(g), int(b))) for r, g, b in pixels]
    return float(np.percentile(ratios, 10))


LEAST = strength(shaded({(0, 0, 0): still(flat(0)), (1, 0, 1): still(flat(0))}, text()), 0)


@pytest.mark.parametrize("grey", [255, 230, 180, 140])
def test_white_words_on_a_bright_photograph_can_be_read(grey: int) -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(grey)), (1, 0, 1): still(flat(0))}
    layout = shaded(sources, text())
    assert worst_contrast(layout, sources, 10) >= 4.5
    assert strength(layout, 10) > LEAST


@pytest.mark.parametrize("color", [(255, 255, 0), (0, 255, 0), (80, 220, 255), (255, 150, 60), (255, 60, 160)])
def test_white_words_on_a_photograph_of_strong_colour_can_be_read(color: tuple[int, int, int]) -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(0) + np.array(color, np.uint8)), (1, 0, 1): still(flat(0))}
    assert worst_contrast(shaded(sources, text()), sources, 10) >= 4.5


def test_a_photograph_is_not_made_darker_than_its_words_need() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(200)), (1, 0, 1): still(flat(0))}
    assert worst_contrast(shaded(sources, text()), sources, 10) <= 6.5


@pytest.mark.parametrize("grey", [0, 40, 80])
def test_a_dark_photograph_keeps_the_least_shade(grey: int) -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(grey)), (1, 0, 1): still(flat(0))}
    layout = shaded(sources, text())
    assert strength(layout, 10) == LEAST < 0.35
    assert worst_contrast(layout, sources, 10) >= 4.5


def test_each_scene_has_its_own_shade() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(20)), (1, 0, 1): still(flat(250))}
    layout = shaded(sources, text(0), text(1))
    opacities = next(layer for layer in layout.layers if layer.is_scrim).opacities
    assert set(opacities[:30]) == {LEAST}
    assert len(set(opacities[30:])) == 1
    assert opacities[30] > 2 * LEAST


def test_a_text_of_all_scenes_counts_in_each() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(250)), (1, 0, 1): still(flat(250))}
    layout = shaded(sources, text(-1))
    assert strength(layout, 5) == strength(layout, 40) > LEAST


def test_only_what_lies_behind_the_words_counts() -> None:
    rgb = flat(20)
    rgb[:190] = 255
    sources: dict[Spot, Source] = {(0, 0, 0): still(rgb), (1, 0, 1): still(flat(0))}
    assert strength(shaded(sources, text()), 10) == LEAST
    assert strength(shaded(sources, text(box=Box(24, 20, 200, 60))), 10) == LEAST, "no scrim reaches up there"


def test_a_scrim_that_hardly_reaches_a_text_leaves_it_to_another() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(255)), (1, 0, 1): still(flat(0))}
    assert strength(shaded(sources, text(box=Box(24, 100, 200, 130))), 10) == LEAST


def test_words_on_a_panel_need_no_shade() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(250)), (1, 0, 1): still(flat(0))}
    assert strength(shaded(sources, text(on_panel=True)), 10) == LEAST


def test_brightness_that_a_zoom_brings_in_counts() -> None:
    rgb = flat(20)
    rgb[:180] = 255  # comes down behind the words as the picture grows away from them
    upward = View(1.0, 0.5, 0.5), View(1.4, 0.5, 0.36)
    pushed = replace(still(rgb), move=Move(*upward))
    assert strength(shaded({(0, 0, 0): still(rgb), (1, 0, 1): still(flat(0))}, text()), 10) == LEAST
    assert strength(shaded({(0, 0, 0): pushed, (1, 0, 1): still(flat(0))}, text()), 10) > LEAST


def test_a_textured_photograph_is_shaded_for_its_bright_parts() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 20)
    rgb = np.clip(130 + soft / soft.std() * 60, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    sources: dict[Spot, Source] = {(0, 0, 0): still(rgb), (1, 0, 1): still(flat(0))}
    assert worst_contrast(shaded(sources, text()), sources, 10) >= 4.5


def test_a_layout_without_scrims_stays_as_it_is() -> None:
    layout = Layout((photo_layer(0),), (text(),))
    assert shade(layout, TIMELINE, {(0, 0, 0): still(flat(255))}).layers[0] is layout.layers[0]


def test_shade_fades_with_its_own_animation() -> None:
    fading = scrim()
    fading.opacities[:10] = np.linspace(0, 0.9, 10)
    layout = shade(Layout((photo_layer(0), fading), (text(),)), TIMELINE, {(0, 0, 0): still(flat(250))})
    made = next(layer for layer in layout.layers if layer.is_scrim).opacities
    assert made[0] == 0
    assert made[5] / made[20] == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["dissolve", "wipe"])
@pytest.mark.parametrize(("first", "second"), [(255, 40), (40, 255), (200, 255)])
def test_words_that_stay_through_a_transition_can_be_read_in_all_of_it(kind: str, first: int, second: int) -> None:
    """Why: while one photograph gives way to the other, both are behind the words."""
    scenes = (Scene(0, "opening", 0, 0, 30, "cut", 0), Scene(1, "closing", 1, 30, 60, kind, 15))
    line = Timeline(scenes, 60)
    opening = replace(
        photo_layer(0),
        end=45,
        matrices=rows([1, 0, 0, 1, 0, 0], 45),
        opacities=np.ones(45),
        clips=rows([0, 0, WIDTH, HEIGHT], 45),
        which=np.zeros(45, np.int64),
    )
    view = View(1.0, 0.5, 0.5)
    sources: dict[Spot, Source] = {
        (n, 0, n): Still(picture_from_rgb(flat(grey)), Move(view, view), WHOLE, n * 30, n * 30 + 45)
        for n, grey in enumerate((first, second))
    }
    layout = shade(Layout((opening, photo_layer(1), scrim()), (text(-1),)), line, sources)
    for frame in range(0, 60, 2):
        buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
        Painter(layout, line, sources, WIDTH, HEIGHT, 200).paint(frame, buffer)
        rgb = rgb_from_frame(buffer, WIDTH, HEIGHT)[int(WORDS.top) : int(WORDS.bottom) : 4]
        part = rgb[:, int(WORDS.left) : int(WORDS.right) : 4].reshape(-1, 3)
        ratios = [contrast(WHITE, (int(r), int(g), int(b))) for r, g, b in part]
        assert np.percentile(ratios, 10) >= 4.5, frame


def test_a_scrim_of_a_few_frames_alone_is_as_strong_as_in_the_whole() -> None:
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(255)), (1, 0, 1): still(flat(120))}
    whole = scrim()
    few = replace(
        whole,
        start=20,
        end=41,
        matrices=whole.matrices[20:41],
        opacities=whole.opacities[20:41],
        clips=whole.clips[20:41],
        which=whole.which[20:41],
    )
    layouts = [
        shade(Layout((photo_layer(0), photo_layer(1), each), (text(), text(1))), TIMELINE, sources)
        for each in (whole, few)
    ]
    assert [strength(layouts[1], k) for k in range(21)] == [strength(layouts[0], k + 20) for k in range(21)]


def pool() -> Layer:
    """Full in the whole upper half and to the left, falling off to the right and below."""
    across = np.clip((WIDTH - 12 - np.arange(WIDTH)) / 30, 0, 1)
    down = np.clip((260 - np.arange(HEIGHT)) / 40, 0, 1)
    bgra = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    bgra[..., :3] = (20, 14, 8)
    bgra[..., 3] = np.rint(np.outer(down, across) * 0.88 * 255)
    return replace(scrim(), sprites=(Sprite(bgra, 0, 0),), scrim_to="fit")


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_scrim_that_fits_is_no_larger_than_its_words_and_they_can_be_read(mirrored: bool) -> None:
    words = Box(24, 60, 120, 110)
    layer = pool()
    if mirrored:
        words = Box(WIDTH - 120, 60, WIDTH - 24, 110)
        layer = replace(layer, sprites=(Sprite(np.ascontiguousarray(layer.sprites[0].bgra[:, ::-1]), 0, 0),))
    sources: dict[Spot, Source] = {(0, 0, 0): still(flat(235)), (1, 0, 1): still(flat(0))}

    def drawn(scrim_to: str) -> NDArray[np.uint8]:
        layout = Layout((photo_layer(0), photo_layer(1), replace(layer, scrim_to=scrim_to)), (text(box=words),))
        buffer = np.empty(WIDTH * HEIGHT * 3 // 2, np.uint8)
        Painter(shade(layout, TIMELINE, sources), TIMELINE, sources, WIDTH, HEIGHT, 200).paint(10, buffer)
        return rgb_from_frame(buffer, WIDTH, HEIGHT)

    fitted, whole = drawn("fit"), drawn("")
    behind = fitted[60:110, int(words.left) : int(words.right)].reshape(-1, 3)[::7]
    ratios = [contrast(WHITE, (int(r), int(g), int(b))) for r, g, b in behind]
    assert np.percentile(ratios, 10) >= 4.5
    below, beside = slice(180, 220), slice(10, 40) if mirrored else slice(WIDTH - 40, WIDTH - 10)
    assert fitted[below].mean() > whole[below].mean() + 60, "the picture below the words keeps its light"
    assert fitted[60:110, beside].mean() > whole[60:110, beside].mean() + 30, "and that beside them"
