"""A tree checked against the recipe's model: the recipe, or every problem at its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from castad_cli.errors import UserError
from castad_cli.model.recipe import Recipe
from castad_cli.recipe.messages import explain_unknown, explain_value, known_keys, model_at
from castad_cli.recipe.tree import Entry, Fields, Items, Node, Scalar, Spot, below, child, plain

MAX_PRUNINGS = 4
"""How often wrong values are taken out to see what is left, since what is left can be wrong for lack of them."""


@dataclass(frozen=True)
class Checked:
    """What came of checking a tree.

    With ``problems``, ``recipe`` and ``tree`` are what is left without the wrong values: good for finding more
    problems, for nothing else; ``recipe`` is None where nothing useful is left. ``doubtful`` are the top keys under
    which something was left out.
    """

    recipe: Recipe | None
    tree: Fields
    problems: tuple[UserError, ...]
    doubtful: frozenset[str] = frozenset()


def check_tree(tree: Fields) -> Checked:
    """The recipe that a tree describes, or all that keeps it from being one."""
    problems: tuple[UserError, ...] = ()
    doubtful: set[str] = set()
    for attempt in range(MAX_PRUNINGS):
        try:
            return Checked(Recipe.model_validate(plain(tree)), tree, problems, frozenset(doubtful))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if attempt == 0:
            problems = tuple(_problem(detail, tree) for detail in details)
        doubtful |= {str(d["loc"][0]) for d in details if d["loc"] and d["type"] != "extra_forbidden"}
        rest = _without(tree, {id(_locate(detail, tree)[0]) for detail in details} - {id(tree)})
        assert isinstance(rest, Fields)
        tree = _with_stand_ins(rest)
    return Checked(None, tree, problems, frozenset(doubtful))


def _locate(detail: ErrorDetails, tree: Fields) -> tuple[Node, Spot, list[str | int]]:
    """The node an error is about, where its key or value stands, and the keys that lead to it.

    Steps of pydantic's own (names of union members, places in a list that was written as one string) lead nowhere
    in the tree, and are passed over.
    """
    node: Node = tree
    spot = tree.spot
    key: Spot | None = None
    keys: list[str | int] = []
    for step in detail["loc"][:-1] if detail["type"] == "missing" else detail["loc"]:
        inner = child(node, step)
        if inner is None:
            continue
        key = node.entries[step].key if isinstance(node, Fields) and isinstance(step, str) else None
        node, spot = inner, inner.spot
        keys.append(step)
    on_key = detail["type"] in ("missing", "extra_forbidden") or detail["loc"][-1:] == ("[key]",)
    return node, key if key is not None and on_key else spot, keys


def _problem(detail: ErrorDetails, tree: Fields) -> UserError:
    node, spot, keys = _locate(detail, tree)
    kind = detail["type"]
    if kind == "missing":
        return _missing(detail, node, spot)
    if kind == "extra_forbidden":
        model = model_at(Recipe, keys[:-1])
        message, fix = explain_unknown(str(detail["loc"][-1]), known_keys(model) if model else ())
        return UserError(message, fix=fix, place=spot.place())
    at = str(detail.get("ctx", {}).get("at", "")) if kind == "refused" else ""
    if at and isinstance(node, Fields) and at in node.entries:
        spot = node.entries[at].key
    message, fix = explain_value(detail)
    return UserError(message, fix=fix, place=spot.place())


def _missing(detail: ErrorDetails, parent: Node, spot: Spot) -> UserError:
    name = str(detail["loc"][-1])
    if isinstance(parent, Fields) and name in parent.entries:
        fixes = {"brand": "write its keys below it, indented", "media": "write them below it, each with `- `"}
        place = parent.entries[name].value.spot.place()
        return UserError("nothing is written here", fix=fixes.get(name, "write a value"), place=place)
    place = spot.place(below(spot.path, name))
    if not spot.path:
        fix = "begin the file with `castad: 1`" if name == "castad" else f"add a line `{name}:`"
        return UserError(f"`{name}` is missing", fix=fix, place=place)
    return UserError(f"`{name}` is missing", fix=f"add `{name}:` here", place=place)


def _with_stand_ins(tree: Fields) -> Fields:
    """The tree with something under every key that a recipe must have, so that the rest of it can be checked."""
    spot = tree.spot
    needed: dict[str, Node] = {
        "castad": Scalar(spot, "1"),
        "brand": Fields(spot, {"name": Entry(spot, Scalar(spot, "…"))}),
        "media": Items(spot, (Scalar(spot, "https://example.com/"),)),
    }
    missing = {key: Entry(spot, node) for key, node in needed.items() if key not in tree.entries}
    return Fields(spot, {**tree.entries, **missing})


def _without(node: Node, wrong: Collection[int]) -> Node | None:
    """The tree without the nodes whose ids are ``wrong``; nodes that stay whole are shared."""
    if id(node) in wrong:
        return None
    if isinstance(node, Items):
        return Items(node.spot, tuple(kept for item in node.items if (kept := _without(item, wrong)) is not None))
    if isinstance(node, Fields):
        entries: dict[str, Entry] = {}
        for key, entry in node.entries.items():
            kept = _without(entry.value, wrong)
            if kept is not None:
                entries[key] = Entry(entry.key, kept)
        return Fields(node.spot, entries)
    return node
