"""A plan holds what the recipes ask for."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.plan import Facts, as_json
from castad_cli.model.script import SceneWords, SlotLimit
from castad_cli.plan import make_plan

from .conftest import ASSETS, FILE, RECIPE, MakePlan, ad, spec

TEMPLATES = {"horizon": (spec(), "template 1")}


def test_an_ad_is_planned_for_each_language_with_each_format(plan: MakePlan) -> None:
    made = plan()
    assert [(a.key, a.folder, a.language) for a in made.ads] == [("sea///ko", "sea", "ko"), ("sea///en", "sea", "en")]
    assert [[r.format for r in a.renditions] for a in made.ads] == [["reel", "square"]] * 2
    assert (made.rendition_count, made.post_count) == (4, 3)
    assert pickle.loads(pickle.dumps(made)) == made
    assert as_json(made)["ads"][0]["script"]["facts"]["name"] == "바다 집"


def test_the_copywriter_gets_the_facts_in_its_language(plan: MakePlan) -> None:
    korean, english = (a.script for a in plan().ads)
    assert english.facts == Facts(
        name="Sea House",
        place="Aewol",
        offer="ten percent",
        highlights=("view", "spa"),
        phone="064",
        url="https://example.com",
        pictures=("", "a room", ""),
    )
    assert korean.facts.highlights == ("view", "스파")
    assert english.call_to_action == SlotLimit(16, 1)
    assert english.given == ()
    assert english.place is not None


def test_words_written_by_hand_are_given_on(plan: MakePlan) -> None:
    scenes = [{"headline": {"ko": "가", "en": "A"}}, {"headline": "B", "line": "b"}, {"headline": "C"}]
    script = plan(copy={"scenes": scenes, "call_to_action": "Book", "fallback": "offline"}).ads[1].script
    assert script.given == (SceneWords("opening", "A"), SceneWords("point", "B", "b"), SceneWords("closing", "C"))
    assert [scene.media for scene in script.scenes] == [0, 1, 2]
    assert (script.given_call_to_action, script.fallback) == ("Book", "offline")


def test_a_rendition_gets_all_that_it_draws(plan: MakePlan) -> None:
    made = plan().ads[1]
    task = made.renditions[0]
    assert (task.duration_s, task.quality, task.template, task.offer) == (
        Fraction(15),
        "standard",
        "horizon",
        "ten percent",
    )
    assert task.brand.name == "Sea House"
    assert task.brand.logo is not None
    assert task.brand.logo.src == "logo.svg"
    assert task.brand.font_file is not None
    assert (task.brand.font, task.brand.font_file.src) == ("", "own.ttf")
    assert [(m.asset.src, m.start_s, m.sound) for m in task.media] == [
        ("a.jpg", 0, False), ("b.jpg", 0, False), ("c.mp4", 2, True),
    ]  # fmt: skip
    assert task.media[0].asset.place is not None
    assert task.script == made.script.fingerprint
    assert made.track is not None
    assert task.track == made.track.fingerprint


def test_music_of_each_provider_is_asked_for(plan: MakePlan) -> None:
    assert plan(music={"provider": "none"}).ads[0].track is None
    assert plan(music={"provider": "none"}).ads[0].renditions[0].track is None
    own = plan(music={"provider": "file", "src": "song.mp3"}).ads[0].track
    assert own is not None
    assert own.asset == ASSETS[FILE, "song.mp3"]
    bought = plan(music={"provider": "suno", "prompt": "waves"}).ads[0].track
    assert bought is not None
    assert bought.prompt == "waves"


def test_posts_go_with_their_rendition_and_language(plan: MakePlan) -> None:
    korean, english = plan().ads
    assert [(p.platform, p.account, p.rendition) for p in korean.posts] == [
        ("instagram", "haneul", korean.renditions[1].fingerprint),
        ("tiktok", "haneul", korean.renditions[0].fingerprint),
    ]
    (post,) = english.posts
    assert post.rendition == english.renditions[0].fingerprint
    assert post.fields["title"] == "Sea"
    assert post.fields["at"] == "2026-12-01T09:00:00+09:00"
    assert "account" not in post.fields
    assert korean.posts[0].fields["collaborators"] == ("x",)


def test_formats_and_languages_can_be_chosen(plan: MakePlan) -> None:
    made = plan(_formats=["square"], _languages=["ko"], _quality="draft")
    (only,) = made.ads
    assert [(r.format, r.language, r.quality) for r in only.renditions] == [("square", "ko", "draft")]
    assert [p.platform for p in only.posts] == ["instagram"]


def test_a_choice_that_the_recipe_does_not_make_is_refused(plan: MakePlan) -> None:
    with pytest.raises(RecipeProblems) as caught:
        plan(_formats=["reel", "landscape"], _languages=["th"])
    assert [(str(p.place), p.message, p.fix) for p in caught.value.problems] == [
        ("r.yaml:5:1  formats", "this recipe makes no `landscape`", "add it here, or ask for one of: reel, square"),
        ("r.yaml:6:1  languages", "this recipe makes no `th`", "add it here, or ask for one of: ko, en"),
    ]
    with pytest.raises(UserError, match="no quality is called `best`"):
        plan(_quality="best")
    with pytest.raises(RecipeProblems) as caught:
        plan(template="nowhere")
    assert caught.value.problems[0].message == "no template is called `nowhere`"


def test_an_asset_that_was_not_fetched_is_a_bug(plan: MakePlan) -> None:
    with pytest.raises(KeyError):
        plan(media=["missing.jpg"])


def test_ads_never_share_a_folder() -> None:
    ads = [ad(row="a", variant="b-c"), ad(row="a-b", variant="c"), ad(row="A", variant="b-c")]
    with pytest.raises(RecipeProblems) as caught:
        make_plan(ads, ASSETS, TEMPLATES, "engine")
    assert {p.message for p in caught.value.problems} == {
        f"`sea/{key}/{tag}` and `sea/a/b-c/{tag}` would both be written into `sea/{folder}`"
        for tag in ("ko", "en")
        for key, folder in (("a-b/c", "a-b-c"), ("A/b-c", "A-b-c"))
    }


def test_rows_and_variants_have_folders_of_their_own() -> None:
    ads = [ad(), ad(row="1"), ad(variant="loud"), ad(row="1", variant="loud")]
    made = make_plan(ads, ASSETS, TEMPLATES, "engine", languages=["ko"])
    assert [a.folder for a in made.ads] == ["sea", "sea/1", "sea/loud", "sea/1-loud"]
    assert len({a.key for a in made.ads}) == 4


def test_five_thousand_ads_share_what_is_the_same() -> None:
    ads = [ad(RECIPE, row=str(number)) for number in range(500)]
    made = make_plan(ads, ASSETS, TEMPLATES, "engine")
    assert len(made.ads) == 1000
    assert len({r.fingerprint for a in made.ads for r in a.renditions}) == 4
