"""What `castad doctor` says of accounts, without asking a platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from castad_cli.publish.credentials import LOGIN_NEEDED, about, facts_of
from castad_cli.publish.keys import sealer_for
from castad_cli.publish.tokens import Tokens
from castad_cli.records import Records, open_records
from castad_cli.run.account_health import check_accounts
from castad_cli.run.outside_health import Doubt
from castad_cli.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    environment = {
        "CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}",
        "CASTAD_SECRET_KEY": "a key that is long enough",
        "CASTAD_TIKTOK_CLIENT_KEY": "client",
        "CASTAD_TIKTOK_CLIENT_SECRET": "secret",
    }
    return load_settings(tmp_path, {}, environment=environment)


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with closing(open_records(settings.database_url)) as records:
        yield records


def store(records: Records, settings: Settings, days: int = 300, **facts: Any) -> None:
    tokens = Tokens("act.1", "rft.1", login_expires_at=datetime.now(UTC) + timedelta(days=days))
    sealed = sealer_for(settings).seal(tokens.pack(), about("tiktok", "main"))
    records.accounts.save("tiktok", "main", sealed, {**facts_of(tokens), **facts})


def test_a_machine_that_posts_nothing_has_none_and_gets_no_database(settings: Settings, tmp_path: Path) -> None:
    assert check_accounts(settings) == "none yet"
    assert not (tmp_path / "castad.db").exists()


def test_accounts_in_order_are_named(settings: Settings, records: Records) -> None:
    store(records, settings)
    assert check_accounts(settings) == "1: tiktok:main"


@pytest.mark.parametrize(("days", "facts"), [(300, {LOGIN_NEEDED: "invalid_grant"}), (3, {})])
def test_a_login_that_has_ended_or_soon_does_is_told(
    settings: Settings, records: Records, days: int, facts: dict[str, Any]
) -> None:
    store(records, settings, days, **facts)
    with pytest.raises(Doubt, match="must log in again") as caught:
        check_accounts(settings)
    assert "castad auth login tiktok --account main" in caught.value.fix


def test_another_key_or_no_client_is_told(settings: Settings, records: Records) -> None:
    store(records, settings)
    with pytest.raises(Doubt, match="do not open"):
        check_accounts(replace(settings, secret_key=SecretStr("another long enough key")))
    with pytest.raises(Doubt, match="no TikTok client"):
        check_accounts(replace(settings, tiktok_client_key=""))
