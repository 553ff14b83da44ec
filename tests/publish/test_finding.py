"""Platforms are found by name: those that come with CaStAD, and those of other packages."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest

from castad_cli.errors import UserError
from castad_cli.publish import finding
from castad_cli.publish.posting import marker_of


class Billboard:
    name = "billboard"


def offer(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("billboard", f"{__name__}:Billboard", finding.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Billboard)
    monkeypatch.setattr(finding, "entry_points", lambda **which: EntryPoints([entry]).select(**which))


def test_a_package_s_publisher_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch)
    assert finding.platforms() == ("youtube", "instagram", "tiktok", "billboard")
    found: Any = finding.find_publisher("billboard")
    assert found.name == "billboard"


def test_an_unknown_platform_is_told_with_those_there_are() -> None:
    with pytest.raises(UserError) as told:
        finding.find_publisher("myspace")
    assert "youtube, instagram, tiktok" in told.value.fix


def test_a_marker_stands_for_one_post_alone() -> None:
    markers = {marker_of(f"{rendition}/youtube/main") for rendition in range(1000)}
    assert len(markers) == 1000
    assert all(len(marker) == 19 for marker in markers)
