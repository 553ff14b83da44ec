"""Keys and manifests: what is written is what is read, and nothing else is taken for it."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castad_cli.storage.layout import (
    Blob,
    Made,
    blob_key,
    decode,
    encode,
    made_key,
    out_key,
    parse_blob_key,
    parse_made_key,
)

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
kinds = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
things = st.builds(
    Made,
    kind=kinds,
    fingerprint=hashes,
    files=st.dictionaries(names, st.builds(Blob, sha256=hashes, size=st.integers(0, 1 << 40)), max_size=5),
    facts=st.dictionaries(st.text(), values, max_size=4),
)


@given(things.filter(lambda made: "\ud800" not in str(made)))
def test_a_manifest_says_what_was_made(made: Made) -> None:
    assert decode(made.kind, made.fingerprint, encode(made)) == made


@given(things, st.randoms())
def test_equal_things_have_equal_manifests(made: Made, random: Any) -> None:
    items = list(made.files.items())
    random.shuffle(items)
    assert encode(Made(made.kind, made.fingerprint, dict(items), made.facts)) == encode(made)


@given(things, hashes)
def test_a_manifest_under_another_name_says_nothing(made: Made, other: str) -> None:
    if other != made.fingerprint:
        assert decode(made.kind, other, encode(made)) is None
    assert decode(made.kind + "x", made.fingerprint, encode(made)) is None


@given(st.binary(max_size=200) | things.map(encode).map(lambda data: data[: len(data) // 2]))
def test_any_other_bytes_are_no_manifest(data: bytes) -> None:
    assert decode("rendition", "0" * 64, data) is None


@given(values)
def test_any_other_json_is_no_manifest(value: Any) -> None:
    assert decode("rendition", "0" * 64, json.dumps(value).encode()) is None


@given(kinds, hashes)
def test_keys_are_read_back(kind: str, fingerprint: str) -> None:
    assert parse_made_key(made_key(kind, fingerprint)) == (kind, fingerprint)
    assert parse_blob_key(blob_key(fingerprint)) == fingerprint
    assert parse_made_key(blob_key(fingerprint)) is None
    assert parse_blob_key(made_key(kind, fingerprint)) is None


@given(st.text(max_size=80))
def test_any_other_text_is_no_key(text: str) -> None:
    assert parse_made_key(text) is None
    assert parse_blob_key(text) is None


@given(st.text(string.printable, max_size=40))
def test_a_copy_for_people_is_always_below_out(path: str) -> None:
    try:
        key = out_key(path)
    except ValueError:
        return
    assert key.startswith("out/")
    assert ".." not in key.split("/")


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "한글"])
def test_a_file_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a file name"):
        encode(Made("rendition", "0" * 64, {name: Blob("0" * 64, 0)}, {}))


def test_a_manifest_of_a_later_version_is_left_alone() -> None:
    document = json.loads(encode(Made("rendition", "0" * 64, {}, {})))
    document["castad"] = 2
    assert decode("rendition", "0" * 64, json.dumps(document).encode()) is None
