"""Whether the words a recipe gives fit their places in a template, in every language it makes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from castad_cli.model.recipe import Recipe
from castad_cli.model.script import SceneRole, width_em
from castad_cli.model.template import Slot, TemplateSpec
from castad_cli.model.values import Text, in_language

Problem = tuple[str, str, str, str]
"""The key path of the text, the language tag, what is wrong, the fix."""


def slot_problems(recipe: Recipe, spec: TemplateSpec) -> Iterator[Problem]:
    """Words too long for their slot, words that have no slot, and too many or too few scenes."""
    yield from _scene_count(recipe, spec)
    scenes = recipe.copy_.scenes or []
    for index, scene in enumerate(scenes):
        role = scene_role(index, len(scenes))
        kind = spec.scenes.get(role)
        if kind is None:
            continue
        for key, text in (("headline", scene.headline), ("line", scene.line)):
            path = f"copy.scenes[{index}].{key}"
            slot = kind.slots.get("headline" if key == "headline" else "line")
            what = f"the {key} of the {role}" if role != "point" else f"the {key} of a scene"
            if slot is not None:
                yield from _too_long(path, text, slot, what, recipe)
            elif text:
                tag = recipe.languages[0]
                yield path, tag, f"the template `{spec.name}` shows no {key} in the {role}", "take it away"
    yield from _shown_things(recipe, spec)
    contact = recipe.brand.contact
    # Not its web address: one that is too long to be shown is shown by its host, and the QR code has it whole.
    for name, path, text in (
        ("call_to_action", "copy.call_to_action", recipe.copy_.call_to_action),
        ("offer", "brief.offer", recipe.brief.offer),
        ("name", "brand.name", recipe.brand.name),
        ("phone", "brand.contact.phone", contact.phone),
        ("address", "brand.contact.address", contact.address),
    ):
        slot = next((slot for key, slot in spec.closing_slots.items() if key == name), None)
        if slot is not None:
            yield from _too_long(path, text, slot, f"the {name.replace('_', ' ')} of the closing card", recipe)


def _shown_things(recipe: Recipe, spec: TemplateSpec) -> Iterator[Problem]:
    """Dishes, reviews and what else the brief has that scenes of the template show."""
    things: dict[str, list[dict[str, tuple[str, Text]]]] = {
        "items": [
            {
                "headline": (f"brief.items[{index}].name", item.name),
                "name": (f"brief.items[{index}].name", item.name),
                "line": (f"brief.items[{index}].note", item.note),
                "note": (f"brief.items[{index}].note", item.note),
                "price": (f"brief.items[{index}].price", item.price),
                "was": (f"brief.items[{index}].was", item.was),
            }
            for index, item in enumerate(recipe.brief.items)
        ],
        "reviews": [
            {
                "headline": (f"brief.reviews[{index}].text", review.text),
                "author": (f"brief.reviews[{index}].author", review.author),
            }
            for index, review in enumerate(recipe.brief.reviews)
        ],
    }
    told: set[str] = set()
    for kind in spec.scenes.values():
        for texts in things.get(kind.shows or "", []):
            for key, slot in kind.slots.items():
                if key == "headline" and kind.entries[1] > 1:  # the copywriter's
                    continue
                if key in texts and texts[key][0] not in told:
                    found = list(_too_long(*texts[key], slot, f"its place in `{spec.name}`", recipe))
                    told |= {path for path, *_ in found}
                    yield from found


def scene_role(index: int, count: int) -> SceneRole:
    """The role of one of ``count`` scenes: the last closes, the first opens, the others make a point each."""
    return "closing" if index == count - 1 else "opening" if index == 0 else "point"


def _scene_count(recipe: Recipe, spec: TemplateSpec) -> Iterator[Problem]:
    scenes = recipe.copy_.scenes
    if not scenes:
        return
    count, tag = len(scenes), recipe.languages[0]
    fewest, most = (points + 2 for points in spec.points)
    if count < fewest:
        yield "copy.scenes", tag, f"{count} scenes; `{spec.name}` has at least {fewest}", "write more of them"
    elif count > most:
        yield f"copy.scenes[{most}]", tag, f"{count} scenes; `{spec.name}` has at most {most}", "write fewer of them"
    needed = sum(spec.scenes[role].min for index in range(count) if (role := scene_role(index, count)) in spec.scenes)
    if needed > recipe.duration:
        message = f"{count} scenes take {float(needed):g}s at least, and the ad has {float(recipe.duration):g}s"
        yield "copy.scenes", tag, message, "write fewer scenes, or make the ad longer"


def _too_long(path: str, text: Text, slot: Slot, what: str, recipe: Recipe) -> Iterator[Problem]:
    for tag in recipe.languages if isinstance(text, dict) else recipe.languages[:1]:
        words = in_language(text, tag)
        width = width_em(words)
        if width > slot.max_em:
            message = f"{width:g} em, too long for {what}, which takes {slot.max_em:g}"
            over = math.ceil((width - slot.max_em) * len(words) / width)
            yield path, tag, message, f"take about {over} character{'s' * (over != 1)} away"
