"""A file is there whole or not at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from castad_cli.whole import put_whole


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    for text in ("first", "second"):
        assert put_whole(file, partial(Path.write_text, data=text)) == file
        assert file.read_text() == text
    assert list(file.parent.iterdir()) == [file]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("before")

    def half(part: Path) -> None:
        part.write_text("hal")
        assert [path.suffix for path in tmp_path.iterdir() if path != file] == [".part"]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        put_whole(file, half)
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_missing_is_told_of_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        put_whole(tmp_path / "missing" / "kept.txt", lambda part: part.write_text("x"))
    assert not list(tmp_path.iterdir())
