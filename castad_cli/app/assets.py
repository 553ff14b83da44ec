"""The files that recipes name: found or fetched, known to be usable, and known by their bytes.

Nothing is decoded here. What a file is, is remembered by its bytes, so that planning again opens no decoder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from castad_cli.app.engine import engine_fingerprint
from castad_cli.errors import CastadError, UserError
from castad_cli.model.place import Place
from castad_cli.model.plan import AdSource, Asset, fingerprint
from castad_cli.recipe import RecipeFile, find_source, is_url
from castad_cli.settings import Settings
from castad_cli.storage.hashing import hash_file
from castad_cli.whole import put_whole

Kind = Literal["photo", "clip", "vector", "sound", "font"]
Role = Literal["picture", "logo", "music", "font"]

_ACCEPTED: dict[Role, tuple[tuple[Kind, ...], str]] = {
    "picture": (("photo", "clip", "vector"), "a photo, a clip or an SVG"),
    "logo": (("vector", "photo"), "an SVG or a PNG"),
    "music": (("sound", "clip"), "a sound file"),
    "font": (("font",), "a font file"),
}
_LEAST_LOGO_SIDE = 64
_FETCHES_AT_ONCE = 4
_FONT_SUFFIXES = (".ttf", ".otf", ".woff", ".woff2")


@dataclass(frozen=True)
class Wanted:
    """A file as one recipe names it. ``folder`` is the recipe's."""

    file: str
    folder: Path
    src: str
    role: Role
    place: Place


def wanted_by(file: RecipeFile) -> Iterator[Wanted]:
    """Every file that a recipe's ads name, each once in each role."""
    seen: set[tuple[str, Role]] = set()
    for ad in file.ads:
        for src, role, path in _named(ad):
            if src and (src, role) not in seen:
                seen.add((src, role))
                yield Wanted(file.file, file.path.parent, src, role, ad.place(path))


def gather(
    files: Sequence[RecipeFile], settings: Settings, *, network: bool
) -> tuple[dict[tuple[str, str], Asset], list[CastadError]]:
    """Every asset by (recipe file, src), and what is wrong with those that are missing here.

    Without ``network`` what stands behind URLs is left out, unseen.
    """
    wanted = [each for file in files for each in wanted_by(file) if network or not is_url(each.src)]
    assets: dict[tuple[str, str], Asset] = {}
    problems: list[CastadError] = []
    with ThreadPoolExecutor(_FETCHES_AT_ONCE) as pool:
        fetched = {each.src: pool.submit(_fetch, each.src, settings, each.place) for each in wanted if is_url(each.src)}
        try:
            for each in wanted:
                try:
                    on_disk = fetched[each.src].result() if each.src in fetched else None
                    assets[each.file, each.src] = _identified(each, on_disk, settings)
                except CastadError as error:
                    problems.append(error)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return assets, problems


def _named(ad: AdSource) -> Iterator[tuple[str, Role, str]]:
    recipe = ad.recipe
    for index, media in enumerate(recipe.media):
        yield media.src, "picture", f"media[{index}].src"
    yield recipe.brand.logo, "logo", "brand.logo"
    yield recipe.music.src, "music", "music.src"
    font = recipe.brand.font
    if "/" in font or font.lower().endswith(_FONT_SUFFIXES):
        yield font, "font", "brand.font"


def _fetch(src: str, settings: Settings, place: Place) -> Path:
    from castad_cli.storage.fetch import fetch

    return fetch(src, settings.assets_folder, settings.storage_options, place=place)


def _identified(wanted: Wanted, fetched: Path | None, settings: Settings) -> Asset:
    path = fetched or find_source(wanted.src, wanted.folder, place=wanted.place)
    try:
        sha256 = hash_file(path, settings.hashes_file)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", fix="check the file", place=wanted.place) from error
    memo = settings.cache_folder / "identified" / fingerprint(sha256, wanted.role, engine_fingerprint())
    kind = _recall(memo)
    if kind is None:
        from castad_cli.render.media.intake import LEAST_SIDE, identify

        least = _LEAST_LOGO_SIDE if wanted.role == "logo" else LEAST_SIDE
        kind = identify(path, wanted.src, wanted.place, least_side=least)
        _check_role(wanted, kind)
        _remember(memo, kind)
    return Asset(wanted.src, str(path), sha256, kind, wanted.place)


def _check_role(wanted: Wanted, kind: Kind) -> None:
    accepted, named = _ACCEPTED[wanted.role]
    if kind not in accepted:
        found = {"photo": "a photo", "clip": "a clip", "vector": "an SVG", "sound": "a sound", "font": "a font"}[kind]
        raise UserError(f"{wanted.src} is {found}; {named} is wanted here", fix="name another file", place=wanted.place)


def _recall(memo: Path) -> Kind | None:
    with contextlib.suppress(OSError):
        kind = memo.read_text("utf-8")
        if kind in ("photo", "clip", "vector", "sound", "font"):
            return cast(Kind, kind)
    return None


def _remember(memo: Path, kind: Kind) -> None:
    """A memo that cannot be written costs the next plan some time, and nothing else."""
    with contextlib.suppress(OSError):
        memo.parent.mkdir(parents=True, exist_ok=True)
        put_whole(memo, lambda part: part.write_text(kind, "utf-8"))
