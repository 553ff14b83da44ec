"""How many days a plan's posts need, by account, and what is out already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from castad_cli.app.post_forecast import AccountForecast, days_for, forecast_posts
from castad_cli.model.effects import post_key
from castad_cli.model.plan import AdPlan, Plan, PostTask, ScriptTask
from castad_cli.publish import quotas
from castad_cli.publish.line import closed_key
from castad_cli.records import Records, open_records
from castad_cli.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path, {}, environment={"CASTAD_DATABASE_URL": f"sqlite:///{tmp_path / 'castad.db'}"})


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    with closing(open_records(settings.database_url)) as records:
        yield records


def plan_of(*posts: tuple[str, str, int]) -> Plan:
    tasks = [
        PostTask(f"{platform}{account}{n}", f"{platform}-{account}-{n}", platform, account)
        for platform, account, number in posts
        for n in range(number)
    ]
    script = ScriptTask("s", "en", "offline", 0, None, (), None)  # type: ignore[arg-type]
    return Plan((AdPlan("inn///en", "inn.yaml", "inn", "", "", "en", script, None, (), tuple(tasks)),))


def by_account(found: tuple[AccountForecast, ...]) -> dict[str, AccountForecast]:
    return {f"{each.platform}:{each.account}": each for each in found}


@pytest.mark.parametrize(
    ("posts", "per_day", "used", "days"),
    [(0, 15, 0, 0), (1, 15, 0, 1), (15, 15, 0, 1), (16, 15, 0, 2), (1, 15, 15, 2), (16, 15, 15, 3), (5, 15, 99, 2)],
)
def test_days_are_counted_with_what_is_left_of_today(posts: int, per_day: int, used: int, days: int) -> None:
    assert days_for(posts, per_day, used) == days


def test_without_a_database_every_account_is_one_to_log_in_to(settings: Settings, tmp_path: Path) -> None:
    found = by_account(forecast_posts(plan_of(("tiktok", "a", 31), ("instagram", "b", 1)), settings))
    assert (found["tiktok:a"].days, found["tiktok:a"].is_ready, found["tiktok:a"].posted) == (3, False, 0)
    assert found["instagram:b"].days == 1
    assert not (tmp_path / "castad.db").exists(), "a plan makes nothing"


def test_channels_of_one_project_share_its_uploads(settings: Settings, records: Records) -> None:
    for name, project in (("a", "1"), ("b", "1"), ("c", "2")):
        records.accounts.save("youtube", name, b"sealed", {"title": name.upper(), "project": project})
    records.limits.spend("youtube.uploads", "1", 40, quotas.YOUTUBE_UPLOADS_A_DAY, quotas.PACIFIC_DAY)
    found = by_account(
        forecast_posts(plan_of(("youtube", "a", 50), ("youtube", "b", 50), ("youtube", "c", 50)), settings)
    )
    assert [found[f"youtube:{name}"].days for name in "abc"] == [2, 2, 1]
    assert (found["youtube:a"].title, found["youtube:a"].is_ready, found["youtube:a"].used_today) == ("A", True, 40)


def test_an_account_s_own_limit_is_reckoned_with_once_instagram_has_told_it(
    settings: Settings, records: Records
) -> None:
    plan = plan_of(("instagram", "a", 120), ("instagram", "b", 120), ("instagram", "c", 120))
    hours_ago = {"a": 1, "b": 30}
    for name, hours in hours_ago.items():
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        told = {"total": 100, "used": 90, "at": at}
        records.accounts.save("instagram", name, b"sealed", {"user_id": f"u{name}", "limit": told})
    found = by_account(forecast_posts(plan, settings))
    assert [(found[f"instagram:{name}"].per_day, found[f"instagram:{name}"].is_told) for name in "abc"] == [
        (100, True),
        (100, True),
        (50, False),
    ]
    assert found["instagram:a"].used_today == 90, "other apps' posts among them"
    assert found["instagram:b"].used_today == 0, "of another day"
    assert [found[f"instagram:{name}"].days for name in "abc"] == [3, 2, 3]


def test_own_posts_of_the_last_day_count_where_instagram_told_nothing(settings: Settings, records: Records) -> None:
    for n in range(3):
        facts = {"rendition": f"r{n}", "platform": "instagram", "account": "a"}
        records.effects.ensure("post", f"r{n}/instagram/a", facts)
        claim = records.effects.claim_one(f"r{n}/instagram/a", "ann", 60)
        assert claim
        records.effects.settle(claim, {"id": str(n)})
    found = by_account(forecast_posts(plan_of(("instagram", "a", 48), ("instagram", "b", 1)), settings))
    assert (found["instagram:a"].used_today, found["instagram:a"].days) == (3, 2)
    assert found["instagram:b"].used_today == 0


def test_a_day_that_the_platform_itself_calls_used_up_is_none_to_post_on(settings: Settings, records: Records) -> None:
    records.accounts.save("youtube", "a", b"sealed", {"project": "1"})
    records.accounts.save("tiktok", "b", b"sealed", {"open_id": "o"})
    plan = plan_of(("youtube", "a", 50), ("tiktok", "b", 5))
    for wait_s, wanted in ((60, [1, 1]), (7200, [2, 2])):
        records.limits.close(closed_key("youtube.uploads 1"), wait_s)
        records.limits.close(closed_key("tiktok.posts o"), wait_s)
        found = by_account(forecast_posts(plan, settings))
        assert [found[name].days for name in ("youtube:a", "tiktok:b")] == wanted


def test_what_is_out_needs_no_day(settings: Settings, records: Records) -> None:
    for n in range(2):
        key = post_key(f"tiktok-a-{n}", "tiktok", "a")
        records.effects.ensure("post", key, {})
        claim = records.effects.claim_one(key, "ann", 60)
        assert claim
        records.effects.settle(claim, {"id": str(n)})
    found = by_account(forecast_posts(plan_of(("tiktok", "a", 2)), settings))["tiktok:a"]
    assert (found.posts, found.posted, found.days) == (2, 2, 0)


def test_a_plan_without_posts_asks_nothing(settings: Settings) -> None:
    assert forecast_posts(plan_of(), settings) == ()
