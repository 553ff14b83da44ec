"""A recipe's text as a tree whose every key and value knows where it was written.

Scalars stay text, as written: the recipe's models decide what a value is, by the key it stands under.

Why: YAML's own guesses turn ``no`` into false, ``1:30`` into 90, ``010`` into 8 and a telephone number
into another one. Here ``phone: 01012345678`` keeps its zero and ``language: no`` its word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from castad_cli.model.place import Place

_HEAD = re.compile(r"[.\[]")
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Source:
    """A file that was read: how it is called in messages, and its lines without their ends."""

    label: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands in a source. ``line`` and ``column`` count from 1; ``path`` is its key, as written."""

    source: Source
    line: int
    column: int
    length: int
    path: str

    def place(self, path: str | None = None) -> Place:
        """The same, for people; under another key path where one is given."""
        return Place(
            self.source.label,
            self.line,
            self.column,
            self.path if path is None else path,
            self.source.line(self.line),
            max(self.length, 1),
        )


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, or nothing (``text`` is None: ``key:`` with no value, ``~``, ``null``)."""

    spot: Spot
    text: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    spot: Spot
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping, and what stands under it."""

    key: Spot
    value: Node


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, in the order written."""

    spot: Spot
    entries: Mapping[str, Entry]


Node = Scalar | Items | Fields


def plain(node: Node) -> Any:
    """The tree as dicts, lists, strings and None, for validation. A key without a value counts as not written."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items() if not is_nothing(entry.value)}


def is_nothing(node: Node) -> bool:
    """Whether no value is written here."""
    return isinstance(node, Scalar) and node.text is None


def child(node: Node, key: str | int) -> Node | None:
    """What stands under a key or an index; None where nothing does."""
    if isinstance(node, Fields) and isinstance(key, str):
        entry = node.entries.get(key)
        return None if entry is None else entry.value
    if isinstance(node, Items) and isinstance(key, int):
        return node.items[key] if 0 <= key < len(node.items) else None
    return None


def below(path: str, key: str | int) -> str:
    """The path of a key or an index below ``path``: ``media``, ``media[0]``, ``media[0].src``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every value with its path, parents first."""
    yield path, node
    if isinstance(node, Items):
        for index, item in enumerate(node.items):
            yield from walk(item, below(path, index))
    elif isinstance(node, Fields):
        for key, entry in node.entries.items():
            yield from walk(entry.value, below(path, key))


def find(node: Node, path: str) -> Node | None:
    """What stands at a path such as ``media[0].src``; None where nothing does."""
    if not path:
        return node
    if path.startswith("["):
        index, _, rest = path[1:].partition("]")
        item = child(node, int(index)) if index.isdecimal() and len(index) < 9 else None
        return None if item is None else find(item, rest.removeprefix("."))
    if isinstance(node, Fields):
        head = _HEAD.split(path, maxsplit=1)[0]
        likely = node.entries.get(head)
        for key, entry in chain([] if likely is None else [(head, likely)], node.entries.items()):
            if path == key or (path.startswith(key) and path[len(key)] in ".["):
                found = find(entry.value, path[len(key) :].removeprefix("."))
                if found is not None:
                    return found
    return None


class Places(Mapping[str, Place]):
    """Where each key path of a tree was written, worked out when asked for.

    Why: fifty thousand ads from one recipe share most of their tree, and few are ever asked.
    """

    def __init__(self, tree: Fields) -> None:
        self._tree = tree

    def __getitem__(self, path: str) -> Place:
        node = find(self._tree, path) if path else None
        if node is None:
            raise KeyError(path)
        return node.spot.place()

    def __iter__(self) -> Iterator[str]:
        return (path for path, _ in walk(self._tree) if path)

    def __len__(self) -> int:
        return sum(1 for _ in self)
