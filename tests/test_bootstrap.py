"""The set-up: what it does once, what it notices, and what it says when it cannot go on.

A whole set-up takes minutes and a network; `.ci/run` does one in a fresh clone. Here each part runs by itself.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from castad_cli.render.kernel.compiled import HEADERS, SOURCES

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = PROJECT / "castad_cli" / "bootstrap.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with only what the set-up reads."""
    folder = tmp_path / "check out"
    (folder / "castad_cli" / "render" / "kernel").mkdir(parents=True)
    drawing = (f"castad_cli/render/kernel/{name}" for name in (*SOURCES, *HEADERS))
    for name in ("pyproject.toml", "castad_cli/bootstrap.py", "castad_cli/constraints.txt", *drawing):
        shutil.copy(PROJECT / name, folder / name)
    return folder


@pytest.fixture
def load() -> Callable[[Path], Any]:
    """The set-up program of a checkout, as a module."""

    def load(checkout: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location("bootstrap_under_test", checkout / "castad_cli" / "bootstrap.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def test_the_set_up_is_done_again_when_any_of_the_drawing_code_changes(
    checkout: Path, load: Callable[[Path], Any]
) -> None:
    assert [file.name for file in load(checkout).DRAWING] == sorted((*SOURCES, *HEADERS))


@pytest.fixture
def bootstrap(checkout: Path, load: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The set-up program of `checkout`, whose commands are written down in ``commands`` and succeed."""
    module = load(checkout)
    module.commands = []

    def call(command: list[str], trouble: str, fix: str, quiet: bool = False) -> None:
        module.commands.append([str(word) for word in command])

    monkeypatch.setattr(module, "call", call)
    return module


def make_venv(checkout: Path, castad: str = "import sys; print(sys.argv[1:]); sys.exit(4)") -> None:
    """What a set-up leaves behind, as far as the next start looks at it."""
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "pip").write_text(f"#!{programs}/python3\n")
    (programs / "castad").write_text(castad)
    (checkout / ".venv" / "pyvenv.cfg").write_text("")


def start(checkout: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "castad_cli" / "bootstrap.py"), *arguments],
        env={**os.environ, "PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_tells_the_commands_and_changes_nothing(checkout: Path) -> None:
    done = start(checkout, "--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("setup", "test", "check", "bench", "render"))
    assert not (checkout / ".venv").exists()


def test_no_command_is_bad_usage(checkout: Path) -> None:
    assert start(checkout).returncode == 2


def test_it_can_be_read_by_old_pythons_and_needs_only_the_standard_library() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 7))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= set(sys.stdlib_module_names)


def test_no_module_beside_it_hides_one_of_the_standard_library() -> None:
    """Its folder comes first on its path."""
    beside = {entry.name.removesuffix(".py") for entry in SOURCE.parent.iterdir()}
    assert not beside & set(sys.stdlib_module_names)


def test_an_old_python_without_a_newer_one_is_told_what_is_needed(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.main(["test"]) == 3
    printed = capsys.readouterr().err
    assert "CaStAD needs 3.11 or newer" in printed
    assert "fix: " in printed


def test_an_old_python_goes_on_with_a_newer_one_that_works(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken, good = tmp_path / "python3.14", tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    good.write_text("#!/bin/sh\nexit 0\n")
    for program in (broken, good):
        program.chmod(0o755)
    became: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda program, command: became.append(command))
    bootstrap.main(["render", "a.yaml"])
    assert became == [[str(good), str(bootstrap.ROOT / "castad_cli" / "bootstrap.py"), "render", "a.yaml"]]


def test_the_second_start_hands_over_at_once_with_arguments_and_exit_code(checkout: Path, load: Any) -> None:
    make_venv(checkout)
    load(checkout).write_stamp("package", "programs")
    done = start(checkout, "render", "a b.yaml", "--format", "reel")
    assert done.stdout.strip() == "['render', 'a b.yaml', '--format', 'reel']"
    assert done.returncode == 4
    assert done.stderr == ""


def test_the_second_setup_says_nothing(checkout: Path, load: Any) -> None:
    make_venv(checkout)
    load(checkout).write_stamp("package", "programs")
    done = start(checkout, "setup")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_first_start_installs_the_package_and_looks_for_programs(bootstrap: Any, checkout: Path) -> None:
    make_venv(checkout)
    bootstrap.venv_works = lambda: True
    bootstrap.set_up(with_tests=False)
    upgrade, package, programs = bootstrap.commands
    assert upgrade[-2:] == ["--upgrade", "pip"]
    assert package[-2:] == ["--editable", str(checkout)]
    assert str(checkout / "castad_cli" / "constraints.txt") in package
    assert programs[1:] == ["-m", "castad_cli.render.install"]
    bootstrap.commands.clear()
    bootstrap.set_up(with_tests=False)
    assert bootstrap.commands == []


def test_the_tests_needs_are_added_once(bootstrap: Any, checkout: Path) -> None:
    make_venv(checkout)
    bootstrap.write_stamp("package", "programs")
    bootstrap.set_up(with_tests=True)
    assert [command[-1] for command in bootstrap.commands] == ["pip", f"{checkout}[dev]"]
    bootstrap.commands.clear()
    bootstrap.set_up(with_tests=True)
    assert bootstrap.commands == []


@pytest.mark.parametrize("file", ["pyproject.toml", "castad_cli/constraints.txt"])
def test_a_change_of_what_is_needed_is_noticed(bootstrap: Any, checkout: Path, file: str) -> None:
    make_venv(checkout)
    bootstrap.write_stamp("package", "programs")
    assert bootstrap.read_stamp()
    with (checkout / file).open("a") as declared:
        declared.write("\n# another\n")
    assert bootstrap.read_stamp() == {}


def test_a_python_that_was_taken_away_is_noticed(bootstrap: Any, checkout: Path) -> None:
    make_venv(checkout)
    bootstrap.write_stamp("package", "programs")
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/no/such/python3.11")
    assert bootstrap.read_stamp() == {}
    assert not bootstrap.venv_works()


def test_a_moved_checkout_is_noticed(checkout: Path, load: Any, tmp_path: Path) -> None:
    make_venv(checkout)
    load(checkout).write_stamp("package", "programs")
    checkout.rename(tmp_path / "elsewhere")
    moved = load(tmp_path / "elsewhere")
    assert moved.read_stamp() == {}
    assert not moved.venv_works()


def test_a_spoilt_stamp_counts_as_none(bootstrap: Any, checkout: Path) -> None:
    make_venv(checkout)
    bootstrap.STAMP.write_text("{half")
    assert bootstrap.read_stamp() == {}


def test_a_half_made_environment_is_made_anew(bootstrap: Any, checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    bootstrap.make_venv()
    assert not (checkout / ".venv").exists()
    assert bootstrap.commands == [[sys.executable, "-m", "venv", str(checkout / ".venv")]]


def test_a_working_environment_is_kept(bootstrap: Any, checkout: Path) -> None:
    venv = checkout / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    package = next(venv.glob("lib/python*/site-packages")) / "pip"
    package.mkdir()
    (package / "__init__.py").touch()
    (venv / "bin" / "pip").write_text(f'#!/bin/sh\n\'\'\'exec\' "{venv}/bin/python3" "$0" "$@"\n')
    assert bootstrap.venv_works()
    bootstrap.make_venv()
    assert bootstrap.commands == []


def test_a_folder_of_somebody_else_s_is_never_deleted(bootstrap: Any, checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "thesis.odt").write_text("years of work")
    with pytest.raises(bootstrap.SetupError, match="not a virtual environment") as caught:
        bootstrap.make_venv()
    assert "move it away" in caught.value.fix
    assert (checkout / ".venv" / "thesis.odt").exists()


def lacks(bootstrap: Any, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(bootstrap, "has_module", lambda name: name not in names)


def test_without_ensurepip_the_pip_that_is_there_is_used(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks(bootstrap, monkeypatch, "ensurepip", "virtualenv")
    bootstrap.make_venv()
    assert bootstrap.commands[0][1:4] == ["-m", "venv", "--without-pip"]
    assert bootstrap.commands[1][1:4] == ["-m", "pip", "--python"]


def test_without_ensurepip_virtualenv_is_used(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks(bootstrap, monkeypatch, "ensurepip")
    bootstrap.make_venv()
    assert [command[1:3] for command in bootstrap.commands] == [["-m", "virtualenv"]]


def test_a_bare_debian_gets_its_package_where_root_is_to_be_had(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks(bootstrap, monkeypatch, "ensurepip", "virtualenv", "pip")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "as_root", lambda: ["sudo", "-n"])
    bootstrap.make_venv()
    update, install, venv = bootstrap.commands
    assert update[:3] == ["sudo", "-n", "env"]
    assert update[-1] == "update"
    assert install[-1] == "python{}.{}-venv".format(*sys.version_info[:2])
    assert venv[1:3] == ["-m", "venv"]


def test_a_bare_debian_without_root_is_told_the_exact_command(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lacks(bootstrap, monkeypatch, "ensurepip", "virtualenv", "pip")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "as_root", lambda: None)
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap.make_venv()
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert f"sudo apt-get update && sudo apt-get install -y {package}" in caught.value.fix


def test_a_step_that_fails_ends_with_3_and_says_what_and_how_to_mend_it(
    checkout: Path, load: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    module = load(checkout)
    make_venv(checkout)
    module.venv_works = lambda: True
    module.VENV_PYTHON = Path("/bin/false")
    assert module.main(["setup"]) == 3
    printed = capsys.readouterr().err
    assert "pip cannot be brought up to date" in printed
    assert "castad: fix: " in printed
    assert "Traceback" not in printed


def test_what_would_lead_pip_astray_is_kept_from_it(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_CERT", "/my/certificates")
    assert not {"PIP_USER", "PYTHONPATH"} & set(bootstrap.environment())
    assert bootstrap.environment()["PIP_CERT"] == "/my/certificates"


@pytest.mark.parametrize("chosen", [["-n", "0"], ["-n4"], ["--pdb"], ["--numprocesses=1"]])
def test_pytest_s_own_choice_of_cores_is_left_alone(bootstrap: Any, chosen: list[str]) -> None:
    assert bootstrap.spread(chosen) == []
    assert bootstrap.spread(["tests/cli"])[0] == "-n"


def test_every_dependency_has_a_pinned_version_within_its_bounds() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*declared["dependencies"], *(one for extra in declared["optional-dependencies"].values() for one in extra)]
    pins = pinned()
    for requirement in map(Requirement, asked):
        versions = [one.specifier for one in pins if canonicalize_name(one.name) == canonicalize_name(requirement.name)]
        assert versions, f"{requirement.name} has no pin: python3 castad_cli/bootstrap.py lock"
        for pin in versions:
            exact = str(pin).removeprefix("==")
            assert requirement.specifier.contains(exact, prereleases=True), f"{requirement} but {exact} is pinned"


INTEL_MAC = {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "x86_64"}
ARM_MAC = INTEL_MAC | {"platform_machine": "arm64"}
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}


@pytest.mark.parametrize("machine", [LINUX, ARM_MAC, INTEL_MAC])
def test_every_machine_has_one_pin_for_each_package(machine: dict[str, str]) -> None:
    names = [canonicalize_name(pin.name) for pin in pinned() if pin.marker is None or pin.marker.evaluate(machine)]
    assert len(names) == len(set(names))
    assert {canonicalize_name(pin.name) for pin in pinned()} == set(names)


def pinned() -> list[Requirement]:
    lines = (PROJECT / "castad_cli" / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_a_pin_written_for_some_machines_survives_a_lock(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    constraints = tmp_path / "constraints.txt"
    by_hand = 'numpy==1.26.4 ; sys_platform == "darwin"\nnumpy==2.4.6 ; sys_platform != "darwin"\n'
    constraints.write_text("# Pins.\n\n" + by_hand + "pillow==1.0\n", "utf-8")
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", constraints)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    assert bootstrap.lock_versions() == 0
    lines = constraints.read_text("utf-8").splitlines()
    assert lines[0] == "# Pins."
    assert [line for line in lines if line.startswith("numpy==")] == by_hand.splitlines()
    assert f"pillow=={version('pillow')}" in lines


def test_the_pinned_versions_name_no_address() -> None:
    for line in (PROJECT / "castad_cli" / "constraints.txt").read_text("utf-8").splitlines():
        assert line.startswith("#") or not line or ("==" in line and "@" not in line and "/" not in line)
