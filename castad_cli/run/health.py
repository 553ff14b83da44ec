"""Whether a machine has everything a run needs: what was found, and what to do about what was not."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from castad_cli import __version__
from castad_cli.errors import CastadError, EnvironmentNotReady
from castad_cli.run.account_health import check_accounts
from castad_cli.run.failures import readable
from castad_cli.run.outside_health import Doubt, check_database, check_replica, check_scheduler, check_storage
from castad_cli.settings import Settings

Say = Callable[[str], None]

_LEAST_FREE = 1_000_000_000
"""Bytes: a high-quality minute with its scratch files takes about a third of it."""


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``needed``: without it no run works. ``fix`` is for people, ``mendable`` for `mend`."""

    name: str
    ok: bool
    found: str
    fix: str = ""
    needed: bool = True
    mendable: bool = False

    def as_record(self) -> dict[str, Any]:
        """The check as a flat JSON object."""
        return {"name": self.name, "ok": self.ok, "needed": self.needed, "found": self.found, "fix": self.fix}


def check_machine(settings: Settings) -> list[Check]:
    """Every check, each bounded in time; a check that fails in whatever way is a problem, not an error."""
    checks = [
        ("Python", _python, False),
        ("CaStAD", _package, False),
        ("browser", _browser, True),
        ("FFmpeg", _ffmpeg, False),
        ("drawing code", _drawing, True),
        ("fonts", _fonts, False),
        ("templates", _templates, False),
        ("database", check_database, True),
        ("storage", check_storage, False),
        ("disk", _disk, False),
        ("accounts", check_accounts, False),
    ]
    if settings.database_replica_url:
        checks.insert(8, ("replica", check_replica, False))
    if settings.scheduler:
        checks.append(("scheduler", check_scheduler, False))
    found = [_checked(name, look, settings, mendable) for name, look, mendable in checks]
    return [*found, *_workers(settings)] if settings.scheduler and found[-1].ok else found


def _workers(settings: Settings) -> list[Check]:
    """A check for each worker of the cluster."""
    from castad_cli.run.cluster.survey import survey_workers

    try:
        workers = survey_workers(settings)
    except CastadError as error:
        return [Check("workers", False, error.message, error.fix)]
    return [
        Check(
            f"worker {worker.name}",
            not worker.differs,
            "; ".join(worker.differs) or f"{', '.join(worker.roles)}  FFmpeg {worker.release.get('ffmpeg')}",
            "" if not worker.differs else "set it up with the same version; it gets no work from here until then",
            needed=False,
        )
        for worker in workers
    ]


def mend(check: Check, settings: Settings, say: Say) -> None:
    """Mend what ``check`` found missing, if it is ``mendable``; ``say`` is told each step.

    Raises:
        EnvironmentNotReady: it could not be mended; says why and what to do.
    """
    if check.name == "browser":
        from castad_cli.render.machine.install import install_browser

        install_browser(say, settings.browser or None)
    elif check.name == "drawing code":
        from castad_cli.render.kernel.compiled import install

        install(say)
    elif check.name == "database":
        from castad_cli.records import upgrade

        say(f"the database now has schema {upgrade(settings.database_url)}")


def _checked(name: str, look: Callable[[Settings], str], settings: Settings, mendable: bool) -> Check:
    try:
        return Check(name, True, look(settings))
    except Doubt as doubt:
        return Check(name, False, doubt.message, doubt.fix, needed=False)
    except Exception as error:
        known = readable(error) or CastadError(f"{type(error).__name__}: {error}")
        return replace(Check(name, False, known.message, known.fix), mendable=mendable)


def _python(settings: Settings) -> str:
    return f"{platform.python_version()}  {sys.executable}"


def _package(settings: Settings) -> str:
    return __version__


def _browser(settings: Settings) -> str:
    from castad_cli.render.chromium.browser import Browser
    from castad_cli.render.machine.tools import find_browser

    found = find_browser(settings.browser or None)
    browser = Browser(found.path)
    try:
        return f"{browser.version()}  {found.path}"
    finally:
        browser.close()


def _ffmpeg(settings: Settings) -> str:
    from castad_cli.render.machine.tools import describe_ffmpeg

    found = describe_ffmpeg(settings.ffmpeg or None)
    return f"{found.version or 'version unknown'} with libx264 and aac  {found.path}"


def _drawing(settings: Settings) -> str:
    from castad_cli.render.kernel.compiled import place

    return f"compiled for {platform.machine()}  {place()}"


def _fonts(settings: Settings) -> str:
    from castad_cli.render.words.fonts import family_files

    return f"{len(family_files())} families"


def _templates(settings: Settings) -> str:
    from castad_cli.templates import load_template, template_names

    return ", ".join(load_template(name).spec.name for name in template_names())


def _disk(settings: Settings) -> str:
    places = {"temporary files": Path(tempfile.gettempdir()), "here": Path.cwd()}
    if "://" not in settings.storage_url:
        places["storage"] = Path(settings.storage_url)
    free = {name: shutil.disk_usage(_standing(path)).free for name, path in places.items()}
    name, least = min(free.items(), key=lambda item: item[1])
    if least < _LEAST_FREE:
        raise EnvironmentNotReady(
            f"only {least / 1e6:.0f} MB free for {name} ({places[name]})",
            fix="free some space: `castad cache gc` removes what was not used lately",
        )
    return f"{least / 1e9:.0f} GB free"


def _standing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
