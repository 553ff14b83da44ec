"""A variant laid over a recipe."""

from __future__ import annotations

from castad_cli.recipe.tree import Entry, Fields, Node, Scalar

SHORTHANDS = {"music": "provider", "voice": "provider", "image": "provider"}
"""Groups that may be written as one word, and the key that the word stands for."""
OWNED = {
    "music": ("provider", frozenset({"src", "prompt"})),
    "voice": ("provider", frozenset({"name", "style", "captions"})),
    "image": ("provider", frozenset({"prompt", "at", "seed"})),
}
"""Keys that make sense with one value of another only: they go when a variant changes that one."""


def lay_over(base: Fields, variant: Fields) -> Fields:
    """The recipe with a variant's keys: groups are joined key by key, anything else is replaced.

    A key without a value (``logo:``) takes away what the recipe had. Keys that only go with ``provider: file`` do
    not outlive a change of provider.
    """
    return _join(base, variant, "")


def variants_of(tree: Fields) -> dict[str, Fields]:
    """Each variant by name, those without keys too; those that are no groups left out."""
    entry = tree.entries.get("variants")
    if entry is None or not isinstance(entry.value, Fields):
        return {}
    found: dict[str, Fields] = {}
    for name, variant in entry.value.entries.items():
        if isinstance(variant.value, Fields):
            found[name] = variant.value
        elif variant.value == Scalar(variant.value.spot, None):
            found[name] = Fields(variant.value.spot, {})
    return found


def only(tree: Fields, *unwanted: str) -> Fields:
    """The tree without some of its top keys."""
    return Fields(tree.spot, {key: entry for key, entry in tree.entries.items() if key not in unwanted})


def _join(base: Fields, over: Fields, path: str) -> Fields:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        here = f"{path}.{key}" if path else key
        old = entries.get(key)
        if old is None:
            entries[key] = entry
            continue
        below = _lifted(old.value, here)
        if isinstance(below, Fields) and isinstance(entry.value, Fields):
            entries[key] = Entry(entry.key, _join(_kept(below, entry.value, here), entry.value, here))
        else:
            entries[key] = entry
    return Fields(base.spot, entries)


def _lifted(node: Node, path: str) -> Node:
    if isinstance(node, Scalar) and node.text is not None and path in SHORTHANDS:
        return Fields(node.spot, {SHORTHANDS[path]: Entry(node.spot, node)})
    return node


def _kept(base: Fields, over: Fields, path: str) -> Fields:
    if path not in OWNED:
        return base
    key, owned = OWNED[path]
    new, old = over.entries.get(key), base.entries.get(key)
    same = isinstance(new, Entry) and isinstance(old, Entry) and _text(new.value) == _text(old.value)
    return base if new is None or same else only(base, *owned)


def _text(node: Node) -> str | None:
    return node.text if isinstance(node, Scalar) else None
