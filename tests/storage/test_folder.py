"""What only a folder does: hard links, atomic names, a full disk, a killed writer."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from castad_cli.errors import CastadError, EnvironmentNotReady, UserError
from castad_cli.storage import DamagedObjectError, Store, open_store
from castad_cli.storage import folder as folder_module
from castad_cli.storage.layout import blob_key, made_key

FINGERPRINT = hashlib.sha256(b"an ad").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(random.Random(7).randbytes(300_000))
    return path


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_nothing_is_made_before_the_first_write(store: Store) -> None:
    assert store.get("rendition", FINGERPRINT) is None
    assert list(store.list()) == []
    assert not Path(store.url).exists()


def test_what_is_fetched_is_a_hard_link(store: Store, video: Path, tmp_path: Path) -> None:
    made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    to = store.fetch(made, "video", tmp_path / "out" / "a.mp4")
    assert to.samefile(Path(store.url, blob_key(made.files["video"].sha256)))
    assert not to.samefile(video), "the source stays its owner's"


def test_without_hard_links_files_are_copied(
    store: Store, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    assert store.put("rendition", FINGERPRINT, {"video": video}, {"other": 1}) == made
    to = store.fetch(made, "video", tmp_path / "out" / "a.mp4")
    assert to.read_bytes() == video.read_bytes()
    assert to.stat().st_nlink == 1
    assert files_below(tmp_path / "out") == ["a.mp4"]
    assert [path for path in files_below(Path(store.url)) if path.startswith("tmp/")] == []


def test_an_output_edited_in_place_is_found_out_and_made_room_for(store: Store, video: Path, tmp_path: Path) -> None:
    made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    to = store.fetch(made, "video", tmp_path / "out.mp4")
    with to.open("r+b") as file:  # the same inode as the store's
        file.write(b"edited")
    with pytest.raises(DamagedObjectError, match="was damaged and has been removed"):
        store.fetch(made, "video", to)
    assert to.read_bytes().startswith(b"edited"), "the person's file is not thrown away"
    again = store.put("rendition", FINGERPRINT, {"video": video}, {})
    assert store.fetch(again, "video", to).read_bytes() == video.read_bytes()


def test_a_writer_killed_in_the_middle_leaves_nothing_to_see(store: Store, video: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.mp4"
    os.mkfifo(pipe)
    code = (
        "import pickle, sys; from pathlib import Path\n"
        "store = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "store.put('rendition', sys.argv[2], {'cover': Path(sys.argv[3]), 'video': Path(sys.argv[4])}, {})"
    )
    arguments = [pickle.dumps(store).hex(), FINGERPRINT, str(video), str(pipe)]
    child = subprocess.Popen([sys.executable, "-c", code, *arguments])
    with pipe.open("wb", buffering=0) as slow:
        slow.write(b"half a video" * 200_000)
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=30) == -signal.SIGKILL
    assert store.get("rendition", FINGERPRINT) is None
    assert list(store.list()) == []
    assert [path for path in files_below(Path(store.url)) if not path.startswith(("cas/", "tmp/"))] == []
    made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    assert store.get("rendition", FINGERPRINT) == made


def test_writers_killed_at_any_moment_leave_only_whole_things(store: Store, tmp_path: Path) -> None:
    code = (
        "import hashlib, os, pickle, sys; from pathlib import Path\n"
        "store = pickle.loads(bytes.fromhex(sys.argv[1])); source = Path(sys.argv[2]); print('ready', flush=True)\n"
        "for n in range(10**6):\n"
        "    source.write_bytes(os.urandom(200_000))\n"
        "    name = hashlib.sha256(f'{sys.argv[3]} {n}'.encode()).hexdigest()\n"
        "    store.put('rendition', name, {'video': source, 'again': source}, {'n': n})"
    )
    for turn in range(4):
        arguments = [pickle.dumps(store).hex(), str(tmp_path / f"source-{turn}"), str(turn)]
        child = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE)
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0.05, 0.3))
        child.kill()
        child.wait(timeout=30)
        child.stdout.close()
    infos = list(store.list())
    assert infos
    for info in infos:
        made = store.get(info.kind, info.fingerprint)
        assert made is not None
        store.fetch(made, "video", tmp_path / "taken")
    for key in files_below(Path(store.url, "cas")):
        assert hashlib.sha256(Path(store.url, "cas", key).read_bytes()).hexdigest() == Path(key).name


def test_leftovers_of_killed_writers_are_swept_after_a_day(store: Store, video: Path) -> None:
    store.put("rendition", FINGERPRINT, {"video": video}, {})
    fresh, old = Path(store.url, "tmp", "fresh"), Path(store.url, "tmp", "old")
    orphan = Path(store.url, blob_key(hashlib.sha256(b"orphan").hexdigest()))
    for path in (fresh, old, orphan):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"orphan")
    yesterday = time.time() - 90_000
    for path in (old, orphan):
        os.utime(path, (yesterday, yesterday))
    collected = store.collect()
    assert (collected.things, collected.blobs, collected.freed_bytes, collected.leftovers) == (0, 1, 6, 1)
    assert fresh.exists()
    assert not old.exists()
    assert not orphan.exists()


def test_what_was_used_lately_survives_collection(store: Store, video: Path, tmp_path: Path) -> None:
    used, unused = FINGERPRINT, hashlib.sha256(b"unused").hexdigest()
    for fingerprint in (used, unused):
        store.put("rendition", fingerprint, {"video": video}, {"for": fingerprint})
        week_ago = time.time() - 7 * 86_400
        os.utime(Path(store.url, made_key("rendition", fingerprint)), (week_ago, week_ago))
    store.get("rendition", used)
    assert store.collect(older_than_s=86_400).things == 1
    assert store.get("rendition", used) is not None
    assert store.get("rendition", unused) is None


def test_putting_known_bytes_again_keeps_them_from_collection(store: Store, video: Path) -> None:
    blob = store.objects.put_blob(video)
    yesterday = time.time() - 90_000
    os.utime(Path(store.url, blob_key(blob.sha256)), (yesterday, yesterday))
    store.objects.put_blob(video)
    assert store.collect().blobs == 0


def limited(store: Store, source: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """Put ``source`` in a process whose files may not grow beyond ``limit`` bytes: a disk that is full."""
    code = (
        "import pickle, resource, sys; from pathlib import Path; from castad_cli.errors import CastadError\n"
        "store = pickle.loads(bytes.fromhex(sys.argv[1])); limit = int(sys.argv[4])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "try: store.put('rendition', sys.argv[2], {'video': Path(sys.argv[3])}, {})\n"
        "except CastadError as error: print(type(error).__name__, '|', error.message, '|', error.fix)"
    )
    arguments = [pickle.dumps(store).hex(), FINGERPRINT, str(source), str(limit)]
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


def test_a_write_that_the_system_stops_leaves_nothing_behind(store: Store, video: Path) -> None:
    child = limited(store, video, 100_000)
    assert child.returncode == 0, child.stderr
    name, message, fix = child.stdout.split(" | ")
    assert name == "EnvironmentNotReady"
    assert "may not grow that large" in message
    assert store.url in message
    assert "ulimit" in fix
    assert files_below(Path(store.url)) == []


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, EnvironmentNotReady, "is full"),
        (errno.EDQUOT, EnvironmentNotReady, "is full"),
        (errno.EACCES, EnvironmentNotReady, "no permission"),
        (errno.EROFS, EnvironmentNotReady, "no permission"),
        (errno.EIO, EnvironmentNotReady, "Input/output error"),
    ],
)
def test_a_disk_that_refuses_is_told_with_the_fix_and_nothing_is_left(
    store: Store, video: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[CastadError], says: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(kind, match=says) as caught:
        store.put("rendition", FINGERPRINT, {"video": video}, {})
    assert caught.value.fix
    assert store.url in caught.value.message
    monkeypatch.undo()
    assert files_below(Path(store.url)) == []
    assert store.put("rendition", FINGERPRINT, {"video": video}, {}) == store.get("rendition", FINGERPRINT)


def test_a_folder_that_may_not_be_written_is_told() -> None:
    # In a process of its own that is nobody's: to root, nothing is forbidden.
    code = (
        "import os, sys; from pathlib import Path; from castad_cli.errors import CastadError\n"
        "from castad_cli.storage import open_store\n"
        "root = Path(sys.argv[1]); source = root / 'video'; source.write_bytes(b'video'); root.chmod(0o555)\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try: open_store(str(root / 'store')).put('rendition', sys.argv[2], {'video': source}, {})\n"
        "except CastadError as error: print(type(error).__name__, '|', error.message, '|', error.fix)"
    )
    with tempfile.TemporaryDirectory() as root:
        arguments = [sys.executable, "-c", code, root, FINGERPRINT]
        child = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        Path(root).chmod(0o700)
    assert child.returncode == 0, child.stderr
    name, message, fix = child.stdout.split(" | ")
    assert name == "EnvironmentNotReady"
    assert "no permission to write" in message
    assert "another folder" in fix


def test_a_file_where_the_store_should_be_is_told(store: Store, video: Path) -> None:
    Path(store.url).write_bytes(b"a file")
    assert store.get("rendition", FINGERPRINT) is None
    with pytest.raises(UserError, match="not a usable folder"):
        store.put("rendition", FINGERPRINT, {"video": video}, {})


def test_a_folder_where_the_output_should_be_is_told(store: Store, video: Path, tmp_path: Path) -> None:
    made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    (tmp_path / "out.mp4" / "deep").mkdir(parents=True)
    with pytest.raises(CastadError, match=r"cannot write out\.mp4"):
        store.fetch(made, "video", tmp_path / "out.mp4")
    assert files_below(tmp_path / "out.mp4") == []


def test_a_source_that_is_gone_is_a_bug_of_the_caller_and_keeps_its_name(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put("rendition", FINGERPRINT, {"video": tmp_path / "nothing"}, {})


@pytest.mark.parametrize("write", [str, lambda path: path.as_uri(), lambda path: f"file://{path.as_posix()}"])
def test_a_folder_is_named_by_path_or_url(tmp_path: Path, video: Path, write: Callable[[Path], str]) -> None:
    store = open_store(write(tmp_path / "하늘"))
    store.put("rendition", FINGERPRINT, {"video": video}, {})
    assert (tmp_path / "하늘" / "cas").is_dir()
    assert not store.remote


def test_a_relative_folder_means_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_store("store").url == str(tmp_path / "store")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no storage"),
        ("nonsense://x", "nothing can be stored"),
        ("https://x/y", "nothing can be"),
        ("s3://", "no bucket"),
    ],
)
def test_an_address_that_can_be_no_store_is_told(url: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        open_store(url)


def test_outputs_follow_the_umask_like_any_other_file(store: Store, video: Path, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        made = store.put("rendition", FINGERPRINT, {"video": video}, {})
    finally:
        os.umask(before)
    to = store.fetch(made, "video", tmp_path / "out.mp4")
    assert to.stat().st_mode & 0o777 == 0o640


def test_partial_names_are_hidden_and_never_too_long(tmp_path: Path) -> None:
    partial = folder_module.partial_path(tmp_path / ("가" * 80 + ".mp4"))
    assert partial.name.startswith(".")
    partial.write_bytes(b"")
    assert partial.parent == tmp_path
