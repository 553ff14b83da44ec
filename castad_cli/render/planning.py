"""A rendition's scenes from its task and words: which picture each shows, what is read and heard in it, how long."""

from __future__ import annotations

from typing import Any

from castad_cli.model.music import Track
from castad_cli.model.plan import MediaSpec, RenderTask, SceneSlots, Showcase
from castad_cli.model.script import SceneWords, Script, SpokenLine
from castad_cli.render.page import web_address
from castad_cli.render.timeline import Timeline, make_timeline
from castad_cli.templates import Template


def plan_timeline(task: RenderTask, script: Script, track: Track | None, template: Template) -> Timeline:
    """The rendition's scenes in frames.

    Raises:
        UserError: too many scenes for the duration.
    """
    return make_timeline(
        template.spec,
        script.scenes,
        [shown_picture(slots, words) for slots, words in zip(task.scenes, script.scenes, strict=True)],
        task.duration_s,
        track.grid if track else None,
        card=[script.offer or task.offer, script.call_to_action, task.brand.phone, task.showcase.ends],
        spare={"url": web_address(task.brand, template.spec), "address": task.brand.address},
        kinds=[slots.kind or slots.role for slots in task.scenes],
        besides=[shown_besides(slots, task.showcase) for slots in task.scenes],
        pictures=[slots.pictures for slots in task.scenes],
        spoken={line.scene: line.duration_s for line in spoken_lines(script)},
        written={line.scene: line.text for line in spoken_lines(script)} if task.burns_captions else {},
    )


def spoken_lines(script: Script) -> tuple[SpokenLine, ...]:
    """What somebody says in the ad."""
    return script.voice.lines if script.voice else ()


def shown_picture(slots: SceneSlots, words: SceneWords) -> int:
    """The picture a scene shows: the writer's choice, except where the scene shows several."""
    return slots.media if words.media is None or slots.pictures else words.media


def shown_besides(slots: SceneSlots, showcase: Showcase) -> list[str]:
    """What a scene shows to be read besides its headline and line."""
    if slots.shows == "items":
        items = [showcase.items[entry] for entry in slots.entries]
        return [item.price for item in items] if slots.is_told else [f"{item.name} {item.price}" for item in items]
    if slots.shows == "reviews" and not slots.is_told:
        return [showcase.reviews[entry].text for entry in slots.entries]
    return []


def medium(spec: MediaSpec) -> tuple[Any, ...]:
    """What of a medium decides pixels: its bytes and how it is shown, not where its file lies."""
    return (spec.asset.sha256, spec.asset.kind, spec.focus, spec.motion, spec.start_s)
