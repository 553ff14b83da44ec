"""Texts set as blocks: every line as wide as the column, each at its own size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page, Resource
from castad_cli.render.studio import Studio
from castad_cli.render.words.fonts import PlacedText, subset_fonts

WIDTH, HEIGHT = 600, 500
LINES = """() => [...document.querySelectorAll(".line")].map((line) => {
  const range = document.createRange();
  range.selectNodeContents(line);
  const box = range.getBoundingClientRect();
  return { text: line.textContent, width: box.width, size: parseFloat(getComputedStyle(line).fontSize) };
})"""


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


def set_block(
    studio: Studio, text: str, language: str = "en", css: str = "", around: str = "{}", mark: str = ""
) -> tuple[Any, Any]:
    """The lines that a block comes to, and the box of the block."""
    faces = subset_fonts([PlacedText(text, "text")], language)
    fonts = "".join(f'@font-face{{font-family:"{f.family}";src:url("/{f.name}")}}' for f in faces)
    names = ",".join(f'"{f.family}"' for f in faces)
    block = f'<h1 data-text="headline" data-fill {mark} data-lines="3" data-min="20" data-max="200">{text}</h1>'
    html = (
        f"<!doctype html><meta charset=utf-8><style>{fonts}*{{margin:0}}#stage{{width:600px;height:500px;"
        f"font:700 20px/1.2 {names}}}h1{{width:400px;max-height:300px}}.line{{display:block}}{css}</style>"
        f'<main id="stage" lang="{language}"><section data-scene="0">{around.format(block)}</section></main>'
    )
    resources = {"/": Resource(html.encode(), "text/html; charset=utf-8")}
    resources |= {f"/{face.name}": Resource(face.data, "font/ttf") for face in faces}

    def work(page: Page) -> tuple[Any, Any]:
        layers.fit_texts(page, {})
        height = "() => document.querySelector('h1').getBoundingClientRect().height"
        return page.evaluate("read its lines", LINES), page.evaluate("measure it", height)

    return studio.browser.with_page(resources, WIDTH, HEIGHT, work)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Butter does the talking here"),
        ("ko", "파도 소리에 잠드는 밤"),
        ("ja", "ひと重ねずつの朝をどうぞ"),
        ("zh-Hans", "推开窗户就能看见大海"),
        ("th", "ตื่นมาพร้อมเสียงคลื่น"),
        ("vi", "Thức dậy cùng tiếng sóng"),
    ],
)
def test_lines_are_equally_wide_and_every_word_is_there(studio: Studio, language: str, text: str) -> None:
    lines, height = set_block(studio, text, language)
    assert "".join(line["text"] for line in lines).replace(" ", "") == text.replace(" ", "")
    widths = [line["width"] for line in lines]
    assert max(widths) <= 402
    assert max(widths) - min(widths) <= 0.03 * max(widths) + 4
    assert height <= 301


def test_a_japanese_line_ends_with_a_phrase(studio: Studio) -> None:
    lines, _ = set_block(studio, "自慢の一杯をどうぞ", "ja", "h1{max-height:400px}")
    assert not any(line["text"].startswith(("の", "を", "に", "は")) for line in lines)


def test_what_is_held_together_is_not_broken(studio: Studio) -> None:
    lines, _ = set_block(studio, "Weekdays 20%\u00a0off")
    assert any("20%\u00a0off" in line["text"] for line in lines)


def test_a_block_leaves_the_others_of_its_column_their_room(studio: Studio) -> None:
    css = "div{display:flex;flex-direction:column;height:260px}p{height:60px;flex:none}h1{max-height:none;flex:none}"
    around = "<div><p>above</p>{}<p>below</p></div>"
    _, alone = set_block(studio, "Two words", css=css, around=around)
    _, kept = set_block(studio, "Two words", css=css, around=around, mark="data-room")
    assert alone > 141, "without the attribute it takes what it likes"
    assert kept <= 141


def test_an_offer_is_set_with_its_price_largest(studio: Studio) -> None:
    said, css = "Coffee and croissant ₩9,000 until\u00a011", "h1{max-height:240px}"

    def largest(mark: str) -> str:
        lines, _ = set_block(studio, said, css=css, mark=mark)
        return str(max(lines, key=lambda line: line["size"])["text"])

    assert "₩" not in largest(""), "it is the first word that would fill the column best"
    assert "₩9,000" in largest("data-figure")


def test_a_thai_line_ends_at_a_space_where_there_is_one(studio: Studio) -> None:
    lines, _ = set_block(studio, "ลด 20% วันธรรมดา", "th")
    assert len(lines) > 1
    assert "วันธรรมดา" in [line["text"] for line in lines]
