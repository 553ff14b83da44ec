"""How many scenes an ad has, and which picture each one shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from castad_cli.errors import UserError
from castad_cli.model.plan import SceneSlots
from castad_cli.model.script import CARD_MOVES_S, SceneRole, SlotLimit, reading_time_s
from castad_cli.model.template import SceneKind, Slot, TemplateSpec

LONGEST_S = Fraction(4)
"""No scene is longer where there are pictures for more, lest it stand still; how short, says the template's pace."""
USUAL_FEWEST = 3


def lay_scenes(
    spec: TemplateSpec,
    duration: Fraction,
    media_count: int,
    given_scene_count: int | None = None,
    stock: Mapping[str, Sequence[int]] | None = None,
    photos: Sequence[int | None] = (),
    card: Iterable[str] = (),
) -> tuple[SceneSlots, ...]:
    """The scenes of an ad: an opening, points, a closing.

    ``stock`` holds the entries there are of what scenes can show (`Showcase.stock`), ``photos`` which picture shows
    each item.

    ``card`` are texts that the closing shows besides its words, and stays for.

    ``given_scene_count`` decides the count where the recipe writes the words itself. Else there is a scene for each
    picture, as far as the duration gives each scene a watchable length and the template allows. Pictures come in
    order; where there are fewer than scenes they return, never twice in a row while there is another one; the
    closing shows the last.

    Raises:
        UserError: the template has no such scenes.
    """
    stock = stock or {}
    count = given_scene_count or choose_scene_count(spec, duration, media_count, stock, card_length_s(spec, card))
    roles = scene_roles(count)
    pictures = spread_media(count, media_count)
    kinds = iter(choose_kinds(spec, max(count - 2, 0), stock, by_hand=given_scene_count is not None))
    chosen = [next(kinds) if role == "point" else (role, ()) for role in roles]
    own = [
        [photos[entry] for entry in entries if entry < len(photos)] if _shows(spec, name) == "items" else []
        for name, entries in chosen
    ]
    named = [next((photo for photo in shown if photo is not None), None) for shown in own]
    firsts = _told_apart(pictures, named, media_count)
    spare = [index for index in range(media_count) if index not in firsts]
    made = []
    for role, (name, entries), picture, shown in zip(roles, chosen, firsts, own, strict=True):
        # A scene of several pictures shows its items' own. The opening, which promises in general, shows those that no
        # scene begins with: a point's words are about what its own picture shows.
        first = [picture, *spare] if role == "opening" else [p for p in shown if p is not None]
        made.append(_slots(spec, role, name, picture, entries, first, media_count))
    return tuple(made)


def _told_apart(usual: Sequence[int], named: Sequence[int | None], media_count: int) -> list[int]:
    """The picture of each scene: its item's own (``named``), else the usual one, unless a neighbour shows just that.

    Then one that no scene shows, else any that neither neighbour does; so that an ad does not open on the very picture
    of its first item while there is another.
    """
    shown = [own if own is not None else picture for own, picture in zip(named, usual, strict=True)]
    for place, own in enumerate(named):
        beside = {place - 1, place + 1} & set(range(len(shown)))
        if own is None and any(named[other] == shown[place] for other in beside):
            free = [index for index in range(media_count) if index not in {shown[other] for other in beside}]
            if free:
                shown[place] = next((index for index in free if index not in shown), free[0])
    return shown


def choose_kinds(
    spec: TemplateSpec, points: int, stock: Mapping[str, Sequence[int]], *, by_hand: bool = False
) -> list[tuple[str, tuple[int, ...]]]:
    """The kind of each of ``points`` scenes between the first and the last, and the entries that it shows.

    Kinds take turns in the template's ``sequence``; one that shows what there is no more of misses its turn. Where more
    is left to show than the scenes to come have room for, a kind that shows more of it at once steps in. ``by_hand``:
    no kind whose words would be its entry's.
    """
    shown: dict[str, int] = {}
    made: list[tuple[str, tuple[int, ...]]] = []
    turn = 0
    kinds = {name: kind for name, kind in spec.scenes.items() if not (by_hand and kind.entries[1] == 1 and kind.shows)}

    def left(kind: SceneKind) -> int:
        return len(stock.get(kind.shows, ())) - shown.get(kind.shows, 0) if kind.shows else 0

    for place in range(points):
        name = "point"
        for step in range(len(spec.sequence)):
            turned = spec.sequence[(turn + step) % len(spec.sequence)]
            kind = kinds.get(turned)
            if kind is not None and (kind.shows is None or left(kind) >= max(kind.entries[0], 1)):
                name, turn = turned, turn + step + 1
                break
        kind = spec.kind(name)
        shows = kind.shows
        if shows is None:
            made.append((name, ()))
            continue
        wider = [n for n, k in kinds.items() if k.shows == kind.shows and k.entries[1] > kind.entries[1]]
        if wider:
            widest = max(wider, key=lambda n: spec.scenes[n].entries[1])
            room = (points - place - 1) * spec.scenes[widest].entries[1]
            if left(kind) - kind.entries[1] > room or (place == points - 1 and left(kind) > kind.entries[1]):
                name, kind = widest, spec.scenes[widest]
        scenes = math.ceil(left(kind) / kind.entries[1])
        taken = max(min(math.ceil(left(kind) / scenes), kind.entries[1]), 1)
        first = shown.get(shows, 0)
        shown[shows] = first + taken
        made.append((name, tuple(stock[shows][first : first + taken])))
    return made


def _shows(spec: TemplateSpec, name: str) -> str:
    return str(spec.kind(name).shows or "")


def scene_roles(count: int) -> tuple[SceneRole, ...]:
    """The roles of ``count`` scenes: the last closes, the first opens, the others make a point each."""
    roles: list[SceneRole] = ["point"] * count
    roles[:1] = ["opening"] * min(count, 1)
    roles[-1:] = ["closing"] * min(count, 1)
    return tuple(roles)


def choose_scene_count(
    spec: TemplateSpec,
    duration: Fraction,
    media_count: int,
    stock: Mapping[str, Sequence[int]] | None = None,
    card_s: Fraction = Fraction(0),
) -> int:
    """How many scenes suit the duration, the pictures, what there is to show, the template and its card's length."""
    fewest, most = (2 + points for points in spec.points)
    while most > fewest and _least_length(spec, most, card_s) > duration:
        most -= 1
    low = max(math.ceil(duration / LONGEST_S), min(USUAL_FEWEST, most))
    high = max(math.floor(duration / spec.pace), low)
    named = {shown for name in spec.sequence if (shown := spec.kind(name).shows)}
    told = sum(len((stock or {}).get(shown, ())) for shown in named)
    wanted = min(max(media_count, low, told + 2 if told else 0), high)
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


def _least_length(spec: TemplateSpec, count: int, card_s: Fraction = Fraction(0)) -> Fraction:
    """What ``count`` scenes take at least; beside a card that is much to read, each other one has time for words."""
    usual = max(_CLOSING_S, spec.kind("closing").min)
    least = _BESIDE_LONG_CARD_S if card_s > usual else Fraction(0)
    total = Fraction(0)
    for role in scene_roles(count):
        if role in spec.scenes:
            total += max(spec.scenes[role].min, card_s if role == "closing" and card_s > usual else least)
    return total


def _slots(
    spec: TemplateSpec,
    role: SceneRole,
    name: str,
    picture: int,
    entries: tuple[int, ...],
    first: Sequence[int],
    media_count: int,
) -> SceneSlots:
    kind = spec.scenes.get(name)
    headline = kind.slots.get("headline") if kind is not None else None
    if kind is None or headline is None:
        raise UserError(
            f"the template `{spec.name}` has no headline in its {role} scene",
            fix="add it to `scenes` in its template.yaml",
        )
    line = kind.slots.get("line")
    most = min(kind.pictures[1], max(media_count, 1))
    following = [(picture + step) % max(media_count, 1) for step in range(media_count)]
    pictures = tuple(dict.fromkeys([*first, *following]))[:most] if kind.pictures[1] > 1 else ()
    return SceneSlots(
        role,
        picture,
        slot_limit(headline),
        None if line is None else slot_limit(line),
        kind=name,
        pictures=pictures,
        shows=str(kind.shows or ""),
        entries=entries,
        is_told=bool(entries) and kind.entries[1] == 1,
    )


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

_BESIDE_LONG_CARD_S = Fraction(2)
_CLOSING_S, _SHORTEST_CLOSING_S, _CLOSING_SHARE = Fraction(3), Fraction(13, 5), Fraction(2, 5)
_OPENING_S, _HEADLINE_S, _LINE_S = Fraction(4, 5), Fraction(5, 4), Fraction(3, 2)
"""What the entrance, exit and first glance take of an opening's headline (it is there from the first frame), of any
other headline, and of a line below one, besides a share for every character."""

_GLANCE_S = Fraction(7, 20)
_LEAST_HEADLINE_S, _LEAST_LINE_EM, _LEAST_CALL_EM = Fraction(13, 20), 7.0, 5.0
_FIRST_GLANCE_S = Fraction(3, 10)
"""What `script.reading_time_s` counts before the first character."""


def card_length_s(spec: TemplateSpec, card: Iterable[str]) -> Fraction:
    """The least a closing takes for each of the ``card``'s texts to be read."""
    kind = spec.kind("closing")
    return max([kind.min, *(reading_time_s(text) + (kind.moves or CARD_MOVES_S) for text in card)])


def readable_slots(
    scenes: Sequence[SceneSlots],
    duration: Fraction,
    language: str,
    card_s: Fraction = Fraction(0),
    spec: TemplateSpec | None = None,
) -> tuple[SceneSlots, ...]:
    """The scenes with slots no larger than what can be read in a scene's share of ``duration``.

    ``card_s`` is the least the closing takes for what it shows besides its words; ``spec`` knows how long words take to
    come in and leave. Scenes whose words are stated take what those need, the others share what that leaves.

    A line that would have to be too short to say anything is left out. Why: a template's slot says what has room,
    not what has time; the words of a six-second ad must be fewer than those of a minute.
    """
    rate = _READING_S_PER_EM.get(language, _READING_S_PER_EM_ELSEWHERE)
    closing = _closing_s(duration, card_s)
    before = [scene for scene in scenes if scene.role != "closing"]
    fixed = [_stated_s(scene, spec) or _fixed(scene, spec) for scene in before]
    reading = (duration - closing - sum(fixed)) / max(1, sum(scene.stated is None for scene in before))

    def limited(scene: SceneSlots) -> SceneSlots:
        if scene.stated is not None:
            return scene
        own = _fixed(scene, spec)
        time = closing if scene.role == "closing" else reading + own
        headline = float(max(time - own, _LEAST_HEADLINE_S) / rate)
        line = float((time - max(_LINE_S, own)) / rate)
        return replace(
            scene,
            headline=replace(scene.headline, max_em=min(scene.headline.max_em, headline)),
            line=None
            if scene.line is None or line < _LEAST_LINE_EM
            else replace(scene.line, max_em=min(scene.line.max_em, line)),
        )

    return tuple(map(limited, scenes))


def readable_call_to_action(
    slot: SlotLimit, spec: TemplateSpec, duration: Fraction, language: str, card_s: Fraction
) -> SlotLimit:
    """The call to action's slot, no larger than what can be read while a short ad lets its closing stay."""
    rate = _READING_S_PER_EM.get(language, _READING_S_PER_EM_ELSEWHERE)
    closing = max(_closing_s(duration, card_s), duration * _CLOSING_SHARE)
    time = closing - (spec.kind("closing").moves or CARD_MOVES_S) - _FIRST_GLANCE_S
    return replace(slot, max_em=min(slot.max_em, max(float(time / rate), _LEAST_CALL_EM)))


def _closing_s(duration: Fraction, card_s: Fraction) -> Fraction:
    return max(min(_CLOSING_S, duration * _CLOSING_SHARE), _SHORTEST_CLOSING_S, card_s)


def _fixed(scene: SceneSlots, spec: TemplateSpec | None) -> Fraction:
    moves = spec.kind(scene.kind or scene.role).moves if spec else None
    usual = _OPENING_S if scene.role == "opening" else _HEADLINE_S
    return usual if moves is None else max(usual, moves + _GLANCE_S)


def _stated_s(scene: SceneSlots, spec: TemplateSpec | None) -> Fraction | None:
    """What a scene takes whose words the brief decides."""
    if scene.stated is None or spec is None:
        return None
    kind = spec.kind(scene.kind or scene.role)
    longest = max(reading_time_s(scene.stated.headline), reading_time_s(scene.stated.line))
    return max(kind.min, longest + (kind.moves or _HEADLINE_S))
