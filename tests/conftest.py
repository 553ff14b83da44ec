"""What every folder's tests may use: the `castad` program itself, shut off from this machine's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("castad", deadline=None)
settings.load_profile("castad")

SETTINGS_OF_OTHERS = ("AWS_", "CASTAD_", "GEMINI_", "GOOGLE_", "SUNO_", "XDG_")
PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
PROGRAMS = ("CASTAD_BROWSER", "CASTAD_FFMPEG")


def pytest_configure(config: pytest.Config) -> None:
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # the person's own is none of the tests'
    config.addinivalue_line("markers", "slow: takes more than five seconds; `-m 'not slow'` leaves it out")


class Castad(Protocol):
    """Runs ``castad`` with these arguments to its end."""

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout_s: float = 120,
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def isolated_environment(tmp_path: Path) -> dict[str, str]:
    """This process's environment with a home, a database and a store of its own below ``tmp_path``.

    A browser or an FFmpeg that the machine was told to use stays: it is a tool, not a setting of the tests.
    Playwright's browsers are looked for where they were, although HOME is another.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name in PROGRAMS or not name.startswith(SETTINGS_OF_OTHERS)) and name.lower() not in PROXIES
    }
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PLAYWRIGHT_BROWSERS_PATH": str(playwright_folder()),
        **kept,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}",
        "CASTAD_STORAGE_URL": str(tmp_path / "store"),
        "CASTAD_CACHE_FOLDER": str(tmp_path / "cache"),
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }


@pytest.fixture
def castad(isolated_environment: dict[str, str], tmp_path: Path) -> Castad:
    """The ``castad`` program in a process of its own, in ``isolated_environment``, by default in ``tmp_path``."""

    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout_s: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from castad_cli.cli.main import run; run()", *map(str, arguments)],
            cwd=cwd or tmp_path,
            env={**isolated_environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout_s,
            check=False,
        )

    return run


def playwright_folder() -> Path:
    """Where Playwright keeps browsers for the person who runs the tests."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
