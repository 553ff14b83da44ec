"""One contract over every kind of store: a folder, a real S3 server, any other fsspec file system."""

from __future__ import annotations

import hashlib
import pickle
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from castad_cli.errors import EnvironmentNotReady
from castad_cli.storage import Blob, DamagedObjectError, Made, Store, open_store
from castad_cli.storage.layout import blob_key, made_key
from castad_cli.storage.remote import RemoteObjects

KINDS = ("folder", "s3", "memory")


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "store"))
    if request.param == "memory":
        return open_store(f"memory://{uuid.uuid4()}")
    server = request.getfixturevalue("s3_server")
    return open_store(server.fresh(), server.options)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def write_file(name: str, data: bytes) -> Path:
        path = tmp_path / "source" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    return write_file


@pytest.fixture
def files(write: Callable[[str, bytes], Path]) -> Mapping[str, Path]:
    return {"video.mp4": write("a.mp4", b"video" * 5000), "cover.jpg": write("b.jpg", b"cover")}


FINGERPRINT = fingerprint_of("an ad")


def keys(store: Store) -> set[str]:
    return {info.key for info in store.objects.list_objects("")}


def test_what_was_put_comes_back_under_its_fingerprint(store: Store, files: Mapping[str, Path], tmp_path: Path) -> None:
    facts = {"seconds": 15.5, "loudness": None, "words": ["하늘", "마루"], "nested": {"a": 1}}
    made = store.put("rendition", FINGERPRINT, files, facts)
    assert made == store.get("rendition", FINGERPRINT)
    assert made.facts == facts
    assert made.size == 25005
    for name, path in files.items():
        to = tmp_path / "deep" / "out" / name
        assert store.fetch(made, name, to) == to
        assert to.read_bytes() == path.read_bytes()
    assert sorted(p.name for p in (tmp_path / "deep" / "out").iterdir()) == ["cover.jpg", "video.mp4"]


def test_what_was_never_put_is_absent(store: Store, files: Mapping[str, Path]) -> None:
    assert store.get("rendition", FINGERPRINT) is None
    store.put("rendition", FINGERPRINT, files, {})
    assert store.get("script", FINGERPRINT) is None
    assert store.get("rendition", fingerprint_of("another")) is None


def test_a_thing_may_have_no_files_only_facts(store: Store) -> None:
    made = store.put("script", FINGERPRINT, {}, {"title": "바다"})
    assert store.get("script", FINGERPRINT) == made == Made("script", FINGERPRINT, {}, {"title": "바다"})


def test_an_empty_file_is_kept(store: Store, write: Callable[[str, bytes], Path], tmp_path: Path) -> None:
    made = store.put("captions", FINGERPRINT, {"captions.srt": write("x", b"")}, {})
    assert store.fetch(made, "captions.srt", tmp_path / "y").read_bytes() == b""


def test_putting_twice_is_putting_once(store: Store, files: Mapping[str, Path]) -> None:
    first = store.put("rendition", FINGERPRINT, files, {"a": 1})
    before = keys(store)
    assert store.put("rendition", FINGERPRINT, files, {"a": 1}) == first
    assert keys(store) == before
    assert len(before) == 3


def test_the_first_thing_under_a_fingerprint_stays(
    store: Store, files: Mapping[str, Path], write: Callable[[str, bytes], Path]
) -> None:
    first = store.put("rendition", FINGERPRINT, files, {"by": "first"})
    second = store.put("rendition", FINGERPRINT, {"video.mp4": write("c", b"other")}, {"by": "second"})
    assert second == first == store.get("rendition", FINGERPRINT)


def test_equal_bytes_are_stored_once(store: Store, files: Mapping[str, Path]) -> None:
    store.put("rendition", FINGERPRINT, files, {})
    store.put("rendition", fingerprint_of("another"), files, {})
    assert len([key for key in keys(store) if key.startswith("cas/")]) == 2


def test_objects_stand_where_the_layout_says(store: Store, files: Mapping[str, Path]) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    expected = {made_key("rendition", FINGERPRINT), *(blob_key(blob.sha256) for blob in made.files.values())}
    assert keys(store) == expected
    for name, path in files.items():
        assert made.files[name] == Blob(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def test_many_are_asked_for_at_once(store: Store, files: Mapping[str, Path]) -> None:
    wanted = [fingerprint_of(str(number)) for number in range(6)]
    for fingerprint in wanted[::2]:
        store.put("rendition", fingerprint, files, {})
    assert set(store.get_many("rendition", [*wanted, wanted[0]])) == set(wanted[::2])
    assert store.get_many("rendition", []) == {}


def test_a_thing_whose_bytes_are_gone_is_absent_and_can_be_made_again(
    store: Store, files: Mapping[str, Path], tmp_path: Path
) -> None:
    made = store.put("rendition", FINGERPRINT, files, {"take": 1})
    store.objects.remove([blob_key(made.files["video.mp4"].sha256)])
    assert store.get("rendition", FINGERPRINT) is None
    with pytest.raises(DamagedObjectError, match="missing"):
        store.fetch(made, "video.mp4", tmp_path / "x.mp4")
    assert not (tmp_path / "x.mp4").exists()
    again = store.put("rendition", FINGERPRINT, files, {"take": 2})
    assert store.get("rendition", FINGERPRINT) == again
    assert again.facts == {"take": 2}


@pytest.mark.parametrize("damage", [b"vide0" * 5000, b"short", b""], ids=["changed", "truncated", "emptied"])
def test_damaged_bytes_are_never_handed_out_and_make_room_for_good_ones(
    store: Store, files: Mapping[str, Path], tmp_path: Path, damage: bytes
) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    store.objects.replace(blob_key(made.files["video.mp4"].sha256), damage)
    to = tmp_path / "out.mp4"
    to.write_bytes(b"what stood here before")
    with pytest.raises(DamagedObjectError, match="damaged"):
        store.fetch(made, "video.mp4", to)
    assert to.read_bytes() == b"what stood here before"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    assert store.get("rendition", FINGERPRINT) is None
    again = store.put("rendition", FINGERPRINT, files, {})
    assert store.fetch(again, "video.mp4", to).read_bytes() == files["video.mp4"].read_bytes()


def test_putting_over_damaged_bytes_mends_them(store: Store, files: Mapping[str, Path], tmp_path: Path) -> None:
    if isinstance(store.objects, RemoteObjects) and store.url.startswith("memory"):
        damage = b"short"  # a file system without checksums tells only the size
    else:
        damage = b"vide0" * 5000
    made = store.put("rendition", FINGERPRINT, files, {})
    store.objects.replace(blob_key(made.files["video.mp4"].sha256), damage)
    assert store.put("rendition", FINGERPRINT, files, {}) == made
    assert store.fetch(made, "video.mp4", tmp_path / "x").read_bytes() == files["video.mp4"].read_bytes()


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b'{"castad": 99}', b"\xff\xfe", b'{"castad": 1}'])
def test_a_damaged_manifest_is_absence(store: Store, files: Mapping[str, Path], manifest: bytes) -> None:
    store.objects.replace(made_key("rendition", FINGERPRINT), manifest)
    assert store.get("rendition", FINGERPRINT) is None
    assert list(store.list()) == []
    made = store.put("rendition", FINGERPRINT, files, {})
    assert store.get("rendition", FINGERPRINT) == made


def test_many_writers_of_one_fingerprint_agree_on_one_thing(
    store: Store, write: Callable[[str, bytes], Path], tmp_path: Path
) -> None:
    barrier = threading.Barrier(6)
    same = write("same", b"same bytes" * 1000)

    def put(number: int) -> Made:
        own = write(f"own-{number}", f"take {number}".encode() * 1000)
        copy: Store = pickle.loads(pickle.dumps(store))
        barrier.wait()
        return copy.put("rendition", FINGERPRINT, {"video": own, "cover": same}, {"by": number})

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(put, range(6)))
    assert len({str(made.facts) for made in results}) == 1
    made = store.get("rendition", FINGERPRINT)
    assert made in results
    taken = store.fetch(made, "video", tmp_path / "taken").read_bytes()
    assert taken == f"take {made.facts['by']}".encode() * 1000


def test_fetching_replaces_what_stands_there(store: Store, files: Mapping[str, Path], tmp_path: Path) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    to = tmp_path / "out.mp4"
    to.write_bytes(b"older and longer" * 9999)
    for _ in range(2):
        store.fetch(made, "video.mp4", to)
        assert to.read_bytes() == files["video.mp4"].read_bytes()
    assert {path.name for path in tmp_path.iterdir()} <= {"out.mp4", "source", "store"}


def test_a_copy_for_people_stands_under_out_and_is_replaced(store: Store, files: Mapping[str, Path]) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    address = store.place(made, "cover.jpg", "하늘마루/ko-reel.jpg")
    assert address == f"{store.url.rstrip('/')}/out/하늘마루/ko-reel.jpg"
    assert store.objects.read("out/하늘마루/ko-reel.jpg") == b"cover"
    store.place(made, "video.mp4", "하늘마루/ko-reel.jpg")
    assert store.objects.read("out/하늘마루/ko-reel.jpg") == files["video.mp4"].read_bytes()
    store.objects.remove([blob_key(made.files["cover.jpg"].sha256)])
    with pytest.raises(DamagedObjectError):
        store.place(made, "cover.jpg", "x.jpg")


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../up", "a/../../up", "a\\b"])
def test_a_copy_for_people_stays_inside(store: Store, files: Mapping[str, Path], path: str) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    with pytest.raises(ValueError, match="not a relative path"):
        store.place(made, "cover.jpg", path)


def test_the_list_tells_kind_size_and_age(store: Store, files: Mapping[str, Path]) -> None:
    store.put("rendition", FINGERPRINT, files, {})
    store.put("script", FINGERPRINT, {}, {"title": "x"})
    listed = {info.kind: info for info in store.list()}
    assert {kind: info.size for kind, info in listed.items()} == {"rendition": 25005, "script": 0}
    assert all(info.fingerprint == FINGERPRINT and 0 <= info.age_s < 60 for info in listed.values())


def test_an_empty_store_lists_and_collects_nothing(store: Store) -> None:
    assert list(store.list()) == []
    assert store.collect(0, 0).things == 0


def test_collecting_by_age_removes_old_things_and_their_bytes(
    store: Store, files: Mapping[str, Path], write: Callable[[str, bytes], Path]
) -> None:
    store.put("rendition", FINGERPRINT, files, {})
    store.put("rendition", fingerprint_of("shares"), {"cover": files["cover.jpg"], "more": write("m", b"more")}, {})
    assert store.collect(3600).things == 0
    time.sleep(1.1)
    rehearsal = store.collect(0.5, dry_run=True)
    assert (rehearsal.things, rehearsal.blobs, rehearsal.freed_bytes) == (2, 3, 25009)
    assert len(list(store.list())) == 2
    assert store.collect(0.5).freed_bytes == 25009
    assert keys(store) == set()


def test_collecting_by_size_removes_the_oldest_first_and_keeps_shared_bytes(
    store: Store, files: Mapping[str, Path], write: Callable[[str, bytes], Path]
) -> None:
    store.put("rendition", FINGERPRINT, files, {})
    time.sleep(1.1)  # S3 tells whole seconds
    newer = store.put("rendition", fingerprint_of("newer"), {"cover": files["cover.jpg"], "x": write("m", b"more")}, {})
    collected = store.collect(max_bytes=1000)
    assert (collected.things, collected.blobs, collected.freed_bytes, collected.kept_bytes) == (1, 1, 25000, 9)
    assert store.get("rendition", FINGERPRINT) is None
    assert store.get("rendition", newer.fingerprint) == newer


def test_collecting_leaves_fresh_bytes_that_a_writer_has_not_yet_named(
    store: Store, write: Callable[[str, bytes], Path]
) -> None:
    blob = store.objects.put_blob(write("early", b"the manifest comes later"))
    assert store.collect(0, 0).blobs == 0
    assert store.objects.has_blob(blob)


def test_a_forgotten_thing_is_absent(store: Store, files: Mapping[str, Path]) -> None:
    store.put("rendition", FINGERPRINT, files, {})
    store.forget("rendition", FINGERPRINT)
    store.forget("rendition", FINGERPRINT)
    assert store.get("rendition", FINGERPRINT) is None


def test_a_store_travels_to_another_process_and_hides_its_keys(store: Store, files: Mapping[str, Path]) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    copy: Store = pickle.loads(pickle.dumps(store))
    assert copy.get("rendition", FINGERPRINT) == made
    assert "castad-secret" not in repr(store)


def test_a_good_store_passes_its_check_and_keeps_nothing_of_it(store: Store) -> None:
    store.check()
    assert keys(store) == set()


@pytest.mark.parametrize(
    ("kind", "fingerprint", "files", "facts"),
    [
        ("../up", FINGERPRINT, {}, {}),
        ("Rendition", FINGERPRINT, {}, {}),
        ("rendition", "abc", {}, {}),
        ("rendition", FINGERPRINT, {"a/b": Path("x")}, {}),
        ("rendition", FINGERPRINT, {}, {"when": float("nan")}),
    ],
)
def test_names_that_would_break_the_layout_are_refused_before_anything_is_written(
    store: Store, kind: str, fingerprint: str, files: dict[str, Path], facts: dict[str, Any]
) -> None:
    with pytest.raises(ValueError):
        store.put(kind, fingerprint, files, facts)
    assert keys(store) == set()


def test_what_has_no_public_address_says_so(store: Store, files: Mapping[str, Path]) -> None:
    made = store.put("rendition", FINGERPRINT, files, {})
    if store.url.startswith("s3:"):
        store = open_store(store.url, {**store.options, "anon": True})
    assert store.public_url(made, "video.mp4", 60) is None


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


class TestS3:
    """What only a bucket has."""

    @pytest.fixture
    def store(self, s3_server: Any) -> Store:
        return open_store(s3_server.fresh(), s3_server.options)

    def test_a_large_file_goes_up_in_parts_and_comes_back(
        self, store: Store, write: Callable[[str, bytes], Path], tmp_path: Path
    ) -> None:
        large = write("large", bytes(range(256)) * (40 * 4096))
        made = store.put("rendition", FINGERPRINT, {"video": large}, {})
        again = store.put("rendition", FINGERPRINT, {"video": large}, {})
        assert made == again
        assert store.fetch(made, "video", tmp_path / "back").read_bytes() == large.read_bytes()
        store.objects.replace(blob_key(made.files["video"].sha256), b"broken")
        assert store.get("rendition", FINGERPRINT) is None

    def test_uploads_that_a_killed_client_left_are_swept_after_a_day(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        objects = store.objects
        assert isinstance(objects, RemoteObjects)
        fs = objects._fs
        bucket, key, _ = fs.split_path(objects._path("cas/sha256/aa/left"))
        upload = fs.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
        fs.call_s3("upload_part", Bucket=bucket, Key=key, UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
        assert store.collect(0, 0).leftovers == 0
        tomorrow = time.time() + 90_000
        monkeypatch.setattr(time, "time", lambda: tomorrow)
        assert store.collect(dry_run=True).leftovers == 1
        assert store.collect().leftovers == 1
        assert store.collect().leftovers == 0

    def test_a_server_without_conditional_writes_is_written_to_all_the_same(
        self, store: Store, files: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from botocore.exceptions import ClientError

        objects = store.objects
        assert isinstance(objects, RemoteObjects)
        refused = []

        def without_conditions(write: Callable[..., Any]) -> Callable[..., Any]:
            def refuse(*arguments: Any, mode: str = "overwrite", **options: Any) -> Any:
                if mode == "create":
                    refused.append(arguments)
                    answer = {"Error": {"Code": "NotImplemented", "Message": "A header you provided implies …"}}
                    raise OSError("not implemented") from ClientError(answer, "PutObject")  # type: ignore[arg-type]
                return write(*arguments, mode=mode, **options)

            return refuse

        for name in ("put_file", "pipe_file"):
            monkeypatch.setattr(objects._fs, name, without_conditions(getattr(objects._fs, name)))
        made = store.put("rendition", FINGERPRINT, files, {"by": "first"})
        assert store.put("rendition", FINGERPRINT, files, {"by": "second"}) == made
        assert store.fetch(made, "cover.jpg", tmp_path / "x").read_bytes() == b"cover"
        assert len(refused) == 1

    def test_whoever_has_a_signed_address_reads_the_file_until_it_expires(
        self, store: Store, files: Mapping[str, Path]
    ) -> None:
        made = store.put("rendition", FINGERPRINT, files, {})
        url = store.public_url(made, "video.mp4", 600)
        assert url is not None
        assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
        assert store.options["secret"] not in url
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert answer.headers["Content-Type"] == "video/mp4"
            assert answer.read() == files["video.mp4"].read_bytes()
        changed = url.replace("X-Amz-Expires=600", "X-Amz-Expires=601")
        brief = store.public_url(made, "video.mp4", 1)
        assert brief is not None
        deadline = time.monotonic() + 60
        while (status := status_of(brief)) == 200 and time.monotonic() < deadline:
            time.sleep(0.3)
        assert status == status_of(changed) == 403

    def test_a_signed_address_may_be_for_the_name_that_outsiders_use(
        self, store: Store, files: Mapping[str, Path]
    ) -> None:
        made = store.put("rendition", FINGERPRINT, files, {})
        url = store.public_url(made, "cover.jpg", 60, endpoint_url="https://media.example.com")
        assert url is not None
        assert url.startswith("https://media.example.com/")

    def test_a_missing_bucket_is_told(self, s3_server: Any, write: Callable[[str, bytes], Path]) -> None:
        store = open_store("s3://no-such-bucket-here/prefix", s3_server.options)
        with pytest.raises(EnvironmentNotReady, match="no such bucket") as caught:
            store.get("rendition", FINGERPRINT)
        assert "create the bucket" in caught.value.fix

    def test_wrong_keys_are_told_without_showing_them(self, store: Store) -> None:
        wrong = open_store(store.url, {**store.options, "secret": "hush-hush"})
        with pytest.raises(EnvironmentNotReady, match="refuses") as caught:
            wrong.check()
        assert "CASTAD_STORAGE_SECRET" in caught.value.fix
        assert "hush" not in str(caught.value) + caught.value.fix

    def test_a_server_that_is_not_there_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import s3fs

        monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
        options = {"endpoint_url": "http://127.0.0.1:9", "key": "k", "secret": "s"}
        options |= {"config_kwargs": {"retries": {"max_attempts": 1}}}
        store = open_store("s3://bucket/prefix", options)
        with pytest.raises(EnvironmentNotReady, match="does not answer"):
            store.get("rendition", FINGERPRINT)

    def test_missing_credentials_are_told(self, s3_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        store = open_store("s3://bucket/prefix", {"endpoint_url": s3_server.url})
        with pytest.raises(EnvironmentNotReady, match="no credentials"):
            store.get("rendition", FINGERPRINT)

    def test_a_full_local_disk_while_fetching_is_told_as_such(
        self, store: Store, files: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = store.put("rendition", FINGERPRINT, files, {})

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        assert isinstance(store.objects, RemoteObjects)
        monkeypatch.setattr(store.objects._fs, "get_file", full)
        with pytest.raises(EnvironmentNotReady, match=r"disk that holds .* is full"):
            store.fetch(made, "video.mp4", tmp_path / "out" / "x.mp4")
        assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture(autouse=True)
def _memory_is_emptied() -> Iterator[None]:
    yield
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
