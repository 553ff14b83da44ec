"""A rendition's page: words stay words, the QR code can be read, logos are pictures, and nothing else gets in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset, RenderTask
from castad_cli.model.script import Script
from castad_cli.render import layers
from castad_cli.render.chromium.browser import Page
from castad_cli.render.page import PageSource, build_page, keep_together, qr_svg, shown_url
from castad_cli.render.planning import plan_timeline
from castad_cli.render.studio import Studio
from castad_cli.render.words.fonts import family_files
from castad_cli.templates import load_template

MakeAd = Callable[..., tuple[RenderTask, Script, Any]]

HOSTILE = (
    "<b>bold</b>",
    "<img src=x onerror=pwned=1>",
    "</style><script>pwned=1</script>",
    "{{7*7}}",
    "{% raw %}x",
    "{{ self.__init__.__globals__ }}",
    "\"'><i a='",
    "&lt;b&gt; &amp; &#60;",
    "a } body { display: none",
    "<!-- gone",
)


def page_of(task: RenderTask, script: Script) -> PageSource:
    template = load_template(task.template)
    return build_page(task, script, plan_timeline(task, script, None, template), template, None)


class Reading(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, page: PageSource) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(page.resources["/"].body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup_or_template_code(make_ad: MakeAd, text: str) -> None:
    plain = Reading(page_of(*make_ad(address="a", phone="p", url="https://example.com/haneul")[:2]))
    task, script, _ = make_ad(
        seconds=60,
        name=text,
        phone=text,
        address=text,
        offer=text,
        call_to_action=text,
        scenes=((text, text), ("b", text), (text, "")),
    )
    reading = Reading(page_of(task, script))
    assert reading.tags.count("script") == reading.tags.count("i") == reading.tags.count("b") == 0
    assert sorted(set(reading.attributes)) == sorted(set(plain.attributes))
    assert reading.text.count(keep_together(text, "en")) >= 6
    assert "49" not in reading.text.replace("49" * (text.count("49")), "")


def test_hostile_words_are_shown_as_they_were_written(make_ad: MakeAd, shared_studio: Studio) -> None:
    first, second, third = "<script>pwned=1</script>", "{{7*7}} & <i>", "\"'> &lt;"
    task, script, _ = make_ad(
        seconds=30,
        name="<img src=x onerror=pwned=1>",
        offer="<b>5%</b>",
        scenes=((first, ""), (second, ""), (third, "")),
    )

    def look(page: Page) -> tuple[dict[str, str], bool]:
        layers.fit_texts(page, {})
        shown = {f"{t['slot']} {t['scene']}": " ".join(t["text"].split()) for t in layers.read_texts(page)}
        return shown, page.evaluate(
            "look", "() => 'pwned' in window || !!document.querySelector('#stage script, b, i')"
        )

    shown, harmed = shared_studio.browser.with_page(page_of(task, script).resources, 1080, 1080, look)
    assert not harmed
    assert [shown["headline 0"], shown["headline 1"], shown["headline 2"]] == [first, second, third]
    assert shown["offer 2"] == "<b>5%</b>"
    assert shown["mark all"] == "<img src=x onerror=pwned=1>"


def test_a_font_file_is_used_whatever_it_is_called(make_ad: MakeAd, tmp_path: Path) -> None:
    font = tmp_path / 'x"; } body { display: none } <script>.ttf'.replace("/", "")
    font.write_bytes(family_files()["Inter"].read_bytes())
    task, script, _ = make_ad(font="", font_file=Asset(font.name, str(font), "0", "font"))
    page = page_of(task, script)
    html = page.resources["/"].body.decode()
    assert "display: none }" not in html
    assert "<script" not in html
    first = re.search(r"--font: \"([^\"]+)\"", html)
    assert first is not None
    assert f'font-family: "{first[1]}"; src: url("/fonts/' in html


def test_a_font_file_named_like_a_family_of_ours_is_the_one_that_is_used(make_ad: MakeAd, tmp_path: Path) -> None:
    font = tmp_path / "Inter.ttf"
    font.write_bytes(family_files()["Noto Serif"].read_bytes())
    task, script, _ = make_ad(font_file=Asset("Inter.ttf", str(font), "0", "font"))
    named, plain = page_of(task, script), page_of(replace(task, brand=replace(task.brand, font_file=None)), script)
    fonts = [{path: r.body for path, r in p.resources.items() if path.startswith("/fonts/")} for p in (named, plain)]
    assert set(fonts[0]) - set(fonts[1])


def test_everything_the_page_names_is_there(make_ad: MakeAd, tmp_path: Path) -> None:
    page = page_of(*make_ad(logo=logo(tmp_path, "png"))[:2])
    html = page.resources["/"].body.decode()
    named = re.findall(r"url\(\"([^\"]+)\"\)", html) + re.findall(r"src=\"([^\"]+)\"", html)
    assert {*named} <= page.resources.keys()
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg", "", html)


def test_each_text_knows_where_it_was_written(make_ad: MakeAd) -> None:
    place = Place("a.yaml", 3)
    page = page_of(*make_ad(place=place)[:2])
    assert page.places["0", "headline"] == page.places["all", "offer"] == page.places["all", "url"] == place


def test_a_character_that_no_font_has_is_refused(make_ad: MakeAd) -> None:
    place = Place("a.yaml", 3)
    task, script, _ = make_ad(scenes=(("Waves", ""), ("Waves \U00012000", ""), ("Bye", "")), place=place)
    with pytest.raises(UserError, match=r"U\+12000.* in headline of scene 2") as caught:
        page_of(task, script)
    assert caught.value.place == place


# -- the QR code -----------------------------------------------------------------------------------------------


def drawn(svg: str, unit: int = 6) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The modules of a code's path, as grey pixels."""
    size = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    pixels = np.full((size, size), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        pixels[int(y), int(x)] = 0
    return np.kron(pixels, np.ones((unit, unit), np.uint8))


@pytest.mark.parametrize(
    "url",
    [
        "https://a.kr",
        "https://example.com/haneul?from=reel&x=1",
        "https://example.com/" + "a-long-path/" * 10,
        "HTTPS://EXAMPLE.COM/ABC",
    ],
)
def test_the_code_is_the_address(url: str) -> None:
    assert cv2.QRCodeDetector().detectAndDecode(drawn(str(qr_svg(url))))[0] == url


def test_the_code_has_its_quiet_zone() -> None:
    pixels = drawn(str(qr_svg("https://a.kr")), unit=1)
    assert (pixels[:4] == 255).all()
    assert (pixels[:, -4:] == 255).all()
    assert (pixels[4, 4:11] == 0).all()


@pytest.mark.parametrize("length", [200, 5000])
def test_an_address_too_long_for_a_code_is_refused(make_ad: MakeAd, length: int) -> None:
    place = Place("a.yaml", 3)
    task, script, _ = make_ad(url="https://example.com/" + "a" * length, place=place)
    with pytest.raises(UserError, match="too long for a QR code") as caught:
        page_of(task, script)
    assert "shorter" in caught.value.fix
    assert caught.value.place == place


def test_no_address_no_code(make_ad: MakeAd) -> None:
    def codes(url: str) -> int:
        page = page_of(*make_ad(url=url)[:2])
        return page.resources["/"].body.decode().count('<svg class="qr-code"')

    assert (codes("https://example.com/haneul"), codes("")) == (1, 0)


# -- logos -----------------------------------------------------------------------------------------------------


def logo(folder: Path, kind: str) -> Asset:
    path = folder / f"logo.{kind}"
    if kind == "svg":
        path.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">'
            '<rect width="80" height="40" fill="#f60" onclick="pwned=1"/></svg>'
        )
    else:
        Image.new("RGB", (80, 40), (255, 102, 0)).save(path)
    return Asset(path.name, str(path), "0", "vector" if kind == "svg" else "photo", Place("a.yaml", 7))


@pytest.mark.parametrize("kind", ["svg", "png", "webp", "jpg"])
def test_a_logo_is_shown_as_a_picture(make_ad: MakeAd, shared_studio: Studio, tmp_path: Path, kind: str) -> None:
    task, script, _ = make_ad(logo=logo(tmp_path, kind))

    def look(page: Page) -> list[float]:
        layers.fit_texts(page, {})
        script = "() => { const i = document.querySelector('img.logo'); return [i.naturalWidth, i.naturalHeight]; }"
        found: list[float] = page.evaluate("look", script)
        return found

    page = page_of(task, script)
    assert b"pwned" not in page.resources["/logo"].body
    width, height = shared_studio.browser.with_page(page.resources, 1080, 1080, look)
    assert width == 2 * height > 0


def test_a_logo_of_another_kind_is_refused(make_ad: MakeAd, tmp_path: Path) -> None:
    task, script, _ = make_ad(logo=logo(tmp_path, "bmp"))
    with pytest.raises(UserError, match=r"logo\.bmp is neither SVG, PNG") as caught:
        page_of(task, script)
    assert caught.value.place == Place("a.yaml", 7)


# -- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("평일 20% 할인", "ko", "평일 20%\u00a0할인"),
        ("20 % off", "en", "20\u00a0%\u00a0off"),
        ("5% 10% off", "en", "5%\u00a010%\u00a0off"),
        ("ลด 20% วันนี้", "th", "ลด 20% วันนี้"),
        ("nothing here", "en", "nothing here"),
        ("20%", "en", "20%"),
    ],
)
def test_a_percentage_stays_with_its_word(text: str, language: str, kept: str) -> None:
    assert keep_together(text, language) == kept


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.example.com/", "example.com"),
        ("http://example.com/haneul/", "example.com/haneul"),
        ("https://example.com/a?utm_source=x", "example.com/a"),
        ("https://example.com/?x=1", "example.com"),
        ("https://example.com/#top", "example.com"),
        ("", ""),
    ],
)
def test_an_address_is_shown_as_people_say_it(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_an_address_too_long_to_be_shown_is_its_host() -> None:
    assert shown_url("https://booking.example.com/rooms/ocean-view/12345?x=1", 17) == "booking.example.com"
    assert shown_url("https://example.com/haneul", 17) == "example.com/haneul"


def test_a_long_address_is_shown_short_and_coded_whole(make_ad: MakeAd) -> None:
    url = "https://booking.example.com/rooms/ocean-view/12345?utm_source=reel"
    page = page_of(*make_ad(url=url)[:2])
    assert "booking.example.com<" in page.resources["/"].body.decode()
    assert cv2.QRCodeDetector().detectAndDecode(drawn(page.resources["/"].body.decode()))[0] == url
