"""Whether words lie over a face, and the refusal of a rendition in which they do."""

from __future__ import annotations

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.render.placing import find_covered
from castad_cli.render.scenery import Scenery
from castad_cli.render.sources import subjects_of


def covered_faces(scenery: Scenery) -> list[tuple[Place | None, str]]:
    """Every photograph of which words cover a face, with where it was written: "headline “…” covers 60 % of a face"."""
    found: list[tuple[Place | None, str]] = []
    subjects = subjects_of(scenery.prepared)
    closing = len(scenery.timeline.scenes) - 1
    for spot, text, share in find_covered(subjects, scenery.boxes, scenery.layout, scenery.moves, closing):
        asset = scenery.task.media[spot[2]].asset
        at = float(scenery.timeline.seconds(text.start))
        words = f"{text.slot} “{' '.join(text.text.split())[:24]}”"
        found.append((asset.place, f"{words} covers {share:.0%} of a face in {asset.src} from {at:.2f} s"))
    return found


def check_faces(scenery: Scenery) -> None:
    """Refuses a rendition whose words lie over a face, wherever its photograph is shifted.

    Raises:
        UserError: with the photograph's place in the recipe.
    """
    for place, finding in covered_faces(scenery):
        raise UserError(
            f"{finding} ({scenery.task.format})",
            fix="use a photograph with room beside the face, another order, or say with `focus:` what to show of it",
            place=place or scenery.task.place,
        )
