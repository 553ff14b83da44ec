"""The task graph of an ad: script and track → renditions → posts.

A graph is a mapping from keys to jobs, and a job names the keys it needs. A key is ``(role, kind, fingerprint)``; the
role says which workers may do it. Equal work has equal keys, whichever ads want it, and is done once in a run.

Why a graph an ad, built when its turn comes: a plan of fifty thousand ads is never in memory as tasks at once, here or
in a scheduler.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from castad_cli.model.plan import AdPlan, PostTask, RenderTask, ScriptTask, TrackTask
from castad_cli.run.failures import Subject

Key: TypeAlias = tuple[str, str, str]

GENERATE, RENDER, UPLOAD = "generate", "render", "upload"
"""The roles."""
ROLES = (GENERATE, RENDER, UPLOAD)

SCRIPT, TRACK, RENDITION, POST = "script", "track", "rendition", "post"
"""The kinds."""


@dataclass(frozen=True, slots=True)
class Job:
    """One task of a graph. Picklable; small: what it needs from other jobs it finds in the store."""

    key: Key
    task: ScriptTask | TrackTask | RenderTask | PostTask
    subject: Subject
    needs: tuple[Key, ...] = ()

    @property
    def role(self) -> str:
        return self.key[0]

    @property
    def kind(self) -> str:
        return self.key[1]

    @property
    def fingerprint(self) -> str:
        return self.key[2]


def script_key(fingerprint: str) -> Key:
    return (GENERATE, SCRIPT, fingerprint)


def track_key(fingerprint: str) -> Key:
    return (GENERATE, TRACK, fingerprint)


def rendition_key(fingerprint: str) -> Key:
    return (RENDER, RENDITION, fingerprint)


def post_job_key(fingerprint: str) -> Key:
    return (UPLOAD, POST, fingerprint)


def ad_graph(ad: AdPlan, missing: Collection[str], unposted: Collection[str] = ()) -> dict[Key, Job]:
    """The jobs that make an ad's renditions whose fingerprints are ``missing`` and its posts that are ``unposted``.

    What the store has already is no job, and nothing needs it.
    """
    graph: dict[Key, Job] = {}
    for task in ad.renditions:
        if task.fingerprint in missing:
            _add_rendition(graph, ad, task)
    by_fingerprint = {task.fingerprint: task for task in ad.renditions}
    for post in ad.posts:
        if post.fingerprint in unposted:
            task = by_fingerprint[post.rendition]
            subject = Subject(ad.title, "upload", task.format, task.language, f"{post.platform}:{post.account}")
            rendition = rendition_key(post.rendition)
            key = post_job_key(post.fingerprint)
            graph[key] = Job(key, post, subject, (rendition,) if rendition in graph else ())
    return graph


def _add_rendition(graph: dict[Key, Job], ad: AdPlan, task: RenderTask) -> None:
    script = script_key(ad.script.fingerprint)
    graph.setdefault(script, Job(script, ad.script, Subject(ad.title, "script", language=ad.language)))
    needs: tuple[Key, ...] = (script,)
    if ad.track is not None:
        track = track_key(ad.track.fingerprint)
        graph.setdefault(track, Job(track, ad.track, Subject(ad.title, "track", language=ad.language)))
        needs = (script, track)
    key = rendition_key(task.fingerprint)
    graph.setdefault(key, Job(key, task, Subject(ad.title, "render", task.format, task.language), needs))
