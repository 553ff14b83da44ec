"""Short sounds at a template's moves: at their moment, well under the music, and never alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from castad_cli.model.plan import Item, SceneSlots, Showcase
from castad_cli.model.script import SlotLimit
from castad_cli.render.rendition import place_accents
from castad_cli.render.sound.accents import Accent, Kind, lay_accents, make_sound
from castad_cli.render.sound.audio import mix
from castad_cli.render.sound.loudness import RATE, integrated_lufs
from castad_cli.render.timeline import Scene, Timeline
from castad_cli.templates import load_template, template_names
from tests.render.sound.test_audio import check, tune, write_wav

KINDS: tuple[Kind, ...] = ("whoosh", "tick", "thump")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_is_heard_at_its_moment_and_lies_well_under_the_music(kind: Kind) -> None:
    music = tune()
    accents = [Accent(kind, Fraction(2)), Accent(kind, Fraction(9, 2))]
    alone = lay_accents(music.astype(np.float32), accents) - music.astype(np.float32)
    loud = np.abs(alone).max(axis=1)
    for accent in accents:
        at = round(accent.at_s * RATE)
        around = loud[at - RATE : at + RATE]
        assert abs(int(around.argmax()) - RATE) < RATE // 50
    assert integrated_lufs(alone) <= integrated_lufs(music.astype(np.float32)) - 12
    assert loud.max() <= 0.51 * np.abs(music).max()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_begins_and_ends_without_a_click_and_is_the_same_every_time(kind: Kind) -> None:
    sound, peak = make_sound(kind)
    assert np.abs(sound[[0, -1]]).max() < 0.02
    assert 0 < peak < len(sound)
    make_sound.cache_clear()
    assert np.array_equal(make_sound(kind)[0], sound)


def test_a_sound_at_the_edge_of_the_ad_is_cut_and_a_silent_ad_stays_silent() -> None:
    music = tune(2.0).astype(np.float32)
    assert lay_accents(music, [Accent("thump", Fraction(0)), Accent("whoosh", Fraction(2))]).shape == music.shape
    silence = np.zeros_like(music)
    assert np.array_equal(lay_accents(silence, [Accent("tick", Fraction(1))]), silence)


def test_a_mix_with_accents_is_as_loud_as_any(tmp_path: Path, ffmpeg: str) -> None:
    track = write_wav(tmp_path / "tune.wav", tune())
    accents = [Accent("thump", Fraction(3)), Accent("tick", Fraction(1))]
    plain = check(mix(track, [], Fraction(6), tmp_path / "plain.m4a", ffmpeg))
    heard = check(mix(track, [], Fraction(6), tmp_path / "heard.m4a", ffmpeg, accents=accents))
    changed = np.abs(heard - plain).max(axis=1)
    assert changed[round(2.98 * RATE) : round(3.2 * RATE)].max() > 4 * np.median(changed)


def test_without_music_there_are_none(tmp_path: Path, ffmpeg: str) -> None:
    report = mix(None, [], Fraction(2), tmp_path / "none.m4a", ffmpeg, accents=[Accent("thump", Fraction(1))])
    assert report.silent


def test_a_template_asks_for_them_by_scene_and_a_recipe_may_refuse(make_ad: object) -> None:
    task, _, _ = make_ad(seconds=15)  # type: ignore[operator]
    shown = Showcase(items=(Item("Jar", "$98", "$129"), Item("Cup", "$24")))
    slots = [
        SceneSlots("opening", 0, SlotLimit(9)),
        *(SceneSlots("point", 0, SlotLimit(9), kind="product", shows="items", entries=(entry,)) for entry in (0, 1)),
        SceneSlots("closing", 0, SlotLimit(9)),
    ]
    task = replace(task, scenes=tuple(slots), showcase=shown)
    kinds = ["opening", "product", "product", "closing"]
    scenes = [Scene(i, s.role, 0, 90 * i, 90 * i + 90, "cut", 0, kinds[i]) for i, s in enumerate(slots)]
    timeline = Timeline(tuple(scenes), 360)
    spec = load_template("drop").spec
    placed = place_accents(task, timeline, spec)
    assert [(accent.kind, accent.at_s) for accent in placed] == [
        ("tick", 3 + Fraction(3, 4)),
        ("thump", 9 + Fraction(46, 100)),
    ], "nothing is struck out of the second product"
    assert place_accents(replace(task, accents=False), timeline, spec) == []


def test_most_templates_leave_the_sound_to_the_music() -> None:
    asking = [name for name in template_names() if load_template(name).spec.accents]
    assert "drop" in asking
    assert "pulse" not in asking
