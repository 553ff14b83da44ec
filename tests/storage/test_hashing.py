"""A file's hash is its bytes', remembered as long as the file is the same."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from castad_cli.storage import hashing
from castad_cli.storage.hashing import hash_file


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "hashes.db"


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"photo")
    make_old(path)
    return path


def make_old(path: Path, by_s: int = 100) -> None:
    then = path.stat().st_mtime_ns - by_s * 10**9
    os.utime(path, ns=(then, then))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose bytes were read."""
    seen: list[Path] = []
    read = hashing._digest

    def count(path: Path) -> str:
        seen.append(path)
        return read(path)

    monkeypatch.setattr(hashing, "_digest", count)
    return seen


def test_a_hash_is_that_of_the_bytes(old_file: Path, memo: Path) -> None:
    assert hash_file(old_file) == hash_file(old_file, memo) == sha256(b"photo")


def test_an_unchanged_file_is_read_once(old_file: Path, memo: Path, reads: list[Path]) -> None:
    assert {hash_file(old_file, memo) for _ in range(3)} == {sha256(b"photo")}
    assert len(reads) == 1


def test_a_file_is_the_same_by_whatever_path(
    old_file: Path, memo: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hash_file(old_file, memo)
    monkeypatch.chdir(old_file.parent)
    link = old_file.with_name("link.jpg")
    link.symlink_to(old_file)
    assert hash_file(Path("photo.jpg"), memo) == hash_file(link, memo) == sha256(b"photo")
    assert len(reads) == 1


def test_a_changed_file_is_read_anew(old_file: Path, memo: Path) -> None:
    hash_file(old_file, memo)
    old_file.write_bytes(b"other")
    make_old(old_file, 50)
    assert hash_file(old_file, memo) == sha256(b"other")


def test_a_replaced_file_with_the_same_size_and_time_is_read_anew(old_file: Path, memo: Path) -> None:
    hash_file(old_file, memo)
    times = old_file.stat()
    other = old_file.with_name("other.jpg")
    other.write_bytes(b"OTHER")
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(old_file)
    assert hash_file(old_file, memo) == sha256(b"OTHER")


def test_a_file_written_just_now_is_not_remembered(tmp_path: Path, memo: Path, reads: list[Path]) -> None:
    path = tmp_path / "fresh"
    path.write_bytes(b"one")
    hash_file(path, memo)
    times = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert hash_file(path, memo) == sha256(b"two")


@pytest.mark.parametrize("garbage", [b"", b"no database at all" * 300, b"SQLite format 3\0" + b"\xff" * 2000])
def test_a_broken_memo_costs_time_and_mends_itself(
    old_file: Path, memo: Path, garbage: bytes, reads: list[Path]
) -> None:
    memo.parent.mkdir()
    memo.write_bytes(garbage)
    for _ in range(3):
        assert hash_file(old_file, memo) == sha256(b"photo")
    assert len(reads) <= 2


def test_a_memo_of_another_shape_is_no_error(old_file: Path, memo: Path) -> None:
    memo.parent.mkdir()
    with closing(sqlite3.connect(memo)) as database, database:
        database.execute("CREATE TABLE hashes (something TEXT)")
    assert hash_file(old_file, memo) == sha256(b"photo")


def test_a_memo_that_cannot_be_written_is_no_error(old_file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert hash_file(old_file, tmp_path / "file" / "hashes.db") == sha256(b"photo")


def test_many_may_use_a_memo_at_once(tmp_path: Path, memo: Path) -> None:
    paths = [tmp_path / f"photo-{number}" for number in range(30)]
    for number, path in enumerate(paths):
        path.write_bytes(str(number).encode())
        make_old(path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda path: hash_file(path, memo), paths * 3))
    assert found == [sha256(str(number).encode()) for number in range(30)] * 3


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, memo: Path) -> None:
    with pytest.raises(FileNotFoundError):
        hash_file(tmp_path / "nothing", memo)
    with pytest.raises(FileNotFoundError):
        hash_file(tmp_path / "nothing")


def test_a_full_memo_forgets_what_it_learned_first(tmp_path: Path, memo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_KEPT", 10)
    for number in range(200):
        hashing._remember(memo, f"/photo-{number}", (1, 1, number), "0" * 64, used=number)
    with closing(sqlite3.connect(memo)) as database:
        (count,) = database.execute("SELECT count(*) FROM hashes").fetchone()
    assert count < 100
    assert hashing._recall(memo, "/photo-199", (1, 1, 199)) == "0" * 64
