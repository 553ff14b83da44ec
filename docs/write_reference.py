"""Writes ``docs/reference/`` from the program itself: ``python docs/write_reference.py``.

What is written there is never edited by hand; a test fails when it is not fresh.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_NOTE = "<!-- Written by docs/write_reference.py from the program itself; do not edit. -->\n"
_LANGUAGE_TEXT = "text, or one for each language"


def pages() -> dict[str, str]:
    """Every page of the reference, by its path below ``docs/``."""
    from castad_cli.recipe import recipe_schema, template_schema

    return {
        "reference/cli.md": cli_page(),
        "reference/settings.md": settings_page(),
        "reference/recipe.md": recipe_page(recipe_schema()),
        "reference/recipe.schema.json": _json(recipe_schema()),
        "reference/template.schema.json": _json(template_schema()),
    }


def cli_page() -> str:
    """The command line: every command, its arguments and its options."""
    from typer.main import get_command

    from castad_cli.cli.command import EVERYWHERE
    from castad_cli.cli.program import app

    root: Any = get_command(app)
    everywhere: dict[str, Any] = {}
    lines = [_NOTE, "# Command line", "", _plain(root.help), "", *_EVERYWHERE.splitlines(), ""]
    for path, command in _commands(root, "castad"):
        lines += [f"## `{path}`", "", _plain(command.help), ""]
        arguments = [param for param in command.params if param.param_type_name == "argument"]
        options = [param for param in command.params if param.param_type_name == "option"]
        shared = [param for param in options if param.rich_help_panel == EVERYWHERE]
        options = [param for param in options if param not in shared]
        usage = " ".join([path, *(_argument(each) for each in arguments), "[OPTIONS]"])
        lines += ["```", usage, "```", ""]
        rows = [f"| `{_name(each)}` | {_plain(each.help)} |" for each in arguments]
        rows += [f"| {_flags(each)} | {_plain(each.help)}{_default(each)} |" for each in options]
        lines += ["| | |", "|---|---|", *rows, ""] if rows else []
        lines += ["Also " + ", ".join(f"`{param.opts[0]}`" for param in shared) + ".", ""]
        everywhere.update({param.name: param for param in shared})
    lines += ["## Options of several commands", "", "| | |", "|---|---|"]
    lines += [f"| {_flags(each)} | {_plain(each.help)} |" for each in everywhere.values()]
    return "\n".join(lines).rstrip() + "\n"


_EVERYWHERE = """\
Results go to stdout, progress and errors to stderr. Settings come from, highest first: an option, the environment
(`CASTAD_…`), `castad.toml` beside the recipe or above it, your own `castad.toml`, the default.

| exit code | means |
|---|---|
| 0 | all done, but for what waits for a limit's or its own time; the same command then makes it |
| 1 | some ad failed |
| 2 | bad usage, or a recipe that cannot be used |
| 3 | this machine is not ready; the error says how to mend it |
| 130 | interrupted; the same command goes on from there |

With `--json` every line of stdout is one JSON object with an `event`. `castad render` tells `run.started`,
`stage.started`, `stage.done`, `rendition.done` (`ad`, `format`, `language`, `path`, `cached`, `seconds`) and
`stage.failed`, with `--verbose` also `stage.progress`, and ends with
`{"event": "summary", "run": …, "ads": n, "renditions": n, "posts": n, "done": n, "cached": n, "failed": n,
"needs_review": n, "seconds": s}`. An error of any command is a `problem` with `message`, `fix`, `file`, `line`,
`column` and `path`."""


def settings_page() -> str:
    """Every setting: its key in ``castad.toml``, its variable, what it takes, and what it is for."""
    from castad_cli.settings import KEYS, Settings

    defaults = Settings()
    lines = [_NOTE, "# Settings", "", *_SETTINGS.splitlines()]
    tables = {key.toml.rpartition(".")[0]: "" for key in KEYS}
    for key in sorted(KEYS, key=lambda key: list(tables).index(key.toml.rpartition(".")[0])):
        table = key.toml.rpartition(".")[0]
        if not tables[table]:
            tables[table] = f"## `[{table}]`" if table else "## At the top"
            lines += ["", tables[table], "", "| key | variable | takes | |", "|---|---|---|---|"]
        default = getattr(defaults, key.field)
        shown = key.kind in ("text", "count") and default not in ("", None)
        about = key.about + (f" Default: `{default}`." if shown else "")
        name = key.toml.rpartition(".")[2]
        lines.append(f"| `{name}` | `{key.variable}` | {_TAKES[key.kind]} | {_cell(about)} |")
    return "\n".join(lines).rstrip() + "\n"


_SETTINGS = """\
A setting is taken from the first of these that has it: an option of the command, the environment, the nearest
`castad.toml` beside the recipe or above it, your own `castad.toml` in the user's configuration folder, the default.

```toml
scheduler = "tls://scheduler.example.com:8786"

[database]
url = "postgresql://castad@db.example.com/castad"
```

Paths in a file are relative to that file. Secrets are never shown, logged or recorded; keep them in the environment
or in a `castad.toml` of your own that nobody else may read (`chmod 600`), never in a file that is shared. No process
that CaStAD starts has one among its arguments or in its environment: workers on this machine get theirs through a pipe,
tools get none. What you export in your own shell, your own process list shows with the command that you start from it;
a key in a file is in no process list."""

_TAKES = {
    "text": "text",
    "url": "an http or https address",
    "scheduler": "an address",
    "database": "a URL or a path",
    "storage": "a URL or a path",
    "folder": "a path",
    "program": "a path or a name",
    "count": "a whole number",
    "amount": "a number",
    "flag": "`true` or `false`",
    "secret": "text, secret",
}


def recipe_page(schema: Mapping[str, Any]) -> str:
    """The recipe language: every key, what it takes and what it is for."""
    parts = schema["$defs"]
    lines = [_NOTE, "# Recipe", "", schema["description"], "", *_RECIPE.splitlines(), ""]
    lines += ["## At the top", "", *_keys(schema, parts), ""]
    for path, name in _sections(schema, parts):
        lines += [f"## `{path}`", "", parts[name].get("description", ""), "", *_keys(parts[name], parts), ""]
    return "\n".join(lines).rstrip() + "\n"


_RECIPE = """\
A recipe is a YAML file that begins with `castad: 1`. `castad init` writes a first one; this line at its top lets an
editor check it and suggest keys as you type:

```yaml
# yaml-language-server: $schema=recipe.schema.json
```

`castad schema > recipe.schema.json` writes that file. Text may be given once, or once for each language:
`name: {ko: 하늘마루, en: Haneul}`. A duration is written `15s`, `800ms` or `1m`. In any value, `${…}` stands for
something else: `${price}` for a column of the data file, `${brand.name}` for another key; `$${` gives `${`.

The words under `copy: scenes:` are yours and are shown as they are; one entry is the opening, the last is the closing
card."""


def _commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _name(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _argument(param: Any) -> str:
    text = _name(param) + ("…" if param.nargs == -1 else "")
    return text if param.required else f"[{text}]"


def _flags(param: Any) -> str:
    value = f" {param.metavar}" if param.metavar else "" if param.is_flag else f" {param.name.upper()}"
    return (
        ", ".join(f"`{flag}`" for flag in param.opts[:-1])
        + (", " if param.opts[1:] else "")
        + (f"`{param.opts[-1]}{value}`")
    )


def _default(param: Any) -> str:
    value = param.default
    return "" if param.is_flag or value in (None, "", ()) or not param.show_default else f" Default: `{value}`."


def _plain(text: str | None) -> str:
    """Help text without Rich's markup, a paragraph a line."""
    text = re.sub(r"\[/?(?:bold|cyan|dim)\]", "`", inspect.cleandoc(text or ""))
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")).replace("|", "\\|")


def _sections(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The recipe's inner groups, each once, with the key path that leads to it."""
    seen: set[str] = set()
    waiting = [(key, field) for key, field in schema["properties"].items() if key != "variants"]
    while waiting:
        path, field = waiting.pop(0)
        for name, many in _references(field):
            if name in seen:
                continue
            seen.add(name)
            inner = f"{path}[]" if many else path
            yield inner, name
            nested = [(f"{inner}.{key}", value) for key, value in parts[name].get("properties", {}).items()]
            waiting = [*nested, *waiting]


def _references(node: Any, many: bool = False) -> Iterator[tuple[str, bool]]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield str(node["$ref"]).rsplit("/", 1)[-1], many
        for key in ("anyOf", "oneOf"):
            for choice in node.get(key, ()):
                yield from _references(choice, many)
        if "items" in node:
            yield from _references(node["items"], True)


def _keys(part: Mapping[str, Any], parts: Mapping[str, Any]) -> list[str]:
    required = set(part.get("required", ()))
    rows = ["| key | takes | |", "|---|---|---|"]
    for key, field in part.get("properties", {}).items():
        about = field.get("description", "") or next(
            (parts[name].get("description", "") for name, _ in _references(field)), ""
        )
        default = field.get("default")
        if key in required:
            about += " **Needed.**"
        elif default not in (None, "", [], {}) and not isinstance(default, Mapping) and "Default" not in about:
            about += f" Default: `{json.dumps(default).strip(chr(34))}`."
        rows.append(f"| `{key}` | {_cell(_shape(field))} | {_cell(about.strip())} |")
    return rows


def _shape(field: Mapping[str, Any]) -> str:
    """What a key takes, in words. ``${…}`` goes everywhere and is not repeated."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return "a group"
    if "oneOf" in field and any("propertyNames" in choice for choice in field["oneOf"]):
        return _LANGUAGE_TEXT
    choices = field.get("anyOf") or field.get("oneOf")
    if choices:
        telling = [each for each in choices if each.get("type") != "null" and not _is_reference_text(each)]
        shapes = list(dict.fromkeys(_shape(each) for each in telling))
        if len(shapes) > 1 and any(shape.startswith("a list of") for shape in shapes):
            shapes = [shape for shape in shapes if shape.startswith("a list of")]
        return " or ".join(shapes)
    kind = field.get("type")
    if isinstance(kind, list):
        return "a duration"
    if kind == "array":
        if "prefixItems" in field:
            return f"{len(field['prefixItems'])} numbers"
        return f"a list of: {_shape(field.get('items', {}))}"
    if kind in ("integer", "number"):
        low, high = field.get("minimum"), field.get("maximum")
        bounds = f", {low} to {high}" if low is not None and high is not None and high < 2**31 - 1 else ""
        return ("a whole number" if kind == "integer" else "a number") + bounds
    return {"boolean": "`true` or `false`", "object": "groups by name"}.get(str(kind), "text")


def _is_reference_text(choice: Mapping[str, Any]) -> bool:
    return choice.get("pattern") == r"\$\{"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write every page that is not fresh; 0."""
    for name, text in pages().items():
        path = HERE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
