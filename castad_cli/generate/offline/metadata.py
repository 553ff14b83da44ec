"""What goes with the video where it is posted: title, caption, description, hashtags."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence

from castad_cli.generate.offline.brief import Brief, Point
from castad_cli.generate.offline.wording import Phrase, Phrases
from castad_cli.model.script import SceneWords, Script

_TITLE_LIMIT = 100
"""Characters in a YouTube title, the shortest of the platforms."""
_MOST_HASHTAGS = 10
_KIND_FIRST = ("th", "vi")
"""Languages that say the noun before what tells it apart: quán cà phê Đà Lạt."""


def describe(
    brief: Brief,
    phrases: Phrases,
    scenes: tuple[SceneWords, ...],
    call: str,
    rng: random.Random,
    generated: bool = True,
) -> Script:
    """The whole script: ``scenes`` and ``call`` with the offer and the texts that platforms show beside the video."""
    hook = scenes[0].headline if scenes else brief.name
    values = {**brief.values, "hook": hook, "offer": brief.offer_text, "phone": brief.phone, "url": brief.url}
    title = _first_filled(phrases.meta["title"], values, rng) or brief.name
    about = _first_filled(phrases.meta["about"], values, rng, shuffle=False) or brief.name
    contact = [t for key in ("phone", "url") if (t := Phrase(phrases.meta[key]).fill(values))]
    offers = [t for t in (Phrase(phrases.meta["offer"]).fill(values),) if t]
    listed = [f"· {text}" for text in _highlights(brief.points, phrases)]
    caption = [hook, about, *offers, *(contact[:1] or [call])]
    description = [hook, "", about, *listed, *([""] if offers or contact else []), *offers, *contact]
    return Script(
        language=brief.language,
        scenes=scenes,
        call_to_action=call,
        offer=brief.offer_text,
        title=title if len(title) <= _TITLE_LIMIT else hook[:_TITLE_LIMIT],
        caption="\n".join(caption),
        description="\n".join(description),
        hashtags=_hashtags(brief, phrases),
        provider="offline" if generated else "recipe",
        generated=generated,
        notes=(brief.offer_note,) if brief.offer_note else (),
    )


def _first_filled(templates: Sequence[str], values: dict[str, str], rng: random.Random, shuffle: bool = True) -> str:
    templates = list(templates)
    if shuffle:
        rng.shuffle(templates)
    return next((text for template in templates if (text := Phrase(template).fill(values))), "")


def _highlights(points: Sequence[Point], phrases: Phrases) -> list[str]:
    """Every highlight once: in the owner's words where they are in the ad's language, else by its concept's name."""
    texts = [point.words or phrases.concepts[point.concepts[0]].name for point in points]
    return list(dict.fromkeys(text[:1].upper() + text[1:] for text in texts))


def _hashtags(brief: Brief, phrases: Phrases) -> tuple[str, ...]:
    place, kind = brief.where.short, brief.kind
    joined = (f"{kind} {place}" if brief.language in _KIND_FIRST else f"{place} {kind}") if place and kind else ""
    names = [phrases.concepts[key].name for point in brief.points for key in point.concepts[:1]]
    words = [place, joined, kind, *names, brief.name, *phrases.meta["tags"].get(brief.family, ())]
    tags = (_tag(word) for word in words)
    return tuple(dict.fromkeys(f"#{tag}" for tag in tags if tag))[:_MOST_HASHTAGS]


def _tag(text: str) -> str:
    """``text`` as platforms take a hashtag: letters, marks and digits, words of spaced scripts joined by capitals; none
    where a number would become another (3.5g).
    """
    if re.search(r"\d[.,:/]\d", text):
        return ""
    joined = "".join(word[:1].upper() + word[1:] for word in re.split(r"[\s\-/]+", text))
    return "".join(c for c in joined if c.isalnum() or unicodedata.category(c).startswith("M"))
