"""A paid call, made once: whoever asks for the same thing again, here or elsewhere, gets what was bought.

::

    in the store? ──> it
    else perform:  leave by the limits ──> leave by the run's budget ──> commit point ──> the call ──> the store

The answer goes into the store before the effect is settled. So a worker that dies between the two leaves something to
find, and one that dies before the answer came leaves it to a person, since a second call might be a second purchase.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.errors import EnvironmentNotReady, NeedsReview, PlatformError, PutOff
from castad_cli.generate.outside import Outside
from castad_cli.model.effects import NotYet, Window
from castad_cli.model.plan import Spending

if TYPE_CHECKING:
    from castad_cli.records.performing import Hold
    from castad_cli.storage.layout import Made

KIND = "answer"
"""Under which the store keeps what was bought."""

_MOST_TIMES_AGAIN = 5

SHARE = 10_000
"""Money is counted in ten-thousandths of the owner's currency."""


@dataclass(frozen=True)
class Service:
    """An outside service as one key reaches it: who is asked, and how often it may be."""

    name: str
    """As people read it."""
    account: str
    """Stands for the key in the records, and cannot be turned back into it."""
    remedy: str
    """What to do when it turns the key away."""
    per_minute: int | None = None
    per_day: int | None = None
    zone: str = "UTC"
    """By whose midnight its days begin."""
    again_up_to: float | None = None
    """A call whose answer was lost is made again where it costs at most this; None: a person decides."""
    lane: str = ""
    """What of it has limits of its own, and is told to wait by itself; empty: all that has none."""

    @property
    def counted(self) -> str:
        """Under which its calls are counted."""
        return f"{self.account}/{self.lane}" if self.lane else self.account


@dataclass(frozen=True)
class Purchase:
    """What is to be bought. ``key`` is the fingerprint of all that decides the answer, ``facts`` say what it is, and
    ``for`` among them which words or music wanted it first: a report finds it by that.
    """

    service: Service
    what: str
    key: str
    price: float | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    spending: Spending | None = None
    calls: int = 1
    """How many calls it comes to at least: for a forecast."""
    most_calls: int = 1
    """How many calls it may come to, answers that must be asked for again included: for a forecast."""

    @property
    def may_be_asked_again(self) -> bool:
        """Whether the owner of the key would rather pay twice than decide about a lost answer."""
        most = self.service.again_up_to
        return most is not None and self.price is not None and self.price <= most


class Till:
    """One purchase under way: its hold, a folder to work in, and the order in which things are done."""

    def __init__(self, outside: Outside, purchase: Purchase, hold: Hold, folder: Path) -> None:
        self._outside, self._purchase = outside, purchase
        self.hold, self.folder = hold, folder

    def pay(self) -> None:
        """Leave to make the paid call now; from here on it may have been paid.

        Raises:
            PutOff: the limits say later.
            PlatformError: (``quota``) it would pass the most that the run may cost.
        """
        _take_leave(self._outside, self._purchase.service)
        _take_money(self._outside, self._purchase)
        self.hold.commit_point()

    def count_lost(self) -> None:
        """What was paid bought nothing: another call for it counts anew against the most that the run may cost."""
        _count_lost(self._outside, self._purchase)

    def keep(self, files: Mapping[str, Path], facts: Mapping[str, Any]) -> None:
        """Put the answer into the store."""
        self._outside.store.put(KIND, self._purchase.key, files, {"what": self._purchase.what, **facts})


Act = Callable[[Till], Mapping[str, Any]]
Restore = Callable[[Mapping[str, Any], Path], Mapping[str, Path]]


def account_of(service: str, key: str) -> str:
    """A name for a key that gives nothing of it away: service and twelve hexadecimal digits of a hash."""
    return f"{service}-{hashlib.sha256(f'castad/{service}/{key}'.encode()).hexdigest()[:12]}"


def buy(outside: Outside, purchase: Purchase, act: Act, restore: Restore) -> Made:
    """What was bought, in the store under ``purchase.key``: now, or whenever it was.

    ``act`` makes the call, keeps its answer by `Till.keep` and returns facts to record. ``restore`` gives the files of
    a former purchase anew, from those facts, when the store has lost them.

    Raises:
        EnvironmentNotReady: the service turned the key away.
        PutOff, NeedsReview, PlatformError: as `castad_cli.records.performing.perform` says.
    """
    from castad_cli.records.performing import perform

    store, service = outside.store, purchase.service
    found = store.get(KIND, purchase.key)
    if found is not None:
        return found
    _check_open(outside, service)

    def work(hold: Hold) -> Mapping[str, Any]:
        bought = store.get(KIND, purchase.key)
        if bought is not None:
            return bought.facts
        if hold.claim.was_committing and hold.claim.handle is None:
            if not purchase.may_be_asked_again or hold.claim.attempts > _MOST_TIMES_AGAIN:
                raise NeedsReview(
                    f"{service.name} was asked for {purchase.what} and the answer was lost on the way:"
                    " whether it was charged cannot be known",
                    fix="`castad review`: asking again costs one more call",
                )
            _count_lost(outside, purchase)
            hold.nothing_happened()
        with tempfile.TemporaryDirectory(prefix="bought-", dir=outside.scratch) as folder:
            try:
                return act(Till(outside, purchase, hold, Path(folder)))
            except PlatformError as error:
                if error.kind != "unknown" or hold.claim.handle is not None or not purchase.may_be_asked_again:
                    raise
                _count_lost(outside, purchase)
                hold.nothing_happened()
                raise PlatformError(error.message, kind="transient", place=error.place) from error

    try:
        facts = perform(
            outside.effects,
            "purchase",
            purchase.key,
            _facts(purchase),
            work,
            owner=outside.owner,
            lease_s=outside.lease_s,
        )
    except PlatformError as error:
        if error.kind != "auth":
            raise
        outside.refused[service.account] = error.message
        raise _turned_away(service, error.message) from error
    except PutOff as error:
        _remember_closing(outside, service, error)
        raise
    made = store.get(KIND, purchase.key)
    if made is None:  # bought some time ago; the store has let go of it since
        with tempfile.TemporaryDirectory(prefix="bought-", dir=outside.scratch) as folder:
            made = store.put(KIND, purchase.key, restore(facts, Path(folder)), {"what": purchase.what, **facts})
    return made


def _facts(purchase: Purchase) -> dict[str, Any]:
    return {"service": purchase.service.name, "what": purchase.what, "price": purchase.price, **purchase.facts}


def _turned_away(service: Service, said: str) -> EnvironmentNotReady:
    return EnvironmentNotReady(f"{service.name} turned the key away: {said}", fix=service.remedy)


class ClosedForNow(PlatformError):
    """A service takes no more calls until ``until``, as it said itself: nobody else who has the key asks before."""


def _check_open(outside: Outside, service: Service) -> None:
    """Ask nothing of a service that has just said no to this key."""
    if said := outside.refused.get(service.account):
        raise _turned_away(service, said)
    closed = outside.limits.closed(_closing(service))
    if closed is not None:
        raise PutOff(f"{service.name} takes no more calls now, as it said", until=closed.until)


def _remember_closing(outside: Outside, service: Service, error: PutOff) -> None:
    """What the service said to one worker holds for all that use the key."""
    if isinstance(error.__cause__, ClosedForNow):
        outside.limits.close(_closing(service), (error.until - datetime.now(UTC)).total_seconds())


def _closing(service: Service) -> str:
    return f"{service.counted}/closed"


def _take_leave(outside: Outside, service: Service) -> None:
    if service.per_minute:
        burst = max(1, service.per_minute // 4)
        rate = max(service.per_minute - burst, 1) / 60  # with the burst, never more than per_minute in any minute
        _wait(outside.limits.take(f"{service.counted}/minute", rate, burst), f"{service.name}: the minute's limit")
    if service.per_day:
        window = Window("day", service.zone)
        granted = outside.limits.spend("calls", service.counted, 1, service.per_day, window)
        _wait(granted, f"{service.name}: the day's limit of {service.per_day} calls")


def _wait(granted: object, what: str) -> None:
    if isinstance(granted, NotYet):
        raise PutOff(f"{what} is reached", until=granted.until)


def _take_money(outside: Outside, purchase: Purchase) -> None:
    """Count the price against the most that the run may cost: once for each purchase, however often it is tried, and
    once more for each answer that was lost.
    """
    spending, ever = purchase.spending, Window("ever")
    if spending is None or not purchase.price:
        return
    counted = _counted(spending, purchase)
    if outside.limits.used("counted", counted, ever)[0] > outside.limits.used("lost", counted, ever)[0]:
        return
    cost = max(1, round(purchase.price * SHARE))
    if isinstance(outside.limits.spend("money", spending.id, cost, spending.cap, ever), NotYet):
        raise PlatformError(
            f"the next call ({purchase.what}, {purchase.price:g}) would pass --max-cost {spending.cap / SHARE:g}",
            kind="quota",
            fix="raise --max-cost; what was bought so far is kept, so that nothing is paid twice",
        )
    outside.limits.spend("counted", counted, 1, _MOST_TIMES_AGAIN + 1, ever)


def _count_lost(outside: Outside, purchase: Purchase) -> None:
    """The call that went out may have been charged: the next one is counted besides."""
    if purchase.spending is not None and purchase.price:
        outside.limits.spend("lost", _counted(purchase.spending, purchase), 1, 2 * _MOST_TIMES_AGAIN, Window("ever"))


def _counted(spending: Spending, purchase: Purchase) -> str:
    return f"{spending.id}/{purchase.key[:24]}"
