"""Getting a browser onto a machine: what is tried, in which order, and what a person is told when nothing works.

The outside is played by programs on PATH (``apt-get``, ``sudo``) and by a stand-in for the Node.js that Playwright's
command line runs on; the commands themselves really run.
"""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

import pytest

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.machine import install, tools

DOWNLOADS = """\
folder="$PLAYWRIGHT_BROWSERS_PATH/chromium_headless_shell-9"
mkdir -p "$folder/chrome-headless-shell-linux64"
printf '#!/bin/sh\\n%s\\n' "$BROWSER_DOES" > "$folder/chrome-headless-shell-linux64/chrome-headless-shell"
chmod +x "$folder/chrome-headless-shell-linux64/chrome-headless-shell"
touch "$folder/INSTALLATION_COMPLETE"
"""
REFUSES = "echo 'Error: getaddrinfo ENOTFOUND download.test' >&2; exit 1\n"
LACKS_A_LIBRARY = "echo 'error while loading shared libraries: libnss3.so: cannot open' >&2; exit 127"
WORKS = "echo Chromium 140.0.1.2"


class Machine:
    """A machine with a PATH of its own, whose every installing command is written down."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.log = folder / "commands"
        self.log.touch()
        self._monkeypatch = monkeypatch
        for name in ("sh", "env", "mkdir", "chmod", "touch", "printf", "rm", "cat"):
            found = shutil.which(name)
            assert found is not None
            (self.programs / name).symlink_to(found)
        for name, value in {
            "PATH": self.programs,
            "HOME": folder / "home",
            "PLAYWRIGHT_BROWSERS_PATH": folder / "ms-playwright",
            "CASTAD_CACHE_FOLDER": folder / "cache",
            "PLAYWRIGHT_NODEJS_PATH": self.programs / "node",
            "BROWSER_DOES": WORKS,
        }.items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.delenv("CASTAD_BROWSER", raising=False)
        monkeypatch.setattr(tools, "APPLICATIONS", ())
        self.is_root(True)
        self.is_called("debian")
        self.playwright(REFUSES)

    def is_root(self, root: bool) -> None:
        self._monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)

    def is_called(self, name: str) -> None:
        like = {"ubuntu": "debian", "mint": "ubuntu debian"}.get(name, "")
        self._monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": name, "ID_LIKE": like})
        self._monkeypatch.setattr(install.sys, "platform", "linux")

    def program(self, name: str, does: str = "") -> Path:
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.log}"\n{does}')
        path.chmod(0o755)
        return path

    def playwright(self, installs: str, adds_libraries: str = "exit 1\n") -> None:
        """``installs`` is what `playwright install` does, ``adds_libraries`` what `install-deps` does."""
        self.program(
            "node",
            f'case "$*" in *install-deps*) {adds_libraries} ;; *install*) {installs} ;; *) echo v24.0.0 ;; esac\n',
        )

    def commands(self) -> list[str]:
        lines = self.log.read_text().splitlines()
        shortened = [line.replace("-o DPkg::Lock::Timeout=300 -qq ", "") for line in lines]
        return [line.split("cli.js ")[-1] for line in shortened if line != "node --version"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_browser_that_is_there_is_left_alone(machine: Machine, said: list[str]) -> None:
    machine.program("chromium", WORKS)
    assert install.install_browser(said.append).version == "140.0.1.2"
    assert said == []
    assert not any("install" in command for command in machine.commands())


def test_playwright_s_own_browser_is_tried_first(machine: Machine, said: list[str]) -> None:
    machine.playwright(DOWNLOADS)
    machine.program("apt-get")
    browser = install.install_browser(said.append)
    assert browser.path.name == "chrome-headless-shell"
    assert machine.commands() == ["install --only-shell chromium"]
    assert any("downloading" in line for line in said)


def test_libraries_it_lacks_are_added_by_root(
    machine: Machine, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER_DOES", LACKS_A_LIBRARY)
    mend = DOWNLOADS.replace("$BROWSER_DOES", WORKS)
    machine.playwright(DOWNLOADS, adds_libraries=mend)
    assert install.install_browser(said.append).version == "140.0.1.2"
    assert machine.commands() == ["install --only-shell chromium", "install-deps chromium"]


def test_debian_s_package_is_taken_where_the_download_fails(machine: Machine, said: list[str]) -> None:
    browser = machine.programs / "chromium-headless-shell"
    gives = f'case "$*" in *install*) printf "#!/bin/sh\\n{WORKS}\\n" > "{browser}"; chmod +x "{browser}" ;; esac\n'
    machine.program("apt-get", gives)
    assert install.install_browser(said.append).path == browser
    assert machine.commands() == [
        "install --only-shell chromium",
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium-headless-shell",
    ]
    assert any("ENOTFOUND" in line for line in said)


def test_an_older_debian_gets_the_whole_browser(machine: Machine, said: list[str]) -> None:
    browser = machine.programs / "chromium"
    gives = (
        'case "$*" in *headless-shell*) echo "E: Unable to locate package" >&2; exit 100 ;;'
        f' *install*) printf "#!/bin/sh\\n{WORKS}\\n" > "{browser}"; chmod +x "{browser}" ;; esac\n'
    )
    machine.program("apt-get", gives)
    assert install.install_browser(said.append).path == browser


def test_sudo_is_used_where_it_asks_for_no_password(machine: Machine, said: list[str]) -> None:
    machine.is_root(False)
    browser = machine.programs / "chromium-headless-shell"
    gives = f'case "$*" in *install*) printf "#!/bin/sh\\n{WORKS}\\n" > "{browser}"; chmod +x "{browser}" ;; esac\n'
    machine.program("apt-get", gives)
    machine.program("sudo", 'shift\ncase "$1" in true) exit 0 ;; esac\n"$@"\n')
    assert install.install_browser(said.append).path == browser


@pytest.mark.parametrize("name", ["ubuntu", "mint"])
def test_ubuntu_s_snap_stub_is_never_installed(machine: Machine, said: list[str], name: str) -> None:
    machine.is_called(name)
    machine.program("apt-get")
    with pytest.raises(EnvironmentNotReady) as caught:
        install.install_browser(said.append)
    assert machine.commands() == ["install --only-shell chromium"]
    assert "playwright install --with-deps" in caught.value.fix


def test_when_all_fails_each_reason_and_one_command_are_told(machine: Machine, said: list[str]) -> None:
    machine.is_root(False)
    machine.program("apt-get")
    with pytest.raises(EnvironmentNotReady) as caught:
        install.install_browser(said.append)
    assert "Error: getaddrinfo ENOTFOUND download.test" in caught.value.message
    assert "needs root" in caught.value.message
    assert caught.value.fix.startswith("sudo apt-get install chromium, or set CASTAD_BROWSER")


def test_nothing_is_installed_in_place_of_a_browser_that_was_named(
    machine: Machine, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASTAD_BROWSER", "/no/such/browser")
    with pytest.raises(EnvironmentNotReady, match="/no/such/browser"):
        install.install_browser(said.append)
    assert machine.commands() == []


def test_a_driver_that_lacks_libatomic_gets_it_first(machine: Machine, said: list[str]) -> None:
    """Debian's smallest installation has no libatomic, and Playwright's driver needs it."""
    machine.playwright(DOWNLOADS)
    whole = (machine.programs / "node").rename(machine.programs / "whole-node")
    node = machine.program("node", LACKS_A_LIBRARY.replace("libnss3", "libatomic"))
    machine.program("apt-get", f'case "$*" in *libatomic1*) cat "{whole}" > "{node}" ;; esac\n')
    assert install.install_browser(said.append).version == "140.0.1.2"
    assert "apt-get install -y --no-install-recommends libatomic1 libstdc++6" in machine.commands()


def test_a_browser_that_is_there_needs_no_driver(machine: Machine, said: list[str]) -> None:
    machine.program("chromium", WORKS)
    machine.program("node", LACKS_A_LIBRARY.replace("libnss3", "libatomic"))
    assert install.install_browser(said.append).version == "140.0.1.2"
    assert said == []


def test_a_person_without_root_is_given_one_command_for_everything(machine: Machine, said: list[str]) -> None:
    machine.is_root(False)
    machine.program("node", LACKS_A_LIBRARY.replace("libnss3", "libatomic"))
    machine.program("apt-get")
    with pytest.raises(EnvironmentNotReady, match="libatomic") as caught:
        install.install_browser(said.append)
    assert caught.value.fix.startswith("sudo apt-get install libatomic1 libstdc++6 chromium, ")
