"""Words and faces in real layouts: the photograph gives way, and where it cannot the rendition is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, MediaSpec, RenderTask
from castad_cli.model.script import Script
from castad_cli.render.covered import check_faces, covered_faces
from castad_cli.render.media.faces import find_faces
from castad_cli.render.scenery import set_scene
from castad_cli.render.studio import Studio
from castad_cli.render.trial import rests
from tests.render.drawn_faces import portrait

MakeAd = Callable[..., tuple[RenderTask, Script]]
PLACE = Place("guests.yaml", 9, 5, "media[0]", "  - guest.png", 9)


def photograph(folder: Path, *drawn: int) -> MediaSpec:
    path = folder / "guest.png"
    Image.fromarray(portrait(*drawn)).save(path)
    return MediaSpec(Asset("guest.png", str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "photo", PLACE))


@pytest.mark.parametrize(("name", "shape"), [("horizon", "reel"), ("story", "square"), ("magazine", "landscape")])
def test_a_face_that_has_room_is_shown_clear_of_the_words(
    make_ad: MakeAd, studio: Studio, tmp_path: Path, name: str, shape: str
) -> None:
    task, script = make_ad(name, shape, "en", 0.7)
    guest = photograph(tmp_path, 1500, 1500, 560, 640, 380)
    scenery = set_scene(replace(task, media=(guest,)), script, None, studio, at=rests)
    assert covered_faces(scenery) == []
    check_faces(scenery)


def test_a_face_that_words_must_cover_refuses_the_rendition_unless_a_focus_is_given(
    make_ad: MakeAd, studio: Studio, tmp_path: Path
) -> None:
    task, script = make_ad("horizon", "reel", "en", 1.0)
    guest = photograph(tmp_path, 1000, 1000, 60, 60, 880)
    assert find_faces(portrait(1000, 1000, 60, 60, 880))
    scenery = set_scene(replace(task, media=(guest,)), script, None, studio, at=rests)
    with pytest.raises(UserError, match=r"covers \d+% of a face in guest\.png from \d+\.\d\d s \(reel\)") as caught:
        check_faces(scenery)
    assert caught.value.place == PLACE
    assert "focus:" in caught.value.fix
    chosen = replace(guest, focus=(0.5, 0.5))
    check_faces(set_scene(replace(task, media=(chosen,)), script, None, studio, at=rests))
