"""``castad auth``, the program itself, with a person who logs in at real servers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from logins import FAKES, KEY, browse, environment, redirected
from oauth import GOOGLE, SECRET, OAuthFake

Castad = Callable[..., Any]
Setup = Callable[[str], tuple[OAuthFake, dict[str, str]]]


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    fakes: list[OAuthFake] = []

    def made(platform: str) -> tuple[OAuthFake, dict[str, str]]:
        fakes.append(FAKES[platform](tmp_path / "fakes"))
        return fakes[-1], environment(platform, fakes[-1], f"sqlite:///{tmp_path / 'castad.db'}")

    yield made
    for fake in fakes:
        fake.stop()


class Login:
    """``castad auth login`` under way: `url` is where it sends the person."""

    def __init__(self, variables: dict[str, str], *arguments: str) -> None:
        program = [sys.executable, "-c", "from castad_cli.cli.main import run; run()", "auth", "login", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen([*program, "--json"], env=variables, text=True, **pipes)  # type: ignore[call-overload]
        self.seen = self.process.stdout.readline()
        self.url = json.loads(self.seen)["url"]

    def end(self, pasted: str = "") -> tuple[int, dict[str, Any], str]:
        """Its exit code, the last record, and all that it said."""
        out, err = self.process.communicate(pasted, timeout=120)
        return self.process.returncode, json.loads(out.splitlines()[-1]), self.seen + out + err


def test_a_login_in_the_browser_is_kept_listed_and_taken_back(
    castad: Castad, setup: Setup, isolated_environment: dict[str, str], tmp_path: Path
) -> None:
    fake, variables = setup("youtube")
    login = Login(isolated_environment | variables, "youtube", "--account", "main")
    assert "close this page" in browse(login.url)
    code, record, said = login.end()
    assert (code, record["event"], record["title"], record["missing"]) == (0, "account", "하늘마루 펜션", [])
    assert any("paid promotion" in rule for rule in record["rules"])

    (database,) = tmp_path.glob("castad.db")
    assert database.stat().st_mode & 0o777 == 0o600
    listed = castad("auth", "list", env=variables)
    assert listed.code == 0
    assert "하늘마루 펜션" in listed.out
    assert "ready" in listed.out
    done = castad("auth", "logout", "youtube", "--account", "main", env=variables)
    assert "tokens taken back" in done.out
    assert len(fake.revoked) == 1
    assert "no accounts yet" in castad("auth", "list", env=variables).out

    everything = said + listed.out + listed.err + done.out + done.err
    for secret in (*fake.secrets, KEY, SECRET):
        assert secret not in everything
        for file in tmp_path.rglob("*"):
            assert not file.is_file() or secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("platform", ["youtube", "tiktok", "instagram"])
def test_a_machine_without_a_browser_takes_the_pasted_address(
    castad: Castad, setup: Setup, isolated_environment: dict[str, str], platform: str
) -> None:
    _, variables = setup(platform)
    login = Login(isolated_environment | variables, platform, "--account", "main", "--no-browser")
    code, record, _ = login.end(redirected(login.url) + "\n")
    assert (code, record["platform"], record["account"], record["state"]) == (0, platform, "main", "ready")
    records = [json.loads(line) for line in castad("auth", "list", "--json", env=variables).out.splitlines()]
    assert [(each["platform"], each["account"]) for each in records] == [(platform, "main")]


def test_a_permission_that_was_not_granted_is_named(setup: Setup, isolated_environment: dict[str, str]) -> None:
    fake, variables = setup("youtube")
    fake.unticked = {f"{GOOGLE}youtube.upload", f"{GOOGLE}youtube"}
    login = Login(isolated_environment | variables, "youtube", "--account", "main")
    browse(login.url)
    code, record, _ = login.end()
    assert (code, record["event"]) == (1, "problem")
    assert "youtube.upload` to upload videos" in record["message"]


def test_another_channel_does_not_take_an_accounts_place(setup: Setup, isolated_environment: dict[str, str]) -> None:
    fake, variables = setup("youtube")
    for channel, wanted in (("UCone", 0), ("UCone", 0), ("UCother", 2)):
        fake.channel = {"id": channel, "title": channel}  # type: ignore[attr-defined]
        login = Login(isolated_environment | variables, "youtube", "--account", "main")
        browse(login.url)
        code, record, _ = login.end()
        assert code == wanted
    assert "`main` is UCone so far, and this login is UCother" in record["message"]


def test_a_person_who_declines_ends_it(setup: Setup, isolated_environment: dict[str, str]) -> None:
    fake, variables = setup("tiktok")
    fake.declines = True
    login = Login(isolated_environment | variables, "tiktok", "--account", "main")
    browse(login.url)
    code, record, _ = login.end()
    assert (code, record["message"]) == (1, "access was declined")


def test_one_of_several_accounts_is_named_or_nobody_guesses(
    castad: Castad, setup: Setup, isolated_environment: dict[str, str]
) -> None:
    fake, variables = setup("instagram")
    fake.pages += [  # type: ignore[attr-defined]
        {"name": "Bakery", "instagram_business_account": {"id": "1785", "username": "onda"}},
        {"name": "Bakery", "instagram_business_account": {"id": "1786", "username": "onda.two"}},
    ]
    for page, wanted, said in (
        ("", 2, "this login opens 3 accounts: @haneul_pension (Page Haneul), @onda (Page Bakery), @onda.two"),
        ("cafe", 2, "no account of this login is called `cafe`"),
        ("bakery", 2, "2 accounts of this login are called `bakery`"),
        ("@ONDA", 0, "@onda"),
        ("", 0, "@onda"),  # whose it was
        ("haneul", 2, "`main` is @onda so far, and this login is @haneul_pension"),
    ):
        named = ("--page", page) if page else ()
        login = Login(isolated_environment | variables, "instagram", "--account", "main", *named)
        code, record, _ = login.end(redirected(login.url) + "\n")
        assert code == wanted
        assert said in record.get("message", record.get("title"))
        assert code == 0 or record["fix"]
    assert castad("auth", "login", "youtube", "--account", "main", "--page", "x").code == 2


def test_keys_are_changed_without_a_login(castad: Castad, setup: Setup, isolated_environment: dict[str, str]) -> None:
    _, variables = setup("tiktok")
    login = Login(isolated_environment | variables, "tiktok", "--account", "main", "--no-browser")
    assert login.end(redirected(login.url) + "\n")[0] == 0
    new = castad("auth", "key").out.strip()
    assert len(new) > 40
    changed = variables | {"CASTAD_SECRET_KEY": new}
    assert "does not open" in castad("auth", "list", env=changed).out
    both = changed | {"CASTAD_SECRET_KEY_OLD": KEY}
    assert "1 account, 1 encrypted anew" in castad("auth", "rekey", env=both).out
    assert "1 account, 0 encrypted anew" in castad("auth", "rekey", env=both).out
    assert "ready" in castad("auth", "list", env=changed).out


def test_logging_out_of_a_platform_that_does_not_answer_keeps_the_login(
    castad: Castad, setup: Setup, isolated_environment: dict[str, str]
) -> None:
    fake, variables = setup("youtube")
    login = Login(isolated_environment | variables, "youtube", "--account", "main", "--no-browser")
    assert login.end(redirected(login.url) + "\n")[0] == 0
    fake.fault("revoke", "instead", times=99)
    kept = castad("auth", "logout", "youtube", "--account", "main", env=variables)
    assert kept.code == 1
    assert "does not answer" in kept.err
    assert "main" in castad("auth", "list", env=variables).out
    assert castad("auth", "logout", "youtube", "--account", "main", "--force", env=variables).code == 0
    assert "no accounts yet" in castad("auth", "list", env=variables).out


def test_what_is_missing_is_said_before_anybody_is_sent_anywhere(castad: Castad) -> None:
    done = castad("auth", "login", "youtube", "--account", "main")
    assert done.code == 3
    assert "CASTAD_YOUTUBE_CLIENT_ID" in done.err
    assert castad("auth", "login", "vimeo", "--account", "main").code == 2
    assert castad("auth", "logout", "tiktok", "--account", "nobody").code == 2
