"""Every text of every template stands long enough to be read, in the shortest ad that its words accept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from castad_cli.model.plan import RenderTask
from castad_cli.model.script import Script
from castad_cli.render.studio import Studio
from castad_cli.render.trial import find_hurried
from tests.templates.test_layouts import cases

MakeAd = Callable[..., tuple[RenderTask, Script]]


@pytest.mark.parametrize(("name", "shape", "language"), cases(2))
def test_no_text_is_too_quick_to_read(make_ad: MakeAd, studio: Studio, name: str, shape: str, language: str) -> None:
    assert find_hurried(make_ad(name, shape, language, 0.6), studio) == []
