"""YAML bytes as a tree, or one clear error. Nothing in a hostile file can run, explode or recurse without end.

PyYAML parses; the tree is composed here, from its events, because its own composer keeps no places in
what it makes, resolves types by guessing, and follows any tag and any number of aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.recipe.messages import explain_syntax
from castad_cli.recipe.tree import NULLS, Entry, Fields, Items, Node, Scalar, Source, Spot, below

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_NODES = 20_000
MAX_ALIASES = 200

_LINE_ENDS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML 1.1 ends a line at, so that our lines are the parser's."""
_UNWANTED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLOR_COMMENT = re.compile(r"\s*:\s+(#[0-9a-fA-F]{3,8})\b")
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KNOWN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))


def decode(data: bytes, label: str) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises:
        UserError: it is not UTF-8 (saying which byte is not), or it holds control characters.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError("the file is UTF-16", fix="save it as UTF-8", place=Place(label))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        lines = _LINE_ENDS.split(before)
        byte = data[error.start]
        raise UserError(
            f"not UTF-8: byte {error.start} is 0x{byte:02x}",
            fix="save the file as UTF-8",
            place=Place(label, len(lines), len(lines[-1]) + 1),
        ) from None
    unwanted = _UNWANTED.search(text)
    if unwanted is not None:
        lines = _LINE_ENDS.split(text[: unwanted.start()])
        raise UserError(
            f"a control character (U+{ord(unwanted[0]):04X})",
            fix="take it out; it may not be visible in your editor",
            place=Place(label, len(lines), len(lines[-1]) + 1),
        )
    return text


def split_lines(text: str) -> tuple[str, ...]:
    """The lines as the parser counts them."""
    return tuple(_LINE_ENDS.split(text))


def parse_yaml(data: bytes, label: str) -> tuple[Fields, tuple[UserError, ...]]:
    """The mapping that a YAML file holds, with places, and what is wrong with it short of being YAML.

    ``label`` is the file's name in messages. Problems returned: keys written twice, colours that became comments.

    Raises:
        UserError: the file is too large, not UTF-8, empty, not a mapping, more than one document, not YAML, or
            uses what a recipe has no need of (tags, keys that are not text, aliases without end).
    """
    if len(data) > MAX_BYTES:
        raise UserError(
            f"the file has {len(data) / 1e6:.1f} MB; a recipe has at most {MAX_BYTES // 1_000_000} MB",
            fix="is this a recipe? Media belong beside it, not in it",
            place=Place(label),
        )
    text = decode(data, label)
    source = Source(label, split_lines(text))
    try:
        composer = _Composer(source, yaml.parse(text, Loader=_PARSER))
        root = composer.compose()
    except yaml.MarkedYAMLError as error:
        raise explain_syntax(error, source) from None
    except yaml.YAMLError as error:
        raise UserError(f"not YAML: {error}", place=Place(label)) from None
    if root is None or (isinstance(root, Scalar) and root.text is None):
        raise UserError("the file is empty", fix="`castad init` writes a recipe to begin with", place=Place(label))
    if not isinstance(root, Fields):
        kind = "a list" if isinstance(root, Items) else "one piece of text"
        raise UserError(
            f"a recipe is `key: value` lines; this file is {kind}",
            fix="begin the file with `castad: 1`",
            place=root.spot.place(),
        )
    return root, tuple(composer.problems)


class _Composer:
    """Builds the tree from parser events, counting what it builds."""

    def __init__(self, source: Source, events: Iterator[Any]) -> None:
        self.problems: list[UserError] = []
        self._source = source
        self._events = events
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open: set[str] = set()
        self._nodes = 0
        self._aliases = 0

    def compose(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._error(event, "a second document begins here", "keep one recipe in a file")
                root = self._node(next(self._events), "", 0)
        return root

    def _error(self, event: Any, message: str, fix: str, path: str = "") -> UserError:
        return UserError(message, fix=fix, place=self._spot(event, path).place())

    def _spot(self, event: Any, path: str) -> Spot:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 0
        if length <= 0:
            length = max(len(self._source.line(start.line + 1).rstrip()) - start.column, 1)
        return Spot(self._source, start.line + 1, start.column + 1, length, path)

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES:,} values, aliases followed", "a recipe has a few hundred")

    def _node(self, event: Any, path: str, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if depth > MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} deep", "a recipe is a few levels deep", path)
        if event.tag not in (None, "!") and event.tag not in _KNOWN_TAGS:
            raise self._error(event, f"the tag `{event.tag}` means nothing in a recipe", "take it away", path)
        before = self._nodes
        self._count(event, 1)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
            self._open.add(event.anchor)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._items(event, path, depth)
        else:
            node = self._fields(event, path, depth)
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = (node, self._nodes - before)
        return node

    def _alias(self, event: Any, path: str) -> Node:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise self._error(event, f"more than {MAX_ALIASES} aliases", "write the values out", path)
        if event.anchor in self._open:
            raise self._error(event, f"`*{event.anchor}` stands inside what it names", "write the value out", path)
        if event.anchor not in self._anchors:
            raise self._error(
                event,
                f"`*{event.anchor}` names an anchor that is not above it",
                f"write `&{event.anchor}` before the value it means, or put the text in quotes",
                path,
            )
        node, size = self._anchors[event.anchor]
        self._count(event, size)
        return node

    def _scalar(self, event: Any, path: str) -> Scalar:
        text: str = event.value
        if any("\ud800" <= c <= "\udfff" or (c < " " and c not in "\t\n") or c == "\x7f" for c in text):
            raise self._error(event, "the text holds a control character", "take the escape sequence away", path)
        is_null = event.implicit[0] and text in NULLS
        spot = self._spot(event, path)
        if is_null and not text:
            # Nothing is written: show the `-` or `:` before it.
            spot = Spot(spot.source, spot.line, max(spot.column - 1, 1), 1, path)
        return Scalar(spot, None if is_null else text)

    def _items(self, start: Any, path: str, depth: int) -> Items:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, below(path, len(items)), depth + 1))
        return Items(self._spot(start, path), tuple(items))

    def _fields(self, start: Any, path: str, depth: int) -> Fields:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, spot = self._key(event, path)
            value = self._value(next(self._events), below(path, key), depth, spot)
            if start.flow_style:
                self._see_it_has_a_colon(key, spot)
            if key == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
                merged = {**self._merge(value), **merged}
            elif key in entries:
                line = entries[key].key.line
                fix = f"keep one; the first is in line {line}"
                self.problems.append(UserError(f"`{key}` is written twice", fix=fix, place=spot.place()))
            else:
                entries[key] = Entry(spot, value)
        return Fields(self._spot(start, path), {**merged, **entries})

    def _key(self, event: Any, path: str) -> tuple[str, Spot]:
        node = self._node(event, path, 0) if isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)) else None
        if not isinstance(node, Scalar):
            raise self._error(event, "a key is one piece of text", "put the key in quotes", path)
        key = node.text if node.text is not None else event.value if isinstance(event, yaml.ScalarEvent) else ""
        return key, self._spot(event, below(path, key))

    def _value(self, event: Any, path: str, depth: int, key: Spot) -> Node:
        node = self._node(event, path, depth + 1)
        if not isinstance(node, Scalar) or node.text is not None:
            return node
        rest = self._source.line(key.line)[key.column - 1 + key.length :]
        color = _COLOR_COMMENT.match(rest)
        if color is not None:
            spot = Spot(self._source, key.line, key.column + key.length + color.start(1), len(color[1]), path)
            self.problems.append(
                UserError(
                    f"`{color[1]}` is a comment here, since # begins one",
                    fix=f'put it in quotes: "{color[1]}"',
                    place=spot.place(),
                )
            )
        # An empty value stands nowhere of its own: it is shown at its key.
        return Scalar(Spot(key.source, key.line, key.column, key.length, path), None)

    def _see_it_has_a_colon(self, key: str, spot: Spot) -> None:
        """Between braces a comma ends a value: of ``{ko: 9,000원}`` YAML makes two keys, the second without a value."""
        rest = self._source.line(spot.line)[spot.column - 1 + spot.length :].lstrip()
        if rest[:1] in (",", "}"):
            fix = 'put text with a comma in quotes: {ko: "9,000원"}'
            message = f"`{key}` stands alone: between braces a comma ends the text before it"
            self.problems.append(UserError(message, fix=fix, place=spot.place()))

    def _merge(self, value: Node) -> dict[str, Entry]:
        sources = value.items if isinstance(value, Items) else (value,)
        merged: dict[str, Entry] = {}
        for node in sources:
            if not isinstance(node, Fields):
                raise UserError("`<<` takes a mapping, or a list of them", place=value.spot.place())
            merged = {**node.entries, **merged}
        return merged
