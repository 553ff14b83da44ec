"""The programs a rendering needs, found on this machine: a Chromium, what can download one, and an FFmpeg.

Each place is looked at in order and the first program that starts and can do its job is taken. What was learnt of
a program is kept on disk by its path, size and time, so that later starts cost nothing. Nothing is probed at import.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from castad_cli import __version__
from castad_cli.errors import EnvironmentNotReady, ToolError
from castad_cli.render.machine.cached import cache_folder
from castad_cli.render.machine.process import run
from castad_cli.whole import put_whole

BROWSER_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
"""What Linux distributions and Homebrew call it on PATH, the lightest first."""

APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)
"""Below a macOS applications folder."""

ENCODERS = frozenset({"libx264", "aac"})
"""What an FFmpeg must be able to write."""

DRIVER_PACKAGES = ("libatomic1", "libstdc++6")
"""Debian's and Ubuntu's packages with what Playwright's driver links to beyond the C library."""

_STARTS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Browser:
    """A Chromium that starts here. ``version`` as it says itself, such as ``156.0.8078.79``."""

    path: Path
    version: str | None


@dataclass(frozen=True)
class Ffmpeg:
    """An FFmpeg that has the encoders we use."""

    path: Path
    version: str | None


def find_browser(override: str | None = None) -> Browser:
    """The Chromium to lay out with: ``override`` or CASTAD_BROWSER, Playwright's own, PATH, macOS applications.

    Raises:
        EnvironmentNotReady: none starts; it says what was tried, why each failed, and how to get one.
    """
    return Browser(*_find("browser", "CASTAD_BROWSER", override, _browsers(), _ask_version))


def find_driver() -> Path:
    """The program in the Playwright wheel that gets a browser onto this machine; it starts.

    Raises:
        EnvironmentNotReady: it does not; a bare Debian lacks libatomic, for one.
    """
    package = _package_folder("playwright")
    own = os.environ.get("PLAYWRIGHT_NODEJS_PATH")
    path = Path(own) if own else (package or Path()) / "driver/node"
    if not path.is_file():
        raise EnvironmentNotReady(
            "Playwright's driver is missing", fix="run `pip install --force-reinstall playwright`"
        )
    try:
        _remembered(path, _ask_version)
    except ToolError as error:
        raise EnvironmentNotReady(f"Playwright's driver does not start: {_reason(error)}", fix=_driver_fix()) from error
    return path


def find_ffmpeg(override: str | None = None) -> Path:
    """The FFmpeg to encode with: ``override`` or CASTAD_FFMPEG, the one in the imageio-ffmpeg wheel, PATH.

    Raises:
        EnvironmentNotReady: none starts that can write H.264 and AAC.
    """
    return describe_ffmpeg(override).path


def describe_ffmpeg(override: str | None = None) -> Ffmpeg:
    """What `find_ffmpeg` finds, and its version."""
    return Ffmpeg(*_find("FFmpeg", "CASTAD_FFMPEG", override, _ffmpegs(), _ask_ffmpeg))


def tool_versions(browser: str | None = None, ffmpeg: str | None = None) -> dict[str, str]:
    """The version of everything that decides what a rendering looks like, by name.

    Raises:
        EnvironmentNotReady: there is no browser or no FFmpeg.
    """
    from importlib import metadata

    versions = {
        "castad": __version__,
        "python": platform.python_version(),
        "browser": find_browser(browser).version or "unknown",
        "ffmpeg": describe_ffmpeg(ffmpeg).version or "unknown",
    }
    for package in ("av", "numpy", "opencv-python-headless", "pillow", "simplejpeg", "uharfbuzz"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    return versions


def _find(
    kind: str,
    variable: str,
    override: str | None,
    candidates: Iterator[Path],
    ask: Callable[[Path], str | None],
) -> tuple[Path, str | None]:
    """The first candidate that answers, and its version. A program that was named is the only candidate."""
    named = override or os.environ.get(variable)
    if named:
        found = shutil.which(Path(named).expanduser())
        if found is None:
            raise EnvironmentNotReady(
                f"{named} is not a program that can be run",
                fix=f"correct {variable}, or take it away to use the {kind} that CaStAD finds itself",
            )
        candidates = iter([Path(found).absolute()])
    refusals = []
    for path in candidates:
        try:
            return path, _remembered(path, ask)
        except (ToolError, EnvironmentNotReady) as error:
            refusals.append(f"{path}: {_reason(error)}")
    if not refusals:
        raise EnvironmentNotReady(f"no {kind} found", fix=_fix(kind, variable, []))
    raise EnvironmentNotReady(
        "\n  ".join([f"no {kind} here can be used:", *refusals]), fix=_fix(kind, variable, refusals)
    )


def _reason(error: ToolError | EnvironmentNotReady) -> str:
    said = error.stderr.strip().splitlines() if isinstance(error, ToolError) else []
    return f"{error.message}: {said[-1].strip()}" if said else error.message


def _fix(kind: str, variable: str, refusals: list[str]) -> str:
    if kind == "browser" and any("error while loading shared libraries" in refusal for refusal in refusals):
        return f"install the libraries it needs: sudo {sys.executable} -m playwright install-deps chromium"
    if kind == "browser":
        return f"run `castad doctor --fix`, or set {variable} to a Chromium or Chrome"
    return f"run `pip install --force-reinstall imageio-ffmpeg`, or set {variable} to an FFmpeg with libx264 and aac"


def _driver_fix() -> str:
    command = f"sudo apt-get install {' '.join(DRIVER_PACKAGES)}" if shutil.which("apt-get") else "install libatomic"
    return f"{command}, then run the same command again"


def _browsers() -> Iterator[Path]:
    yield from _playwright_browsers()
    for name in BROWSER_NAMES:
        found = shutil.which(name)
        if found and not _is_snap(Path(found)):
            yield Path(found).absolute()
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (path for application in APPLICATIONS if (path := folder / application).is_file())


def _playwright_browsers() -> Iterator[Path]:
    """What `playwright install` left in its folder: the revision that this Playwright wants first, then the newest.

    Why not ask Playwright: that starts its driver (0.4 s) only to have it join three names.
    Source: ``registryDirectory`` and ``EXECUTABLE_PATHS`` in Playwright's server/registry.
    """
    package = _package_folder("playwright")
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen == "0":
        folder = package / "driver/package/.local-browsers" if package else None
    elif chosen:
        folder = Path(chosen).absolute()
    elif sys.platform == "darwin":
        folder = Path.home() / "Library/Caches/ms-playwright"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
    if folder is None or not folder.is_dir():
        return
    wanted = _wanted_revision(package)

    def rank(installed: Path) -> tuple[bool, int]:
        revision = int(installed.name.rpartition("-")[2])
        return revision == wanted, revision

    for names, programs in (
        ("chromium_headless_shell-*", ("*/chrome-headless-shell", "*/headless_shell")),
        ("chromium-*", ("*/chrome", "*/*.app/Contents/MacOS/*")),
    ):
        complete = [
            found
            for found in folder.glob(names)
            if found.name.rpartition("-")[2].isdigit() and (found / "INSTALLATION_COMPLETE").exists()
        ]
        for installed in sorted(complete, key=rank, reverse=True):
            for program in programs:
                yield from (path for path in sorted(installed.glob(program)) if os.access(path, os.X_OK))


def _wanted_revision(package: Path | None) -> int | None:
    if package is None:
        return None
    with contextlib.suppress(OSError, ValueError, KeyError):
        listed = json.loads((package / "driver/package/browsers.json").read_text("utf-8"))
        return next(int(b["revision"]) for b in listed["browsers"] if b["name"] == "chromium-headless-shell")
    return None


def _is_snap(path: Path) -> bool:
    """Whether it leads to a snap (Ubuntu's apt package is a stub that does): a snap cannot read our files."""
    if "/snap/" in str(path.resolve()) or path.resolve().name == "snap":
        return True
    try:
        with path.open("rb") as file:
            start = file.read(8192)
    except OSError:
        return False
    return start.startswith(b"#!") and b"/snap/bin" in start


def _ffmpegs() -> Iterator[Path]:
    package = _package_folder("imageio_ffmpeg")
    if package is not None:
        yield from (path for path in sorted(package.glob("binaries/ffmpeg-*")) if os.access(path, os.X_OK))
    found = shutil.which("ffmpeg")
    if found:
        yield Path(found).absolute()


def _package_folder(name: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _ask_version(path: Path) -> str | None:
    said = run([str(path), "--version"], timeout_s=_STARTS_WITHIN_S).stdout.decode(errors="replace")
    match = re.search(r"\d+(?:\.\d+)+", said)
    return match[0] if match else None


def _ask_ffmpeg(path: Path) -> str | None:
    listing = run([str(path), "-hide_banner", "-encoders"], timeout_s=_STARTS_WITHIN_S).stdout.decode(errors="replace")
    has = {words[1] for line in listing.splitlines() if len(words := line.split()) > 1}
    missing = sorted(ENCODERS - has)
    if missing:
        raise EnvironmentNotReady(f"it cannot write {' or '.join(missing)}")
    said = run([str(path), "-version"], timeout_s=_STARTS_WITHIN_S).stdout.decode(errors="replace")
    match = re.match(r"ffmpeg version (\S+)", said)
    return match[1] if match else None


_asking = threading.Lock()


def _remembered(path: Path, ask: Callable[[Path], str | None]) -> str | None:
    """What ``ask`` says of a program, asked once for each path, size and time. A refusal is asked again each time."""
    stat = path.stat()
    key = f"{path}\n{stat.st_size}\n{stat.st_mtime_ns}"
    file = cache_folder() / "tools.json"
    with _asking:  # of two threads that want to know the same, one asks
        known: dict[str, str | None] = {}
        with contextlib.suppress(OSError, ValueError):
            loaded = json.loads(file.read_text("utf-8"))
            known = loaded if isinstance(loaded, dict) else {}
        if key not in known:
            answer = ask(path)
            kept = {other: value for other, value in known.items() if not other.startswith(f"{path}\n")}
            text = json.dumps({**kept, key: answer}, indent=1)
            with contextlib.suppress(OSError):  # a folder that cannot be written only costs the next start its time
                file.parent.mkdir(parents=True, exist_ok=True)
                put_whole(file, lambda part: part.write_text(text, "utf-8"))
            return answer
        return known[key]
