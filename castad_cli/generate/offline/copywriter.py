"""Writes an ad's script from its brief: an opening that promises, points that show one thing each, a closing.

Everything it says is backed by the brief, by what the place is known for, or by what a picture shows; the
rest is mood. Equal tasks give equal scripts, on every machine.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.generate.offline.brief import COMPANY, Brief, Point, backed, is_food, understand
from castad_cli.generate.offline.choosing import Desk, fits
from castad_cli.generate.offline.metadata import describe
from castad_cli.generate.offline.recognition import concepts
from castad_cli.generate.offline.wording import Phrase, Phrases, load_phrases
from castad_cli.model.plan import SceneSlots, ScriptTask, fingerprint
from castad_cli.model.script import SceneWords, Script, SlotLimit, width_em

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside

_NOWHERE = SlotLimit(max_em=0)
_FEWEST_OPENINGS = 12
"""So many openings to choose from, where there are, before a short one is passed over in a large slot."""
_WIDE = ("stay", "shop", "generic")
"""The families that openings for anybody suit; others have enough of their own."""
_OWN = 1.0
"""So much rather a line for the kind of business than one for anybody."""
_LEAST_QUOTED_EM = 4.0
"""A highlight quoted as a headline is at least this long: 커피 alone says nothing."""


def write(task: ScriptTask, outside: Outside | None = None) -> Script:
    """The script of ``task``, every text within its slot. It has no use for ``outside``.

    Raises:
        UserError: a slot is too small for any words at all.
    """
    phrases = load_phrases(task.language)
    brief = understand(task.facts, phrases)
    rng = _seeded(task.seed, task.language, task.facts)
    shy = brief.name_is_foreign
    desk = Desk(task.language, brief.family, brief.tone, brief.values, rng, shy, brief.kind_id, brief.times)
    points = _share_out(brief, task.scenes)
    scenes: list[SceneWords] = []
    for index, slots in enumerate(task.scenes):
        if slots.stated is not None:
            words = slots.stated
        elif slots.role == "opening":
            words = _open(task, index, brief, phrases, desk)
        elif slots.role == "point":
            words = _make_point(points.get(index), slots, phrases, desk)
        else:
            words = _close(slots, brief, phrases, desk)
        if not words.headline:
            words = SceneWords(slots.role, _anything_short(task, index, phrases, desk), words.line)
        scenes.append(words)
    call = task.given_call_to_action or _call(task, brief, phrases, desk)
    return describe(brief, phrases, tuple(scenes), call, rng)


def _seeded(*parts: object) -> random.Random:
    return random.Random(int(fingerprint(*parts)[:16], 16))


def _open(task: ScriptTask, index: int, brief: Brief, phrases: Phrases, desk: Desk) -> SceneWords:
    """The hook. Successive seeds go through the suitable openings one after another, in an order of the brief's own."""
    slots = task.scenes[index]
    seen = _shown(brief, slots)
    shown = [theme for key in seen[:1] if (theme := concepts()[key].theme) in backed(brief.family)]
    # What the picture shows is not talked over: no warm water above the sea. Whom it is for can always be said.
    besides = [theme for theme in brief.themes if not shown or theme in COMPANY]
    themes = list(dict.fromkeys([*shown, *besides]))
    keys = [brief.family, *themes, *(["eat"] if is_food(brief.family) else ["any"] if brief.family in _WIDE else [])]
    pool = [phrase for key in keys for phrase in phrases.openings.get(key, ())]
    options = desk.options(pool, slots.headline)
    suited = [option for option in options if not option[0].tones or desk.tone in option[0].tones]
    if len(suited) >= 6:
        options = suited
    headline = ""
    if options:
        roomy = sum(width_em(text) * 3 >= slots.headline.max_em for _, text in options)
        options.sort(key=lambda option: width_em(option[1]), reverse=True)
        options = options[: max(roomy, _FEWEST_OPENINGS)]  # the shortest are for the shortest ads
        _seeded(task.language, task.facts).shuffle(options)
        headline = options[task.seed % len(options)][1]
        desk.say(headline, "headline")
    own = phrases.opening_lines.get(brief.family, ())
    lines = [*own, *phrases.opening_lines["any"]]
    labels: tuple[str, ...] = ("{where}", "{place}", "{name}")
    if desk.values["place"] and desk.values["place"] in headline:  # said; now who, or what
        lines = [phrase for phrase in lines if not re.search(r"\{(place|where)", phrase.text)]
        labels = ("{name}", "{kind}")
    return SceneWords("opening", headline, _line(desk, headline, lines, slots, *labels, own=own))


def _line(
    desk: Desk, headline: str, lines: Sequence[Phrase], slots: SceneSlots, *labels: str, own: Sequence[Phrase] = ()
) -> str:
    """The best of ``lines``, rather one of ``own``; where time or room is short for all of them, the first label that
    adds something.
    """
    limit = slots.line or _NOWHERE
    line = desk.pick(lines, limit, "line", {phrase.text: _OWN for phrase in own})
    for label in labels:
        text = Phrase(label).fill(desk.values) or ""
        if not line and text.casefold() not in headline.casefold():
            line = desk.pick([Phrase(label)], limit, "line")
    return line


def _share_out(brief: Brief, scenes: Sequence[SceneSlots]) -> dict[int, Point]:
    """Which point each point scene makes: what its picture shows, then the highlights in order, then whom it is for."""
    free = [index for index, slots in enumerate(scenes) if slots.role == "point" and slots.stated is None]
    left = list(brief.points)
    shared: dict[int, Point] = {}
    told: set[str] = set()
    for index in free:  # pictures that show a highlight
        seen = _shown(brief, scenes[index])
        match = next((p for p in left if seen and p.concepts and set(p.concepts[:2]) & set(seen[:2])), None)
        if match is not None:
            left.remove(match)
            shared[index] = match
            told.update(match.concepts[:1])
    for index in free:  # pictures that show something else
        new = [key for key in _shown(brief, scenes[index])[:1] if key not in told]
        if index not in shared and new:
            shared[index] = Point((new[0],))
            told.add(new[0])
    extra = [Point((key,)) for point in brief.points for key in point.concepts[1:2] if not concepts()[key].weak]
    rest = [*left, *(Point((key,)) for key in brief.audience), *extra]
    for index in free:
        while index not in shared and rest:
            point = rest.pop(0)
            if not point.concepts or point.concepts[0] not in told or point.detailed:
                shared[index] = point
                told.update(point.concepts[:1])
    return shared


def _shown(brief: Brief, slots: SceneSlots) -> tuple[str, ...]:
    return brief.pictures[slots.media] if 0 <= slots.media < len(brief.pictures) else ()


def _make_point(point: Point | None, slots: SceneSlots, phrases: Phrases, desk: Desk) -> SceneWords:
    if point is not None and point.concepts:
        said = phrases.concepts[point.concepts[0]]
        words = _verbatim(point.words)
        headline = desk.pick(said.headlines, slots.headline, "headline")
        headline = headline or desk.pick([Phrase(said.name)], slots.headline, "headline")
        line = desk.pick([Phrase(words)], slots.line or _NOWHERE, "line") if point.detailed else ""
        if headline:
            return SceneWords("point", headline, line or _line(desk, headline, said.lines, slots, words, said.name))
    if point is not None and point.words:
        quoted = _quote(point.words, slots, phrases, desk)
        if quoted is not None:
            return quoted
    return _muse(slots, phrases, desk)


def _quote(fact: str, slots: SceneSlots, phrases: Phrases, desk: Desk) -> SceneWords | None:
    """A highlight nobody has phrases for, in the owner's own words: as the headline, or as the line below one."""
    fact = _verbatim(fact)
    as_line = slots.line is not None and fits(fact, slots.line)
    stands_alone = fits(fact, slots.headline) and width_em(fact) >= _LEAST_QUOTED_EM
    if stands_alone and (not as_line or desk.rng.random() < 0.5):
        desk.say(fact, "headline")
        return SceneWords("point", fact, desk.pick(phrases.aside_lines, slots.line or _NOWHERE, "line"))
    if not as_line:
        return None
    headline = desk.pick(phrases.aside_headlines, slots.headline, "headline")
    desk.say(fact, "line")
    return SceneWords("point", headline, fact) if headline else None


def _muse(slots: SceneSlots, phrases: Phrases, desk: Desk) -> SceneWords:
    """A scene of mood, for which nothing needs to be known."""
    for key in (desk.family, "any"):
        pairs = phrases.moods.get(key, ())
        headline = desk.pick([headline for headline, _ in pairs], slots.headline, "headline")
        if headline:
            lines = [line for head, line in pairs if head.fill(desk.values) == headline]
            return SceneWords("point", headline, desk.pick(lines, slots.line or _NOWHERE, "line"))
    return SceneWords("point", "")


def _close(slots: SceneSlots, brief: Brief, phrases: Phrases, desk: Desk) -> SceneWords:
    offer_keys: list[str] = []
    if brief.offer.text:
        offer = brief.offer
        offer_keys = [f"offer_{key}" for key in offer.conditions if f"offer_{key}" in phrases.closings]
        if offer.nights is not None:
            offer_keys.append("offer_nights")
        offer_keys.append("offer")
    group = "eat" if is_food(brief.family) else brief.family
    pool = [phrase for key in (*offer_keys, group, "any") for phrase in phrases.closings.get(key, ())]
    lean = {phrase.text: 1.0 for key in offer_keys[:1] for phrase in phrases.closings.get(key, ())}
    headline = desk.pick(pool, slots.headline, "headline", lean)
    own = phrases.closing_lines.get(group, ())
    lines = [*own, *phrases.closing_lines["any"]]
    return SceneWords("closing", headline, _line(desk, headline, lines, slots, "{name}", "{where}", own=own))


def _call(task: ScriptTask, brief: Brief, phrases: Phrases, desk: Desk) -> str:
    """What to do now, as specific as the brief allows."""
    keys: list[str] = []
    if "weekday" in brief.offer.conditions:
        keys.append(f"{brief.family}_weekday")
    if brief.phone and not brief.url:
        keys.append(f"{brief.family}_phone")
    if brief.url or any("online_shop" in point.concepts for point in brief.points):
        keys.append(f"{brief.family}_online")
    keys += [brief.family, "any"]
    for key in keys:
        text = desk.pick(phrases.calls.get(key, ()), task.call_to_action, "call")
        if text:
            return text
    raise _too_small(task, "the call to action", task.call_to_action)


def _anything_short(task: ScriptTask, index: int, phrases: Phrases, desk: Desk) -> str:
    slots = task.scenes[index]
    labels = (Phrase("{name}"), Phrase("{place}")) if slots.role == "closing" else (Phrase("{place}"), Phrase("{kind}"))
    fuller = phrases.fuller["closing" if slots.role == "closing" else "point"]
    named = (fuller, *((label,) for label in labels))
    once = any(desk.has_said(phrase) for phrase in fuller)  # then of something else
    for candidates in (phrases.short, *named) if once else (*named, phrases.short):
        text = desk.pick(candidates, slots.headline, "headline")
        if text:
            return text
    fitting = [phrase.text for phrase in phrases.short if fits(phrase.text, slots.headline)]
    if fitting:  # more scenes than words this short: better said twice than not at all
        return desk.rng.choice(fitting)
    raise _too_small(task, f"scene {index + 1}'s headline", slots.headline)


def _too_small(task: ScriptTask, what: str, limit: SlotLimit) -> UserError:
    return UserError(
        f"the template gives {what} {limit.max_em:g} em, too little for any words in {task.language}",
        fix="choose a template with more room, or write the words yourself under `copy: scenes:`",
        place=task.place,
    )


def _verbatim(text: str) -> str:
    """The owner's own words as a phrase without slots."""
    text = text.replace("{", "").replace("}", "")
    return text[:1].upper() + text[1:]
