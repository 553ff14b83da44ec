"""What every rendition shares: the warm browser and FFmpeg."""

from __future__ import annotations

from types import TracebackType

from castad_cli.render.chromium.browser import Browser
from castad_cli.render.kernel.compiled import load
from castad_cli.render.machine.cores import choose_at_once
from castad_cli.render.machine.memory import keep_little
from castad_cli.render.machine.tools import find_browser, find_ffmpeg


class Studio:
    """A warm browser, an FFmpeg and the drawing code, found once; a context manager. Thread-safe.

    ``browser`` and ``ffmpeg`` name the programs to use, as the settings give them; None looks for them. ``at_once``
    is how many segments are drawn and encoded at a time; None chooses by cores and memory.

    Raises:
        EnvironmentNotReady: one of them is not there; says how to get it.
    """

    def __init__(self, browser: str | None = None, ffmpeg: str | None = None, at_once: int | None = None) -> None:
        keep_little()
        load()  # compiled now, where it is not yet: not when the first frame waits for it
        self.ffmpeg = str(find_ffmpeg(ffmpeg))
        self.at_once = at_once or choose_at_once()
        self.browser = Browser(find_browser(browser).path)

    def warm_up(self) -> None:
        """Starts the browser in the background."""
        self.browser.warm_up()

    def close(self) -> None:
        """Ends the browser; idempotent."""
        self.browser.close()

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
