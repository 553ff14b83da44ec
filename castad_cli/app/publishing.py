"""`castad publish`: what is rendered goes where its recipe says. Nothing is rendered, and what is posted stays so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.app.making import RealStages, scratch_of
from castad_cli.app.posting import Posting
from castad_cli.app.work import SettingsFor, Work, prepare
from castad_cli.errors import CastadError, UserError
from castad_cli.model.events import RunFinished
from castad_cli.model.plan import AdPlan, Plan, PostTask
from castad_cli.run.driver import Observer, run_plan
from castad_cli.run.request import RunRequest
from castad_cli.run.scratch import scratch_folder
from castad_cli.run.workshop import CAPTIONS, COVER, FACTS, VIDEO
from castad_cli.settings import Settings

if TYPE_CHECKING:
    from castad_cli.publish import PostFiles
    from castad_cli.storage import Made


@dataclass(frozen=True)
class Missing:
    """A post whose video is not rendered yet."""

    ad: str
    format: str
    language: str
    platform: str
    account: str

    def as_record(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"event": "post.not_rendered", **vars(self)}


@dataclass(frozen=True)
class ToPost:
    """What of some recipes can be posted now, and what cannot for want of a video."""

    work: Work
    missing: tuple[Missing, ...]

    @property
    def posts(self) -> int:
        return self.work.plan.post_count


@dataclass(frozen=True)
class DraftView:
    """A post exactly as it would be sent, or why it would not be."""

    ad: str
    format: str
    language: str
    platform: str
    account: str
    state: str
    """``would be sent``, ``posted already``, ``refused``."""
    url: str = ""
    note: str = ""
    sent: dict[str, Any] | None = None
    at: datetime | None = None
    video: str = ""
    video_bytes: int = 0
    cover: str = ""
    warnings: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """As a JSON object."""
        record = {"event": "post.draft", **vars(self)}
        record["at"] = self.at.isoformat() if self.at else None
        return record


def prepare_posts(
    names: Sequence[str],
    settings_for: SettingsFor,
    *,
    formats: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    quality: str = "standard",
    again: bool = False,
) -> ToPost:
    """What the recipes, folders and runs among ``names`` have to post, parted by whether its video is there.

    Raises:
        UserError: nothing there says where to post; no such run.
        RecipeProblems: all that is wrong with any recipe.
    """
    paths, runs = _sort(names, settings_for)
    work = prepare(paths, settings_for, formats=formats, languages=languages, quality=quality)
    ads = [ad for ad in work.plan.ads if runs is None or (str(Path(ad.recipe_file).absolute()), ad.key) in runs]
    if not any(ad.posts for ad in ads):
        raise UserError("nothing here says where to post", fix="add `publish:` to the recipe; docs/how-to/publish.md")
    wanted = [post.rendition for ad in ads for post in ad.posts]
    made = work.store.get_many("rendition", wanted)
    kept, missing = [], []
    for ad in ads:
        ready = tuple(replace(post, again=again) for post in ad.posts if post.rendition in made)
        missing += [_missing(ad, post) for post in ad.posts if post.rendition not in made]
        posted = {post.rendition for post in ready}
        if ready:
            renditions = tuple(task for task in ad.renditions if task.fingerprint in posted)
            kept.append(replace(ad, renditions=renditions, posts=ready))
    return ToPost(replace(work, plan=Plan(tuple(kept))), tuple(missing))


def publish_posts(ready: ToPost, *, observers: Iterable[Observer] = ()) -> RunFinished:
    """Post what is ready, as a run of its own.

    Raises:
        EnvironmentNotReady: the database cannot be used.
        KeyboardInterrupt: the run has been tidied up and recorded as interrupted.
    """
    from castad_cli.records import open_records

    work = ready.work
    files = list(dict.fromkeys(ad.recipe_file for ad in work.plan.ads))
    request = RunRequest(
        scratch=scratch_of(work.settings),
        command="publish",
        publish=True,
        arguments={"recipes": files, "out": "", "folder": str(Path.cwd()), "publish": True},
    )
    stages = RealStages(work.settings, for_a_run=True).stages()
    with closing(open_records(work.settings.database_url)) as records:
        return run_plan(work.plan, stages, work.store, records, request, tuple(observers))


def draft_posts(ready: ToPost) -> list[DraftView]:
    """Every post exactly as it would be sent; nothing is sent, and no platform is asked anything."""
    work = ready.work
    posting = Posting(work.settings)
    posts = [(ad, post) for ad in work.plan.ads for post in ad.posts]
    drafts = []
    try:
        standing = posting.standing([post for _, post in posts])
        accounts = {(each.platform, each.name): each.facts for each in posting.records.accounts.all()}
        made = work.store.get_many("rendition", [post.rendition for _, post in posts])
        for ad, post in posts:
            if post.fingerprint in standing:
                there = standing[post.fingerprint]
                drafts.append(replace(_draft(ad, post, "posted already"), url=there.url, note=there.note))
                continue
            with _files(work, made[post.rendition], *posting.addresses(post)) as files:
                drafts.append(_composed(ad, post, files, accounts.get((post.platform, post.account))))
    finally:
        posting.close()
    return drafts


def _composed(ad: AdPlan, post: PostTask, files: PostFiles, facts: Mapping[str, Any] | None) -> DraftView:
    from castad_cli.publish import compose, outgoing

    view = _draft(ad, post, "would be sent")
    try:
        draft = compose(post, files)
        sent = outgoing(post, draft, facts or {})
    except CastadError as error:
        return replace(view, state="refused", note=f"{error.message}{'; ' + error.fix if error.fix else ''}")
    name = f"{ad.folder}/{view.language}-{view.format}"
    nobody = f"nobody is logged in there yet: `castad auth login {post.platform} --account {post.account}`"
    return replace(
        view,
        note="" if facts is not None else nobody,
        sent=_shown(sent),
        at=draft.at,
        video=f"{name}.mp4",
        video_bytes=files.video.stat().st_size,
        cover=f"{name}.jpg",
        warnings=draft.warnings,
    )


def _shown(value: Any) -> Any:
    """What would be sent, as it may be shown: who has a signed address's query can fetch the file."""
    if isinstance(value, Mapping):
        return {name: _shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, str) and "X-Amz-Signature=" in value:
        return value.partition("?")[0] + "?… (signed when it is sent)"
    return value


def _draft(ad: AdPlan, post: PostTask, state: str) -> DraftView:
    task = next(task for task in ad.renditions if task.fingerprint == post.rendition)
    return DraftView(ad.title, task.format, task.language, post.platform, post.account, state)


@contextmanager
def _files(work: Work, made: Made, video_url: str, cover_url: str) -> Iterator[PostFiles]:
    import json

    from castad_cli.publish import PostFiles

    with scratch_folder(scratch_of(work.settings)) as folder:
        video, cover, captions, facts = (
            work.store.fetch(made, name, folder / name) for name in (VIDEO, COVER, CAPTIONS, FACTS)
        )
        told = json.loads(facts.read_text(encoding="utf-8"))
        yield PostFiles(video, cover, captions, told, video_url, cover_url)


def _missing(ad: AdPlan, post: PostTask) -> Missing:
    task = next(task for task in ad.renditions if task.fingerprint == post.rendition)
    return Missing(ad.title, task.format, task.language, post.platform, post.account)


def _sort(names: Sequence[str], settings_for: SettingsFor) -> tuple[list[Path], set[tuple[str, str]] | None]:
    """The recipes that ``names`` come to; and, where some are runs, which ads those alone stand for."""
    runs = [name for name in names if not Path(name).exists() and not name.endswith((".yaml", ".yml"))]
    paths = [Path(name) for name in names if name not in runs]
    if not runs:
        return paths, None
    if paths:
        raise UserError("recipes and runs cannot be mixed", fix="publish them with a command each")
    wanted: set[tuple[str, str]] = set()
    for name in runs:
        files, keys = _ads_of(settings_for(None), name)
        paths += [file for file in files if file not in paths]
        wanted |= keys
    return paths, wanted


def _ads_of(settings: Settings, which: str) -> tuple[list[Path], set[tuple[str, str]]]:
    from castad_cli.records import open_records

    with closing(open_records(settings.database_url)) as records:
        run = records.run(which)
        folder = Path(str(run.arguments.get("folder") or "."))
        ads = records.ads(run.id)
    files = list(dict.fromkeys(folder / ad.recipe_file for ad in ads))
    gone = [str(file) for file in files if not file.exists()]
    if gone:
        raise UserError(
            f"run {run.id} was made of {gone[0]}, which is not there any more", fix="name the recipe itself"
        )
    return files, {(str((folder / ad.recipe_file).absolute()), ad.key) for ad in ads}
