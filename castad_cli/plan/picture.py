"""A plan drawn: generate → render → upload, as a self-contained SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from castad_cli.model.plan import AdPlan, Plan
from castad_cli.model.script import width_em

MAX_ADS = 24
"""Ads drawn one by one; more are drawn as one box a stage, with their number."""

_COLUMN = (24, 360, 696)
_BOX_W, _BOX_H, _GAP, _TOP = 264, 44, 12, 96
_TITLES = ("generate", "render", "upload")
_STYLE = """
  svg{font:13px system-ui,-apple-system,"Segoe UI","Noto Sans KR",sans-serif;background:#fbfaf7;color:#22303a}
  .title{font-size:15px;font-weight:600;fill:#22303a} .stage{font-size:12px;letter-spacing:.08em;fill:#6b7680}
  .box{fill:#fff;stroke:#c9cfd3}
  .script{stroke:#2f6f73} .track{stroke:#b5762a} .render{stroke:#3d5a99} .upload{stroke:#a04668}
  .more{stroke-dasharray:4 4} .name{fill:#22303a} .detail{font-size:11px;fill:#6b7680}
  .edge{fill:none;stroke:#c3c9ce;stroke-width:1.25}
"""


@dataclass(frozen=True)
class _Box:
    id: str
    stage: int
    kind: str
    name: str
    detail: str
    parents: tuple[str, ...] = ()


def graph_svg(plan: Plan) -> str:
    """The plan's task graph as an SVG document: a column for each stage, a line from each task to those awaiting it.

    Tasks with one fingerprint are one box. Beyond `MAX_ADS` ads the rest are one dashed box a stage.
    """
    boxes = _boxes(plan)
    places, height = _places(boxes)
    lines = [
        f'<path class="edge" d="{_curve(places[parent], places[box.id])}"/>'
        for box in boxes
        for parent in box.parents
        if parent in places
    ]
    scripts = len({ad.script.fingerprint for ad in plan.ads})
    tracks = len({ad.track.fingerprint for ad in plan.ads if ad.track})
    counts = (f"{_count(scripts, 'script')}, {_count(tracks, 'track')}", _count(plan.rendition_count, "rendition"))
    stages = (*counts, _count(plan.post_count, "post"))
    heads = [
        f'<text class="stage" x="{_COLUMN[column]}" y="{_TOP - 20}">{title.upper()} · {escape(stages[column])}</text>'
        for column, title in enumerate(_TITLES)
    ]
    width = _COLUMN[-1] + _BOX_W + 24
    size = f'width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>',
            f"<style>{_STYLE}</style>",
            f'<rect {size} fill="#fbfaf7"/>',
            f'<text class="title" x="{_COLUMN[0]}" y="40">{escape(_count(len(plan.ads), "ad"))}</text>',
            *heads,
            *lines,
            *(_draw(box, places[box.id]) for box in boxes),
            "</svg>",
            "",
        ]
    )


def _boxes(plan: Plan) -> list[_Box]:
    found: dict[str, _Box] = {}

    def add(box: _Box) -> None:
        found.setdefault(box.id, box)

    shown = plan.ads if len(plan.ads) <= MAX_ADS else plan.ads[: MAX_ADS - 1]
    for ad in shown:
        name = _ad_name(ad)
        add(_Box(ad.script.fingerprint, 0, "script", name, f"script · {ad.script.provider} · {ad.language}"))
        parents: tuple[str, ...] = (ad.script.fingerprint,)
        if ad.track is not None:
            detail = f"track · {ad.track.provider} · {ad.track.mood}"
            add(_Box(ad.track.fingerprint, 0, "track", name, detail))
            parents = (*parents, ad.track.fingerprint)
        for rendition in ad.renditions:
            detail = f"{rendition.format} · {ad.language} · {float(rendition.duration_s):g}s"
            add(_Box(rendition.fingerprint, 1, "render", name, detail, parents))
        for post in ad.posts:
            add(_Box(post.fingerprint, 2, "upload", f"{post.platform} · {post.account}", name, (post.rendition,)))
    return [*found.values(), *_rest(plan.ads[len(shown) :])]


def _rest(ads: Sequence[AdPlan]) -> list[_Box]:
    if not ads:
        return []
    formats = Counter(rendition.format for ad in ads for rendition in ad.renditions)
    platforms = Counter(post.platform for ad in ads for post in ad.posts)
    more = _count(len(ads), "more ad")
    boxes = [
        _Box("more-0", 0, "script more", more, "scripts and tracks"),
        _Box("more-1", 1, "render more", more, _totals(formats), ("more-0",)),
    ]
    if platforms:
        boxes.append(_Box("more-2", 2, "upload more", more, _totals(platforms), ("more-1",)))
    return boxes


def _totals(counts: Counter[str]) -> str:
    return " · ".join(f"{number:,} {name}" for name, number in counts.items())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _ad_name(ad: AdPlan) -> str:
    return " · ".join(part for part in (ad.recipe, ad.row, ad.variant) if part)


def _places(boxes: Sequence[_Box]) -> tuple[dict[str, tuple[int, int]], int]:
    """Each box's left top corner. A column is as even as the tallest, so that lines stay short."""
    columns = [[box for box in boxes if box.stage == stage] for stage in range(3)]
    tallest = max([len(column) for column in columns] + [1])
    places: dict[str, tuple[int, int]] = {}
    for stage, column in enumerate(columns):
        step = (_BOX_H + _GAP) * tallest / max(len(column), 1)
        for index, box in enumerate(column):
            places[box.id] = (_COLUMN[stage], round(_TOP + step * index + (step - _BOX_H - _GAP) / 2))
    return places, _TOP + (_BOX_H + _GAP) * tallest + 24


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _BOX_W, start[1] + _BOX_H // 2
    x2, y2 = end[0], end[1] + _BOX_H // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def _draw(box: _Box, place: tuple[int, int]) -> str:
    x, y = place
    return (
        f"<g><title>{escape(box.name)}: {escape(box.detail)}</title>"
        f'<rect class="box {box.kind}" x="{x}" y="{y}" width="{_BOX_W}" height="{_BOX_H}" rx="6"/>'
        f'<text class="name" x="{x + 12}" y="{y + 19}">{escape(_clip(box.name, 18))}</text>'
        f'<text class="detail" x="{x + 12}" y="{y + 35}">{escape(_clip(box.detail, 23))}</text></g>'
    )


def _clip(text: str, limit_em: float) -> str:
    """``text`` cut to about ``limit_em``, with an ellipsis where it was longer."""
    if width_em(text) <= limit_em:
        return text
    kept = ""
    for character in text:
        if width_em(kept + character) > limit_em - 1:
            break
        kept += character
    return kept + "…"
