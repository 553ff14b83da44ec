"""Sprites are made ready to be drawn once, and a rendition keeps nothing of how they were captured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from castad_cli.render.chromium.groups import PackedSprite
from castad_cli.render.chromium.sprites import Sprite
from castad_cli.render.cut_sprites import CutSprite, Cutting
from castad_cli.render.layers import Layer

PIXELS = np.random.default_rng(3).integers(0, 256, (40, 60, 4), dtype=np.uint8)


def layer_of(*sprites: Sprite) -> Layer:
    states = np.zeros((1, 6)), np.ones(1), np.zeros((1, 4)), np.zeros(1, np.int64)
    return Layer("name", "sprite", 0, 1, *states, sprites=sprites)


def test_what_layers_share_is_cut_once_and_keeps_no_pixels_as_captured() -> None:
    cutting, shared = Cutting(), Sprite(PIXELS, 8, 6)
    (one,), (other,) = (cutting.of(layer_of(shared)).sprites for _ in range(2))
    assert one is other
    assert isinstance(one, CutSprite)
    assert one.bgra.size == 0
    assert (one.left, one.top, one.cutout.left, one.cutout.top) == (8, 6, 8, 6)
    assert one.cutout.a.tolist() == PIXELS[..., 3].tolist()
    assert one.size_bytes * 16 == PIXELS.nbytes * 11  # 4:2:0 and alpha in two sizes: 2.75 bytes a pixel, not 4


def test_what_is_cut_stays_as_it_is() -> None:
    cutting = Cutting()
    once = cutting.of(layer_of(Sprite(PIXELS, 0, 0)))
    assert Cutting().of(once).sprites == once.sprites


def test_another_picture_is_another_cutout_whatever_became_of_the_first() -> None:
    cutting = Cutting()
    for value in range(20):  # an id is given again as soon as its object is gone
        sprite = replace(Sprite(PIXELS, 0, 0), bgra=np.full((2, 2, 4), value, np.uint8))
        assert cutting.once(sprite).cutout.a.max() == value


def test_a_groups_many_pictures_stay_packed() -> None:
    packed = PackedSprite(np.empty((0, 0, 4), np.uint8), 0, 0, (), (b"png",))
    assert Cutting().of(layer_of(packed)).sprites == (packed,)
