"""Finding the browser, Playwright's driver and FFmpeg: the order, what is refused, and what is remembered."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.machine import tools

MakeProgram = Callable[..., Path]


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH, no Playwright browser and no memory; the folder that is on PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "ms-playwright"))
    monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(tmp_path / "cache"))
    for name in ("CASTAD_BROWSER", "CASTAD_FFMPEG", "PLAYWRIGHT_NODEJS_PATH", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tools, "APPLICATIONS", ())
    return programs


@pytest.fixture
def program() -> MakeProgram:
    """Writes a program that says something and ends with a status; each start adds a line to ``<path>.starts``."""

    def make(path: Path, says: str = "Chromium 140.0.1.2", status: int = 0, stderr: str = "") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        script = f"#!/bin/sh\necho x >> '{path}.starts'\necho '{says}'\necho '{stderr}' >&2\nexit {status}\n"
        path.write_text(script)
        path.chmod(0o755)
        return path

    return make


def starts(path: Path) -> int:
    counted = path.with_name(path.name + ".starts")
    return len(counted.read_text().splitlines()) if counted.exists() else 0


def install_playwright_browser(
    folder: Path, make: MakeProgram, revision: int, says: str, complete: bool = True
) -> Path:
    installed = folder / f"chromium_headless_shell-{revision}"
    path = make(installed / "chrome-headless-shell-linux64/chrome-headless-shell", says)
    if complete:
        (installed / "INSTALLATION_COMPLETE").touch()
    return path


def test_the_browser_of_this_machine_starts_and_says_its_version() -> None:
    browser = tools.find_browser()
    assert browser.path.is_file()
    assert browser.version is not None
    assert int(browser.version.split(".")[0]) > 100


def test_the_ffmpeg_of_the_wheel_comes_before_the_system_s(empty_machine: Path, program: MakeProgram) -> None:
    program(empty_machine / "ffmpeg", " V....D libx264 x\n A....D aac y")
    found = tools.find_ffmpeg()
    assert found.parent.name == "binaries"
    assert found.parent.parent.name == "imageio_ffmpeg"


def test_playwright_s_driver_is_found_without_importing_playwright() -> None:
    assert tools.find_driver().name == "node"


def test_a_setting_wins_over_everything_else(empty_machine: Path, program: MakeProgram, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    install_playwright_browser(tmp_path / "ms-playwright", program, 9, "Chromium 9.9")
    mine = program(tmp_path / "my chrome", "Chromium 1.1")
    monkeypatch.setenv("CASTAD_BROWSER", str(mine))
    assert tools.find_browser() == tools.Browser(mine, "1.1")
    other = program(tmp_path / "other", "Chromium 2.2")
    assert tools.find_browser(str(other)) == tools.Browser(other, "2.2")


def test_playwright_s_browser_comes_before_path_and_path_in_its_order(
    empty_machine: Path, program: MakeProgram, tmp_path: Path
) -> None:
    program(empty_machine / "google-chrome", "Google Chrome 3.3")
    assert tools.find_browser().version == "3.3"
    program(empty_machine / "chromium-headless-shell", "Chromium 4.4")
    assert tools.find_browser().version == "4.4"
    install_playwright_browser(tmp_path / "ms-playwright", program, 5, "Chromium 5.5")
    assert tools.find_browser().version == "5.5"


def test_the_revision_that_this_playwright_wants_comes_before_newer_ones(
    empty_machine: Path, program: MakeProgram, tmp_path: Path
) -> None:
    folder = tmp_path / "ms-playwright"
    wanted = tools._wanted_revision(tools._package_folder("playwright"))
    assert wanted is not None
    install_playwright_browser(folder, program, wanted + 1, "Chromium 2.0")
    install_playwright_browser(folder, program, wanted - 1, "Chromium 1.0")
    assert tools.find_browser().version == "2.0"
    install_playwright_browser(folder, program, wanted, "Chromium 1.5")
    assert tools.find_browser().version == "1.5"


def test_a_half_downloaded_browser_is_passed_over(empty_machine: Path, program: MakeProgram, tmp_path: Path) -> None:
    install_playwright_browser(tmp_path / "ms-playwright", program, 5, "Chromium 5.5", complete=False)
    with pytest.raises(EnvironmentNotReady, match="no browser found"):
        tools.find_browser()


def test_a_browser_that_does_not_start_is_passed_over(empty_machine: Path, program: MakeProgram) -> None:
    program(empty_machine / "chromium-headless-shell", status=1, stderr="broken")
    program(empty_machine / "chromium", "Chromium 6.6")
    assert tools.find_browser().version == "6.6"


def test_a_snap_is_passed_over(empty_machine: Path) -> None:
    stub = empty_machine / "chromium-browser"
    stub.write_text('#!/bin/sh\nexec /snap/bin/chromium "$@"\n')
    stub.chmod(0o755)
    with pytest.raises(EnvironmentNotReady, match="no browser found"):
        tools.find_browser()


def test_no_browser_at_all_names_the_setting_and_the_command(empty_machine: Path) -> None:
    with pytest.raises(EnvironmentNotReady) as caught:
        tools.find_browser()
    assert "CASTAD_BROWSER" in caught.value.fix
    assert "castad doctor --fix" in caught.value.fix
    assert caught.value.exit_code == 3


def test_missing_libraries_are_named_with_the_command_that_adds_them(empty_machine: Path, program: MakeProgram) -> None:
    said = "chromium: error while loading shared libraries: libnss3.so: cannot open shared object file"
    program(empty_machine / "chromium", status=127, stderr=said)
    with pytest.raises(EnvironmentNotReady) as caught:
        tools.find_browser()
    assert "libnss3.so" in caught.value.message
    assert f"{sys.executable} -m playwright install-deps chromium" in caught.value.fix


@pytest.mark.parametrize("named", ["/no/such/browser", "no-such-browser"])
def test_a_setting_that_names_nothing_is_never_passed_over(
    empty_machine: Path, program: MakeProgram, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    program(empty_machine / "chromium")
    monkeypatch.setenv("CASTAD_BROWSER", named)
    with pytest.raises(EnvironmentNotReady, match=named) as caught:
        tools.find_browser()
    assert "CASTAD_BROWSER" in caught.value.fix


def test_a_setting_may_be_the_name_of_a_program_on_path(empty_machine: Path, program: MakeProgram) -> None:
    path = program(empty_machine / "brave", "Brave 7.7")
    assert tools.find_browser("brave") == tools.Browser(path, "7.7")


def test_an_ffmpeg_without_our_encoders_is_refused_by_name(program: MakeProgram, empty_machine: Path) -> None:
    poor = program(empty_machine / "poor-ffmpeg", " V....D mpeg4  MPEG-4 part 2")
    with pytest.raises(EnvironmentNotReady, match="it cannot write aac or libx264") as caught:
        tools.find_ffmpeg(str(poor))
    assert "CASTAD_FFMPEG" in caught.value.fix


def test_a_program_is_asked_once_and_again_only_when_it_changes(empty_machine: Path, program: MakeProgram) -> None:
    path = program(empty_machine / "chromium", "Chromium 8.8")
    assert [tools.find_browser().version for _ in range(3)] == ["8.8"] * 3
    assert starts(path) == 1
    time.sleep(0.01)
    program(path, "Chromium 9.9.9")
    assert tools.find_browser().version == "9.9.9"
    assert starts(path) == 2


def test_a_refusal_is_not_remembered(empty_machine: Path, program: MakeProgram) -> None:
    path = program(empty_machine / "chromium", status=1, stderr="no library yet")
    for _ in range(2):
        with pytest.raises(EnvironmentNotReady):
            tools.find_browser()
    assert starts(path) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"other": None})])
def test_a_spoilt_memory_costs_only_time(
    empty_machine: Path, program: MakeProgram, tmp_path: Path, content: str
) -> None:
    program(empty_machine / "chromium", "Chromium 8.8")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/tools.json").write_text(content)
    assert tools.find_browser().version == "8.8"


def test_a_cache_that_cannot_be_written_costs_only_time(
    empty_machine: Path, program: MakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "chromium", "Chromium 8.8")
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(tmp_path / "a-file/cache"))
    assert tools.find_browser().version == "8.8"


def test_a_driver_that_lacks_a_library_says_which(
    empty_machine: Path, program: MakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(program(tmp_path / "node", status=127, stderr=said)))
    with pytest.raises(EnvironmentNotReady, match=r"libatomic\.so\.1") as caught:
        tools.find_driver()
    assert "libatomic" in caught.value.fix


def test_versions_name_all_that_decides_a_picture() -> None:
    versions = tools.tool_versions()
    assert {"castad", "python", "browser", "ffmpeg", "av", "numpy", "opencv-python-headless", "pillow"} <= set(versions)
    assert all(versions.values())


def test_finding_starts_nothing_and_imports_nothing_heavy_the_second_time(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from castad_cli.render.machine import tools, process; tools.find_ffmpeg(); tools.find_browser()\n"
        "process.run = tools.run = None; tools.find_ffmpeg(); tools.find_browser()\n"
        "print(sorted({'playwright', 'imageio_ffmpeg', 'numpy', 'cv2', 'av', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
