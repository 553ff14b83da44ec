"""What is said, written in the picture while it is heard: parted so that each part is read at a glance. Pure.

The page has it as texts of their own, slot ``caption``; the browser finds a place where nothing else is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from castad_cli.model.script import SPEECH_LEAD_S, SpokenLine, reading_time_s
from castad_cli.render.timeline import Timeline
from castad_cli.render.words.parting import FADE_S, part_text


@dataclass(frozen=True)
class SpokenPart:
    """Words of a line, shown from ``from_s`` of their scene for ``for_s``."""

    scene: int
    text: str
    from_s: Fraction
    for_s: Fraction


def part_speech(lines: Sequence[SpokenLine], timeline: Timeline) -> list[SpokenPart]:
    """Every line in parts, each for its share of the reading, from when it is heard to its scene's end."""
    parts = []
    for line in lines:
        scene = timeline.scenes[line.scene]
        texts = part_text(line.text)
        reading = [reading_time_s(text) for text in texts]
        at, end = SPEECH_LEAD_S - FADE_S, scene.frames / timeline.rate
        share = (end - at) / sum(reading)
        for text, own in zip(texts, reading, strict=True):
            parts.append(SpokenPart(line.scene, text, at, own * share))
            at += own * share
    return parts


def spoken_html(parts: Sequence[SpokenPart]) -> str:
    """The parts as sections for the page; text is escaped."""
    return "".join(
        f'<section data-scene="{part.scene}" class="spoken" style="--from: {float(part.from_s * 1000):.0f}ms; '
        f'--for: {float(part.for_s * 1000):.0f}ms"><p class="spoken-line" data-text="caption" data-zone="secondary" '
        f'data-lines="3" data-min="30" data-max="44">{escape(part.text)}</p></section>'
        for part in parts
    )


SPOKEN_CSS = """
.spoken { pointer-events: none; }
.spoken-line {
  position: absolute; left: var(--safe-left); top: 0; width: fit-content; max-width: var(--safe-width);
  padding: 0.28em 0.6em 0.34em;
  background: var(--ink); color: var(--on-photo); font-weight: 600; line-height: 1.34; text-wrap: balance;
  animation: spoken-in 100ms linear var(--from) both,
    spoken-out 100ms linear calc(var(--from) + var(--for) - 100ms) forwards;
}
[dir="rtl"] .spoken-line { left: auto; right: var(--safe-right); }
.spoken-line:is(:lang(th), :lang(ar)) { line-height: 1.56; }
@keyframes spoken-in { from { opacity: 0; } to { opacity: 1; } }
@keyframes spoken-out { from { opacity: 1; } to { opacity: 0; } }
"""
