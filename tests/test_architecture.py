"""The house rules that a machine can hold: which way imports run, what help may load, what no file may name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
HEAVY = ("PIL", "av", "cv2", "dask", "distributed", "numpy", "playwright", "s3fs", "sqlalchemy")


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["render", "--help"], ["batch", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom castad_cli.cli.main import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"print('loaded', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "loaded", done.stdout + done.stderr


def tracked_text() -> list[tuple[str, str]]:
    """Every file that git keeps, or would keep, with its text; in an unpacked archive, the package and its tests."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [name for name in listing.stdout.split("\0") if name]
    else:
        names = [
            str(file.relative_to(PROJECT)) for part in ("castad_cli", "tests") for file in PROJECT.glob(f"{part}/**/*")
        ]
    texts = []
    for name in names:
        try:
            texts.append((name, (PROJECT / name).read_text("utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return texts


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    registries = ("pypi" + r"\.org", "python" + r"hosted\.org", "deb" + r"\.debian\.org", "registry" + r"\.npmjs")
    places = ("/wo" + "rk/", "/ro" + "ot/", "/tmp/ve" + "nv")
    forbidden = re.compile("|".join((*registries, *places)))
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(file.relative_to(PROJECT))
        for file in sorted((PROJECT / "castad_cli").rglob("*.py"))
        if (text := file.read_text("utf-8").strip()) and not re.match(r'(#[^\n]*\n)*\s*r?"""', text)
    ]
    assert not silent


def test_every_dependency_beyond_the_owner_s_has_its_reason() -> None:
    """docs/adr/0002-dependencies.md names each package in pyproject.toml."""
    import tomllib

    from packaging.requirements import Requirement

    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    reasons = (PROJECT / "docs" / "adr" / "0002-dependencies.md").read_text("utf-8")
    missing = [name for name in (Requirement(one).name for one in declared) if f"`{name}`" not in reasons]
    assert not missing
