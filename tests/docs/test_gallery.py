"""The gallery shows every template there is, and is light enough to be looked at."""

from __future__ import annotations

import re
from pathlib import Path

from castad_cli.templates import template_names

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_template_is_shown_in_three_languages() -> None:
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((pictures/gallery/([a-z]+)-([\w-]+)\.jpg)\)", page)
    for name in template_names():
        assert len({language for _, template, language in shown if template == name}) >= 3, name
    files = [DOCS / path for path, *_ in shown]
    assert all(file.is_file() for file in files)
    assert {file.name for file in (DOCS / "pictures" / "gallery").iterdir()} == {file.name for file in files}
    assert sum(file.stat().st_size for file in files) < 6_000_000
