"""``${…}`` in a recipe, filled from a row's columns and from the recipe itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from castad_cli.errors import UserError
from castad_cli.model.formats import LANGUAGES
from castad_cli.recipe.messages import nearest
from castad_cli.recipe.rows import Row, Table
from castad_cli.recipe.tree import Entry, Fields, Items, Node, Scalar, Spot, find, is_nothing, walk

MAX_TEXT = 20_000
MAX_NODES = 20_000
MAX_CHAIN = 8
MAX_SUGGESTIONS = 50
_UNNAMED = frozenset({"", "variants", "data", "publish"})
"""Top keys that ``${…}`` does not reach into."""
_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")


def fill(
    tree: Fields, *, name: str, table: Table | None = None, row: Row | None = None
) -> tuple[Fields, list[UserError]]:
    """The tree with every ``${…}`` in its values replaced, and what could not be.

    A name is a column of the data file, else a key path of the recipe (``brand.name``), else ``name``. A value that is
    one ``${…}`` alone takes over what that names, be it text, a list, a group or nothing; within longer text it must
    be text. Text in several languages gives text in several languages. ``$${`` gives ``${``. What a row's cell says
    is taken as it is. Without a ``row``, columns stay unfilled.
    """
    filler = _Filler(tree, name, table, row)
    filled = filler.fill(tree, None)
    assert isinstance(filled, Fields)
    return filled, filler.problems


class _Filler:
    def __init__(self, tree: Fields, name: str, table: Table | None, row: Row | None) -> None:
        self.problems: list[UserError] = []
        self._tree = tree
        self._table = table
        self._row = row
        self._name = name
        self._open: list[str] = []
        self._circles: set[frozenset[str]] = set()
        self._seen: dict[str, Node | None] = {}
        self._sizes: dict[int, int] = {}
        self._grown = 0

    def fill(self, node: Node, language: str | None) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node, language) if node.text is not None and "${" in node.text else node
        if isinstance(node, Items):
            items = tuple(self.fill(item, language) for item in node.items)
            if all(new is old for new, old in zip(items, node.items, strict=True)):
                return node
            pairs = zip(items, node.items, strict=True)
            return Items(node.spot, tuple(new for new, old in pairs if new is old or not is_nothing(new)))
        entries = {
            key: Entry(entry.key, self.fill(entry.value, key if key in LANGUAGES else language))
            for key, entry in node.entries.items()
        }
        if all(entries[key].value is entry.value for key, entry in node.entries.items()):
            return node
        return Fields(node.spot, entries)

    def _scalar(self, node: Scalar, language: str | None) -> Node:
        assert node.text is not None
        alone = _REFERENCE.fullmatch(node.text)
        if alone is not None and alone[1] is not None:
            found = self._find(alone[1], node)
            return node if found is None else self._in_place_of(node, _pick(found, language))
        parts: list[str | Mapping[str, str]] = []
        spot, end = node.spot, 0
        for match in _REFERENCE.finditer(node.text):
            parts.append(node.text[end : match.start()])
            end = match.end()
            if match[0] == "$${":
                parts.append("${")
                continue
            if match[1] is None:
                return self._refuse(
                    node, match, "`${` without `}`", "close it, or write $${ for the characters themselves"
                )
            found = self._find(match[1], node)
            if found is None:
                return node
            words = _words(_pick(found, language))
            if words is None:
                return self._refuse(node, match, f"`{match[1].strip()}` is not text", "name a value that is text")
            parts.append(words)
            if spot is node.spot:
                spot = self._spot(found, node)
        parts.append(node.text[end:])
        return self._join(node, spot, parts)

    def _join(self, node: Scalar, spot: Spot, parts: list[str | Mapping[str, str]]) -> Node:
        tags = dict.fromkeys(tag for part in parts if not isinstance(part, str) for tag in part)
        size = sum(len(part) if isinstance(part, str) else sum(map(len, part.values())) for part in parts)
        if size > MAX_TEXT:
            self.problems.append(
                UserError(f"more than {MAX_TEXT:,} characters once filled in", fix="name less", place=node.spot.place())
            )
            return node
        if not tags:
            return Scalar(spot, "".join(part for part in parts if isinstance(part, str)))
        every = [tag for tag in tags if all(isinstance(part, str) or tag in part for part in parts)]
        texts = {tag: "".join(part if isinstance(part, str) else part[tag] for part in parts) for tag in every}
        return Fields(spot, {tag: Entry(spot, Scalar(spot, text)) for tag, text in texts.items()})

    def _in_place_of(self, node: Scalar, found: Node) -> Node:
        if isinstance(found, Scalar):
            return Scalar(self._spot(found, node), found.text)
        self._grown += self._size(found)
        if self._grown > MAX_NODES:
            self._problem(node, "", f"more than {MAX_NODES:,} values once filled in", "name less")
            return node
        return found

    def _size(self, node: Node) -> int:
        """How many values a node holds, those it shares counted every time."""
        if isinstance(node, Scalar):
            return 1
        if id(node) not in self._sizes:
            inner = node.items if isinstance(node, Items) else [entry.value for entry in node.entries.values()]
            self._sizes[id(node)] = 1 + sum(self._size(item) for item in inner)
        return self._sizes[id(node)]

    def _spot(self, found: Node, node: Scalar) -> Spot:
        """Where a filled value stands: in the data file where it came from there, under the key it fills."""
        if found.spot.source is node.spot.source:
            return node.spot
        spot = found.spot
        return Spot(spot.source, spot.line, spot.column, spot.length, node.spot.path)

    def _find(self, written: str, node: Scalar) -> Node | None:
        """What ``${written}`` names, filled; None where it names nothing, or a column without a row to take it from."""
        name = written.strip()
        if self._row is not None and name in self._row.cells:
            return self._row.cells[name]
        if self._table is not None and name in self._table.columns:
            return None
        if name in self._seen:
            return self._seen[name]
        if name in self._open:
            circle = self._open[self._open.index(name) :]
            if frozenset(circle) not in self._circles:
                self._circles.add(frozenset(circle))
                chain = " → ".join([*circle, name])
                self._problem(node, written, f"goes round in a circle: {chain}", "write one of them out")
            return None
        if len(self._open) >= MAX_CHAIN:
            self._problem(
                node, written, f"one `${{…}}` names another more than {MAX_CHAIN} deep", "write some of them out"
            )
            return None
        found = find(self._tree, name) if name else None
        if found is None and name == "name":
            return Scalar(node.spot, self._name)
        if found is None or re.split(r"[.\[]", name)[0] in _UNNAMED:
            self._unknown(node, written)
            return None
        self._open.append(name)
        filled = self.fill(found, None)
        self._open.pop()
        if filled is not found or "${" not in (found.text or "" if isinstance(found, Scalar) else ""):
            self._seen[name] = filled
            return filled
        return None

    def _unknown(self, node: Scalar, written: str) -> None:
        name = written.strip()
        columns = self._table.columns if self._table is not None else ()
        near = ""
        if len(self.problems) < MAX_SUGGESTIONS:
            paths = (path for path, _ in walk(self._tree) if re.split(r"[.\[]", path)[0] not in _UNNAMED)
            near = nearest(name, (*columns, *islice(paths, 500)))
        if self._table is not None:
            message = f"`{name}` is neither a column of {self._table.label} nor a key of this recipe"
            fix = f"did you mean `${{{near}}}`?" if near else f"columns: {', '.join(columns)}"
        else:
            message = f"`{name}` is not a key of this recipe, and there is no `data:` to take it from"
            fix = f"did you mean `${{{near}}}`?" if near else "write $${ for the characters themselves"
        self._problem(node, written, message, fix)

    def _refuse(self, node: Scalar, match: re.Match[str], message: str, fix: str) -> Node:
        self._problem(node, match[1] or "", message, fix)
        return node

    def _problem(self, node: Scalar, written: str, message: str, fix: str) -> None:
        """A problem at the ``${…}`` itself where the line shows it, else at the value."""
        spot = node.spot
        text, shown = spot.source.line(spot.line), "${" + written
        at = text.find(shown, spot.column - 1)
        if at >= 0:
            end = text.find("}", at)
            spot = Spot(spot.source, spot.line, at + 1, (end + 1 if end >= 0 else len(text)) - at, spot.path)
        self.problems.append(UserError(message, fix=fix, place=spot.place()))


def _pick(node: Node, language: str | None) -> Node:
    """One language of text in several, where a language is asked for."""
    if language is not None and isinstance(node, Fields) and language in node.entries:
        return node.entries[language].value
    return node


def _words(node: Node) -> str | Mapping[str, str] | None:
    """Text, or text by language; None for anything else. Nothing is empty text."""
    if isinstance(node, Scalar):
        return node.text or ""
    if isinstance(node, Fields) and node.entries and all(tag in LANGUAGES for tag in node.entries):
        values = {tag: entry.value for tag, entry in node.entries.items()}
        if all(isinstance(value, Scalar) for value in values.values()):
            return {tag: value.text or "" for tag, value in values.items() if isinstance(value, Scalar)}
    return None
