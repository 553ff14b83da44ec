"""The set-up's program that sees to all a rendering needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.render import install


def test_it_says_what_it_found_on_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert install.main() == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = dict(line.split(": ", 1) for line in printed.err.splitlines())
    assert list(lines) == ["browser", "FFmpeg", "drawing code"]
    assert Path(lines["FFmpeg"]).is_file()
    assert Path(lines["drawing code"]).is_file()


def test_it_ends_with_3_where_something_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CASTAD_BROWSER", str(tmp_path / "none"))
    assert install.main() == 3
    assert "fix: " in capsys.readouterr().err
