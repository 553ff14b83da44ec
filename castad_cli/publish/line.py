"""A publisher's line to its platform: each call goes out under a claim that holds, with a token that does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from castad_cli.errors import PlatformError, PutOff, StaleClaim
from castad_cli.model.effects import NotYet, Window
from castad_cli.publish.publisher import Job
from castad_cli.publish.silence import SILENCE_S, Silence
from castad_cli.publish.wire import Answer, NoAnswerError, Part, send

T = TypeVar("T")


def now() -> datetime:
    """This machine's time, in UTC: for what a platform is told or is waited for, never for who holds a claim."""
    return datetime.now(UTC)


class Line:
    """Calls to one platform for one job. ``title`` names the platform to people.

    ``is_stale`` tells an answer that means the token is no longer good; it is renewed once, and the call made again:
    a refused call has done nothing.
    """

    def __init__(self, job: Job, title: str, is_stale: Callable[[Answer], bool]) -> None:
        self.job = job
        self.title = title
        self.pace = job.context.pace
        self._is_stale = is_stale
        self._silence = Silence()

    # Before anything goes out.

    def check(self) -> None:
        """Go on only while the claim holds, and nobody wants this to end.

        After a silence (the host froze, say) the database is asked: a thread that watches may wake as late as we.

        Raises:
            StaleClaim: another has taken over.
            PutOff: this work was told to end; the post is due at once.
        """
        hold, context = self.job.hold, self.job.context
        if hold.lost.is_set():
            raise StaleClaim(hold.claim.key, hold.claim.token, "to go on")
        if context.cancelled.is_set():
            raise PutOff("stopped before it was out", until=now())
        if self._silence.ask() > min(context.lease_s / 2, SILENCE_S):
            hold.confirm()

    def watch(self, total: int, offset: int = 0) -> Callable[[int], None]:
        """What an upload calls between two blocks: `check`, and the progress told."""

        def on_block(position: int) -> None:
            self.check()
            self.job.context.on_progress(offset + position, total)

        return on_block

    def pause(self, seconds: float) -> None:
        """Wait, but not on when the claim is lost or the work is to end."""
        until = time.monotonic() + seconds
        while (left_s := until - time.monotonic()) > 0:
            self.check()
            self.job.context.cancelled.wait(min(left_s, 0.25))
        self.check()

    # Calls.

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Part = b"",
        scheme: str = "Bearer",
    ) -> Answer:
        """One call with the account's token (none with an empty ``scheme``), made again only when the token was stale.

        The claim is looked at before the connection is made, and again when nothing is left to do but to write.

        Raises:
            NoAnswerError: it broke; what the platform did is not known.
            PlatformError: (``auth``) no good token can be had.
        """
        for is_last in (False, True):
            self.check()
            given = dict(headers or {})
            if scheme:
                given["Authorization"] = f"{scheme} {self.job.credentials.token()}"
            answer = send(method, url, headers=given, body=body, answer_s=self.pace.answer_s, ready=self.check)
            if not scheme or is_last or not self._is_stale(answer):
                return answer
            self.job.credentials.refresh()
        raise AssertionError("the second answer is returned")

    def ask(self, method: str, url: str, **parts: Any) -> Answer:
        """`call` for what changes nothing, however often it is made: again after a broken one or a 5xx.

        Raises:
            PlatformError: (``transient``) nothing else came.
        """
        return self.insist(lambda: self.call(method, url, **parts))

    def insist(self, call: Callable[[], Answer]) -> Answer:
        """The answer to a harmless call, made again a few times, later and later, while it breaks."""
        for delay_s in self.delays():
            try:
                answer = call()
            except NoAnswerError as error:
                trouble = str(error)
            else:
                if answer.status < 500:
                    return answer
                trouble = f"{self.title} answered {answer.status}"
            if delay_s is not None:
                self.pause(delay_s)
        raise PlatformError(f"{self.title} does not answer: {trouble}", kind="transient")

    def delays(self) -> Iterator[float | None]:
        """How long to wait after each failure; None after the last."""
        for attempt in range(self.pace.retries):
            yield self.pace.retry_s * 2**attempt
        yield None

    def look(self, glance: Callable[[], T | None]) -> T | None:
        """What ``glance`` finds, asked again and again until the patience for one stay is over; then None."""
        until = time.monotonic() + self.pace.patience_s
        while True:
            found = glance()
            if found is not None or time.monotonic() + self.pace.poll_s > until:
                return found
            self.pause(self.pace.poll_s)

    def come_back(self, reason: str) -> PutOff:
        """To raise when the platform is still at work: the slot is free meanwhile."""
        return PutOff(reason, until=now() + timedelta(seconds=self.pace.later_s))

    # Leave from limits that all workers share.

    def take(self, key: str, rate: float, burst: int, what: str) -> None:
        """Leave for one call of a kind that the platform limits; a short wait for it is waited here."""
        limits = self.job.context.records.limits
        while isinstance(leave := limits.take(key, rate, burst), NotYet):
            if leave.wait_s > self.pace.patience_s:
                raise PutOff(f"{self.title} takes no more {what} just now", until=leave.until)
            self.pause(max(leave.wait_s, 0.01))

    def spend(self, provider: str, project: str, cost: int, cap: int, window: Window, what: str) -> None:
        """Leave to use some of a quota; `PutOff` until its next window when it is spent, or closed (see `close`)."""
        self.heed(f"{provider} {project}", what)
        leave = self.job.context.records.limits.spend(provider, project, cost, cap, window)
        if isinstance(leave, NotYet):
            raise PutOff(f"{self.title}: {what}", until=leave.until)

    def close(self, key: str, refusal: PlatformError) -> PlatformError:
        """The refusal, to raise. One for a quota holds for all workers: none asks there again before its time.

        ``key``: what `heed` is asked by; of a `spend`, provider and project with a space between.
        """
        if refusal.kind == "quota" and refusal.until is not None:
            self.job.context.records.limits.close(closed_key(key), (refusal.until - now()).total_seconds())
        return refusal

    def heed(self, key: str, what: str) -> None:
        """Go on only where `close` has not closed it; else `PutOff` until then."""
        closed = self.job.context.records.limits.closed(closed_key(key))
        if closed is not None:
            raise PutOff(f"{self.title}: {what}, as it said", until=closed.until)


def closed_key(key: str) -> str:
    """Under which name the records' limits hold what `Line.close` closed."""
    return f"{key}: closed"
