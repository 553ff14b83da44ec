"""A voice and a picture are planned only where the recipe asks, and change only the ads that have them."""

from __future__ import annotations

from fractions import Fraction

from .conftest import MakePlan

GEMINI = {"provider": "gemini"}


def test_no_ad_has_either_unless_it_asks(plan: MakePlan) -> None:
    script = plan().ads[0].script
    assert (script.voice, script.image) == (None, None)
    asked = plan(voice={"provider": "none"}, image={"provider": "none"}).ads[0]
    assert asked.script.fingerprint == script.fingerprint


def test_a_voice_speaks_as_the_brief_sounds_unless_told(plan: MakePlan) -> None:
    voice = plan(voice=GEMINI).ads[0].script.voice
    assert voice
    assert (voice.provider, voice.name, voice.duration_s) == ("gemini", "Kore", Fraction(15))
    assert "warmly" in voice.style
    told = plan(voice={**GEMINI, "name": "Puck", "style": "in a whisper"}).ads[0].script
    assert told.voice
    assert (told.voice.name, told.voice.style) == ("Puck", "in a whisper")
    assert told.fingerprint != plan(voice=GEMINI).ads[0].script.fingerprint


def test_a_picture_stands_behind_the_last_scene_and_is_the_same_in_every_language(plan: MakePlan) -> None:
    made = plan(image={**GEMINI, "prompt": "The sea at dawn"})
    images = {ad.script.image for ad in made.ads}
    assert len(images) == 1
    (image,) = images
    assert image
    assert (image.prompt, image.aspect) == ("The sea at dawn", "9:16")
    for ad in made.ads:
        shown = [scene.media for scene in ad.renditions[0].scenes]
        assert shown[-1] == len(ad.renditions[0].media)
        assert max(shown[:-1]) < len(ad.renditions[0].media)


def test_a_picture_may_stand_behind_the_first_scene_or_all(plan: MakePlan) -> None:
    first = plan(image={**GEMINI, "at": "opening"}).ads[0].renditions[0]
    assert [scene.media == len(first.media) for scene in first.scenes][:2] == [True, False]
    every = plan(image={**GEMINI, "at": "all"}).ads[0].renditions[0]
    assert {scene.media for scene in every.scenes} == {len(every.media)}


def test_without_a_prompt_it_shows_where_the_business_is(plan: MakePlan) -> None:
    image = plan(image=GEMINI).ads[0].script.image
    assert image
    assert "Aewol" in image.prompt
