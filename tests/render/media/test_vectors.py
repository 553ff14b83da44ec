"""An SVG logo comes out with nothing in it but drawing, or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.dom.minidom import parseString

import pytest

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.render.media.vectors import clean_svg, logo_size

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">'


def clean(folder: Path, inside: str, *, head: str = HEAD, before: str = "") -> str:
    path = folder / "logo.svg"
    path.write_text(before + head + inside + "</svg>", encoding="utf-8")
    return clean_svg(path, None).decode()


def refuse(folder: Path, place: Place, data: bytes) -> str:
    path = folder / "logo.svg"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        clean_svg(path, place, "assets/logo.svg")
    assert caught.value.place is place
    assert caught.value.fix
    assert caught.value.message.startswith("assets/logo.svg ")
    return caught.value.message


def test_drawing_is_kept_as_it_is(tmp_path: Path) -> None:
    out = clean(
        tmp_path,
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient>'
        '<clipPath id="c"><rect width="5" height="5"/></clipPath></defs>'
        "<style>.a{fill:url(#g)} /* &lt; */</style>"
        '<g clip-path="url(#c)" transform="rotate(3)"><path class="a" d="M0 0L9 9"/></g>'
        '<use xlink:href="#c" x="1"/><image href="data:image/png;base64,AAAA" width="2" height="2"/>',
    )
    assert '<linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient>' in out
    assert '<g clip-path="url(#c)" transform="rotate(3)"><path class="a" d="M0 0L9 9"/></g>' in out
    assert '<use href="#c" x="1"/>' in out
    assert 'href="data:image/png;base64,AAAA"' in out
    parseString(out)
    (tmp_path / "again.svg").write_text(out)
    assert clean_svg(tmp_path / "again.svg", None).decode() == out


def test_what_cannot_be_seen_is_left_out(tmp_path: Path) -> None:
    out = clean(
        tmp_path,
        '<title>Logo</title><metadata><rdf:RDF xmlns:rdf="r"><rdf:x/></rdf:RDF></metadata><!-- note -->'
        '<i:pgf xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/">blob</i:pgf>'
        '<a xlink:href="https://example.com/"><rect width="1" height="1" onclick="alert(1)" ONLOAD="x"/></a>'
        '<rect width="2" height="2"><animate attributeName="x" to="9"/></rect><text> </text>',
        before='<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1/svg11.dtd">',
    )
    for gone in (
        "Logo",
        "rdf",
        "note",
        "pgf",
        "blob",
        "example",
        "alert",
        "ONLOAD",
        "animate",
        "text",
        "DOCTYPE",
        "<a",
    ):
        assert gone not in out
    assert '<g><rect width="1" height="1"/></g><rect width="2" height="2"/>' in out


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "a script"),
        ("<g><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject></g>", "foreign content"),
        ("<text x='1'>하늘마루</text>", "has text in it (“하늘마루”)"),
        ("<text><tspan>Sky</tspan></text>", "has text in it"),
        ("<image href='https://example.com/a.png'/>", "a picture that is not inside it"),
        ("<image xlink:href='file:///etc/passwd'/>", "a picture that is not inside it"),
        ("<image href='data:image/svg+xml,&lt;svg/>'/>", "a picture that is not inside it"),
        ("<use href='other.svg#a'/>", "outside itself"),
        ("<use href='data:image/svg+xml,x#a'/>", "outside itself"),
        ("<rect fill='url(https://example.com/#a)'/>", "outside itself"),
        ("<rect style='fill:url(&quot; //example.com/a&quot;)'/>", "outside itself"),
        ("<rect style='fill:u\\72l(http://example.com)'/>", "outside itself"),
        ("<rect style='fill:url/**/(http://example.com)'/>", "outside itself"),
        ("<style>@import 'a.css';</style>", "style from outside"),
        ("<style>@\\69mport 'a.css';</style>", "style from outside"),
        ("<style>a{mask-image:image-set('http://a' 1x)}</style>", "style from outside"),
        ("<filter id='f'><feImage href='#x'/></filter>", "a filter that loads a picture"),
        ("<video/>", "<video>"),
    ],
)
def test_what_a_logo_must_not_hold_is_refused(inside: str, said: str, tmp_path: Path, place: Place) -> None:
    assert said in refuse(tmp_path, place, (HEAD + inside + "</svg>").encode())


def test_entities_and_bombs_are_refused(tmp_path: Path, place: Place) -> None:
    laughs = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg viewBox="0 0 1 1">&b;</svg>'
    assert "entities" in refuse(tmp_path, place, laughs)
    outside = b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 1 1">&a;</svg>'
    assert "entities" in refuse(tmp_path, place, outside)
    nested = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40))
    assert "too often" in refuse(tmp_path, place, (HEAD + '<g id="g0"/>' + nested + "</svg>").encode())
    circle = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'
    assert "refers to itself" in refuse(tmp_path, place, (HEAD + circle + "</svg>").encode())
    deep = "<g>" * 5000 + "</g>" * 5000
    assert "too many" in refuse(tmp_path, place, (HEAD + deep + "</svg>").encode())
    assert "larger than 2 MB" in refuse(tmp_path, place, HEAD.encode() + b" " * 2_000_001 + b"</svg>")
    assert "larger than 2 MB" in refuse(tmp_path, place, gzip.compress(b" " * 50_000_000))


def test_what_is_no_svg_is_refused(tmp_path: Path, place: Place) -> None:
    assert "not SVG" in refuse(tmp_path, place, b"<html/>")
    assert "not well-formed" in refuse(tmp_path, place, b"<svg viewBox='0 0 1 1'><g></svg>")
    assert "not well-formed" in refuse(tmp_path, place, b"plain")
    assert "empty" in refuse(tmp_path, place, b"  ")
    assert "cut off" in refuse(tmp_path, place, gzip.compress(HEAD.encode() + b"</svg>")[:-12])


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 300 100"', (300, 100)),
        ('viewBox="0,0,300,100" width="150"', (150, 50)),
        ('viewBox="0 0 300 100" height="50px"', (150, 50)),
        ('viewBox="0 0 300 100" width="100%" height="100%"', (300, 100)),
        ('width="1in" height="12pt"', (96, 16)),
        ('width="90" height="30"', (90, 30)),
    ],
)
def test_the_size_is_always_there(attributes: str, size: tuple[float, float], tmp_path: Path) -> None:
    out = clean(tmp_path, "", head=f'<svg xmlns="http://www.w3.org/2000/svg" fill="red" {attributes}>')
    assert logo_size(out.encode()) == pytest.approx(size)
    assert "viewBox=" in out
    assert out.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')


@pytest.mark.parametrize(
    "attributes", ["", 'width="9"', 'viewBox="0 0 0 5"', 'width="1e9" height="1"', 'viewBox="a b c d"']
)
def test_a_logo_without_a_size_is_refused(attributes: str, tmp_path: Path, place: Place) -> None:
    assert "size" in refuse(tmp_path, place, f"<svg {attributes}/>".encode())


def test_compressed_logos_and_those_in_utf_16_are_read(tmp_path: Path) -> None:
    text = HEAD + '<path d="M0 0"/></svg>'
    (tmp_path / "a.svgz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "b.svg").write_bytes(('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16"))
    (tmp_path / "c.svg").write_text(text)
    plain = clean_svg(tmp_path / "c.svg", None)
    assert clean_svg(tmp_path / "a.svgz", None) == plain
    assert clean_svg(tmp_path / "b.svg", None) == plain
