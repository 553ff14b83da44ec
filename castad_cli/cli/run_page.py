"""A run as a page: every rendition of a small one; of a large one the figures, and what one wants to see first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from castad_cli.cli.problems import short_path
from castad_cli.cli.runs import STATE_STYLES
from castad_cli.model.figures import count, seconds, when, whole_seconds

if TYPE_CHECKING:
    from castad_cli.app.history import RunView
    from castad_cli.records import PostRecord, RenditionRecord, RunRecord

_OPEN = ("waiting", "needs_review")
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "rendering": ("●", "cyan")}
_PACE_OVER_S = 60.0
_HEAD_LINES = 7
"""What a page has beside its rows: head, bar, figures, foot, and empty lines between them."""
_GROUPS = (
    ("being made", ("rendering",)),
    ("failed", ("failed",)),
    ("for review", ("needs_review",)),
    ("put off", ("waiting",)),
    ("done last", ("done",)),
)


class Pace:
    """How fast a run goes, from its counts as they were seen lately. ``clock`` gives seconds, from any zero."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def look(self, run: RunRecord) -> None:
        """Take what is now made into account."""
        now = self._clock()
        self._seen.append((now, _made(run)))
        while now - self._seen[0][0] > _PACE_OVER_S:
            self._seen.popleft()

    def a_second(self, run: RunRecord) -> float:
        """Renditions made a second: over the last minute if it was watched, else since the run began."""
        if len(self._seen) > 1 and self._seen[-1][1] > self._seen[0][1]:
            (first, before), (last, made) = self._seen[0], self._seen[-1]
            return (made - before) / (last - first)
        since = ((run.finished_at or datetime.now(UTC)) - run.started_at).total_seconds()
        return _made(run) / max(1.0, since)


def _made(run: RunRecord) -> int:
    return run.done - run.cached + run.failed + run.needs_review


def rows_for(height: int) -> int:
    """How many renditions and posts have room on a screen of so many lines."""
    return max(6, height - _HEAD_LINES)


def page(view: RunView, pace: Pace, rows: int | None = None) -> RenderableType:
    """The page; ``rows`` is how many renditions and posts it may show, None for all that the view has."""
    parts: list[RenderableType] = [_head(view)]
    if view.is_whole:
        body, left_out = _plain_rows(view, rows)
        parts.append(body)
        if left_out:
            parts.append(Text(f"… and {left_out:,} more", "dim"))
    else:
        parts += [_bar(view.record), Text(figures(view.record, pace)), *_groups(view, rows or len(view.renditions))]
    parts.append(_foot(view))
    return Group(*parts)


def figures(run: RunRecord, pace: Pace) -> str:
    """How far a run is, in one line."""
    parts = [f"{run.done:,}/{run.renditions:,} renditions done"]
    counts = (
        (run.cached, "cached"),
        (run.failed, "failed"),
        (run.needs_review, "for review"),
        (run.rendering, "being made"),
        (run.waiting, "put off"),
        (run.pending, "to come"),
    )
    parts += [f"{number:,} {what}" for number, what in counts if number]
    if run.state == "running" and (speed := pace.a_second(run)):
        parts.append(f"{speed:.1f} a second" if speed >= 0.95 else f"{speed * 60:.1f} a minute")
        if left := run.pending + run.rendering:
            parts.append(f"{whole_seconds(left / speed)} left")
    if run.posts:
        posts = [f"{run.posted:,} of {run.posts:,} posts out"]
        waits = ((run.posts_failed, "failed"), (run.posts_waiting, "wait"), (run.posts_needing_review, "for review"))
        posts += [f"{number:,} {what}" for number, what in waits if number]
        return ", ".join(parts) + "; " + ", ".join(posts)
    return ", ".join(parts)


def _head(view: RunView) -> Text:
    run = view.record
    head = Text.assemble((f"run {run.id}", "bold"), "  ", (run.state, STATE_STYLES.get(run.state, "")))
    head.append(f"  {run.command}, began {when(run.started_at)}", "dim")
    if view.seconds is not None:
        head.append(f", took {seconds(view.seconds)}", "dim")
    return head


def _bar(run: RunRecord) -> RenderableType:
    ended = run.done + run.failed + run.needs_review
    line = Table.grid(padding=(0, 2, 0, 0))
    bar = ProgressBar(max(1, run.renditions), ended, width=60, complete_style="cyan", finished_style="green")
    line.add_row(bar, Text(f"{100 * ended // max(1, run.renditions)} %", "dim"))
    return line


def _plain_rows(view: RunView, rows: int | None) -> tuple[Table, int]:
    table = _table()
    every = [*(_rendition(each) for each in view.renditions), *(_post(each) for each in view.posts)]
    for row in every[:rows]:
        table.add_row(*row)
    return table, 0 if rows is None else max(0, len(every) - rows)


def _groups(view: RunView, rows: int) -> Iterator[RenderableType]:
    """What one wants to see first, under a title for each kind: what is short leaves its room to the next."""
    run = view.record
    totals = {
        "rendering": run.rendering,
        "failed": run.failed + run.posts_failed,
        "needs_review": run.needs_review + run.posts_needing_review,
        "waiting": run.waiting + run.posts_waiting,
        "done": run.done,
    }
    groups = []
    for title, states in _GROUPS:
        found = [_rendition(each) for each in view.renditions if each.state in states]
        found += [_post(each) for each in view.posts if each.state in states]
        if found:
            groups.append((title, totals[states[0]], found))
    room = rows - len(groups) * 2
    for number, (title, total, found) in enumerate(groups):
        share = max(1, room // (len(groups) - number))
        room -= min(share, len(found))
        more = f"  the last {share} of {total:,}" if total > share else ""
        yield Text.assemble(("\n" + title, "bold"), (more, "dim"))
        yield _rows(found[:share])


def _rows(found: Sequence[tuple[Text, str, str, Text]]) -> Table:
    table = _table()
    for mark, ad, what, note in found:
        note = Text(note.plain.splitlines()[0], note.style) if note.plain else note  # a line each, or it is no glance
        table.add_row(mark, ad, what, note)
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ellipsis"
    return table


def _table() -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="dim")
    return table


def _rendition(each: RenditionRecord) -> tuple[Text, str, str, Text]:
    from castad_cli.app.history import title

    mark, style = _MARKS.get(each.state, ("·", "yellow" if each.state in _OPEN else "dim"))
    if each.state == "waiting" and each.due_at is not None:
        note = Text(f"waits until {when(each.due_at)}" + (f": {each.error}" if each.error else ""), "yellow")
    elif each.error:
        note = Text(each.error + (f"\nfix: {each.fix}" if each.fix else ""), "red")
    elif each.state == "rendering":
        note = Text(_since(each.started_at))
    else:
        note = Text(short_path(each.path) if each.path else each.state)
    return Text(mark, style), title(each.ad), each.format, note


def _since(began: datetime | None) -> str:
    if began is None:
        return "rendering"
    return f"for {seconds(max(0.0, (datetime.now(UTC) - began).total_seconds()))}"


def _post(post: PostRecord) -> tuple[Text, str, str, Text]:
    from castad_cli.app.history import title

    mark, style = _MARKS.get(post.state, ("·", "yellow" if post.state in _OPEN else "dim"))
    return Text(mark, style), title(post.ad), f"→ {post.platform}:{post.account}", _said(post)


def _said(post: PostRecord) -> Text:
    """Where a post is, or why it is not out, and until when it waits."""
    if post.state == "done":
        return Text(post.url or post.remote_id)
    said = post.state.replace("_", " ")
    if post.state == "waiting" and post.until is not None:
        said = f"waits until {when(post.until)}"
    text = Text(said, "red" if post.state == "failed" else "yellow" if post.state in _OPEN else "dim")
    if post.error:
        text.append(f": {post.error}")
    if post.fix and post.state == "failed":
        text.append(f"\nfix: {post.fix}")
    return text


def _foot(view: RunView) -> Text:
    run = view.record
    if not view.is_whole:
        foot = Text(
            "\n`castad status --state failed` lists those that failed, `castad report` has all as a page", "dim"
        )
    else:
        foot = Text(f"{run.done:,} done, {run.cached:,} of them cached, {run.failed:,} failed")
        foot.append(f" of {count(run.renditions, 'rendition')}")
        if view.posts:
            out = sum(post.state == "done" for post in view.posts)
            foot.append(f"; {out:,} of {count(len(view.posts), 'post')} out")
    if any(post.state == "needs_review" for post in view.posts):
        foot.append("\n`castad review` shows what a person must decide", "yellow")
    return foot
