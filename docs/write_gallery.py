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

from PIL import Image

from castad_cli.templates import load_template

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures" / "gallery"
WIDEST = 1500
FORMATS = "[reel, portrait, square, landscape]"
RECIPES = {
    "horizon": {"ko": "haneul-pension", "en": "haneul-pension", "ja": "sandglass-coffee"},
    "menu": dict.fromkeys(("ko", "en", "ja"), "sandglass-menu"),
    "drop": dict.fromkeys(("ko", "en", "ja"), "onda-drop"),
    "story": dict.fromkeys(("ko", "en", "ja"), "haneul-guests"),
    "magazine": dict.fromkeys(("ko", "en", "ja"), "haneul-magazine"),
    "pulse": dict.fromkeys(("ko", "en", "ja"), "sandglass-mornings"),
}
"""For each template and language the recipe that shows it."""


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
            for language, recipe in RECIPES[template].items():
                sheet = make_sheet(recipe, language, folder)
                sheet.save(TARGET / f"{template}-{language}.jpg", quality=80, optimize=True, progressive=True)
    said = "Every template in every format and three languages, made by the program itself: `make gallery`."
    lines = ["# Gallery", "", said, ""]
    for template, shown in RECIPES.items():
        spec = load_template(template).spec
        links = ", ".join(f"[{recipe}](../recipes/{recipe}.yaml)" for recipe in dict.fromkeys(shown.values()))
        lines += [f"## {template}", "", spec.summary.strip(), "", f"Recipes: {links}.", ""]
        for language in shown:
            picture = f"pictures/gallery/{template}-{language}.jpg"
            lines += [f"![{template} in reel, portrait, square and landscape, {language}]({picture})", ""]
    (ROOT / "docs" / "gallery.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
