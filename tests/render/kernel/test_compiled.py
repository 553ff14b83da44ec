"""The drawing code is compiled where there is a compiler, kept, and asked for in plain words where there is none.

Compilers and pip really run. The wheel with a compiler is a small one of the same name, which hands over to the
machine's: the real one is 100 MB.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.kernel import compiled
from castad_cli.render.kernel.display_list import DisplayList
from castad_cli.render.studio import Studio

PATH = os.environ["PATH"]
CC = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
SOURCES = [str(Path(compiled.__file__).with_name(name)) for name in compiled.SOURCES]
WATCHED = ("display_list", "cutting", "shrinking", "converting", "shading")
"""The tests of what calls it."""
needs_compiler = pytest.mark.skipif(CC is None, reason="this machine has no C compiler of its own")


class Place:
    """An environment in which nothing has been compiled, and a PATH that holds what a test puts there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.prefix, self.cache, self.programs = folder / "prefix", folder / "cache", folder / "bin"
        self.programs.mkdir()
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(compiled.sys, "prefix", str(self.prefix))
        monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(self.cache))
        monkeypatch.setenv("PATH", str(self.programs))
        monkeypatch.delenv("CC", raising=False)

    # Not optimised: that takes seconds, and is what the library in use is for.
    def compiler(self, name: str, does: str = f'exec "{CC}" "$@" -O0') -> None:
        program = self.programs / name
        program.write_text(f'#!/bin/sh\nPATH="{PATH}"\n{does}\n')
        program.chmod(0o755)

    def wheel(self, folder: Path) -> None:
        """Puts a wheel with a compiler where pip alone looks."""
        name, version = compiled.ZIG.split("==")
        info = f"{name}-{version}.dist-info"
        run = f"import os, sys\nos.environ['PATH'] = {PATH!r}\n"
        folder.mkdir()
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "")
            wheel.writestr(f"{name}/__main__.py", f"{run}os.execv({CC!r}, [{CC!r}, *sys.argv[2:], '-O0'])\n")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        self.looks_in(folder)

    def looks_in(self, folder: Path) -> None:
        self._monkeypatch.setenv("PIP_NO_INDEX", "1")
        self._monkeypatch.setenv("PIP_FIND_LINKS", str(folder))

    def kept(self) -> list[Path]:
        return [*self.prefix.rglob("*.so"), *self.cache.rglob("*.so")]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def draws() -> bool:
    """Whether a library that `compiled._library` gives works: in a fresh run of it, whatever was loaded before."""
    library, _ = compiled._library.__wrapped__()
    plane = np.zeros((4, 5), np.uint8)
    strokes = DisplayList((plane,))
    strokes.fill(0, 7)
    target = int(plane.ctypes.data).to_bytes(8, sys.byteorder) + (5).to_bytes(8, sys.byteorder)
    target += (5).to_bytes(4, sys.byteorder) + (4).to_bytes(4, sys.byteorder)
    return library.castad_draw(strokes.pack().packed, 1, target, 1, 1) == 0 and bool((plane == 7).all())


@needs_compiler
def test_it_is_compiled_once_for_an_environment(place: Place) -> None:
    place.compiler("cc")
    assert draws()
    (file,) = place.kept()
    assert file.is_relative_to(place.prefix)
    place.compiler("cc", "exit 1")
    assert draws(), "what was compiled is found again"


@needs_compiler
def test_it_is_kept_in_the_cache_where_the_environment_cannot_be_written(place: Place) -> None:
    place.compiler("cc")
    place.prefix.write_text("a file, in which no folder can be made")
    assert draws()
    (file,) = place.kept()
    assert file.is_relative_to(place.cache)


@needs_compiler
def test_it_works_where_nothing_can_be_kept(place: Place) -> None:
    place.compiler("cc")
    place.prefix.write_text("")
    place.cache.write_text("")
    assert draws()
    assert place.kept() == []


@needs_compiler
def test_a_file_that_is_no_library_is_compiled_anew(place: Place) -> None:
    place.compiler("cc")
    compiled._library.__wrapped__()
    (file,) = place.kept()
    file.unlink()
    file.write_bytes(b"\x7fELF half of it")
    assert draws()


@needs_compiler
def test_the_second_compiler_is_tried_where_the_first_one_fails(place: Place) -> None:
    place.compiler("cc", "echo 'fatal error: stdint.h: No such file' >&2; exit 1")
    place.compiler("gcc")
    assert draws()


@needs_compiler
def test_what_cc_names_is_taken_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.compiler("cc")
    place.compiler("mine", "echo 'error: not today' >&2; exit 1")
    monkeypatch.setenv("CC", f"{place.programs}/mine --fast")
    with pytest.raises(EnvironmentNotReady, match="mine --fast`: error: not today"):
        compiled._library.__wrapped__()


def test_without_a_compiler_a_person_is_told_what_to_do(place: Place) -> None:
    with pytest.raises(EnvironmentNotReady, match="there is no C compiler") as caught:
        compiled._library.__wrapped__()
    assert "castad doctor --fix" in caught.value.fix


def test_a_studio_is_not_opened_without_it(place: Place) -> None:
    compiled._library.cache_clear()
    try:
        with pytest.raises(EnvironmentNotReady, match="drawing code"):
            Studio()
    finally:
        compiled._library.cache_clear()


@needs_compiler
def test_the_setup_fetches_a_compiler_and_keeps_only_what_it_made(place: Place, tmp_path: Path) -> None:
    place.compiler("cc", "echo 'error: xcrun: no developer tools' >&2; exit 1")
    place.wheel(tmp_path / "wheels")
    said: list[str] = []
    file = compiled.install(said.append)
    assert place.kept() == [file]
    assert ["no developer tools" in line and "fetching" in line for line in said] == [True]
    assert draws()
    said.clear()
    assert compiled.install(said.append) == file
    assert said == [], "what is there is not made again"
    assert "ziglang" not in {path.name for path in tmp_path.rglob("*")}


def test_a_compiler_that_cannot_be_fetched_is_said_so(place: Place, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    place.looks_in(tmp_path / "empty")
    with pytest.raises(EnvironmentNotReady, match="cannot be fetched: ERROR: "):
        compiled.install(lambda line: None)


@needs_compiler
def test_the_source_has_no_warnings(tmp_path: Path) -> None:
    flags = [*compiled._FLAGS, "-O0", "-Wall", "-Wextra", "-Werror"]
    done = subprocess.run([str(CC), *flags, *SOURCES, "-o", str(tmp_path / "d.so")], capture_output=True, text=True)
    assert done.stderr == ""


@needs_compiler
def test_nothing_is_read_or_written_beyond_a_plane(tmp_path: Path) -> None:
    """The tests of drawing, with a library that watches every access."""
    library = tmp_path / "watched.so"
    flags = ["-O1", "-g", "-std=c11", "-fPIC", "-shared", "-fsanitize=address,undefined", "-fno-sanitize-recover"]
    built = subprocess.run([str(CC), *flags, *SOURCES, "-o", str(library)], capture_output=True, text=True)
    if built.returncode:
        pytest.skip("this compiler cannot watch accesses")
    runtime = subprocess.run([str(CC), "-print-file-name=libasan.so"], capture_output=True, text=True).stdout.strip()
    if not Path(runtime).is_absolute():
        pytest.skip("the compiler's watching library is not a file")
    tests = [str(Path(__file__).with_name(f"test_{name}.py")) for name in WATCHED]
    program = f"""
import pathlib, sys
from castad_cli.render.kernel import compiled
library = compiled._opened(pathlib.Path({str(library)!r}))
compiled._library = lambda: (library, None)
import pytest
sys.exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *{tests!r}]))
"""
    env = {**os.environ, "LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
