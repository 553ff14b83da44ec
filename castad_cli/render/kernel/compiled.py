"""The drawing code in C, compiled on the machine that it runs on.

Why here and not in a wheel: there is one source and no build for each system; Python and git are all that a machine
needs. Where it has no C compiler the set-up fetches one for the moment. It is compiled once for an environment and
kept with it, or in the user's cache folder where that cannot be written (docs/adr/0018-compiled-drawing.md).
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path

from castad_cli.errors import EnvironmentNotReady, ToolError
from castad_cli.render.machine.cached import cache_folder
from castad_cli.render.machine.process import run
from castad_cli.whole import put_whole

ZIG = "ziglang==0.17.1"
"""A C compiler as a wheel (100 MB, MIT), for machines without one: fetched, used and thrown away."""

SOURCES = ("draw.c", "shrink.c", "convert.c", "shade.c", "blocks.c")
HEADERS = ("common.h",)

FETCH_WITHIN_S = 1200.0
COMPILE_WITHIN_S = 300.0

_FLAGS = ("-O3", "-std=c11", "-ffp-contract=off", "-g0", "-fPIC", "-shared", "-fvisibility=hidden")
"""Without contraction a place is computed alike on processors that can multiply and add in one step."""


@dataclass(frozen=True)
class _Compiler:
    command: tuple[str, ...]
    env: Mapping[str, str] | None = None


def load() -> ctypes.CDLL:
    """The library, compiled first where that was not done yet.

    Raises:
        EnvironmentNotReady: there is no C compiler, or none that works.
    """
    return _library()[0]


def place() -> Path:
    """Where the library is that `load` gives."""
    return _library()[1]


@cache
def _library() -> tuple[ctypes.CDLL, Path]:
    return _kept() or _made([], _system_compilers())


def install(say: Callable[[str], None]) -> Path:
    """Where the library is, compiled first where that was not done yet: with a compiler that is fetched, where the
    machine has none that can.

    Raises:
        EnvironmentNotReady: none could be fetched, or what it makes does not work here.
    """
    if there := _kept():
        return there[1]
    refusals: list[str] = []
    with contextlib.suppress(EnvironmentNotReady):
        return _made(refusals, _system_compilers())[1]
    say(f"drawing code: {'; '.join(refusals) or 'there is no C compiler'}; fetching one (100 MB) to compile it")
    with tempfile.TemporaryDirectory(prefix="castad-") as scratch:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
        try:
            run([*pip, "install", "--no-deps", "--target", scratch, ZIG], timeout_s=FETCH_WITHIN_S)
        except ToolError as error:
            refusals.append(f"{ZIG} cannot be fetched: {_telling(error)}")
            raise _not_ready(refusals) from error
        place = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), f"{scratch}/cache")
        env = {**os.environ, **place, "PYTHONPATH": scratch}
        return _made(refusals, [_Compiler((sys.executable, "-m", "ziglang", "cc"), env)])[1]


def _kept() -> tuple[ctypes.CDLL, Path] | None:
    """The library and where it is, where it has been compiled for this environment already."""
    for folder in _folders():
        with contextlib.suppress(OSError):
            return _opened(folder / _name()), folder / _name()
    return None


def _made(refusals: list[str], compilers: Sequence[_Compiler]) -> tuple[ctypes.CDLL, Path]:
    """Compiles the library with the first compiler that can, and keeps it; ``refusals`` become those that cannot."""
    with tempfile.TemporaryDirectory(prefix="castad-") as scratch:
        made = Path(scratch) / _name()
        written = [_write(Path(scratch) / name, source) for name, source in _sources().items()]
        code = [str(file) for file in written if file.name in SOURCES]
        for compiler in compilers:
            try:
                command = [*compiler.command, *_FLAGS, *code, "-o", str(made)]
                run(command, timeout_s=COMPILE_WITHIN_S, env=compiler.env)
                library = _opened(made)  # it stays in memory when its file is gone
            except (ToolError, OSError) as error:
                refusals.append(f"`{shlex.join(compiler.command)}`: {_telling(error)}")
                continue
            for folder in _folders():
                with contextlib.suppress(OSError):
                    folder.mkdir(parents=True, exist_ok=True)
                    return library, put_whole(folder / made.name, partial(shutil.copyfile, made))
            return library, made
    raise _not_ready(refusals)


def _opened(file: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(file))
    numbers = ctypes.c_int32
    library.castad_draw.argtypes = (ctypes.c_char_p, numbers, ctypes.c_char_p, numbers, numbers)
    library.castad_draw.restype = ctypes.c_int
    at = ctypes.c_void_p
    library.castad_cut.argtypes = (at, ctypes.c_int64, numbers, numbers, at, at)
    library.castad_cut.restype = None
    library.castad_shrink.argtypes = (at, ctypes.c_int64, numbers, numbers, at, numbers, numbers, ctypes.c_int)
    library.castad_shrink.restype = ctypes.c_int
    picture, box = (at, ctypes.c_int64, numbers, numbers), (numbers,) * 4
    library.castad_luma.argtypes = (*picture, *box, at, at, at, ctypes.c_int64, ctypes.c_int)
    library.castad_luma.restype = ctypes.c_int
    library.castad_chroma.argtypes = (*picture, *box, at, at, at, ctypes.c_int64, ctypes.c_int)
    library.castad_chroma.restype = ctypes.c_int
    library.castad_shade.argtypes = (at, at, ctypes.c_int64, ctypes.c_char_p, *(ctypes.c_float,) * 2, at, numbers, at)
    library.castad_shade.restype = ctypes.c_int64
    library.castad_lend.argtypes = (ctypes.c_char_p,)
    library.castad_lend.restype = ctypes.c_int
    library.castad_reclaim.argtypes = (ctypes.c_int64,)
    library.castad_reclaim.restype = ctypes.c_int64
    return library


def _not_ready(refusals: Sequence[str]) -> EnvironmentNotReady:
    why = "; ".join(refusals) or "there is no C compiler"
    return EnvironmentNotReady(
        f"the drawing code cannot be compiled: {why}",
        fix="run `castad doctor --fix`, which fetches a compiler, or install gcc or clang",
    )


def _telling(error: Exception) -> str:
    """The line of what a compiler or pip said that tells most."""
    said = error.stderr.strip().splitlines() if isinstance(error, ToolError) else []
    return next((line for line in said if "error" in line.lower()), said[-1] if said else str(error))


def _sources() -> dict[str, bytes]:
    return {name: resources.files(__package__).joinpath(name).read_bytes() for name in (*SOURCES, *HEADERS)}


def _write(file: Path, source: bytes) -> Path:
    file.write_bytes(source)
    return file


@cache
def _name() -> str:
    what = "\0".join((platform.system(), platform.machine(), *_FLAGS)).encode()
    digest = hashlib.sha256(b"\0".join((what, *_sources().values())))
    return f"draw-{digest.hexdigest()[:16]}.so"


def _folders() -> tuple[Path, Path]:
    """Where it is kept: with the environment; where that cannot be written, in the user's cache folder."""
    return Path(sys.prefix) / "lib" / "castad", cache_folder()


def _system_compilers() -> list[_Compiler]:
    """Those of the machine; what ``CC`` names alone where it is set."""
    if os.environ.get("CC", "").strip():
        return [_Compiler(tuple(shlex.split(os.environ["CC"])))]
    return [_Compiler((path,)) for path in map(shutil.which, ("cc", "gcc", "clang")) if path]
