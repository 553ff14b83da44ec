"""A token is renewed by one at a time, and a refresh token that turns is never lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_service import Reply
from logins import environment, redirected, settings_for
from oauth import TikTokOAuthFake
from sqlalchemy import update

from castad_cli.errors import EnvironmentNotReady, PlatformError
from castad_cli.publish import credentials, rescue
from castad_cli.publish.credentials import about, credentials_for, facts_of
from castad_cli.publish.keys import sealer_for
from castad_cli.publish.login import asking, find_login
from castad_cli.publish.login.listening import read_pasted
from castad_cli.publish.silence import Silence
from castad_cli.publish.tokens import Tokens
from castad_cli.records import Records, effect_tables, open_records
from castad_cli.settings import Settings

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(asking, "_PAUSE_S", 0.01)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[TikTokOAuthFake]:
    fake = TikTokOAuthFake(tmp_path)
    yield fake
    fake.stop()


@pytest.fixture
def settings(fake: TikTokOAuthFake, tmp_path: Path) -> Settings:
    return settings_for("tiktok", fake, tmp_path)


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    records = open_records(settings.database_url)
    yield records
    records.close()


def store(records: Records, settings: Settings, *, left_s: float) -> Tokens:
    """An account, logged in, whose token ends in so many seconds."""
    login = find_login("tiktok", settings)
    attempt = login.begin("http://127.0.0.1:8585/")
    tokens = login.finish(attempt, read_pasted(redirected(attempt), attempt))
    ends = datetime.now(UTC) + timedelta(seconds=left_s)
    tokens = Tokens(**{**vars(tokens), "expires_at": ends})
    keep(records, settings, tokens)
    return tokens


def keep(records: Records, settings: Settings, tokens: Tokens) -> None:
    sealed = sealer_for(settings).seal(tokens.pack(), about("tiktok", "main"))
    records.accounts.save("tiktok", "main", sealed, {"title": "@haneul", **facts_of(tokens)})


def stored(records: Records, settings: Settings) -> Tokens:
    account = records.accounts.get("tiktok", "main")
    assert account
    return credentials.open_tokens(account, sealer_for(settings))


def refreshes(fake: TikTokOAuthFake) -> int:
    return fake.calls["token"] - 1  # the first was the login's


def test_a_token_with_time_left_is_given_without_a_call(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=80_000)
    given = credentials_for("tiktok", "main", records, settings)
    assert (given.token(), given.facts["title"]) == (tokens.access, "@haneul")
    assert refreshes(fake) == 0


def test_one_that_is_about_to_end_is_renewed_and_kept(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=60)
    token = credentials_for("tiktok", "main", records, settings).token()
    kept = stored(records, settings)
    assert token == kept.access != tokens.access
    assert kept.refresh in fake.grants, "the new refresh token, not the dead one"
    assert credentials_for("tiktok", "main", records, settings).token() == token
    assert refreshes(fake) == 1
    account = records.accounts.get("tiktok", "main")
    assert account
    assert (account.leased_until, account.facts["title"]) == (None, "@haneul")
    assert not list(rescue.folder().iterdir()), "what is in the database needs no file"


def test_a_renewal_that_wakes_after_its_lease_sends_nothing(
    records: Records, settings: Settings, fake: TikTokOAuthFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(records, settings, left_s=80_000)
    zombie, other = (credentials_for("tiktok", "main", records, settings) for _ in range(2))
    renew = zombie._login.renew

    def late(tokens: Tokens, ready: Any) -> Tokens:
        """Stopped between its lease and its first byte, for longer than the lease; another has renewed meanwhile."""
        over = update(effect_tables.Account).values(leased_until=LONG_AGO)
        records._access.primary.write(lambda connection: connection.execute(over))
        other.refresh()
        monkeypatch.setattr(Silence, "ask", lambda self: credentials.LEASE_S)
        return renew(tokens, ready)

    monkeypatch.setattr(zombie._login, "renew", late)
    with pytest.raises(PlatformError, match="another renews"):
        zombie.refresh()
    assert refreshes(fake) == 1
    assert stored(records, settings).refresh in fake.grants


def test_a_refused_token_is_renewed_once_whoever_found_it_refused(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    store(records, settings, left_s=80_000)
    first, second = (credentials_for("tiktok", "main", records, settings) for _ in range(2))
    assert first.token() == second.token()
    first.refresh()
    second.refresh()
    assert first.token() == second.token()
    assert refreshes(fake) == 1


def test_many_threads_renew_once(records: Records, settings: Settings, fake: TikTokOAuthFake) -> None:
    store(records, settings, left_s=10)
    each = [credentials_for("tiktok", "main", records, settings) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        tokens = set(pool.map(lambda one: one.token(), each))
    assert tokens == {stored(records, settings).access}
    assert refreshes(fake) == 1


def test_while_another_renews_a_token_that_is_still_good_will_do(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=7200)
    assert records.accounts.lease("tiktok", "main", 1, "another", 60)
    assert credentials_for("tiktok", "main", records, settings).token() == tokens.access
    assert refreshes(fake) == 0


def test_a_provider_in_trouble_costs_nothing_while_the_token_is_good(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=7200)
    fake.fault("token", "instead", times=99)
    given = credentials_for("tiktok", "main", records, settings)
    assert given.token() == tokens.access
    with pytest.raises(PlatformError) as caught:
        given.refresh()
    assert caught.value.kind == "transient"
    fake.faults.clear()
    given.refresh()
    assert given.token() != tokens.access, "the lease was given back"


def test_a_dead_refresh_token_asks_for_a_login_and_is_not_tried_again(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    store(records, settings, left_s=10)
    fake.grants.clear()
    for _ in range(3):
        with pytest.raises(PlatformError, match=r"must log in again.*invalid_grant") as caught:
            credentials_for("tiktok", "main", records, settings).token()
        assert caught.value.kind == "auth"
        assert caught.value.fix == "run `castad auth login tiktok --account main`"
    assert refreshes(fake) == 1
    store(records, settings, left_s=10)
    assert credentials_for("tiktok", "main", records, settings).token(), "a new login ends that"


def test_an_unknown_account_names_those_there_are(records: Records, settings: Settings) -> None:
    store(records, settings, left_s=10)
    with pytest.raises(PlatformError, match="no account `other` on tiktok is logged in; logged in: main") as caught:
        credentials_for("tiktok", "other", records, settings)
    assert (caught.value.kind, caught.value.fix) == ("auth", "run `castad auth login tiktok --account other`")


def test_another_key_opens_nothing(records: Records, settings: Settings, fake: TikTokOAuthFake, tmp_path: Path) -> None:
    from dataclasses import replace

    from pydantic import SecretStr

    store(records, settings, left_s=10)
    other = replace(settings, secret_key=SecretStr("another long enough key"))
    with pytest.raises(PlatformError, match="do not open") as caught:
        credentials_for("tiktok", "main", records, other)
    assert caught.value.kind == "auth"
    old = replace(other, secret_key_old=settings.secret_key)
    assert credentials_for("tiktok", "main", records, old).token()


def test_a_database_that_is_away_when_the_answer_comes_costs_no_refresh_token(
    records: Records, settings: Settings, fake: TikTokOAuthFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = store(records, settings, left_s=10)

    def away(*_: Any, **__: Any) -> bool:
        raise EnvironmentNotReady("the database does not answer", fix="")

    with monkeypatch.context() as patch:
        patch.setattr("castad_cli.records.accounts.Accounts.save", away)
        token = credentials_for("tiktok", "main", records, settings).token()
    assert token not in (tokens.access, stored(records, settings).access)
    (file,) = rescue.folder().iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert token.encode() not in file.read_bytes()
    assert credentials_for("tiktok", "main", records, settings).token() == token
    assert stored(records, settings).access == token
    assert not file.exists()
    assert refreshes(fake) == 1


def test_what_is_in_a_file_is_older_than_a_new_login(records: Records, settings: Settings) -> None:
    tokens = store(records, settings, left_s=10)
    account = records.accounts.get("tiktok", "main")
    assert account
    sealed = sealer_for(settings).seal(tokens.pack(), about("tiktok", "main"))
    rescue.keep("tiktok", "main", sealed, instead_of=account.sealed)
    latest = store(records, settings, left_s=80_000)
    assert credentials_for("tiktok", "main", records, settings).token() == latest.access
    assert not list(rescue.folder().iterdir())


RENEW = """
import sys
from castad_cli.publish import credentials
from castad_cli.records import open_records
from castad_cli.settings import load_settings
if len(sys.argv) > 1:
    credentials.LEASE_S = float(sys.argv[1])
settings = load_settings(None, {})
given = credentials.credentials_for("tiktok", "main", open_records(settings.database_url), settings)
print("ready", flush=True)
sys.stdin.readline()
print(given.token(), flush=True)
"""


def start(fake: TikTokOAuthFake, settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    variables = environment("tiktok", fake, settings.database_url)
    process = subprocess.Popen(
        [sys.executable, "-c", RENEW, *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_at_once_renew_once(records: Records, settings: Settings, fake: TikTokOAuthFake) -> None:
    store(records, settings, left_s=10)
    processes = [start(fake, settings) for _ in range(3)]
    for process in processes:
        go(process)
    tokens = {process.communicate(timeout=120)[0].strip() for process in processes}
    assert tokens == {stored(records, settings).access}
    assert refreshes(fake) == 1
    assert list(fake.grants) == [stored(records, settings).refresh]


def killed_while_renewing(fake: TikTokOAuthFake, settings: Settings, how: str) -> None:
    """A process, killed once the provider has its call; ``how`` it is held there: before or after the token turned."""
    fake.fault("token", how)
    process = start(fake, settings, "0.5")
    called = fake.calls["token"]
    go(process)
    deadline = time.monotonic() + 60
    while fake.calls["token"] == called and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    fake.faults.clear()


def test_a_process_killed_before_the_provider_acted_leaves_the_next_one_all_it_needs(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=10)
    killed_while_renewing(fake, settings, "hang")
    account = records.accounts.get("tiktok", "main")
    assert account
    assert account.leased_by, "it held the lease when it died"
    token = credentials_for("tiktok", "main", records, settings).token()
    assert token != tokens.access
    assert list(fake.grants) == [stored(records, settings).refresh]


def test_a_process_killed_after_the_provider_acted_is_told_of_as_what_it_is(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    store(records, settings, left_s=10)
    killed_while_renewing(fake, settings, "hang_after")
    with pytest.raises(PlatformError, match="a renewal before was cut off") as caught:
        credentials_for("tiktok", "main", records, settings).token()
    assert caught.value.kind == "auth"
    assert "castad auth login tiktok" in caught.value.fix


def test_a_process_killed_after_the_provider_acted_costs_no_post_while_the_token_is_good(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=6 * 3600)
    killed_while_renewing(fake, settings, "hang_after")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:  # the dead one's lease ends
        assert credentials_for("tiktok", "main", records, settings).token() == tokens.access
        account = records.accounts.get("tiktok", "main")
        assert account
        if "login_needed" in account.facts:
            break
        time.sleep(0.05)
    assert credentials_for("tiktok", "main", records, settings).token() == tokens.access
    assert "cut off" in account.facts["login_needed"], "and `castad auth list` says that a person must log in"
    assert refreshes(fake) == 2, "a dead refresh token is not tried again"
    with pytest.raises(PlatformError, match="must log in again"):
        credentials_for("tiktok", "main", records, settings).refresh()


def test_a_provider_that_leaves_the_old_refresh_token_good_costs_no_login(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    fake.keeps_old = True
    tokens = store(records, settings, left_s=10)
    killed_while_renewing(fake, settings, "hang_after")
    assert credentials_for("tiktok", "main", records, settings).token() != tokens.access
    account = records.accounts.get("tiktok", "main")
    assert account
    assert "login_needed" not in account.facts


@pytest.mark.parametrize("keeps_old", [True, False])
def test_a_renewal_whose_answer_was_lost_is_asked_once_more_and_told_of_when_that_is_refused(
    records: Records, settings: Settings, fake: TikTokOAuthFake, keeps_old: bool
) -> None:
    fake.keeps_old = keeps_old
    tokens = store(records, settings, left_s=10)
    fake.fault("token", "drop_after")
    if keeps_old:
        assert credentials_for("tiktok", "main", records, settings).token() != tokens.access
        return
    with pytest.raises(PlatformError, match=r"invalid_grant.*was lost on its way"):
        credentials_for("tiktok", "main", records, settings).token()


@pytest.mark.parametrize("moment", ["begun", "answered"])
def test_an_interrupt_waits_until_the_answer_is_kept(
    records: Records, settings: Settings, fake: TikTokOAuthFake, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    store(records, settings, left_s=10)
    given = credentials_for("tiktok", "main", records, settings)
    login = given._login
    renew, come, gone = login.renew, threading.Event(), threading.Event()
    main = threading.main_thread()

    def slowly(tokens: Tokens, ready: Any) -> Tokens:
        if moment == "begun":
            come.set()
        renewed = renew(tokens, ready)
        if moment == "answered":
            assert refreshes(fake) == 1
            come.set()
        assert gone.wait(30)
        return renewed

    def interrupt() -> None:
        assert come.wait(30)
        signal.pthread_kill(main.ident or 0, signal.SIGINT)
        gone.set()

    monkeypatch.setattr(login, "renew", slowly)
    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        given.token()
    assert stored(records, settings).refresh in fake.grants
    assert refreshes(fake) == 1


def test_an_interrupt_before_anything_has_begun_leaves_nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []
    done: list[str] = []

    class Interrupted(threading.Thread):
        def start(self) -> None:
            threads.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr(threading, "Thread", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        credentials._whole(lambda: done.append("work"))
    threads[0].run()
    assert not done


def test_an_interrupt_as_the_thread_starts_waits_for_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, interrupted = threading.Event(), threading.Event()
    done: list[str] = []

    class Interrupted(threading.Thread):
        def start(self) -> None:
            super().start()
            assert begun.wait(30)
            interrupted.set()
            raise KeyboardInterrupt

    def work() -> None:
        begun.set()
        assert interrupted.wait(30)
        time.sleep(0.2)  # whoever does not wait is gone by now
        done.append("work")

    monkeypatch.setattr(threading, "Thread", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        credentials._whole(work)
    assert done == ["work"]


def test_nothing_secret_is_in_the_records_but_sealed(
    records: Records, settings: Settings, fake: TikTokOAuthFake, tmp_path: Path
) -> None:
    store(records, settings, left_s=10)
    given = credentials_for("tiktok", "main", records, settings)
    given.token()
    account = records.accounts.get("tiktok", "main")
    shown = f"{given!r} {account!r} {given.facts!r} {json.dumps(dict(given.facts))} {settings!r}"
    records.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("castad.db*"))
    assert b"@haneul" in kept
    for secret in fake.secrets:
        assert secret not in shown
        assert secret.encode() not in kept


def test_a_refusal_that_names_a_token_is_not_repeated(
    records: Records, settings: Settings, fake: TikTokOAuthFake
) -> None:
    tokens = store(records, settings, left_s=10)
    fake.fault("token", "drop", times=99)
    with pytest.raises(PlatformError) as caught:
        credentials_for("tiktok", "main", records, settings).token()
    assert tokens.refresh not in f"{caught.value!r} {caught.value.__cause__!r}"
    fake.faults.clear()
    fake.fault("token", "instead", reply=Reply(400, {"error": "invalid_request", "log_id": "x"}))
    with pytest.raises(PlatformError) as caught:
        credentials_for("tiktok", "main", records, settings).token()
    assert tokens.refresh not in f"{caught.value!r} {caught.value.fix}"
