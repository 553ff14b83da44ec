"""Changing one thing changes the fingerprints of what it decides, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.model.plan import AdPlan, Plan
from castad_cli.plan import make_plan

from .conftest import ASSETS, FILE, RECIPE, MakePlan, ad, asset, spec

Prints = dict[str, str]


def prints(plan: Plan) -> Prints:
    """Every task's fingerprint, by language and what it makes."""
    found: Prints = {}
    for made in plan.ads:
        found |= _of(made)
    return found


def _of(made: AdPlan) -> Prints:
    found = {f"script {made.language}": made.script.fingerprint}
    if made.track is not None:
        found[f"track {made.language}"] = made.track.fingerprint
    found |= {f"{r.format} {r.language}": r.fingerprint for r in made.renditions}
    return found | {f"{p.platform} {made.language}": p.fingerprint for p in made.posts}


def changed(one: Prints, other: Prints) -> set[str]:
    return {name for name in one if one[name] != other.get(name)}


SCRIPTS = {"script ko", "script en"}
TRACKS = {"track ko", "track en"}
RENDITIONS = {"reel ko", "square ko", "reel en", "square en"}
POSTS = {"youtube en", "instagram ko", "tiktok ko"}
ENGLISH = {"script en", "reel en", "square en", "youtube en"}
BRAND: dict[str, Any] = RECIPE["brand"]
BRIEF: dict[str, Any] = RECIPE["brief"]
MEDIA: list[Any] = RECIPE["media"]
PUBLISH: list[Any] = RECIPE["publish"]


CHANGES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"name": "another"}, set()),
    ({"_engine": "engine 2"}, SCRIPTS | TRACKS | RENDITIONS | POSTS),
    ({"_template": "template 2"}, RENDITIONS | POSTS),
    ({"_quality": "high"}, RENDITIONS | POSTS),
    ({"duration": "15.5s"}, SCRIPTS | TRACKS | RENDITIONS | POSTS),
    ({"duration": "24s"}, SCRIPTS | TRACKS | RENDITIONS | POSTS),
    ({"formats": ["square", "reel"]}, set()),
    ({"formats": ["reel", "square", "landscape"]}, set()),
    ({"languages": ["en", "ko"]}, {"instagram ko", "tiktok ko"}),
    ({"brand": {**BRAND, "name": {"ko": "바다 집", "en": "Sea Hut"}}}, ENGLISH),
    ({"brand": {**BRAND, "colors": {"accent": "#000000"}}}, RENDITIONS | POSTS),
    ({"brand": {**BRAND, "font": "Inter"}}, RENDITIONS | POSTS),
    ({"brand": {**BRAND, "contact": {**BRAND["contact"], "address": "Aewol 1"}}}, RENDITIONS | POSTS),
    ({"brand": {**BRAND, "contact": {"phone": "065"}}}, SCRIPTS | RENDITIONS | POSTS),
    ({"brief": {**BRIEF, "highlights": ["view", {"ko": "스파", "en": "pool"}]}}, ENGLISH),
    ({"brief": {**BRIEF, "tone": "bold"}}, SCRIPTS | RENDITIONS | POSTS),
    ({"brief": {**BRIEF, "offer": "none"}}, SCRIPTS | RENDITIONS | POSTS),
    ({"copy": {"seed": 1}}, SCRIPTS | RENDITIONS | POSTS),
    ({"copy": {"provider": "gemini"}}, SCRIPTS | RENDITIONS | POSTS),
    ({"copy": {"call_to_action": {"ko": "", "en": "Book"}}}, ENGLISH),
    ({"media": ["d.jpg", *MEDIA[1:]]}, RENDITIONS | POSTS),
    ({"media": [{"src": "a.jpg", "focus": [0.1, 0.2]}, *MEDIA[1:]]}, RENDITIONS | POSTS),
    ({"media": [{"src": "a.jpg", "motion": "still"}, *MEDIA[1:]]}, RENDITIONS | POSTS),
    ({"media": [{"src": "a.jpg", "start": "1s", "sound": True}, *MEDIA[1:]]}, set()),
    ({"media": [*MEDIA[:2], {"src": "c.mp4", "start": "3s", "sound": True}]}, RENDITIONS | POSTS),
    ({"media": [*MEDIA[:2], {"src": "c.mp4", "start": "2s"}]}, RENDITIONS | POSTS),
    ({"media": [{"src": "a.jpg", "alt": "the sea"}, *MEDIA[1:]]}, SCRIPTS | RENDITIONS | POSTS),
    ({"media": [{"src": "a.jpg", "alt": {"ko": "", "en": "the sea"}}, *MEDIA[1:]]}, ENGLISH),
    ({"media": list(reversed(MEDIA))}, RENDITIONS | POSTS),
    ({"music": {"mood": "warm", "seed": 7}}, TRACKS | RENDITIONS | POSTS),
    ({"music": {"mood": "calm", "seed": 8}}, TRACKS | RENDITIONS | POSTS),
    ({"music": {"mood": "calm", "seed": 7, "tempo": 90}}, TRACKS | RENDITIONS | POSTS),
    ({"music": "none"}, TRACKS | RENDITIONS | POSTS),
    ({"_assets": {"a.jpg": asset("a.jpg", path="/elsewhere/b.jpg")}}, set()),
    ({"_assets": {"a.jpg": asset("a.jpg", sha256="other")}}, RENDITIONS | POSTS),
    ({"_assets": {"a.jpg": asset("a.jpg", kind="clip")}}, RENDITIONS | POSTS),
    ({"_assets": {"logo.svg": asset("logo.svg", sha256="other")}}, RENDITIONS | POSTS),
    ({"_assets": {"logo.svg": asset("logo.svg", path="/elsewhere")}}, set()),
    ({"_assets": {"own.ttf": asset("own.ttf", sha256="other")}}, RENDITIONS | POSTS),
    ({"_assets": {"d.jpg": asset("d.jpg", sha256="other")}}, set()),
    ({"publish": [{"youtube": {**PUBLISH[0]["youtube"], "title": "Other"}}, *PUBLISH[1:]]}, set()),
    ({"publish": [{"youtube": {**PUBLISH[0]["youtube"], "account": "b"}}, *PUBLISH[1:]]}, {"youtube en"}),
    ({"publish": [{"youtube": {**PUBLISH[0]["youtube"], "format": "square"}}, *PUBLISH[1:]]}, {"youtube en"}),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[str(change) for change, _ in CHANGES])
def test_a_change_reaches_what_it_decides(plan: MakePlan, change: dict[str, Any], expected: set[str]) -> None:
    assert changed(prints(plan()), prints(plan(**change))) == expected


def test_a_song_counts_by_its_bytes(plan: MakePlan) -> None:
    music = {"provider": "file", "src": "song.mp3"}
    own = prints(plan(music=music))
    moved = {"song.mp3": asset("song.mp3", path="/elsewhere")}
    other = {"song.mp3": asset("song.mp3", sha256="other")}
    assert changed(own, prints(plan(music=music, _assets=moved))) == set()
    assert changed(own, prints(plan(music=music, _assets=other))) == TRACKS | RENDITIONS | POSTS
    assert changed(own, prints(plan(music={**music, "mood": "playful", "seed": 9}))) == set()


def test_a_picture_that_no_scene_shows_does_not_count(plan: MakePlan) -> None:
    many = ["a.jpg", "d.jpg", "d.jpg", "b.jpg", "d.jpg", "d.jpg", "a.jpg", "b.jpg"]
    made = prints(plan(duration="6s", media=many))
    other = prints(plan(duration="6s", media=[*many[:2], "b.jpg", *many[3:]]))
    assert changed(made, other) == set()


def test_words_written_by_hand_change_their_language_alone(plan: MakePlan) -> None:
    def scenes(word: str) -> dict[str, Any]:
        return {"scenes": [{"headline": {"ko": "가", "en": word}}, {"headline": "x"}, {"headline": "y"}]}

    assert changed(prints(plan(copy=scenes("A"))), prints(plan(copy=scenes("B")))) == ENGLISH


def test_tracks_are_shared_and_renditions_are_not(plan: MakePlan) -> None:
    made = prints(plan())
    assert made["track ko"] == made["track en"]
    assert len(set(made.values())) == len(made) - 1


def test_fingerprints_are_the_same_on_every_machine_and_day() -> None:
    """A change here makes everybody's stored work worthless: it belongs in the changelog."""
    made = make_plan([ad()], ASSETS, {"horizon": (spec(), "template 1")}, "engine 1")
    assert all(len(value) == 64 and int(value, 16) >= 0 for value in prints(made).values())
    assert prints(made) == prints(
        make_plan([ad()], dict(reversed(ASSETS.items())), {"horizon": (spec(), "template 1")}, "engine 1")
    )


@given(st.permutations(list(RECIPE)), st.sampled_from(["", "1", "x"]), st.sampled_from(["", "v"]))
def test_the_order_of_keys_and_the_names_of_rows_decide_nothing(keys: list[str], row: str, variant: str) -> None:
    templates = {"horizon": (spec(), "template 1")}
    shuffled = ad({key: RECIPE[key] for key in keys}, row=row, variant=variant)
    assert prints(make_plan([shuffled], ASSETS, templates, "e")) == prints(make_plan([ad()], ASSETS, templates, "e"))


def test_the_recipes_file_decides_nothing() -> None:
    templates = {"horizon": (spec(), "template 1")}
    elsewhere = {("other.yaml", src): value for (_, src), value in ASSETS.items()}
    here = make_plan([ad(file=FILE)], ASSETS, templates, "e")
    there = make_plan([ad(file="other.yaml")], elsewhere, templates, "e")
    assert prints(here) == prints(there)
