"""Sets CaStAD up on a machine that has Python 3.11+ and git, then does what it was asked.

    python3 castad_cli/bootstrap.py render recipes/haneul-pension.yaml --format reel --language ko
    python3 castad_cli/bootstrap.py test

It makes `.venv` in this checkout, installs the package there with the versions in `constraints.txt`, finds or
installs a browser, and hands over to `castad`. All of it is done once: a stamp in `.venv` says for which versions
of the files it was done, and the second start only compares that.

Runs before anything is installed, so: the standard library only, nothing of the package, and syntax that Pythons
too old for CaStAD can still read, to be told so in plain words.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "castad-setup.json"
CONSTRAINTS = Path(__file__).resolve().with_name("constraints.txt")
DRAWING = sorted(Path(__file__).resolve().parent.glob("render/kernel/*.[ch]"))

HELP = """\
usage: python3 castad_cli/bootstrap.py COMMAND [ARGUMENTS]

Sets CaStAD up in .venv, in this checkout, if that is not done yet, then:

  setup            nothing more
  test [...]       runs the tests (arguments go to pytest)
  check            runs the linter, the type checker and the import rules
  bench [...]      runs the benchmarks
  docs             writes docs/reference anew from the program
  lock             writes constraints.txt anew from what .venv holds
  anything else    goes to castad, for example: render RECIPE, doctor, --version

After set-up, castad itself is .venv/bin/castad.
"""

SETUP_FAILED = 3


class SetupError(Exception):
    """Something could not be set up. ``fix`` says what a person can do, if that was not said already."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def main(arguments: list[str]) -> int:
    """Set up what ``arguments`` need, then become the program they name; an exit code where that does not happen."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if arguments else 2
    if sys.version_info[:2] < OLDEST_PYTHON:
        return use_newer_python(arguments)
    command, rest = arguments[0], arguments[1:]
    try:
        set_up(with_tests=command in ("test", "check", "bench", "lock"))
        if command == "setup":
            return 0
        if command == "check":
            return check()
        if command == "lock":
            return lock_versions()
    except SetupError as failure:
        say(str(failure))
        if failure.fix:
            say("fix: " + failure.fix)
        return SETUP_FAILED
    except KeyboardInterrupt:
        say("interrupted; the same command goes on from here")
        return 130
    if command == "test":
        become([VENV_PYTHON, "-m", "pytest", *spread(rest), *rest], ROOT)
    if command == "bench":
        become([VENV_PYTHON, "-m", "pytest", "-s", "-o", "python_files=bench_*.py", "tests/benchmarks", *rest], ROOT)
    if command == "docs":
        become([VENV_PYTHON, "docs/write_reference.py", *rest], ROOT)
    become([VENV_PYTHON, VENV / "bin" / "castad", *arguments], None)
    return 0


def say(line: str) -> None:
    """A line for the person; stdout is kept for results."""
    print("castad: " + line, file=sys.stderr, flush=True)


def become(command: list[str | Path], folder: Path | None) -> None:
    """Turn into ``command``, whose exit code and signals are then this program's. It does not return."""
    if folder is not None:
        os.chdir(str(folder))
    sys.stdout.flush()
    os.execv(str(command[0]), [str(word) for word in command])  # noqa: S606


def use_newer_python(arguments: list[str]) -> int:
    """Start again with a newer Python from PATH; an exit code where there is none."""
    have = ".".join(str(number) for number in sys.version_info[:3])
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found and runs(found):
            say("this Python is " + have + ", too old; going on with " + found)
            os.execv(found, [found, str(Path(__file__).resolve()), *arguments])  # noqa: S606
    say("this Python is " + have + "; CaStAD needs 3.11 or newer")
    if sys.platform == "darwin":
        say("fix: brew install python@3.13 (or take an installer from python.org), then run the same command again")
    else:
        say("fix: install python3.11 or newer and start this with it: python3.11 castad_cli/bootstrap.py ...")
    return SETUP_FAILED


def runs(python: str) -> bool:
    """Whether that Python really starts (a version switcher's stand-in may not)."""
    import subprocess

    test = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    done = subprocess.run(test, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


# -- what is done already ------------------------------------------------------------------------------------------


def fingerprint() -> str:
    """What a set-up depends on: this place, the package's declaration, the pinned versions, the code that is compiled,
    the interpreter."""
    sha = hashlib.sha256()
    python = VENV_PYTHON.resolve()
    for part in (str(ROOT), str(python), str(python.stat().st_mtime_ns)):
        sha.update(part.encode() + b"\0")
    for file in (ROOT / "pyproject.toml", CONSTRAINTS, *DRAWING, Path(__file__).resolve()):
        sha.update(file.read_bytes() + b"\0")
    return sha.hexdigest()


def read_stamp() -> dict[str, str]:
    """What was set up here, by name, for which fingerprint; empty where nothing was, or not for this place."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
        current = fingerprint()
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and stamp.get("for") == current else {}


def write_stamp(*done: str) -> None:
    """Add ``done`` to what is set up."""
    stamp = read_stamp() or {"for": fingerprint()}
    stamp.update(dict.fromkeys(done, "done"))
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(stamp), "utf-8")
    os.replace(str(part), str(STAMP))  # noqa: PTH105 (one call for all Pythons)


def set_up(with_tests: bool) -> None:
    """Make this checkout ready; nothing happens where it is. Two at once wait for each other.

    Raises:
        SetupError: a step could not be done.
    """
    needed = ["package", "programs"] + (["tests"] if with_tests else [])
    if set(needed) <= set(read_stamp()):
        return
    import fcntl

    begun = time.monotonic()
    place = os.open(str(ROOT), os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up is at work in this checkout; waiting for it")
            fcntl.flock(place, fcntl.LOCK_EX)
        done = set(read_stamp())
        if not done:
            make_venv()
        if "package" not in done or (with_tests and "tests" not in done):
            install(with_tests)
        if "programs" not in done:
            find_programs()
    finally:
        os.close(place)
    say("ready after %.0f s; castad is %s" % (time.monotonic() - begun, VENV / "bin" / "castad"))  # noqa: UP031


# -- the virtual environment ---------------------------------------------------------------------------------------


def make_venv() -> None:
    """A virtual environment in `.venv`: the one there if it works, otherwise a new one.

    Raises:
        SetupError: what is there is not ours to delete, or a new one cannot be made.
    """
    if venv_works():
        return
    if VENV.is_symlink() or (VENV.exists() and not is_venv(VENV)):
        raise SetupError(
            str(VENV) + " is there, but it is not a virtual environment of this checkout", "move it away or delete it"
        )
    if VENV.exists():
        say("taking away a .venv that is half made, or was made for another place or another Python")
        shutil.rmtree(str(VENV))
    version = ".".join(str(number) for number in sys.version_info[:3])
    say("making .venv with Python " + version + " (" + sys.executable + ")")
    if has_module("ensurepip"):
        call([sys.executable, "-m", "venv", str(VENV)], "a virtual environment cannot be made", venv_fix())
    elif has_module("virtualenv"):
        call([sys.executable, "-m", "virtualenv", "-q", str(VENV)], "virtualenv failed", venv_fix())
    elif has_module("pip") and has_module("venv"):
        command = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
        call(command, "a virtual environment cannot be made", venv_fix())
        command = [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON), "install", "--quiet", "pip"]
        call(command, "pip cannot be put into .venv", venv_fix())
    else:
        add_venv_package()
        call([sys.executable, "-m", "venv", str(VENV)], "a virtual environment cannot be made", venv_fix())


def venv_works() -> bool:
    """Whether `.venv` was made for this very place and its Python and pip start."""
    try:
        start = (VENV / "bin" / "pip").read_bytes()[:4096]
    except OSError:
        return False
    if str(VENV).encode() + b"/bin/python" not in start:
        return False  # the checkout was moved or copied: programs in bin/ still name the old place
    test = "import sys, pip; sys.exit(sys.prefix != %r or sys.version_info < (3, 11))" % str(VENV)  # noqa: UP031
    try:
        return call_quietly([str(VENV_PYTHON), "-I", "-c", test]) == 0
    except OSError:
        return False


def is_venv(folder: Path) -> bool:
    """Whether ``folder`` is, or began to be, a virtual environment, and holds nothing else."""
    usual = {"bin", "include", "lib", "lib64", "share", "etc", "pyvenv.cfg", ".gitignore", ".lock", "CACHEDIR.TAG"}
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {"a file"}
    return names <= usual | {STAMP.name, STAMP.with_suffix(".part").name}


def has_module(name: str) -> bool:
    """Whether this Python has it, without importing it."""
    import importlib.util

    return importlib.util.find_spec(name) is not None


def venv_package() -> str:
    """The Debian package with what `python -m venv` needs, for this Python."""
    return "python{}.{}-venv".format(*sys.version_info[:2])


def venv_fix() -> str:
    """What a person can do where no virtual environment can be made."""
    if shutil.which("apt-get"):
        return "sudo apt-get update && sudo apt-get install -y " + venv_package() + ", then run the same command again"
    return "install a complete Python 3.11 or newer (with venv and pip), then run the same command again"


def add_venv_package() -> None:
    """Debian and Ubuntu cut ensurepip out of python3 into a package of its own: install it.

    Raises:
        SetupError: that is not possible here, or not without a password.
    """
    trouble = "this Python cannot make virtual environments: it came without ensurepip, virtualenv and pip"
    root = as_root()
    if shutil.which("apt-get") is None or root is None:
        raise SetupError(trouble, venv_fix())
    say(trouble + "; installing " + venv_package())
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    call([*apt, "update"], "apt-get update failed", venv_fix(), quiet=True)
    install = ["install", "-y", "--no-install-recommends", venv_package()]
    call(apt + install, venv_package() + " cannot be installed", venv_fix(), quiet=True)


def as_root() -> list[str] | None:
    """What to put before a command to run it as root without a password being asked for, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and call_quietly(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n"]
    return None


# -- what goes into it ---------------------------------------------------------------------------------------------


def install(with_tests: bool) -> None:
    """The package, editable, and all that it needs, at the versions in constraints.txt.

    Raises:
        SetupError: pip said no.
    """
    fix = "see what pip says above (a network, a proxy, a full disk?), then run the same command again"
    pip = [str(VENV_PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"]
    pip += ["--constraint", str(CONSTRAINTS)]
    # A current pip halves the time of what follows.
    call([*pip, "--upgrade", "pip"], "pip cannot be brought up to date", fix)
    what = "the package, what it needs and what its tests need" if with_tests else "the package and what it needs"
    say("installing " + what + " (some 400 MB to fetch the first time; a minute or more)")
    call([*pip, "--editable", str(ROOT) + ("[dev]" if with_tests else "")], "pip cannot install CaStAD", fix)
    write_stamp("package", *(["tests"] if with_tests else []))


def find_programs() -> None:
    """A browser and an FFmpeg that work, the browser installed where there is none; the drawing code, compiled.

    Raises:
        SetupError: one is missing and cannot be installed; the reason and the fix are printed already.
    """
    say("looking for a browser and FFmpeg, compiling the drawing code")
    command = [str(VENV_PYTHON), "-m", "castad_cli.render.install"]
    call(command, "not everything that a rendering needs is here yet", "")
    write_stamp("programs")


def call(command: list[str], trouble: str, fix: str, quiet: bool = False) -> None:
    """Run ``command`` to its end; its standard output goes to ours for errors, or nowhere.

    Raises:
        SetupError: it failed: ``trouble``, ``fix``.
    """
    import subprocess

    output = subprocess.DEVNULL if quiet else sys.stderr
    try:
        status = subprocess.run(command, stdout=output, env=environment(), check=False).returncode
    except OSError as error:
        raise SetupError(trouble + ": " + str(error), fix) from error
    if status:
        raise SetupError(trouble + " (`" + " ".join(command) + "` ended with " + str(status) + ")", fix)


def call_quietly(command: list[str]) -> int:
    """The exit status of a command that says nothing."""
    import subprocess

    nowhere = subprocess.DEVNULL
    return subprocess.run(command, stdout=nowhere, stderr=nowhere, env=environment(), check=False).returncode


def environment() -> dict[str, str]:
    """Ours, without what would turn a virtual environment's Python or pip towards another place."""
    misleading = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "__PYVENV_LAUNCHER__")
    return {name: value for name, value in os.environ.items() if name not in misleading}


# -- for those who work on CaStAD ----------------------------------------------------------------------------------


def spread(arguments: list[str]) -> list[str]:
    """pytest's options for all cores, unless the person chose otherwise."""
    chosen = any(argument.startswith(("-n", "--numprocesses", "--pdb", "--dist")) for argument in arguments)
    return [] if chosen else ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"]


def check() -> int:
    """Run every check, all of them even if one fails; 1 if one did."""
    import subprocess

    failed = []
    for name, command in (
        ("ruff", [str(VENV_PYTHON), "-m", "ruff", "check", "."]),
        ("mypy", [str(VENV_PYTHON), "-m", "mypy"]),
        ("import-linter", [str(VENV / "bin" / "lint-imports"), "--no-logo"]),
    ):
        say(name)
        if subprocess.run(command, cwd=str(ROOT), env=environment(), check=False).returncode:
            failed.append(name)
    say("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


def lock_versions() -> int:
    """Write constraints.txt from what `.venv` holds, without anything that names a place.

    Versions that differ by platform stand there with a marker, written by hand, and stay.
    """
    import subprocess

    freeze = [str(VENV_PYTHON), "-I", "-m", "pip", "freeze", "--all", "--exclude-editable"]
    frozen = subprocess.run(freeze, env=environment(), stdout=subprocess.PIPE, check=True).stdout.decode()
    head, _, before = CONSTRAINTS.read_text("utf-8").partition("\n\n")
    marked = [line for line in before.splitlines() if ";" in line]
    by_hand = {line.partition("==")[0] for line in marked}
    found = [line for line in frozen.splitlines() if "==" in line and "@" not in line]
    pins = sorted([line for line in found if line.partition("==")[0] not in by_hand] + marked, key=str.lower)
    CONSTRAINTS.write_text(head + "\n\n" + "\n".join(pins) + "\n", "utf-8")
    say(str(len(pins)) + " versions in " + str(CONSTRAINTS))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
