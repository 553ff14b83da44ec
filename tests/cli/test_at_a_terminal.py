"""``castad review`` and ``castad auth login`` with a person at a terminal: what they are asked, and what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from logins import FAKES, KEY, environment, redirected
from oauth import SECRET, OAuthFake

from castad_cli.records import Records, open_records

from .terminal import Terminal

Castad = Callable[..., Any]
Setup = Callable[[str], tuple[OAuthFake, dict[str, str]]]


@pytest.fixture
def setup(tmp_path: Path, isolated_environment: dict[str, str]) -> Iterator[Setup]:
    fakes: list[OAuthFake] = []

    def made(platform: str) -> tuple[OAuthFake, dict[str, str]]:
        fakes.append(FAKES[platform](tmp_path / "fakes"))
        url = isolated_environment["CASTAD_DATABASE_URL"]
        return fakes[-1], isolated_environment | environment(platform, fakes[-1], url)

    yield made
    for fake in fakes:
        fake.stop()


@pytest.fixture
def records(isolated_environment: dict[str, str]) -> Iterator[Records]:
    with closing(open_records(isolated_environment["CASTAD_DATABASE_URL"])) as records:
        yield records


def park(records: Records, letter: str, platform: str = "youtube", kind: Any = "post") -> str:
    key = f"{letter * 64}/{platform}/main"
    facts = {"platform": platform, "account": "main", "rendition": letter * 64} if kind == "post" else {}
    records.effects.ensure(kind, key, facts)
    claim = records.effects.claim_one(key, "ann", 60)
    assert claim
    records.effects.park(records.effects.commit_point(claim), "the session is gone, and so is its answer")
    return key


# Review.


def test_a_person_answers_for_each_thing_in_turn(records: Records, isolated_environment: dict[str, str]) -> None:
    records.accounts.save("youtube", "main", b"sealed", {"title": "하늘마루 펜션"})
    posted, again, never = park(records, "a"), park(records, "b", "instagram"), park(records, "c", "tiktok")
    bought, skipped = park(records, "d", "music", "purchase"), park(records, "e")
    with Terminal("review", env=isolated_environment) as terminal:
        told = terminal.until("[s]kip?")
        assert "1 of 5  youtube:main (하늘마루 펜션)" in told
        assert "studio.youtube.com" in told
        terminal.type("what?\n")
        terminal.until("[s]kip?")  # asked again
        terminal.type("p\n")
        terminal.until("Enter: back")
        terminal.type("\n")
        terminal.until("[s]kip?")
        terminal.type("posted\n")
        terminal.until("its id")
        terminal.type("dQw4\n")
        terminal.until("youtube:main: posted")
        terminal.until("2 of 5  instagram:main")
        terminal.until("[s]kip?")
        terminal.type("a\n")
        terminal.until("to be posted again")
        terminal.until("[s]kip?")
        terminal.type("n\n")
        terminal.until("tiktok:main: not posted")
        assert "[p]osted" not in terminal.until("[s]kip?"), "what was bought is not posted"
        terminal.type("a\n")
        terminal.until("to be bought again")
        terminal.until("5 of 5")
        terminal.until("[s]kip?")
        terminal.type("s\n")
        terminal.until("1 thing left for review")
        assert terminal.end() == 1
    states = {
        key: effect.state for key in (posted, again, never, bought, skipped) if (effect := records.effects.get(key))
    }
    assert list(states.values()) == ["done", "ready", "failed", "ready", "needs_review"]
    assert [(post.remote_id, post.url) for post in records.effects.posts()] == [("dQw4", "https://youtu.be/dQw4")]


def test_a_person_who_has_had_enough_leaves_the_rest_as_it_is(
    records: Records, isolated_environment: dict[str, str]
) -> None:
    keys = [park(records, letter) for letter in "ab"]
    with Terminal("review", env=isolated_environment) as terminal:
        terminal.until("[s]kip?")
        terminal.type("\x04")
        terminal.until("2 of 2")  # shown, not asked
        terminal.until("2 things left for review")
        assert terminal.end() == 1
        assert "bug" not in terminal.screen
    assert {effect.state for key in keys if (effect := records.effects.get(key))} == {"needs_review"}


def test_what_another_settled_meanwhile_is_said_and_passed_over(
    records: Records, isolated_environment: dict[str, str]
) -> None:
    first, second = park(records, "a"), park(records, "b")
    with Terminal("review", env=isolated_environment) as terminal:
        terminal.until("[s]kip?")
        records.effects.resolve(first, happened=True, result={"id": "1"})
        terminal.type("n\n")
        terminal.until("nothing that needs review is called")
        terminal.until("2 of 2")
        terminal.until("[s]kip?")
        terminal.type("n\n")
        terminal.until("nothing is left for review")
        assert terminal.end() == 0
    effect = records.effects.get(second)
    assert effect
    assert effect.state == "failed"


# Logging in.


def sent_to(terminal: Terminal) -> str:
    """The address that the person is to open."""
    return next(word for word in terminal.until("then press Enter:").split() if word.startswith("http"))


def test_an_address_that_is_none_may_be_pasted_once_more(setup: Setup) -> None:
    fake, variables = setup("tiktok")
    with Terminal(
        "auth", "login", "tiktok", "--account", "main", "--no-browser", env=variables, columns=60
    ) as terminal:
        url = sent_to(terminal)
        assert url.startswith(fake.url), "however narrow the terminal, the address stands in one piece"
        terminal.type("http://127.0.0.1:8585/\n")
        terminal.until("this is not the address that the browser ended at")
        terminal.until("then press Enter:")
        terminal.type(redirected(url) + "\n")
        told = terminal.until("About 15 posts a day")
        assert terminal.end() == 0
    assert "tiktok:main is @haneul" in told
    for rule in ("brand names, logos", "accounts one manages oneself", "privacy: SELF_ONLY", "Music Usage"):
        assert rule in " ".join(told.split())
    assert "log in again and again" not in terminal.screen
    assert not [secret for secret in (SECRET, KEY, *fake.tokens, *fake.grants) if secret in terminal.screen]


def test_a_pasted_token_is_not_shown_and_one_of_several_pages_is_chosen(castad: Castad, setup: Setup) -> None:
    fake: Any
    fake, variables = setup("instagram")
    fake.pages.append({"name": "Bakery", "instagram_business_account": {"id": "1785", "username": "onda"}})
    scopes = ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement")
    fake.allow("EAA-by-hand", *scopes)
    command = ("auth", "login", "instagram", "--account", "main", "--paste-token")
    with Terminal(*command, env=variables) as terminal:
        terminal.until("Paste the token, then press Enter:")
        terminal.type("\n")
        terminal.until("no token was pasted")
        terminal.until("then press Enter:")
        arguments = Path(f"/proc/{terminal.process.pid}/cmdline")
        terminal.type("EAA-by-hand\n")
        told = terminal.until("Its number, 1 to 2:")
        assert "Which one is `main`?" in told
        assert "2  @onda (Page Bakery)" in told
        assert not arguments.exists() or b"EAA" not in arguments.read_bytes()
        terminal.type("3\n")
        terminal.until("Its number, 1 to 2:")
        terminal.type("2\n")
        terminal.until("instagram:main is @onda")
        assert terminal.end() == 0
    assert "EAA-by-hand" not in terminal.screen
    with Terminal(*command, env=variables) as terminal:
        terminal.until("then press Enter:")
        terminal.type("EAA-by-hand\n")
        assert "Which one" not in terminal.until("instagram:main is @onda"), "it is whose it was"
        assert terminal.end() == 0


def test_a_machine_without_a_screen_opens_no_browser_and_says_what_to_do(setup: Setup) -> None:
    _, variables = setup("youtube")
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION")
    none = {name: value for name, value in variables.items() if name not in screens}
    without = none | {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}
    trap = "import webbrowser; webbrowser.open = lambda url: print('OPENED')"
    with Terminal("auth", "login", "youtube", "--account", "main", env=without, prelude=trap) as terminal:
        told = terminal.until("--no-browser")
        assert "OPENED" not in told
        terminal.type("\x03")
        assert terminal.end() == 130
    seen = none | {"DISPLAY": ":9"}
    trap = "import webbrowser; webbrowser.open = lambda url: print('OPENED') or True"
    with Terminal("auth", "login", "youtube", "--account", "main", env=seen, prelude=trap) as terminal:
        terminal.until("OPENED")
        assert "the browser should show it" in terminal.until("http")
        terminal.type("\x03")
        assert terminal.end() == 130


def test_a_short_code_is_shown_and_the_login_goes_on_by_itself(setup: Setup) -> None:
    fake, variables = setup("youtube")
    with Terminal("auth", "login", "youtube", "--account", "main", "--device", env=variables) as terminal:
        told = terminal.until("GQVQ-JKEC")
        assert f"open {fake.url}/device and type:" in told
        terminal.until("youtube:main is 하늘마루 펜션")
        assert terminal.end() == 0
    assert "not allowed" not in terminal.screen
