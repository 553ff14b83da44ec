"""One contract over every database: accounts are kept sealed, and of two who renew one at once, one wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from castad_cli.records import Records, open_records

SEALED = b"\x00\xff sealed"


def test_a_file_with_accounts_and_its_journals_are_this_user_s_alone(tmp_path: Path) -> None:
    with closing(open_records(f"sqlite:///{tmp_path / 'new' / 'castad.db'}")) as records:
        records.accounts.save("youtube", "main", SEALED)
        modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
    assert "castad.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_an_account_is_kept_and_found(records: Records) -> None:
    assert records.accounts.get("youtube", "@하늘") is None
    assert records.accounts.save("youtube", "@하늘", SEALED, {"channel": "UC1"})
    account = records.accounts.get("youtube", "@하늘")
    assert account
    assert (account.sealed, account.facts, account.version) == (SEALED, {"channel": "UC1"}, 1)
    assert "sealed" not in repr(account)


def test_accounts_are_listed_by_platform_and_forgotten(records: Records) -> None:
    for platform, name in (("youtube", "b"), ("tiktok", "a"), ("youtube", "a")):
        records.accounts.save(platform, name, SEALED)
    assert [(each.platform, each.name) for each in records.accounts.all()] == [
        ("tiktok", "a"), ("youtube", "a"), ("youtube", "b"),
    ]  # fmt: skip
    assert [each.name for each in records.accounts.all("youtube")] == ["a", "b"]
    assert records.accounts.forget("youtube", "a")
    assert not records.accounts.forget("youtube", "a")
    assert records.accounts.get("youtube", "a") is None


def test_a_newer_version_is_not_overwritten(records: Records) -> None:
    assert records.accounts.save("youtube", "a", b"first", version=0)
    assert not records.accounts.save("youtube", "a", b"other", version=0), "it is there already"
    assert records.accounts.save("youtube", "a", b"renewed", version=1)
    assert records.accounts.save("youtube", "a", b"renewed", version=1), "once more, as after a lost connection"
    assert not records.accounts.save("youtube", "a", b"too late", version=1)
    account = records.accounts.get("youtube", "a")
    assert account
    assert (account.sealed, account.version) == (b"renewed", 2)
    assert records.accounts.save("youtube", "a", b"by a person")


def test_of_many_who_renew_at_once_one_wins(records: Records) -> None:
    records.accounts.save("youtube", "a", b"old")
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda n: records.accounts.save("youtube", "a", b"%d" % n, version=1), range(4)))
    assert won.count(True) == 1
    account = records.accounts.get("youtube", "a")
    assert account
    assert account.sealed == b"%d" % won.index(True)


def test_one_at_a_time_may_renew_and_only_what_it_saw(records: Records) -> None:
    records.accounts.save("youtube", "a", b"old")
    with ThreadPoolExecutor(4) as pool:
        leased = list(pool.map(lambda n: records.accounts.lease("youtube", "a", 1, f"w{n}", 60), range(4)))
    assert leased.count(True) == 1
    winner = f"w{leased.index(True)}"
    account = records.accounts.get("youtube", "a")
    assert account
    assert account.leased_by == winner
    assert account.leased_until
    assert records.accounts.lease("youtube", "a", 1, winner, 60), "once more, as after a lost connection"
    assert records.accounts.save("youtube", "a", b"renewed", version=1)
    assert not records.accounts.lease("youtube", "a", 1, "late", 60), "what it saw is no longer there"
    assert records.accounts.lease("youtube", "a", 2, "next", 60), "saving ended the first one's lease"


def test_a_lease_that_was_given_back_or_ran_out_is_anothers(records: Records) -> None:
    records.accounts.save("youtube", "a", b"old")
    assert records.accounts.lease("youtube", "a", 1, "ann", 60)
    records.accounts.give_back("youtube", "a", "ben")
    assert not records.accounts.lease("youtube", "a", 1, "cho", 60), "only its holder gives it back"
    records.accounts.give_back("youtube", "a", "ann")
    assert records.accounts.lease("youtube", "a", 1, "cho", 0)
    account = records.accounts.get("youtube", "a")
    assert account
    assert account.leased_until, "who comes next sees that a renewal before was cut off"
    assert records.accounts.lease("youtube", "a", 1, "dan", 60)


def test_what_is_noted_of_an_account_leaves_its_credentials_and_their_lease_alone(records: Records) -> None:
    records.accounts.note("instagram", "nobody", {"limit": 1})
    assert records.accounts.get("instagram", "nobody") is None
    records.accounts.save("instagram", "main", b"sealed", {"title": "@haneul"})
    assert records.accounts.lease("instagram", "main", 1, "ann", 60)
    for number in (1, 2):
        records.accounts.note("instagram", "main", {"limit": number})
    account = records.accounts.get("instagram", "main")
    assert account
    assert (account.sealed, account.version, account.leased_by) == (b"sealed", 1, "ann")
    assert account.facts == {"title": "@haneul", "limit": 2}


def test_notes_of_many_at_once_all_stay(records: Records) -> None:
    records.accounts.save("instagram", "main", b"sealed", {"title": "@haneul"})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: records.accounts.note("instagram", "main", {f"fact{n}": n}), range(24)))
    account = records.accounts.get("instagram", "main")
    assert account
    assert account.facts == {"title": "@haneul", **{f"fact{n}": n for n in range(24)}}
