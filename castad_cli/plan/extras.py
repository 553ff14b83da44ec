"""What an ad may have besides words, music and the recipe's pictures: a voice, and a picture made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from castad_cli.model.plan import AdSource, ImageSpec, SceneSlots, VoiceSpec
from castad_cli.model.recipe import Image
from castad_cli.model.values import in_language

_ASPECTS = {"reel": "9:16", "portrait": "4:5", "square": "1:1", "landscape": "16:9"}
_STYLES = {
    "warm": "warmly and unhurried, as to a guest",
    "calm": "calmly and softly",
    "bright": "brightly, with a smile",
    "elegant": "with quiet elegance",
    "playful": "playfully and lightly",
    "bold": "confidently and with energy",
}


def voice_wanted(ad: AdSource) -> VoiceSpec | None:
    """The voice that speaks an ad, None where nobody does."""
    voice = ad.recipe.voice
    if voice.provider == "none":
        return None
    style = voice.style or _STYLES.get(ad.recipe.brief.tone, _STYLES["warm"])
    return VoiceSpec(voice.provider, voice.name, style, ad.recipe.duration, ad.place("voice"))


def image_wanted(ad: AdSource) -> ImageSpec | None:
    """The picture to be made for an ad, None where none is. The same in every language, so that it is bought once."""
    recipe, image = ad.recipe, ad.recipe.image
    if image.provider == "none":
        return None
    first = recipe.languages[0]
    told = ", ".join(filter(None, (recipe.brief.kind, in_language(recipe.brief.place, first))))
    prompt = image.prompt or f"The surroundings of a small business: {told or in_language(recipe.brand.name, first)}."
    return ImageSpec(image.provider, prompt, _ASPECTS[recipe.formats[0]], image.seed, ad.place("image"))


def stand_on_image(scenes: Sequence[SceneSlots], image: Image, media_count: int) -> tuple[SceneSlots, ...]:
    """The scenes, those that ``image`` names showing the picture after the last of the recipe's own.

    A scene that shows several pictures keeps them.
    """
    if image.provider == "none":
        return tuple(scenes)
    return tuple(
        replace(scene, media=media_count, pictures=(media_count,))
        if image.at in ("all", scene.role) and not scene.pictures
        else scene
        for scene in scenes
    )
