"""Makes docs/gallery.md and its pictures with the program itself: ``make gallery``.

For each template one sheet: every scene of an example recipe, in every format and in the recipe's languages.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from PIL import Image

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures" / "gallery"
WIDEST = 1500
FORMATS = "[reel, portrait, square, landscape]"
RECIPES = {
    "horizon": "haneul-pension",
    "menu": "sandglass-menu",
    "drop": "onda-drop",
    "story": "haneul-guests",
    "magazine": "haneul-magazine",
    "pulse": "sandglass-mornings",
}


def make_sheet(recipe: str, language: str, folder: Path) -> Image.Image:
    """The contact sheet of a recipe in every format, in one of its languages."""
    copy = folder / f"{recipe}.yaml"
    text = (ROOT / "recipes" / f"{recipe}.yaml").read_text(encoding="utf-8")
    copy.write_text(re.sub(r"(?m)^formats: .*$", f"formats: {FORMATS}", text), encoding="utf-8")
    out = folder / "sheet.png"
    options = ["--contact-sheet", "--language", language, "-o", str(out)]
    subprocess.run(
        [sys.executable, "-m", "castad_cli", "preview", str(copy), *options],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with Image.open(out) as sheet:
        picture = sheet.convert("RGB")
    return picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)


def main() -> None:
    wanted = sys.argv[1:] or list(RECIPES)
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for assets in (path for path in (ROOT / "recipes").iterdir() if path.is_dir()):
            shutil.copytree(assets, folder / assets.name)
        for template in wanted:
            recipe = yaml.safe_load((ROOT / "recipes" / f"{RECIPES[template]}.yaml").read_text(encoding="utf-8"))
            for language in recipe["languages"][:3]:
                sheet = make_sheet(RECIPES[template], language, folder)
                sheet.save(TARGET / f"{template}-{language}.jpg", quality=80, optimize=True, progressive=True)
    lines = ["# Gallery", "", "Made by `make gallery`: every template, every format, with the program itself.", ""]
    for template, recipe in RECIPES.items():
        lines += [f"## {template}", "", f"[The recipe](../recipes/{recipe}.yaml).", ""]
        for path in sorted(TARGET.glob(f"{template}-*.jpg")):
            language = path.stem.removeprefix(f"{template}-")
            lines += [f"![{template} in every format, {language}](pictures/gallery/{path.name})", ""]
    (ROOT / "docs" / "gallery.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
