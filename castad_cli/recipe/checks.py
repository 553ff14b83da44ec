"""What a recipe must also be to become ads: facts that its keys' types cannot say. No network, no browser.

Each check reads some top keys of the recipe and yields problems; `CHECKS` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from castad_cli.errors import UserError
from castad_cli.model.formats import LANGUAGES
from castad_cli.model.place import Place
from castad_cli.model.recipe import Recipe
from castad_cli.model.template import TemplateSpec
from castad_cli.recipe.limits import post_problems
from castad_cli.recipe.messages import suggest
from castad_cli.recipe.slots import slot_problems
from castad_cli.recipe.sources import find_source, is_url
from castad_cli.recipe.tree import Fields, find, walk

FONT_SUFFIXES = (".ttf", ".otf", ".woff", ".woff2")


@dataclass(frozen=True)
class Subject:
    """One ad's recipe under check: its model, the tree it came from, its folder, the templates there are."""

    recipe: Recipe
    tree: Fields
    folder: Path
    templates: Mapping[str, TemplateSpec]
    sources: dict[str, UserError | None]
    """What came of looking for a file, by its name as written: the rows of one recipe name the same ones."""

    def place(self, path: str) -> Place:
        """Where a key path is written, else its nearest parent."""
        while path:
            node = find(self.tree, path)
            if node is not None:
                return node.spot.place()
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return Place(self.tree.spot.source.label)

    def problem(self, path: str, message: str, fix: str) -> UserError:
        return UserError(message, fix=fix, place=self.place(path))


def check_template(on: Subject) -> Iterator[UserError]:
    """The template is there."""
    name = on.recipe.template
    if name not in on.templates:
        yield on.problem("template", f"no template is called `{name}`", suggest(name, on.templates))


def check_formats(on: Subject) -> Iterator[UserError]:
    """The template has the formats."""
    spec = on.templates.get(on.recipe.template)
    if spec is None:
        return
    for index, made in enumerate(on.recipe.formats):
        if made not in spec.formats:
            message = f"the template `{on.recipe.template}` has no `{made}` layout"
            yield on.problem(f"formats[{index}]", message, f"use {', '.join(spec.formats)}, or another template")


def check_formats_twice(on: Subject) -> Iterator[UserError]:
    """No format is asked for twice."""
    return _twice(on, "formats", on.recipe.formats)


def check_languages_twice(on: Subject) -> Iterator[UserError]:
    """No language is asked for twice."""
    return _twice(on, "languages", on.recipe.languages)


def _twice(on: Subject, key: str, values: Sequence[str]) -> Iterator[UserError]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield on.problem(f"{key}[{index}]", f"`{value}` is here twice", "take one away")


def check_languages(on: Subject) -> Iterator[UserError]:
    """Text given by language is given in every language that is made."""
    for path, node in walk(on.tree):
        if not isinstance(node, Fields) or not node.entries or not all(tag in LANGUAGES for tag in node.entries):
            continue
        made = [str(tag) for tag in on.recipe.languages]
        if path.startswith("publish["):
            index = int(path[len("publish[") : path.index("]")])
            entry = on.recipe.publish[index].post if index < len(on.recipe.publish) else None
            made = [entry.language or made[0]] if entry is not None else []
        for tag in made:
            if tag not in node.entries:
                yield UserError(
                    f"no text in {LANGUAGES[tag].name} (`{tag}`), which this recipe makes",
                    fix=f"add `{tag}:` here, or take `{tag}` out of `languages`",
                    place=node.spot.place(),
                )


def check_files(on: Subject) -> Iterator[UserError]:
    """Local files that the recipe names are there, inside its folder."""
    recipe = on.recipe
    named = [(f"media[{index}].src", item.src) for index, item in enumerate(recipe.media)]
    named += [("music.src", recipe.music.src), ("brand.logo", recipe.brand.logo)]
    if "/" in recipe.brand.font or recipe.brand.font.lower().endswith(FONT_SUFFIXES):
        named.append(("brand.font", recipe.brand.font))
    for path, src in named:
        if not src or is_url(src):
            continue
        if src not in on.sources:
            on.sources[src] = None
            try:
                find_source(src, on.folder)
            except UserError as error:
                on.sources[src] = error
        wrong = on.sources[src]
        if wrong is not None:
            yield on.problem(path, wrong.message, wrong.fix)


def check_posts(on: Subject) -> Iterator[UserError]:
    """Every post has a rendition, and no rendition goes to an account twice."""
    seen: dict[tuple[str, ...], int] = {}
    for index, entry in enumerate(on.recipe.publish):
        post, path = entry.post, f"publish[{index}].{entry.platform}"
        if post.format not in on.recipe.formats:
            message = f"this recipe makes no `{post.format}`"
            fix = f"write `format: {on.recipe.formats[0]}`, or add `{post.format}` to `formats`"
            yield on.problem(f"{path}.format", message, fix)
        if post.language is not None and post.language not in on.recipe.languages:
            message = f"this recipe makes no ad in {LANGUAGES[post.language].name} (`{post.language}`)"
            yield on.problem(f"{path}.language", message, f"use one of: {', '.join(on.recipe.languages)}")
        what = (entry.platform, post.account, post.format, post.language or on.recipe.languages[0])
        if what in seen:
            first = on.place(f"publish[{seen[what]}]").line
            yield on.problem(path, "the same post twice", f"keep one; the first is in line {first}")
        seen.setdefault(what, index)


def check_platforms(on: Subject) -> Iterator[UserError]:
    """Posts keep to what their platform takes. Figures: `castad_cli.recipe.limits`."""
    for index, entry in enumerate(on.recipe.publish):
        language = entry.post.language or on.recipe.languages[0]
        for key, message, fix in post_problems(entry, language):
            yield on.problem(f"publish[{index}].{entry.platform}.{key}", message, fix)


def check_variants(tree: Fields) -> Iterator[UserError]:
    """Variants' names are folders' names, and they leave alone what is not theirs."""
    variants = tree.entries.get("variants")
    if variants is None or not isinstance(variants.value, Fields):
        return
    seen: dict[str, str] = {}
    for name, entry in variants.value.entries.items():
        if not name or len(name) > 40 or not all(c.isalnum() or c in " _-" for c in name) or not name[0].isalnum():
            fix = "use at most 40 letters, digits, spaces, `-` and `_`, a letter or digit first"
            yield UserError("a variant's name is a folder's name", fix=fix, place=entry.key.place())
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield UserError(
                f"`{name}` and `{other}` are one folder on some systems", fix="rename one", place=entry.key.place()
            )
        if isinstance(entry.value, Fields):
            for key in ("castad", "name", "data", "variants"):
                if key in entry.value.entries:
                    place = entry.value.entries[key].key.place()
                    yield UserError(f"a variant cannot change `{key}`", fix="write it at the top", place=place)


def check_words(on: Subject) -> Iterator[UserError]:
    """Words written in the recipe fit their places in the template."""
    spec = on.templates.get(on.recipe.template)
    if spec is None:
        return
    for path, tag, message, fix in slot_problems(on.recipe, spec):
        own = f"{path}.{tag}"
        yield on.problem(own if find(on.tree, own) is not None else path, message, fix)


Check = Callable[[Subject], Iterator[UserError]]
CHECKS: tuple[tuple[frozenset[str], Check], ...] = (
    (frozenset({"template"}), check_template),
    (frozenset({"template", "formats"}), check_formats),
    (frozenset({"formats"}), check_formats_twice),
    (frozenset({"languages"}), check_languages_twice),
    (frozenset({"languages", "publish"}), check_languages),
    (frozenset(), check_files),
    (frozenset({"formats", "languages", "publish"}), check_posts),
    (frozenset({"languages", "publish"}), check_platforms),
    (frozenset({"template", "languages", "copy", "brief", "brand", "duration"}), check_words),
)
"""Each check with the top keys it reads: where one of them is in doubt, the check waits."""
