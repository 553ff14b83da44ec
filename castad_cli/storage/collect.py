"""Garbage collection: what was not used lately goes, and the bytes that nothing names any more."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from castad_cli.storage import layout
from castad_cli.storage.layout import Made
from castad_cli.storage.objects import Objects

LEFTOVER_AGE_S = 86_400.0
"""Bytes without a manifest, and writes in progress, may belong to a running client until they are this old."""


@dataclass(frozen=True)
class Collected:
    """What a collection removed (or would, in a dry run): things, blobs, their bytes; and the bytes that stay.

    ``freed_bytes`` counts the store's objects; an output that is a hard link keeps its own hold on the disk.
    ``leftovers`` are the remains of interrupted writes.
    """

    things: int
    blobs: int
    freed_bytes: int
    kept_bytes: int
    leftovers: int
    dry_run: bool = False


def collect(
    objects: Objects, older_than_s: float | None = None, max_bytes: int | None = None, *, dry_run: bool = False
) -> Collected:
    """Remove things not used for ``older_than_s``, then the least lately used until ``max_bytes`` are left.

    Then every blob that no thing names, if a removed thing named it or it is a day old, and what interrupted
    writes left a day ago. Safe beside running clients: whoever loses a blob to a collection sees the thing
    as absent and makes it again. A thing goes before its bytes do.
    """
    now = time.time()
    sizes = {sha256: info for info in objects.list_objects(layout.BLOBS) if (sha256 := layout.parse_blob_key(info.key))}
    kept: list[tuple[float, str, Made]] = []
    removed: list[str] = []
    doomed: set[str] = set()
    for info in objects.list_objects(layout.MADE):
        named = layout.parse_made_key(info.key)
        made = layout.decode(*named, objects.read(info.key) or b"") if named else None
        old = older_than_s is not None and now - info.used_at > older_than_s
        if made and not old:
            kept.append((info.used_at, info.key, made))
        elif made:
            removed.append(info.key)
            doomed.update(blob.sha256 for blob in made.files.values())
        elif now - info.used_at > LEFTOVER_AGE_S:
            removed.append(info.key)

    kept.sort(key=lambda item: item[0])
    uses = Counter(sha256 for _, _, made in kept for sha256 in _hashes(made))
    total = sum(sizes[sha256].size for sha256 in uses if sha256 in sizes)
    while max_bytes is not None and total > max_bytes and kept:
        _, key, made = kept.pop(0)
        removed.append(key)
        for sha256 in _hashes(made):
            uses[sha256] -= 1
            if not uses[sha256]:
                doomed.add(sha256)
                total -= sizes[sha256].size if sha256 in sizes else 0

    used = +uses
    blobs = [
        info
        for sha256, info in sizes.items()
        if sha256 not in used and (sha256 in doomed or now - info.used_at > LEFTOVER_AGE_S)
    ]
    if not dry_run:
        objects.remove(removed)
        objects.remove([info.key for info in blobs])
    return Collected(
        things=len(removed),
        blobs=len(blobs),
        freed_bytes=sum(info.size for info in blobs),
        kept_bytes=total,
        leftovers=objects.sweep(LEFTOVER_AGE_S, dry_run=dry_run),
        dry_run=dry_run,
    )


def _hashes(made: Made) -> set[str]:
    return {blob.sha256 for blob in made.files.values()}
