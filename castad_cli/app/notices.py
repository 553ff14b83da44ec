"""What a person should know of a recipe that is in order: brand colours that will not be shown as they are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from castad_cli.model.palette import make_palette
from castad_cli.model.place import Place
from castad_cli.model.plan import AdSource


@dataclass(frozen=True)
class Notice:
    """Something to know about a value of a recipe, which stops nothing."""

    text: str
    place: Place


def find_notices(ads: Iterable[AdSource]) -> tuple[Notice, ...]:
    """The notices of all ``ads``, in their order, each once."""
    found: dict[tuple[str, str], Notice] = {}
    for ad in ads:
        paint = ad.recipe.brand.colors
        for adjustment in make_palette(paint.primary, paint.accent, paint.text).adjustments:
            notice = Notice(str(adjustment), ad.place(f"brand.colors.{adjustment.key}"))
            found.setdefault((str(notice.place), notice.text), notice)
    return tuple(found.values())
