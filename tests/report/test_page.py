"""The report's page, opened in Chromium: it shows, finds and sorts; and what people wrote stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from castad_cli.report import Ad, Post, Problem, Rendition, Report, write_page
from castad_cli.report.page import safe_link

from .conftest import AT, DOT, NO_ROOM, Opener, make_ad, make_report

HOSTILE = "</style></script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>\"'&amp;"

SHOWN = "[...document.querySelectorAll('.ad')].filter((ad) => ad.checkVisibility()).map((ad) => ad.dataset.r)"


@pytest.fixture(scope="module")
def large() -> Report:
    return make_report([make_ad(number) for number in range(5000)])


@pytest.mark.parametrize("count", [1, 40])
def test_what_people_wrote_is_shown_as_they_wrote_it(opened: Opener, count: int) -> None:
    problem = Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    rendition = Rendition(HOSTILE, "failed", 1, False, 2, HOSTILE, HOSTILE, "javascript:broken=1", DOT, (9, 9), problem)
    post = Post(HOSTILE, HOSTILE, HOSTILE, "done", "javascript:window.broken=1", HOSTILE, AT)
    hostile = Ad(HOSTILE, HOSTILE, HOSTILE, "ko", HOSTILE, (), (rendition,), (post,))
    ads = [hostile, *(make_ad(number) for number in range(1, count))]
    page = opened(make_report(ads, command=HOSTILE, host=HOSTILE, run=HOSTILE))
    assert page.evaluate("window.broken") is None
    assert page.title().startswith(HOSTILE)
    assert HOSTILE in page.inner_text("h1")
    assert HOSTILE in page.inner_text(".ad >> nth=0")
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("script").count() == 1


def test_one_ad_stands_open_with_its_covers_its_stages_and_what_went_wrong(opened: Opener) -> None:
    page = opened(make_report([make_ad(13)]))
    assert page.locator(".covers img").count() == 3
    assert page.locator(".tools").count() == 0
    text = page.inner_text("main")
    place, fix = "recipes/inn-0013.yaml:14:15", "write fewer words"
    for part in ("words", "0.5 s", "music", "2.0 s", "reel", NO_ROOM, place, fix):
        assert part in text, part
    assert page.get_attribute(".covers a >> nth=1", "href") == "out/inn-0013/en-square.mp4"


def test_thousands_of_ads_are_counted_found_and_put_in_order(opened: Opener, large: Report) -> None:
    page = opened(large)
    assert page.inner_text(".figures").split()[:2] == ["ads", "5,000"]
    page.check("input[value=failed]")
    assert page.inner_text(".found") == "500 of 5,000 ads"
    names = page.evaluate(SHOWN)
    assert names == [f"inn-{number:04}" for number in range(5000) if number % 10 == 3]
    page.select_option("select[name=l]", "ko")
    assert len(page.evaluate(SHOWN)) == sum(number % 3 == 0 for number in range(3, 5000, 10))
    page.fill("input[type=search]", "INN-0003 headline")
    page.get_by_text("1 of 5,000 ads").wait_for()
    assert page.evaluate(SHOWN) == ["inn-0003"]
    page.fill("input[type=search]", "no such thing")
    page.wait_for_selector(".none", state="visible")
    page.click("text=Show all")
    assert page.inner_text(".found") == ""
    page.select_option("select[name=o]", "t")
    taken = page.evaluate("[...document.querySelectorAll('.ad')].map((ad) => Number(ad.dataset.t))")
    assert len(taken) == 5000
    assert taken == sorted(taken, reverse=True)
    page.select_option("select[name=o]", "s")
    assert page.get_attribute(".ad >> nth=0", "data-s") == "failed"


def test_equal_problems_are_told_once_and_lead_to_their_ads(opened: Opener, large: Report) -> None:
    page = opened(large)
    first = page.locator(".problems li >> nth=0")
    assert NO_ROOM in first.inner_text()
    assert "500 ads" in first.inner_text()
    assert "and 497 more places" in first.inner_text()
    assert page.locator(".problems li").count() == 2
    first.get_by_role("button").click()
    assert page.inner_text(".found") == "500 of 5,000 ads with that problem"


def test_a_view_is_kept_in_the_address(opened: Opener) -> None:
    page = opened(make_report([make_ad(number) for number in range(50)]))
    page.check("input[value=failed]")
    page.select_option("select[name=f]", "square")
    assert set(page.url.partition("#")[2].split("&")) == {"s=failed", "f=square"}
    page.reload()
    assert page.inner_text(".found") == "5 of 50 ads"


@pytest.mark.parametrize("count", [1, 30])
def test_what_waits_says_for_what_and_is_no_problem(opened: Opener, count: int) -> None:
    ads = [make_ad(number) for number in range(count)]
    waiting = replace(ads[0].renditions[0], state="waiting", problem=Problem("the day's limit is reached"))
    ads[0] = replace(ads[0], renditions=(waiting,), posts=())
    page = opened(make_report([each for each in ads if not each.problems]))
    assert page.locator(".problems").count() == 0
    assert "the day's limit is reached" in (page.locator(".ad").first.text_content() or "")


def test_details_are_opened_by_key_and_by_click_but_links_are_links(opened: Opener) -> None:
    page = opened(make_report([make_ad(number) for number in range(50)]))
    page.focus(".ad:nth-child(11) summary")
    page.keyboard.press("Enter")
    opened_text = page.inner_text(".ad:nth-child(11)")
    for part in ("words 0.5 s", "music 2.0 s", "tls://10.0.0.2:4021", "YouTube", "recipes/inn-0010.yaml"):
        assert part in opened_text, part
    assert page.get_attribute(".ad:nth-child(12) .files a >> nth=1", "href") == "out/inn-0011/ja-square.mp4"


def test_without_its_script_everything_is_there(opened: Opener, large: Report) -> None:
    page = opened(large, java_script_enabled=False)
    assert not page.locator(".tools").is_visible()
    assert page.locator(".ad").count() == 5000
    assert "inn-4999" in (page.locator(".ad").last.text_content() or "")


def test_it_can_be_read_where_a_server_forbids_it_everything(opened: Opener, tmp_path: Path) -> None:
    page = opened(make_report([make_ad(number) for number in range(20)]))
    body = (tmp_path / "report.html").read_text("utf-8")
    told: list[str] = []
    strict = page.context.new_page()
    strict.on("pageerror", lambda error: told.append(str(error)))
    headers = {"content-type": "text/html", "content-security-policy": "default-src 'none'"}
    strict.route("**/*", lambda route: route.fulfill(body=body, headers=headers))
    strict.goto("http://report.invalid/")
    assert strict.locator(".ad").count() == 20
    assert NO_ROOM in strict.inner_text("main")
    assert told == []


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_runs_out_of_the_page_at_any_width(opened: Opener, count: int, width: int) -> None:
    ads = [make_ad(number, recipe="a-very-long-name-without-any-space" * 3) for number in range(3, count + 3)]
    page = opened(make_report(ads), viewport={"width": width, "height": 800})
    if count > 12:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const color = rgb(getComputedStyle(node).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility() || node.closest("script, style, option")) continue;
    const [one, two] = [light(rgb(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) found.push([walk.currentNode.data.trim(), node.className, ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("count", [3, 30])
def test_all_text_stands_out_by_day_and_by_night(opened: Opener, scheme: str, count: int) -> None:
    ads = [make_ad(number) for number in range(count)]
    states = ("waiting", "running", "pending", "needs_review")
    ads += [replace(ads[0], renditions=(replace(ads[0].renditions[0], state=state),)) for state in states]
    page = opened(make_report(ads), color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    assert dark == (scheme == "dark")


def test_it_prints_on_paper_without_what_only_a_screen_needs(opened: Opener) -> None:
    page = opened(make_report([make_ad(number) for number in range(60)]), color_scheme="dark")
    page.check("input[value=failed]")
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert 1 <= pages <= 3, "what is filtered away is not printed"


def test_a_report_of_thousands_stays_small(large: Report, tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    write_page(large, file)
    covers = 5000 * len(DOT)
    assert file.stat().st_size - covers < 7_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["large.html"]


def test_an_empty_run_is_a_report_too(opened: Opener) -> None:
    page = opened(make_report([], costs=[], quotas=[], seconds=None, finished_at=None, state="running"))
    assert "running" in page.inner_text("h1")


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://youtu.be/x", True), ("http://a/b", True), ("out/ko.mp4", True), ("../a%20b.mp4", True),
        ("file:///a/b.mp4", True), ("javascript:alert(1)", False), ("JaVaScRiPt:x", False), ("data:text/html,x", False),
        ("vbscript:x", False), ("http://[broken", False), ("\tjavascript:x", False), ("", True),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_page_or_a_file_and_runs_nothing(url: str, is_kept: bool) -> None:
    assert safe_link(url) == (url if is_kept else "")


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from castad_cli.report import page as page_module

    def broken(_: Any) -> Any:
        yield "<!doctype html>"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(page_module, "page", broken)
    file = tmp_path / "report.html"
    file.write_text("before")
    with pytest.raises(OSError, match="No space"):
        write_page(make_report([]), file)
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
