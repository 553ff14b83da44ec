"""A person's own templates: started from another one, found, tried out, refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.errors import UserError
from castad_cli.render.studio import Studio
from castad_cli.render.trial import try_template
from castad_cli.templates import load_template, look_again, start_template, template_names


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASTAD_TEMPLATES", str(tmp_path / "mine"))
    return tmp_path / "mine"


def test_a_new_template_is_a_copy_that_is_found_under_its_own_name(own: Path) -> None:
    folder = start_template("bakery", "menu", own)
    assert folder == own / "bakery"
    assert "bakery" in template_names()
    assert load_template("bakery").spec.name == "bakery"
    assert "template: bakery" in (folder / "starter" / "recipe.yaml").read_text(encoding="utf-8")


def test_a_name_that_is_taken_or_no_name_is_refused(own: Path) -> None:
    with pytest.raises(UserError, match="already"):
        start_template("menu", "horizon", own)
    with pytest.raises(UserError, match="no name"):
        start_template("../away", "horizon", own)


def test_a_change_is_seen_and_changes_the_fingerprint(own: Path) -> None:
    folder = start_template("bakery", "menu", own)
    before = load_template("bakery").fingerprint
    style = folder / "style.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n.paper { opacity: 1; }\n", encoding="utf-8")
    look_again()
    assert load_template("bakery").fingerprint != before


def test_a_template_without_its_page_says_so(own: Path) -> None:
    (start_template("bakery", "menu", own) / "template.html").unlink()
    with pytest.raises(UserError, match=r"has no template\.html"):
        load_template("bakery")


def test_a_fault_is_found_and_pictured(own: Path, studio: Studio, tmp_path: Path) -> None:
    folder = start_template("bakery", "menu", own)
    style = folder / "style.css"
    faint = "\n#stage .note { color: #e8e8e8; }\n#stage .who { bottom: 250px; }\n"
    style.write_text(style.read_text(encoding="utf-8") + faint, encoding="utf-8")
    trials = list(try_template(load_template("bakery"), ["reel"], ["en"], tmp_path, studio))
    found = " ".join(finding for trial in trials for finding in trial.findings)
    assert "has a contrast of" in found
    assert "leaves the safe area" in found
    assert all(trial.strip is not None for trial in trials), "and pictured"
