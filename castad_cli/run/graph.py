"""The task graph of a run: script and track of each ad → its renditions.

A graph is what Dask takes: ``{key: (function, argument, ...)}``, where an argument that equals a key stands for that
task's result. A key is ``(role, kind, fingerprint)``; the role says which workers may do it. Equal work has equal keys
and so stands in the graph once, whichever ads want it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from castad_cli.model.plan import AdPlan, Plan, RenderTask
from castad_cli.run.failures import Subject
from castad_cli.run.workshop import Workshop

Key = tuple[str, str, str]
Graph = dict[Key, tuple[Any, ...]]

GENERATE, RENDER = "generate", "render"
"""The roles."""


def script_key(fingerprint: str) -> Key:
    return (GENERATE, "script", fingerprint)


def track_key(fingerprint: str) -> Key:
    return (GENERATE, "track", fingerprint)


def rendition_key(fingerprint: str) -> Key:
    return (RENDER, "rendition", fingerprint)


def build_graph(plan: Plan, missing: Collection[str], workshop: Workshop) -> Graph:
    """The graph that makes the renditions whose fingerprints are ``missing``, and only what they need."""
    graph: Graph = {}
    for ad in plan.ads:
        for task in ad.renditions:
            if task.fingerprint in missing:
                _add(graph, ad, task, workshop)
    return graph


def _add(graph: Graph, ad: AdPlan, task: RenderTask, workshop: Workshop) -> None:
    script = script_key(ad.script.fingerprint)
    graph.setdefault(script, (workshop.script, ad.script, Subject(ad.title, "script", language=ad.language)))
    track = None
    if ad.track is not None:
        track = track_key(ad.track.fingerprint)
        graph.setdefault(track, (workshop.track, ad.track, Subject(ad.title, "track", language=ad.language)))
    subject = Subject(ad.title, "render", task.format, task.language)
    graph.setdefault(rendition_key(task.fingerprint), (workshop.rendition, task, subject, script, track))
