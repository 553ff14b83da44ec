"""Files that a recipe names stay inside its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.recipe import find_source, is_url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "assets").mkdir(parents=True)
    (home / "assets" / "sea.jpg").write_bytes(b"x")
    (home / "assets" / "empty.jpg").touch()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (home / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (home / "in.jpg").symlink_to(home / "assets" / "sea.jpg")
    (home / "loop.jpg").symlink_to(home / "loop.jpg")
    (home / "up").symlink_to(tmp_path)
    return home


@pytest.mark.parametrize("src", ["assets/sea.jpg", "./assets/../assets/sea.jpg", "in.jpg"])
def test_files_inside_the_folder_are_found(home: Path, src: str) -> None:
    assert find_source(src, home) == home / "assets" / "sea.jpg"


def test_an_absolute_path_inside_the_folder_is_taken(home: Path) -> None:
    assert find_source(str(home / "assets" / "sea.jpg"), home) == home / "assets" / "sea.jpg"


@pytest.mark.parametrize(
    ("src", "message"),
    [
        ("../secret.jpg", "`..` leads out of the recipe's folder"),
        ("assets/../../secret.jpg", "`..` leads out of the recipe's folder"),
        ("/etc/passwd", "an absolute path"),
        ("~/secret.jpg", "`~` is not followed"),
        ("out.jpg", "a link that leads out of the recipe's folder"),
        ("up/secret.jpg", "a link that leads out of the recipe's folder"),
        ("loop.jpg", None),
        ("file:///etc/passwd", "`file://` cannot be read"),
        ("gs://bucket/a.jpg", "`gs://` cannot be read"),
        ("assets", "a folder, not a file"),
        ("", "a folder, not a file"),
        ("assets/empty.jpg", "the file is empty"),
        ("assets/see.jpg", "no such file"),
        ("/dev/null", "an absolute path"),
        ("a\0b", "a path with a NUL character"),
        ("x" * 5000, None),
        ("assets/sea.jpg/deeper", None),
    ],
)
def test_other_files_are_refused_with_the_reason(home: Path, src: str, message: str | None) -> None:
    with pytest.raises(UserError) as caught:
        find_source(src, home)
    assert message is None or caught.value.message == message
    assert caught.value.fix


def test_a_missing_file_names_the_one_that_was_meant(home: Path) -> None:
    for src, fix in (("assets/see.jpg", "assets/sea.jpg"), ("asets/sea.jpg", "assets"), ("Assets/sea.jpg", "assets")):
        with pytest.raises(UserError) as caught:
            find_source(src, home)
        assert caught.value.fix == f"did you mean {fix}?"


def test_urls_are_known() -> None:
    assert [is_url(src) for src in ("https://a/b", "http://a", "S3://b/c", "ftp://a", "a/b", "c:\\d")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
