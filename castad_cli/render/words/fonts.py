"""Fonts: which families there are, which characters they have, and small files that hold just what an ad needs.

Why subsets: a CJK family is 10 to 18 MB, too much to hand a page for each rendition; HarfBuzz cuts one
to the characters of an ad in a few milliseconds, keeping shaping rules and the weight axis. Looking every
character up first also finds the ones that no font has, before a browser could draw an empty box.
"""

from __future__ import annotations

import hashlib
import importlib.util
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from castad_cli.errors import EnvironmentNotReady, UserError
from castad_cli.model.formats import LANGUAGES
from castad_cli.model.place import Place

_PACKAGES = {
    "justmytype_intl_cjk": {
        "Noto Sans KR": "NotoSansKR[wght].ttf",
        "Noto Sans JP": "NotoSansJP[wght].ttf",
        "Noto Sans SC": "NotoSansSC[wght].ttf",
        "Noto Sans TC": "NotoSansTC[wght].ttf",
    },
    "justmytype_intl_rtl": {"Noto Sans Arabic": "NotoSansArabic[wdth,wght].ttf"},
    "justmytype_intl_sea": {"Noto Sans Thai": "NotoSansThai[wdth,wght].ttf"},
    "justmytype_western_core": {
        "Inter": "Inter[opsz,wght].ttf",
        "Noto Sans": "NotoSans[wdth,wght].ttf",
        "Noto Serif": "NotoSerif[wdth,wght].ttf",
        "Source Serif 4": "SourceSerif4[opsz,wght].ttf",
        "Source Serif 4 Italic": "SourceSerif4-Italic[opsz,wght].ttf",
        "Noto Sans Symbols 2": "NotoSansSymbols2-Regular.ttf",
    },
}
_FALLBACKS = ("Inter", "Noto Sans", "Noto Sans Thai", "Noto Sans Arabic", "Noto Sans Symbols 2")
_BASIC = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0…–—‘’“”·•×₩¥€£฿₫℃°+→%"


@dataclass(frozen=True)
class FontFace:
    """One subset font as a page takes it: CSS family, the bytes of a TrueType file, its name in the page's origin."""

    family: str
    data: bytes
    name: str


@dataclass(frozen=True)
class PlacedText:
    """A text that will be shown, with a name and a place for the error when a glyph is missing."""

    text: str
    what: str
    place: Place | None = None


@cache
def family_files() -> Mapping[str, Path]:
    """Every family that CaStAD ships, and its file.

    Raises:
        EnvironmentNotReady: a font package is not installed.
    """
    found: dict[str, Path] = {}
    for package, families in _PACKAGES.items():
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise EnvironmentNotReady(
                f"the font package {package.replace('_', '-')} is not installed",
                fix="run: python -m pip install --force-reinstall castad",
            )
        files = {path.name: path for path in Path(next(iter(spec.submodule_search_locations))).rglob("*.ttf")}
        for family, name in families.items():
            if name not in files:
                raise EnvironmentNotReady(
                    f"the font file {name} is missing from {package.replace('_', '-')}",
                    fix="run: python -m pip install --force-reinstall castad",
                )
            found[family] = files[name]
    return found


@cache
def _characters(path: Path) -> frozenset[int]:
    import uharfbuzz as hb

    try:
        codes = frozenset(hb.Face(hb.Blob.from_file_path(str(path))).unicodes)
    except hb.HarfBuzzError:
        codes = frozenset()
    if not codes:  # HarfBuzz takes any bytes for a font, one without characters
        raise UserError(f"{path.name} is no font file that can be read", fix="use a .ttf or .otf file")
    return codes


def font_stack(language: str, brand_font: str = "") -> tuple[str, ...]:
    """The families to try for a language, best first: the brand's, the language's own, then the rest.

    The language's family comes before other CJK ones, since they draw the same character differently.
    """
    own = LANGUAGES[language].font
    cjk = [f for f in ("Noto Sans KR", "Noto Sans JP", "Noto Sans SC", "Noto Sans TC") if f != own]
    order = [brand_font, own, *_FALLBACKS, *cjk]
    return tuple(dict.fromkeys(family for family in order if family))


def subset_fonts(
    texts: Sequence[PlacedText], language: str, *, brand_font: str = "", brand_file: Path | None = None
) -> tuple[FontFace, ...]:
    """The faces that together draw every character of ``texts``, in stack order, each cut to what it draws.

    A character goes to the first family of `font_stack` that has it. The first face also holds basic
    Latin and punctuation, so that a template's own marks are always there.

    Raises:
        UserError: ``brand_font`` is no family we know (and no file is given), or a character that no
            font has: names the text, the character and its place.
    """
    files = dict(family_files())
    if brand_file is not None:
        brand_font = brand_font or brand_file.stem
        files = {brand_font: brand_file, **files}
    elif brand_font and brand_font not in files:
        raise UserError(
            f"the font {brand_font!r} does not come with CaStAD",
            fix=f"use one of: {', '.join(sorted(files))}; or give a .ttf or .otf file",
        )
    stack = font_stack(language, brand_font)
    wanted: dict[str, set[int]] = {family: set() for family in stack}
    wanted[stack[0]] |= {ord(c) for c in _BASIC} & _characters(files[stack[0]])
    for placed in texts:
        for character in unicodedata.normalize("NFC", placed.text):
            code = ord(character)
            if character in "\n\r\t" or unicodedata.category(character) in ("Cf", "Cc"):
                continue
            home = next((family for family in stack if code in _characters(files[family])), None)
            if home is None:
                raise UserError(
                    f"no font has the character {character!r} (U+{code:04X}, "
                    f"{unicodedata.name(character, 'unnamed').lower()}) in {placed.what} {placed.text!r}",
                    fix="write it with other characters, or give a font file that has it under brand.font",
                    place=placed.place,
                )
            wanted[home].add(code)
            # Shapers take some characters apart (Thai sara am, Vietnamese stacked accents): their parts must be there.
            wanted[home] |= {ord(part) for part in unicodedata.normalize("NFKD", character)} & _characters(files[home])
    return tuple(
        FontFace(family, data, f"{hashlib.sha256(data).hexdigest()[:16]}.ttf")
        for family, codes in wanted.items()
        if codes
        for data in [_subset(files[family], codes)]
    )


def _subset(path: Path, codes: Iterable[int]) -> bytes:
    import uharfbuzz as hb

    request = hb.SubsetInput()
    for code in sorted(codes):
        request.unicode_set.add(code)
    # HarfBuzz keeps a default list of features only; designers also use palt, tnum, ss01, …: keep all.
    request.layout_feature_tag_set.clear()
    request.layout_feature_tag_set.invert()
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    return bytes(hb.subset(face, request).blob.data)
