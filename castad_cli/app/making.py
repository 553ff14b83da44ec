"""Videos, stills and contact sheets: the real stages handed to the driver, and the previews that share its store."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.app.posting import Posting
from castad_cli.app.providers import check_providers, find_purchases, within
from castad_cli.app.work import Work
from castad_cli.errors import CastadError, PutOff, UserError
from castad_cli.generate.providers import FREE
from castad_cli.model.events import Event, RunFinished
from castad_cli.model.music import Track
from castad_cli.model.plan import AdPlan, Plan, RenderTask, ScriptTask, TrackTask
from castad_cli.model.script import Script
from castad_cli.model.values import parse_duration
from castad_cli.render.machine.tools import find_browser, find_ffmpeg
from castad_cli.run.driver import MakeExecutor, Observer, in_this_process, run_plan
from castad_cli.run.failures import Subject
from castad_cli.run.far_templates import bring_templates
from castad_cli.run.request import RunRequest
from castad_cli.run.scratch import scratch_folder
from castad_cli.run.stages import OnProgress, RenderedFiles, Stages
from castad_cli.run.workshop import Workshop, with_background
from castad_cli.settings import Settings
from castad_cli.storage import open_store
from castad_cli.whole import put_whole

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside
    from castad_cli.render import Studio
    from castad_cli.render.explain import LayerCost

_PATIENCE_S = 300.0
DEFAULT_OUT = Path("out")


def make_videos(
    work: Work,
    *,
    out: Path | None = None,
    observers: Iterable[Observer] = (),
    force: bool = False,
    max_cost: float | None = None,
    publish: bool = False,
    command: str = "render",
    max_failures: int | None = None,
    make_executor: MakeExecutor = in_this_process,
    arguments: Mapping[str, Any] | None = None,
) -> RunFinished:
    """Make what the store does not have, and stand every rendition's files below ``out``; with ``publish``, post them.

    Without ``out``: below ``out/`` here, or in the store if that lies elsewhere. Paid calls stop before the first that
    would pass ``max_cost``. ``arguments`` are recorded with the run, beside these, so that `castad retry` can ask for
    it again.

    Raises:
        UserError, EnvironmentNotReady: ``out`` or the database cannot be written, or a service turned its key away.
        KeyboardInterrupt: the run has been tidied up and recorded as interrupted.
    """
    if make_executor is in_this_process:
        _look_for_tools(work.settings)
    from castad_cli.records import open_records

    if out is None and not work.store.remote:
        out = DEFAULT_OUT
    if out is not None:
        _check_writable(out)
    files = list(dict.fromkeys(ad.recipe_file for ad in work.plan.ads))
    request = RunRequest(
        scratch=scratch_of(work.settings),
        command=command,
        out=out,
        force=force,
        publish=publish,
        max_failures=max_failures,
        arguments={
            "recipes": files,
            "out": str(out) if out else "",
            "folder": str(Path.cwd()),
            "publish": publish,
            **(arguments or {}),
        },
    )
    plan = ready_to_buy(work, max_cost=max_cost)
    stages = RealStages(work.settings, for_a_run=True).stages()
    with closing(open_records(work.settings.database_url)) as records:
        return run_plan(plan, stages, work.store, records, request, observers, make_executor)


def _look_for_tools(settings: Settings) -> None:
    """Ask the browser and FFmpeg for their versions, which is remembered, while other things are made ready here."""

    def look() -> None:
        with contextlib.suppress(CastadError):  # told to whoever needs them
            find_ffmpeg(settings.ffmpeg or None)
            find_browser(settings.browser or None)

    threading.Thread(target=look, name="castad-looking", daemon=True).start()


def ready_to_buy(work: Work, *, max_cost: float | None = None) -> Plan:
    """The plan, when all that it would buy can be bought: keys are taken, and ``max_cost`` can be counted.

    Raises:
        EnvironmentNotReady, UserError: as `castad_cli.app.providers` says.
    """
    purchases = find_purchases(work, work.plan.ads)
    check_providers(purchases, work.settings)
    return work.plan if max_cost is None else within(work.plan, max_cost, purchases)


def scratch_of(settings: Settings) -> Path:
    """Where work in progress lies: in the cache folder, since temporary folders may be too small for videos."""
    return settings.cache_folder / "scratch"


class RealStages:
    """The stages that make real ads, on one studio (browser and FFmpeg) that stays warm.

    ``for_a_run``: a driver has reached the database already, so that it is waited for when it does not answer.
    """

    def __init__(self, settings: Settings, *, for_a_run: bool = False) -> None:
        self._settings, self._for_a_run = settings, for_a_run
        self._open = ExitStack()
        self._studio: Studio | None = None
        self._posting = Posting(settings, for_a_run=for_a_run)
        self._outside: Outside | None = None
        self._reaching_out = threading.Lock()

    def stages(self) -> Stages:
        """The stages as the driver takes them."""
        return Stages(
            self._write_script,
            self._make_track,
            self._render,
            self.open,
            self.close,
            upload=self._posting.upload,
            standing=self._posting.standing,
            complete=self._complete,
        )

    def open(self) -> None:
        """Find the browser and FFmpeg, and let the browser start while other things are made.

        Raises:
            EnvironmentNotReady: no browser or no FFmpeg.
            UserError: a template behind a URL cannot be had.
        """
        if self._studio is None:
            from castad_cli.render import Studio

            bring_templates(self._settings)

            browser, ffmpeg = self._settings.browser or None, self._settings.ffmpeg or None
            self._studio = self._open.enter_context(Studio(browser, ffmpeg, self._settings.encoders))
            self._studio.warm_up()

    @property
    def studio(self) -> Studio:
        """The studio, which is open."""
        assert self._studio is not None
        return self._studio

    def close(self) -> None:
        """End the browser, and let go of the records; idempotent."""
        self._studio = None
        self._open.close()
        self._posting.close()
        self._outside = None

    @property
    def outside(self) -> Outside:
        """What providers that call outside services work with: opened when one first does."""
        with self._reaching_out:
            if self._outside is None:
                from castad_cli.generate.outside import Outside
                from castad_cli.records import open_records

                settings, scratch = self._settings, scratch_of(self._settings)
                scratch.mkdir(parents=True, exist_ok=True)
                records = self._open.enter_context(
                    closing(open_records(settings.database_url, patient=self._for_a_run))
                )
                store = open_store(settings.storage_url, settings.storage_options)
                self._outside = Outside(settings, records.effects, records.limits, store, scratch=scratch)
            return self._outside

    def _write_script(self, task: ScriptTask) -> Script:
        from castad_cli.generate.words import write_script

        return write_script(task, None if task.given or task.provider in FREE else self.outside)

    def _complete(self, task: ScriptTask, script: Script, folder: Path) -> Script:
        if task.voice is None and task.image is None:
            return script
        from castad_cli.generate.extras import add_extras

        return add_extras(task, script, folder, self.outside)

    def _make_track(self, task: TrackTask, folder: Path) -> Track:
        from castad_cli.generate.music import make_track

        return make_track(task, folder, None if task.provider in FREE else self.outside)

    def _render(
        self, task: RenderTask, script: Script, track: Track | None, folder: Path, on_progress: OnProgress
    ) -> RenderedFiles:
        from castad_cli.app.engine import engine_fingerprint
        from castad_cli.render import Kept, render

        settings = self._settings
        kept = Kept(open_store(settings.storage_url, settings.storage_options), engine_fingerprint())
        return render(task, script, track, folder, self.studio, on_progress, kept)


def make_still(work: Work, at_s: Fraction | None, output: Path | None) -> tuple[Path, int]:
    """A still of the plan's first rendition at a time (None: the best moment), as PNG; its path and 1.

    Raises:
        UserError: the moment lies outside the ad, or a slot's text does not fit.
        EnvironmentNotReady: no browser or no FFmpeg.
    """
    ad, task = next((ad, task) for ad in work.plan.ads for task in ad.renditions)
    if at_s is not None and not 0 <= at_s < task.duration_s:
        raise UserError(
            f"--at: {float(at_s):g} s is not in the ad", fix=f"choose from 0 to just below {float(task.duration_s):g}"
        )
    output = output or DEFAULT_OUT / ad.folder / f"{task.language}-{task.format}.png"
    _check_writable(output.parent)
    with _Darkroom(work) as darkroom:
        script, track = darkroom.words_and_music(ad)
        from castad_cli.render import still

        return _keep(
            still(with_background(task, script), script, track, at_s, darkroom.folder, darkroom.studio), output
        ), 1


def make_contact_sheet(work: Work, output: Path | None) -> tuple[Path, int]:
    """All scenes of all renditions on one sheet, as PNG; its path, and how many renditions it shows."""
    output = output or DEFAULT_OUT / work.plan.ads[0].folder / "contact-sheet.png"
    _check_writable(output.parent)
    with _Darkroom(work) as darkroom:
        made = [(task, *darkroom.words_and_music(ad)) for ad in work.plan.ads for task in ad.renditions]
        items = [(with_background(task, script), script, track) for task, script, track in made]
        from castad_cli.render import contact_sheet

        return _keep(contact_sheet(items, darkroom.folder, darkroom.studio), output), len(items)


def explain_layers(work: Work) -> tuple[str, tuple[LayerCost, ...]]:
    """Which rendition of the plan comes first, and what each of its layers costs.

    Raises:
        UserError: a slot's text does not fit.
        EnvironmentNotReady: no browser or no FFmpeg.
    """
    ad, task = next((ad, task) for ad in work.plan.ads for task in ad.renditions)
    with _Darkroom(work) as darkroom:
        script, track = darkroom.words_and_music(ad)
        from castad_cli.render import explain

        return f"{ad.folder} {task.language}-{task.format}", explain(task, script, track, darkroom.studio)


def read_moment(text: str) -> Fraction:
    """Seconds from ``3.5``, ``3.5s``, ``800ms``.

    Raises:
        UserError: anything else.
    """
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UserError(f"--at: {text!r} is not a time", fix="write seconds, e.g. 3.5") from error


class _Darkroom:
    """A studio with a scratch folder, and words and music from the store or made now."""

    def __init__(self, work: Work) -> None:
        self._stages = RealStages(work.settings)
        self._store, self._scratch = work.store, scratch_of(work.settings)
        self._stack = ExitStack()

    def __enter__(self) -> _Darkroom:
        self.folder = self._stack.enter_context(scratch_folder(self._scratch))
        self._stack.callback(self._stages.close)
        self._stages.open()
        self._shop = Workshop(self._stages.stages(), self._store, self.folder, _nobody, time.monotonic())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def studio(self) -> Studio:
        return self._stages.studio

    def words_and_music(self, ad: AdPlan) -> tuple[Script, Track | None]:
        """What a rendition of ``ad`` is made with. Raises what their makers raise."""
        subject = Subject(ad.title, "script", language=ad.language)
        _patiently(lambda: self._shop.ensure_script(ad.script, subject))
        script = self._shop.read_script(ad.script.fingerprint, self.folder)
        if ad.track is None:
            return script, None
        track = ad.track
        _patiently(lambda: self._shop.ensure_track(track, replace(subject, stage="track")))
        return script, self._shop.read_track(ad.track.fingerprint, self.folder)


def _patiently(make: Callable[[], object]) -> None:
    """``make``, again whenever it was put off, as long as a person would wait."""
    ends = time.monotonic() + _PATIENCE_S
    while True:
        try:
            make()
        except PutOff as error:
            wait_s = (error.until - datetime.now(UTC)).total_seconds()
            if time.monotonic() + wait_s > ends:
                raise
            time.sleep(max(0.05, wait_s))
        else:
            return


def _check_writable(folder: Path) -> None:
    """Make the folder, and see that files can be put there, before anything is made that would have no place.

    Raises:
        UserError, EnvironmentNotReady: they cannot.
    """
    import tempfile

    from castad_cli.storage.trouble import folder_trouble

    with folder_trouble(folder, f"write to {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def _keep(made: Path, output: Path) -> Path:
    """Copy a finished picture to where it was asked for, whole."""
    import shutil

    output.parent.mkdir(parents=True, exist_ok=True)
    return put_whole(output, lambda part: shutil.copyfile(made, part))


def _nobody(event: Event) -> None:
    """Observes nothing: a preview is no run."""
