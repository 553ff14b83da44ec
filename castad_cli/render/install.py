"""Gets all that a rendering needs onto this machine. The set-up runs this file as a program (``python -m``), before
anything else of CaStAD has run.
"""

from __future__ import annotations

import sys

from castad_cli.errors import EnvironmentNotReady
from castad_cli.render.kernel import compiled
from castad_cli.render.machine.install import install_browser
from castad_cli.render.machine.tools import find_ffmpeg


def main() -> int:
    """Find, or install, the browser, FFmpeg and the drawing code; the exit code for the shell."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    try:
        browser = install_browser(say)
        say(f"browser: {browser.path} ({browser.version or 'version unknown'})")
        say(f"FFmpeg: {find_ffmpeg()}")
        say(f"drawing code: {compiled.install(say)}")
    except EnvironmentNotReady as error:
        print(f"{error.message}\nfix: {error.fix}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
