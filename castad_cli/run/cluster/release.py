"""What workers and driver must have in common, as one word: a worker gets work from drivers of its own release alone.

The word stands in the names of a worker's Dask resources (``render@3f2a91c07b1d``). So a worker of another release is
never given work, whenever it joins and whatever runs meanwhile, and a driver sees at once why.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from castad_cli import __version__

_PACKAGES = (
    *("distributed", "dask", "playwright", "numpy", "opencv-python-headless", "pillow", "av", "uharfbuzz"),
    *("budoux", "dlib-bin", "segno", "simplejpeg"),
)
"""Those whose version decides what a message means or what an ad looks like: Playwright's by the Chromium it gets."""


@dataclass(frozen=True)
class Release:
    """The versions that must agree; ``word`` stands for all of them."""

    castad: str
    code: str
    """SHA-256 of all of CaStAD's own sources."""
    python: str
    ffmpeg: str
    packages: Mapping[str, str]

    @property
    def word(self) -> str:
        text = repr((self.castad, self.code, self.python, self.ffmpeg, sorted(self.packages.items())))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def resource(self, role: str) -> str:
        """The name of a role's Dask resource."""
        return f"{role}@{self.word}"

    def as_record(self) -> dict[str, Any]:
        """As plain values, flat."""
        versions = {"castad": self.castad, "code": self.code[:12], "python": self.python, "ffmpeg": self.ffmpeg}
        return {**versions, **self.packages}


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """What two releases' records differ in, as ``dask 2026.8.0, here 2026.9.0``."""
    return [
        f"{name} {theirs.get(name) or 'missing'}, here {ours.get(name) or 'missing'}"
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def release_of(ffmpeg: str | None = None) -> Release:
    """This process's release. ``ffmpeg`` is the program the settings name, if they do."""
    from castad_cli.render.machine.tools import describe_ffmpeg

    packages = {name: _version(name) for name in _PACKAGES}
    python = ".".join(platform.python_version_tuple()[:2])
    return Release(__version__, _code(), python, describe_ffmpeg(ffmpeg).version or "", packages)


@cache
def _code() -> str:
    root = Path(str(resources.files("castad_cli")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
