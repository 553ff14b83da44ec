"""One effect from its claim to its outcome: what every paid call and every post goes through.

::

    perform ──> done already? ──> its result
            ──> held, or put off? ──> PutOff
            ──> claim ──> act(hold) ──> settle | defer | fail | park | release

``act`` alone knows the provider. What it returns or raises decides the effect's next state, so that no provider can
leave one in a state that the next worker would misread.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from castad_cli.errors import NeedsReview, PlatformError, PutOff, StaleClaim
from castad_cli.model.effects import Claim, Effect, EffectKind
from castad_cli.records.effects import Effects

Act = Callable[["Hold"], Mapping[str, Any]]

_LONGEST_WAIT_S = 300.0


class Hold:
    """A claim while its work goes on. Each move leaves the fresh claim in ``claim``; ``lost`` is set when it is lost.

    Moves raise `StaleClaim` once another has claimed the effect; let it pass, `perform` answers for it.
    """

    def __init__(self, effects: Effects, claim: Claim) -> None:
        self._effects = effects
        self.claim = claim
        self.lost = threading.Event()

    def confirm(self) -> None:
        """Ask the database whether the claim still holds, and prolong it."""
        if not self._effects.heartbeat(self.claim):
            self.lost.set()
            raise StaleClaim(self.claim.key, self.claim.token, "to go on")

    def save_handle(self, handle: Mapping[str, Any]) -> None:
        """Keep what the provider is asked by, before anything depends on it."""
        self.claim = self._effects.save_handle(self.claim, handle)

    def commit_point(self) -> None:
        """Record that the next call cannot be taken back."""
        self.claim = self._effects.commit_point(self.claim)

    def nothing_happened(self) -> None:
        """Record the provider's word that what was begun did not happen."""
        self.claim = self._effects.nothing_happened(self.claim)


def perform(
    effects: Effects,
    kind: EffectKind,
    key: str,
    facts: Mapping[str, Any],
    act: Act,
    *,
    owner: str,
    lease_s: float = 60,
    max_attempts: int = 5,
    first_wait_s: float = 2,
) -> Mapping[str, Any]:
    """What came of the effect, whether it was made now or before, here or elsewhere. Idempotent.

    ``act`` is called with a `Hold` that is kept alive meanwhile; when ``hold.claim.must_ask``, it asks the provider
    before it does anything. What it raises becomes the effect's state:

    ====================== ===================================================================================
    `PutOff`               put off until then; not an attempt
    `PlatformError` auth   given back, and raised: a person must mend it; not an attempt
    … quota                put off until ``error.until``; without one given back, and raised; not an attempt
    … rejected             failed
    … transient            put off, longer each time (``first_wait_s``, doubling, with jitter, or ``error.until``);
                           failed after ``max_attempts``
    … unknown              left to a person
    anything else          given back, and raised
    ====================== ===================================================================================

    An auth or quota refusal of the committing call itself is the provider's word that nothing happened. A transient
    error after the commit point with no handle to ask by is left to a person, since a second try might be a second
    purchase; so is one that was asked after ``max_attempts`` times in vain.

    Raises:
        PutOff: another works on it, or it is not due yet.
        PlatformError: it failed, now or before (``rejected``), or the provider turned the account away.
        NeedsReview: whether it happened cannot be known.
    """
    effects.ensure(kind, key, facts)
    claim = effects.claim_one(key, owner, lease_s)
    if claim is None:
        return _standing(effects, key)
    hold = Hold(effects, claim)
    try:
        with effects.holding(claim, hold.lost.set):
            return _act(effects, hold, act, max_attempts, first_wait_s)
    except StaleClaim:
        return _standing(effects, key)


def _act(effects: Effects, hold: Hold, act: Act, max_attempts: int, first_wait_s: float) -> Mapping[str, Any]:
    try:
        result = act(hold)
    except StaleClaim:
        raise
    except PutOff as error:
        effects.defer(hold.claim, error.until, error.message, tried=False)
        raise
    except NeedsReview as error:
        effects.park(hold.claim, error.message)
        raise
    except PlatformError as error:
        _refused(effects, hold, error, max_attempts, first_wait_s)
    except BaseException:
        with contextlib.suppress(StaleClaim):
            effects.release(hold.claim)
        raise
    effects.settle(hold.claim, result)
    return result


def _refused(effects: Effects, hold: Hold, error: PlatformError, max_attempts: int, first_wait_s: float) -> NoReturn:
    """Record the outcome of a provider's refusal, and raise what the caller is told."""
    claim = hold.claim
    can_be_asked = claim.handle is not None
    if error.kind in ("auth", "quota"):
        if claim.was_committing and not can_be_asked:
            hold.nothing_happened()
        if error.kind == "quota" and error.until is not None:
            effects.defer(hold.claim, error.until, error.message, tried=False)
            raise PutOff(error.message, until=error.until, fix=error.fix, place=error.place) from error
        effects.release(hold.claim)
        raise error
    if error.kind == "rejected":
        effects.fail(claim, error.message)
        raise error
    is_last = claim.attempts >= max_attempts
    if error.kind == "unknown" or (claim.was_committing and (is_last or not can_be_asked)):
        effects.park(claim, error.message)
        raise NeedsReview(error.message, fix=error.fix or _ASK_A_PERSON, place=error.place) from error
    if is_last:
        message = f"{error.message} (tried {claim.attempts} times)"
        effects.fail(claim, message)
        raise PlatformError(message, kind="rejected", fix=error.fix, place=error.place) from error
    until = error.until or datetime.now(UTC) + wait_after(claim.attempts, first_wait_s)
    effects.defer(claim, until, error.message)
    raise PutOff(error.message, until=until, fix=error.fix, place=error.place) from error


def wait_after(attempts: int, first_wait_s: float) -> timedelta:
    """How long to wait after so many attempts: doubling up to five minutes, with half as much again or less at chance.

    Why the chance: workers that were refused together would come back together.
    """
    wait_s = min(first_wait_s * 2 ** min(attempts - 1, 16), _LONGEST_WAIT_S)
    return timedelta(seconds=wait_s * random.uniform(0.5, 1.5))


_ASK_A_PERSON = "`castad review` shows it; look at the provider's account and decide"


def _standing(effects: Effects, key: str) -> Mapping[str, Any]:
    """The result of an effect that is not ours to work on now, or why there is none."""
    effect = effects.get(key)
    assert effect, "effects are never deleted"
    if effect.state == "done":
        return effect.result or {}
    if effect.state == "failed":
        raise PlatformError(effect.reason, kind="rejected", fix="mend it, then `castad retry` has it tried again")
    if effect.state == "needs_review":
        raise NeedsReview(effect.reason, fix=_ASK_A_PERSON)
    raise PutOff(_why_not_now(effect), until=effect.due_at or datetime.now(UTC))


def _why_not_now(effect: Effect) -> str:
    if effect.state == "waiting":
        return effect.reason
    return f"{effect.owner} works on it" if effect.owner else "another works on it"
