"""Gets the browser onto a machine that has none: Playwright's own build, or the distribution's package.

``castad doctor --fix`` and the set-up call `install_browser`.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from castad_cli.errors import EnvironmentNotReady, ToolError
from castad_cli.render.machine.process import run
from castad_cli.render.machine.tools import DRIVER_PACKAGES, Browser, find_browser, find_driver

Say = Callable[[str], None]

DOWNLOAD_WITHIN_S = 1200.0
PACKAGES_WITHIN_S = 1200.0
DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")


def install_browser(say: Say, override: str | None = None) -> Browser:
    """The browser that `find_browser` finds, installed first where there is none. Idempotent.

    What downloads it, Playwright's driver, is made to start first. Nothing is installed in place of a browser that a
    person named. ``say`` is told each step in a short line.

    Raises:
        EnvironmentNotReady: none could be installed; it says what was tried, what went wrong and what to do.
    """
    try:
        return find_browser(override)
    except EnvironmentNotReady as missing:
        if override or os.environ.get("CASTAD_BROWSER"):
            raise
        say(f"browser: {missing.message}")
    _mend_driver(say)
    failures: list[str] = []
    for step in (_download, _add_libraries, _install_package):
        try:
            if step(say):
                return find_browser()
        except (ToolError, EnvironmentNotReady) as error:
            failures.append(_in_a_line(error))
            say(f"browser: {failures[-1]}")
    raise EnvironmentNotReady("\n  ".join(["no browser could be installed:", *failures]), fix=_by_hand())


def _mend_driver(say: Say) -> None:
    try:
        find_driver()
    except EnvironmentNotReady as error:
        root = _as_root()
        if "shared libraries" not in error.message or shutil.which("apt-get") is None:
            raise
        if root is None:
            raise EnvironmentNotReady(error.message, fix=_all_packages_by_hand()) from error
        say(f"browser: adding {' and '.join(DRIVER_PACKAGES)}, which Playwright's driver needs …")
        try:
            _apt_install(root, DRIVER_PACKAGES)
        except ToolError as failure:
            raise EnvironmentNotReady(f"{error.message}; {_in_a_line(failure)}", fix=error.fix) from failure
        find_driver()


def _download(say: Say) -> bool:
    say("browser: downloading Playwright's headless Chromium (about 120 MB) …")
    run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], timeout_s=DOWNLOAD_WITHIN_S)
    return True


def _add_libraries(say: Say) -> bool:
    """Whether the system libraries of a browser that is here, but does not start, were added."""
    try:
        find_browser()
    except EnvironmentNotReady as error:
        if "shared libraries" not in error.message:
            return False
    root = _as_root()
    if root is None:
        raise EnvironmentNotReady("the browser's system libraries are missing, and adding them needs root")
    say("browser: adding the system libraries it needs …")
    run([*root, sys.executable, "-m", "playwright", "install-deps", "chromium"], timeout_s=PACKAGES_WITHIN_S)
    return True


def _install_package(say: Say) -> bool:
    """Whether Debian's own package was installed. Not on Ubuntu, whose package is a snap that cannot read our files."""
    if _distribution() != "debian" or shutil.which("apt-get") is None:
        return False
    root = _as_root()
    if root is None:
        raise EnvironmentNotReady("installing Debian's package needs root, and sudo asks for a password")
    say("browser: installing Debian's own package …")
    try:
        _apt_install(root, DEBIAN_PACKAGES[:1])
    except ToolError:  # a release before the shell had a package of its own
        _apt_install(root, DEBIAN_PACKAGES[1:])
    return True


def _apt_install(root: Sequence[str], packages: Sequence[str]) -> None:
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    run([*apt, "update"], timeout_s=PACKAGES_WITHIN_S)
    run([*apt, "install", "-y", "--no-install-recommends", *packages], timeout_s=PACKAGES_WITHIN_S)


def _as_root() -> Sequence[str] | None:
    """What to put before a command to run it as root without being asked for a password, or None."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and run(["sudo", "-n", "true"], timeout_s=10, check=False).status == 0:
        return ("sudo", "-n")
    return None


def _distribution() -> str:
    """``debian``, ``ubuntu``, ``fedora``, …: the nearest that the system calls itself, or an empty string."""
    if sys.platform != "linux":
        return ""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    return next((name for name in ("ubuntu", "debian") if name in names), names[0])


def _by_hand() -> str:
    if sys.platform == "darwin":
        return "install Google Chrome into /Applications, or set CASTAD_BROWSER to a Chromium"
    commands = {
        "debian": "sudo apt-get install chromium",
        "ubuntu": f"sudo {sys.executable} -m playwright install --with-deps --only-shell chromium",
        "fedora": "sudo dnf install chromium-headless",
        "arch": "sudo pacman -S chromium",
        "alpine": "sudo apk add chromium",
    }
    command = commands.get(_distribution(), "install Chromium or Google Chrome")
    return f"{command}, or set CASTAD_BROWSER to a Chromium or Chrome; then run the same command again"


def _all_packages_by_hand() -> str:
    """One command for the driver's packages, and the browser's where that would be asked for next."""
    packages = list(DRIVER_PACKAGES)
    try:
        find_browser()
    except EnvironmentNotReady:
        packages += ["chromium"] if _distribution() == "debian" else []
    return f"sudo apt-get install {' '.join(packages)}, then run the same command again"


def _in_a_line(error: ToolError | EnvironmentNotReady) -> str:
    """What went wrong, from the most telling line of what the tool said."""
    if isinstance(error, EnvironmentNotReady):
        return error.message
    what = " ".join((Path(error.command[0]).name, *error.command[1:]))
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in error.stderr.splitlines()]
    telling = [line for line in plain if re.match(r"(Error|E|Unable)\b", line)] or [line for line in plain if line]
    return f"`{what}` {error.message.partition(' ')[2]}" + (f": {telling[0]}" if telling else "")
