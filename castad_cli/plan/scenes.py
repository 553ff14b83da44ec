"""How many scenes an ad has, and which picture each one shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from castad_cli.errors import UserError
from castad_cli.model.plan import SceneSlots
from castad_cli.model.script import SceneRole, SlotLimit
from castad_cli.model.template import Slot, TemplateSpec

SHORTEST_S = Fraction(5, 2)
LONGEST_S = Fraction(4)
"""A scene is watchable between these: time to see a picture and read a headline, not so long that it stands still."""
USUAL_FEWEST = 3


def lay_scenes(
    spec: TemplateSpec, duration: Fraction, media_count: int, given_scene_count: int | None = None
) -> tuple[SceneSlots, ...]:
    """The scenes of an ad: an opening, points, a closing.

    ``given_scene_count`` decides the count where the recipe writes the words itself. Else there is a scene for each
    picture, as far as the duration gives each scene a watchable length and the template allows. Pictures come in
    order; where there are fewer than scenes they return, never twice in a row while there is another one; the
    closing shows the last.

    Raises:
        UserError: the template has no such scenes.
    """
    count = given_scene_count or choose_scene_count(spec, duration, media_count)
    roles = scene_roles(count)
    pictures = spread_media(count, media_count)
    return tuple(_slots(spec, role, picture) for role, picture in zip(roles, pictures, strict=True))


def scene_roles(count: int) -> tuple[SceneRole, ...]:
    """The roles of ``count`` scenes: the last closes, the first opens, the others make a point each."""
    roles: list[SceneRole] = ["point"] * count
    roles[:1] = ["opening"] * min(count, 1)
    roles[-1:] = ["closing"] * min(count, 1)
    return tuple(roles)


def choose_scene_count(spec: TemplateSpec, duration: Fraction, media_count: int) -> int:
    """How many scenes suit the duration, the pictures and the template."""
    fewest, most = (2 + points for points in spec.points)
    while most > fewest and _least_length(spec, most) > duration:
        most -= 1
    low = max(math.ceil(duration / LONGEST_S), min(USUAL_FEWEST, most))
    high = max(math.floor(duration / SHORTEST_S), low)
    wanted = min(max(media_count, low), high)
    return min(max(wanted, fewest), most)


def spread_media(count: int, media_count: int) -> tuple[int, ...]:
    """Which picture each of ``count`` scenes shows, as indices.

    The last scene shows the last picture and, with three pictures or more (or as many as scenes), the first the
    first. With more pictures than scenes, those between are spread evenly.
    """
    if count <= 0 or media_count <= 0:
        return (0,) * max(count, 0)
    last = media_count - 1
    if count == 1:
        return (last,)
    if count <= media_count:
        return tuple(round(Fraction(scene * last, count - 1)) for scene in range(count))
    if media_count <= 2:
        return tuple((last - (count - 1 - scene)) % media_count for scene in range(count))
    shown = [scene % media_count for scene in range(count - 1)]
    if shown[-1] == last:
        shown[-1] = next(index for index in range(media_count) if index not in (last, shown[-2]))
    return (*shown, last)


def _least_length(spec: TemplateSpec, count: int) -> Fraction:
    return sum((spec.scenes[role].min for role in scene_roles(count) if role in spec.scenes), Fraction(0))


def _slots(spec: TemplateSpec, role: SceneRole, picture: int) -> SceneSlots:
    kind = spec.scenes.get(role)
    headline = kind.slots.get("headline") if kind is not None else None
    if kind is None or headline is None:
        raise UserError(
            f"the template `{spec.name}` has no headline in its {role} scene",
            fix="add it to `scenes` in its template.yaml",
        )
    line = kind.slots.get("line")
    return SceneSlots(role, picture, slot_limit(headline), None if line is None else slot_limit(line))


def slot_limit(slot: Slot) -> SlotLimit:
    """A slot's limit as the copywriter takes it."""
    return SlotLimit(slot.max_em, slot.max_lines)


_READING_S_PER_EM = {
    "ko": Fraction(11, 100),
    "ja": Fraction(1, 5),
    "zh-Hans": Fraction(1, 5),
    "zh-Hant": Fraction(1, 5),
}
_READING_S_PER_EM_ELSEWHERE = Fraction(12, 100)
"""What `script.reading_time_s` comes to for an em of text: a Hangul syllable, a kana or hanzi, two other letters."""

_CLOSING_S, _SHORTEST_CLOSING_S = Fraction(3), Fraction(13, 5)
_OPENING_S, _HEADLINE_S, _LINE_S = Fraction(4, 5), Fraction(5, 4), Fraction(3, 2)
"""What the entrance, exit and first glance take of an opening's headline (it is there from the first frame), of any
other headline, and of a line below one, besides a share for every character."""

_LEAST_HEADLINE_S, _LEAST_LINE_EM = Fraction(7, 10), 7.0


def readable_slots(scenes: Sequence[SceneSlots], duration: Fraction, language: str) -> tuple[SceneSlots, ...]:
    """The scenes with slots no larger than what can be read in a scene's share of ``duration``.

    A line that would have to be too short to say anything is left out. Why: a template's slot says what has room,
    not what has time; the words of a six-second ad must be fewer than those of a minute.
    """
    rate = _READING_S_PER_EM.get(language, _READING_S_PER_EM_ELSEWHERE)
    closing = max(min(_CLOSING_S, duration * Fraction(2, 5)), _SHORTEST_CLOSING_S)
    fixed = [_fixed(scene) for scene in scenes if scene.role != "closing"]
    reading = (duration - closing - sum(fixed)) / max(1, len(fixed))

    def limited(scene: SceneSlots) -> SceneSlots:
        time = closing if scene.role == "closing" else reading + _fixed(scene)
        headline = float(max(time - _fixed(scene), _LEAST_HEADLINE_S) / rate)
        line = float((time - _LINE_S) / rate)
        return replace(
            scene,
            headline=replace(scene.headline, max_em=min(scene.headline.max_em, headline)),
            line=None
            if scene.line is None or line < _LEAST_LINE_EM
            else replace(scene.line, max_em=min(scene.line.max_em, line)),
        )

    return tuple(map(limited, scenes))


def _fixed(scene: SceneSlots) -> Fraction:
    return _OPENING_S if scene.role == "opening" else _HEADLINE_S
