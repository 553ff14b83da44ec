"""Providers that a plan calls: what they would buy, whether their keys are taken, and what they may spend."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from castad_cli.errors import UserError
from castad_cli.generate.providers import FREE, paid_provider
from castad_cli.model.plan import AdPlan, Plan, ScriptTask, Spending, TrackTask

if TYPE_CHECKING:
    from castad_cli.app.work import Work
    from castad_cli.generate.buying import Purchase
    from castad_cli.settings import Settings


@dataclass(frozen=True)
class Bill:
    """What one kind of purchase at one service comes to.

    ``calls`` are those that are sure; ``most`` counts second and third answers too. ``price`` is one call's, None
    where the settings name none. ``per_day`` and ``per_minute`` are the limits of the settings; bills of one ``lane``
    share them.
    """

    provider: str
    service: str
    what: str
    calls: int
    most: int
    price: float | None
    per_minute: int | None
    per_day: int | None
    lane: str = ""

    @property
    def limited(self) -> str:
        """What its limits are counted for, as people read it."""
        return f"{self.service} ({self.lane})" if self.lane else self.service

    @property
    def days(self) -> int | None:
        """How many days the calls take within the day's limit."""
        return -(-self.calls // self.per_day) if self.per_day else None


def find_purchases(work: Work, ads: Iterable[AdPlan]) -> list[tuple[str, Purchase]]:
    """Every purchase that making ``ads`` would need, once each, that the store does not hold already."""
    tasks: dict[str, ScriptTask | TrackTask] = {}
    for ad in ads:
        if any(_paid_parts(ad.script)):
            tasks[ad.script.fingerprint] = ad.script
        if ad.track is not None and any(_paid_parts(ad.track)):
            tasks[ad.track.fingerprint] = ad.track
    for kind in ("script", "track"):
        for found in work.store.get_many(kind, list(tasks)):
            tasks.pop(found, None)
    purchases: dict[str, tuple[str, Purchase]] = {}
    for task in tasks.values():
        for provider, forecast in _paid_parts(task):
            module = paid_provider(provider)
            if hasattr(module, forecast):
                purchase = getattr(module, forecast)(task, work.settings)
                if purchase is not None:
                    purchases.setdefault(purchase.key, (provider, purchase))
    if purchases:
        from castad_cli.generate.buying import KIND

        for found in work.store.get_many(KIND, list(purchases)):
            purchases.pop(found, None)
    return list(purchases.values())


def _paid_parts(task: ScriptTask | TrackTask) -> Iterator[tuple[str, str]]:
    """The providers that making ``task`` asks outside, each with the name of what tells what it would buy."""
    given = isinstance(task, ScriptTask) and bool(task.given)
    if not given and task.provider not in FREE:
        yield task.provider, "forecast"
        yield task.provider, "forecast_proofreading"
    if isinstance(task, ScriptTask):
        if task.voice is not None:
            yield task.voice.provider, "forecast_voice"
        if task.image is not None:
            yield task.image.provider, "forecast_image"


def add_up(purchases: Iterable[tuple[str, Purchase]]) -> tuple[Bill, ...]:
    """The purchases as bills, one for each kind."""
    bills: dict[tuple[str, str], Bill] = {}
    for provider, purchase in purchases:
        service = purchase.service
        bill = bills.get((provider, purchase.what)) or Bill(
            provider,
            service.name,
            purchase.what,
            0,
            0,
            purchase.price,
            service.per_minute,
            service.per_day,
            service.lane,
        )
        bills[provider, purchase.what] = replace(
            bill, calls=bill.calls + purchase.calls, most=bill.most + purchase.most_calls
        )
    return tuple(bills.values())


def check_providers(purchases: Iterable[tuple[str, Purchase]], settings: Settings) -> None:
    """Nothing, when every service that would be called takes its key, or does not answer now. Costs nothing.

    Raises:
        EnvironmentNotReady: a key is missing, or was turned away: nothing should be spent on the others.
        UserError: a provider's settings are wrong.
    """
    for provider in dict.fromkeys(provider for provider, _ in purchases):
        check = getattr(paid_provider(provider), "check", None)
        if check is not None:
            check(settings)


def within(plan: Plan, max_cost: float, purchases: Iterable[tuple[str, Purchase]]) -> Plan:
    """The plan with the most it may spend, which all its workers count together.

    Raises:
        UserError: something that would be bought has no price, so that nobody could count.
    """
    from castad_cli.generate.buying import SHARE

    unpriced = sorted({f"{p.service.name} ({p.what})" for _, p in purchases if p.price is None})
    if unpriced:
        raise UserError(
            f"--max-cost cannot be held: there is no price for {', '.join(unpriced)}",
            fix="set prices such as `gemini.words_price` and `suno.track_price` in castad.toml",
        )
    spending = Spending(uuid.uuid4().hex, round(max_cost * SHARE))
    return Plan(
        tuple(
            replace(
                ad,
                script=replace(ad.script, spending=spending),
                track=ad.track and replace(ad.track, spending=spending),
            )
            for ad in plan.ads
        )
    )
