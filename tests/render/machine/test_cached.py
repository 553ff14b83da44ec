"""What is kept for later starts is where it was told to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.render.machine.cached import cache_folder


def test_the_folder_is_the_one_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASTAD_CACHE_FOLDER", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("CASTAD_CACHE_FOLDER")
    assert cache_folder().name == "castad"
