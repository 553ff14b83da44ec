"""Accounts on the platforms. Their credentials come and go sealed: what is in them is no business of the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from castad_cli.model.effects import Account
from castad_cli.records import effect_tables
from castad_cli.records.access import Access
from castad_cli.records.clock import Clock


class Accounts:
    """The accounts in one database: `Records.accounts`. Safe to use from many threads."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, platform: str, name: str) -> Account | None:
        """That account, as it stands now."""
        found = self._select(effect_tables.Account.platform == platform, effect_tables.Account.name == name)
        return found[0] if found else None

    def all(self, platform: str | None = None) -> list[Account]:
        """All accounts, or those on one platform, by name."""
        return self._select(*([effect_tables.Account.platform == platform] if platform else []))

    def save(
        self,
        platform: str,
        name: str,
        sealed: bytes,
        facts: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
    ) -> bool:
        """Keep an account's credentials; False when they are no longer at ``version``, and nothing was changed.

        ``version`` is what `get` gave (0: there was no account). Of two workers that renew a token at once, one wins,
        and the other takes what the first one saved. Without ``version`` the last one wins.
        """
        row = effect_tables.Account
        which = (row.platform == platform, row.name == name)

        def work(connection: Connection) -> bool:
            new = {"sealed": sealed, "facts": dict(facts or {}), "updated_at": Clock(connection).now}
            new |= {"leased_by": "", "leased_until": None}
            guard = which if version is None else (*which, row.version == version)
            if connection.execute(update(row).where(*guard).values(**new, version=row.version + 1)).rowcount:
                return True
            if version:
                return self._is_ours(connection, which, version, sealed)
            try:
                with connection.begin_nested():
                    connection.execute(
                        insert(effect_tables.Account).values(platform=platform, name=name, **new, version=1)
                    )
            except IntegrityError:
                return version is None and work(connection)
            return True

        return self._access.write(work)

    def lease(self, platform: str, name: str, version: int, owner: str, lease_s: float) -> bool:
        """Leave to renew that version's credentials, for ``owner`` alone until the lease ends or a save comes.

        False: another has it, or the version is no longer that. Why a lease beside the version: two who renew with
        one refresh token at once may both be left with tokens that the provider took back.
        """
        row = effect_tables.Account

        def work(connection: Connection) -> bool:
            clock = Clock(connection)
            free = or_(row.leased_until.is_(None), row.leased_until <= clock.now, row.leased_by == owner)
            guard = (row.platform == platform, row.name == name, row.version == version, free)
            new = {"leased_by": owner, "leased_until": clock.after(timedelta(seconds=lease_s))}
            return bool(connection.execute(update(row).where(*guard).values(**new)).rowcount)

        return self._access.write_one(work)

    def give_back(self, platform: str, name: str, owner: str) -> None:
        """End ``owner``'s lease, with nothing renewed."""
        row = effect_tables.Account
        guard = (row.platform == platform, row.name == name, row.leased_by == owner)
        new = update(row).where(*guard).values(leased_by="", leased_until=None)
        self._access.write_one(lambda connection: connection.execute(new).rowcount)

    def note(self, platform: str, name: str, facts: Mapping[str, Any]) -> None:
        """Add to what is known of an account, whatever becomes of its credentials meanwhile; it need not be there."""
        row = effect_tables.Account
        which = (row.platform == platform, row.name == name)

        def work(connection: Connection) -> None:
            known = connection.execute(select(row.facts).where(*which).with_for_update()).scalar()
            if known is not None:
                connection.execute(update(row).where(*which).values(facts={**known, **facts}))

        self._access.write(work)

    def forget(self, platform: str, name: str) -> bool:
        """Take an account out; whether it was there."""
        row = effect_tables.Account
        which = delete(row).where(row.platform == platform, row.name == name)
        return self._access.write_one(lambda connection: bool(connection.execute(which).rowcount))

    def _is_ours(self, connection: Connection, which: Any, version: int, sealed: bytes) -> bool:
        """Whether the save came through the first time, and only its answer was lost."""
        found = connection.execute(
            select(effect_tables.Account.version, effect_tables.Account.sealed).where(*which)
        ).one_or_none()
        return found is not None and (found.version, found.sealed) == (version + 1, sealed)

    def _select(self, *conditions: Any) -> list[Account]:
        table = effect_tables.Account.__table__
        query = select(table).where(*conditions).order_by(table.c.platform, table.c.name)
        return self._access.read(lambda connection: [Account(**row) for row in connection.execute(query).mappings()])
