"""Each platform's login, against a real server that refuses as that platform does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_service import Reply
from logins import FAKES, browse, redirected, settings_for
from oauth import GOOGLE, SECRET, GoogleOAuthFake, MetaOAuthFake, OAuthFake, TikTokOAuthFake

from castad_cli.errors import EnvironmentNotReady, PlatformError, UserError
from castad_cli.publish.login import Login, asking, find_login, missing_scopes
from castad_cli.publish.login.google import GoogleLogin
from castad_cli.publish.login.instagram import InstagramLogin
from castad_cli.publish.login.listening import Listener, read_pasted
from castad_cli.publish.tokens import Tokens
from castad_cli.settings import load_settings

LOOPBACK = "http://127.0.0.1:8585/"
HTTPS = "https://localhost/castad/"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_PAUSE_S", 0.01)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., tuple[OAuthFake, Login]]]:
    fakes: list[OAuthFake] = []

    def made(platform: str, via: str = "") -> tuple[OAuthFake, Login]:
        fake = FAKES[platform](tmp_path)
        fakes.append(fake)
        return fake, find_login(platform, settings_for(platform, fake, tmp_path), via=via)

    yield made
    for fake in fakes:
        fake.stop()


Make = Callable[..., tuple[OAuthFake, Login]]
EVERY = [("youtube", ""), ("tiktok", ""), ("instagram", "facebook"), ("instagram", "instagram")]


def log_in(login: Login) -> Tokens:
    attempt = login.begin(login.redirect_uri or LOOPBACK)
    return login.finish(attempt, read_pasted(redirected(attempt), attempt))


@pytest.mark.parametrize(("platform", "via"), EVERY)
def test_a_login_gives_tokens_scopes_and_whose_they_are(make: Make, platform: str, via: str) -> None:
    fake, login = make(platform, via)
    tokens = log_in(login)
    assert fake.tokens[tokens.access] == "valid"
    assert missing_scopes(login, tokens.scopes) == []
    assert tokens.expires_at
    title = {"youtube": "하늘마루 펜션", "tiktok": "@haneul"}.get(platform)
    (identity,) = login.identify(tokens)
    assert identity["title"] == title or {"facebook": "@haneul_pension", "instagram": "@haneul_ig"}[via]


@pytest.mark.parametrize(("platform", "via"), EVERY)
def test_what_is_renewed_is_valid_and_what_is_revoked_is_not(make: Make, platform: str, via: str) -> None:
    fake, login = make(platform, via)
    first = log_in(login)
    if via == "instagram":
        first = Tokens.unpack(first.pack().replace(b'"obtained_at": "20', b'"obtained_at": "19'))
    second = login.renew(first)
    assert second.access != first.access
    assert (second.scopes, second.extra) == (first.scopes, first.extra)
    assert fake.tokens[second.access] == "valid"
    assert login.revoke(second) == (via != "instagram")
    if via != "instagram":
        assert fake.tokens[second.access] == "revoked"
        assert login.revoke(second), "what is dead already is as good as revoked"


def test_tiktok_turns_its_refresh_tokens_and_the_old_one_is_dead(make: Make) -> None:
    _, login = make("tiktok")
    first = log_in(login)
    second = login.renew(first)
    assert second.refresh != first.refresh
    with pytest.raises(PlatformError, match="invalid_grant") as caught:
        login.renew(first)
    assert caught.value.kind == "auth"
    assert login.renew(second).access


def test_google_keeps_its_refresh_token(make: Make) -> None:
    _, login = make("youtube")
    first = log_in(login)
    assert login.renew(first).refresh == first.refresh


def test_the_challenges_are_each_platforms_own() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
    assert asking.base64url_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert len(asking.hex_challenge(verifier)) == 64
    assert 43 <= len(asking.new_verifier()) <= 128
    assert asking.new_state() != asking.new_state()


@pytest.mark.parametrize("platform", ["youtube", "tiktok"])
def test_a_code_is_good_with_its_own_verifier_alone_and_once(make: Make, platform: str) -> None:
    _, login = make(platform)
    attempt, other = login.begin(LOOPBACK), login.begin(LOOPBACK)
    code = read_pasted(redirected(attempt), attempt)
    with pytest.raises(PlatformError) as caught:
        login.finish(other, code)
    assert caught.value.kind == "auth"
    code = read_pasted(redirected(attempt), attempt)
    assert login.finish(attempt, code).access
    with pytest.raises(PlatformError, match="invalid_grant"):
        login.finish(attempt, code)


@pytest.mark.parametrize(("platform", "via"), EVERY)
def test_an_answer_with_another_state_is_refused(make: Make, platform: str, via: str) -> None:
    _, login = make(platform, via)
    attempt, other = login.begin(login.redirect_uri or LOOPBACK), login.begin(login.redirect_uri or LOOPBACK)
    with pytest.raises(PlatformError, match="another login"):
        read_pasted(redirected(other), attempt)


def test_the_bare_code_will_do_where_pkce_ties_it_and_nowhere_else(make: Make) -> None:
    _, google = make("youtube")
    attempt = google.begin(LOOPBACK)
    code = parse_qs(urlsplit(redirected(attempt)).query)["code"][0]
    assert google.finish(attempt, read_pasted(f" {code}\n", attempt)).access
    _, instagram = make("instagram")
    attempt = instagram.begin(HTTPS)
    for pasted in ("abc", "", "https://localhost/castad/", "two words"):
        with pytest.raises(UserError, match="address that the browser ended at"):
            read_pasted(pasted, attempt)


def test_a_person_who_declines_is_told_so(make: Make) -> None:
    fake, login = make("youtube")
    fake.declines = True
    attempt = login.begin(LOOPBACK)
    with pytest.raises(PlatformError, match="declined"):
        read_pasted(redirected(attempt), attempt)


@pytest.mark.parametrize(
    ("platform", "unticked", "lacking"),
    [
        ("tiktok", ["video.publish"], ["video.publish"]),
        ("tiktok", ["video.list", "video.publish"], ["video.publish", "video.list"]),
        ("youtube", [f"{GOOGLE}youtube.upload", f"{GOOGLE}youtube"], [f"{GOOGLE}youtube.upload", f"{GOOGLE}youtube"]),
        ("youtube", [f"{GOOGLE}youtube.upload"], []),  # the scope `youtube` holds it
        ("youtube", [f"{GOOGLE}youtube"], [f"{GOOGLE}youtube"]),
    ],
)
def test_unticked_scopes_are_seen_the_needed_ones_first(
    make: Make, platform: str, unticked: list[str], lacking: list[str]
) -> None:
    fake, login = make(platform)
    fake.unticked = set(unticked)
    found = missing_scopes(login, log_in(login).scopes)
    assert [each.name for each in found] == lacking
    assert [each.is_needed for each in found] == sorted((each.is_needed for each in found), reverse=True)


def test_meta_says_which_scopes_were_granted(make: Make) -> None:
    fake, login = make("instagram", "facebook")
    fake.unticked = {"instagram_content_publish"}
    assert [each.name for each in missing_scopes(login, log_in(login).scopes)] == ["instagram_content_publish"]


@pytest.mark.parametrize("word", ["internal_failure", "server_error", ""])
def test_googles_own_trouble_passes(make: Make, word: str) -> None:
    fake, login = make("youtube")
    tokens = log_in(login)
    fake.fault("token", "instead", reply=Reply(400, {"error": word} if word else b"<html>"), times=9)
    with pytest.raises(PlatformError) as caught:
        login.renew(tokens)
    assert caught.value.kind == "transient"


@pytest.mark.parametrize(("platform", "route"), [("youtube", "token"), ("tiktok", "token"), ("instagram", "exchange")])
@pytest.mark.parametrize("how", ["drop", "instead"])
def test_one_broken_call_is_made_again_and_two_are_told(make: Make, platform: str, route: str, how: str) -> None:
    fake, login = make(platform)
    tokens = log_in(login)
    fake.fault(route, how)
    renewed = login.renew(tokens)
    assert renewed.access
    fake.fault(route, how, times=2)
    with pytest.raises(PlatformError, match="does not answer") as caught:
        login.renew(renewed)
    assert caught.value.kind == "transient"


def test_tiktoks_refusals_with_http_200_are_refusals(make: Make) -> None:
    fake, login = make("tiktok")
    assert isinstance(fake, TikTokOAuthFake)
    tokens = log_in(login)
    login.renew(tokens)
    fake.polite = True
    with pytest.raises(PlatformError, match=r"invalid_grant.*log id 2026oauth") as caught:
        login.renew(tokens)
    assert caught.value.kind == "auth"


@pytest.mark.parametrize(("platform", "via"), EVERY)
def test_a_wrong_client_is_told_without_its_secret(tmp_path: Path, platform: str, via: str) -> None:
    fake = FAKES[platform](tmp_path)
    wrong = {"CASTAD_TIKTOK_CLIENT_SECRET", "CASTAD_YOUTUBE_CLIENT_SECRET", "CASTAD_INSTAGRAM_CLIENT_SECRET"}
    settings = settings_for(platform, fake, tmp_path)
    from pydantic import SecretStr

    name = next(name for name in wrong if platform.upper() in name).lower().removeprefix("castad_")
    login = find_login(platform, replace(settings, **{name: SecretStr("not-the-secret")}), via=via)
    with pytest.raises(PlatformError) as caught:
        log_in(login)
    fake.stop()
    assert caught.value.kind == "auth"
    assert "not-the-secret" not in f"{caught.value!r} {caught.value.fix}"


def test_a_google_account_without_a_channel_is_refused(make: Make) -> None:
    fake, login = make("youtube")
    assert isinstance(fake, GoogleOAuthFake)
    fake.channel = None
    with pytest.raises(PlatformError, match="no YouTube channel"):
        login.identify(log_in(login))


def test_the_project_whose_quota_is_used_is_read_off_the_client(make: Make) -> None:
    _, login = make("youtube")
    (facts,) = login.identify(log_in(login))
    assert (facts["project"], facts["channel"], facts["uploads"]) == ("1234567", "UChaneul", "UUhaneul")


def test_a_facebook_login_without_a_professional_account_is_refused(make: Make) -> None:
    fake, login = make("instagram")
    assert isinstance(fake, MetaOAuthFake)
    fake.pages = [{"name": "Haneul"}]
    with pytest.raises(PlatformError, match="no Page") as caught:
        login.identify(log_in(login))
    assert "--via instagram" in caught.value.fix


def test_every_page_of_a_facebook_login_is_seen_on_whichever_leaf_of_the_list(make: Make) -> None:
    fake, login = make("instagram")
    assert isinstance(fake, MetaOAuthFake)
    fake.leaf = 2
    fake.pages = [
        {"name": f"Page {n}", "instagram_business_account": {"id": f"{n}", "username": f"shop{n}"}} for n in range(5)
    ]
    fake.pages.insert(1, {"name": "no account"})
    found = login.identify(log_in(login))
    assert [(each["title"], each["page"], each["user_id"]) for each in found] == [
        (f"@shop{n}", f"Page {n}", f"{n}") for n in range(5)
    ]
    assert fake.calls["accounts"] == 3


def test_a_token_from_metas_own_pages_is_taken_if_meta_says_it_is_valid(make: Make) -> None:
    _, login = make("instagram")
    assert isinstance(login, InstagramLogin)
    token = log_in(login).access
    adopted = login.adopt(token)
    assert (adopted.access, missing_scopes(login, adopted.scopes)) == (token, [])
    with pytest.raises(PlatformError, match="not valid"):
        login.adopt("EAAnonsense")


def test_a_short_code_is_typed_elsewhere_and_asked_about_in_good_time(make: Make) -> None:
    fake, login = make("youtube")
    assert isinstance(login, GoogleLogin)
    assert isinstance(fake, GoogleOAuthFake)
    code = login.begin_device()
    assert (code.user_code, code.url) == ("GQVQ-JKEC", f"{fake.url}/device")
    assert code.device_code not in repr(code)
    tokens = login.finish_device(code)
    assert tokens.scopes == (f"{GOOGLE}youtube",)
    assert missing_scopes(login, tokens.scopes) == [], "it holds the narrower ones"
    assert fake.calls["token"] == 3
    assert login.renew(tokens).access


def test_a_device_that_asks_too_often_asks_less_often(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, login = make("youtube")
    assert isinstance(login, GoogleLogin)
    assert isinstance(fake, GoogleOAuthFake)
    waits: list[float] = []

    def pass_time(seconds: float) -> None:
        waits.append(seconds)
        fake.ahead_s += seconds

    monkeypatch.setattr("time.sleep", pass_time)
    fake.interval_s, fake.pending = 7, 1
    assert login.finish_device(replace(login.begin_device(), interval_s=4)).access
    assert waits == [4, 4, 9]


@pytest.mark.parametrize(
    ("how", "said"),
    [("declined", "declined"), ("expired", "expired_token"), ("late", "in time"), ("client", "TVs and Limited Input")],
)
def test_a_code_that_comes_to_nothing_says_why(make: Make, how: str, said: str) -> None:
    fake, login = make("youtube")
    assert isinstance(login, GoogleLogin)
    assert isinstance(fake, GoogleOAuthFake)
    fake.declines, fake.is_for_devices = how == "declined", how != "client"
    fake.pending = 999

    def log_in_there() -> Tokens:
        code = login.begin_device()
        fake.ahead_s += 2000 if how == "expired" else 0
        return login.finish_device(replace(code, life_s=0.12) if how == "late" else code)

    with pytest.raises(PlatformError) as caught:
        log_in_there()
    assert said in caught.value.message + caught.value.fix
    assert caught.value.kind == "auth"


def test_an_expired_token_of_meta_cannot_be_renewed(make: Make) -> None:
    fake, login = make("instagram")
    tokens = log_in(login)
    fake.tokens[tokens.access] = "expired"
    with pytest.raises(PlatformError, match="190/463") as caught:
        login.renew(tokens)
    assert caught.value.kind == "auth"


def test_instagram_renews_no_token_of_today(make: Make) -> None:
    _, login = make("instagram", "instagram")
    with pytest.raises(PlatformError) as caught:
        login.renew(log_in(login))
    assert caught.value.kind == "transient"


@pytest.mark.parametrize("platform", ["youtube", "tiktok", "instagram"])
def test_a_machine_without_a_client_says_what_to_set(tmp_path: Path, platform: str) -> None:
    with pytest.raises(EnvironmentNotReady) as caught:
        find_login(platform, load_settings(tmp_path, {}, environment={}))
    assert f"CASTAD_{platform.upper()}_CLIENT" in caught.value.fix
    assert f"docs/platforms/{platform}.md" in caught.value.fix


def test_the_listener_takes_its_own_answer_and_refuses_every_other(make: Make) -> None:
    fake, login = make("youtube")
    with Listener() as listener:
        attempt = login.begin(listener.redirect_uri)
        found: list[str] = []
        waiting = threading.Thread(target=lambda: found.append(listener.wait(attempt, 30)))
        waiting.start()
        for stray in ("favicon.ico", "?code=stolen&state=wrong", "?code=none", "other?code=1&state=2"):
            with pytest.raises(HTTPError, match="404"):
                browse(listener.redirect_uri + stray)
        assert "You may close this page" in browse(attempt.url)
        waiting.join(30)
    assert login.finish(attempt, found[0]).access
    assert fake.calls["token"] == 1


def test_an_answer_that_comes_before_anybody_waits_for_it_is_kept(make: Make) -> None:
    _, login = make("youtube")
    with Listener() as listener:
        attempt = login.begin(listener.redirect_uri)
        listener.expect(attempt)
        assert "You may close this page" in browse(attempt.url)
        assert login.finish(attempt, listener.wait(attempt, 30)).access


def test_the_listener_waits_for_so_long_and_no_longer(make: Make) -> None:
    _, login = make("youtube")
    with Listener() as listener, pytest.raises(PlatformError, match="nobody logged in") as caught:
        listener.wait(login.begin(listener.redirect_uri), 0.1)
    assert "--no-browser" in caught.value.fix


def test_no_secret_shows_in_what_is_passed_around(make: Make) -> None:
    fake, login = make("tiktok")
    attempt = login.begin(LOOPBACK)
    tokens = login.finish(attempt, read_pasted(redirected(attempt), attempt))
    shown = f"{tokens!r} {login!r} {list(fake.journal)!r}"
    assert attempt.verifier not in repr(attempt)
    assert not [secret for secret in (*fake.secrets, SECRET) if secret in shown]
    assert Tokens.unpack(tokens.pack()) == tokens
