"""What the platforms let be done in a minute or a day, as figures.

Sources: YouTube "Quota Calculator" and its revision history of 2026-06-01 (uploads have a bucket of their own);
Instagram Graph API ``ig-user/media`` (containers) and ``content_publishing_limit`` (read at run time, as its pages
disagree); TikTok Content Posting API, "Direct Post", "Query Creator Info", "Get Post Status".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from castad_cli.model.effects import Window

PACIFIC = "America/Los_Angeles"
PACIFIC_DAY = Window("day", PACIFIC)
"""YouTube's quotas begin anew at midnight Pacific time."""

YOUTUBE_UPLOADS_A_DAY = 100
"""Calls of videos.insert, by project."""
YOUTUBE_UNITS_A_DAY = 10_000
"""For everything else, by project."""
YOUTUBE_UNITS = {"list": 1, "thumbnail": 50, "playlist": 50}

INSTAGRAM_CONTAINERS_A_DAY = 400
INSTAGRAM_CONTAINER_LIFE_S = 24 * 3600

TIKTOK_POSTS_A_DAY = 15
"""By creator, over all apps; TikTok says "about"."""


class Rate(NamedTuple):
    """In any minute at most ``burst + 60 * rate`` are granted, which is the platform's figure."""

    rate: float
    burst: int


TIKTOK_CREATOR_INFO = Rate(15 / 60, 5)
"""20 a minute, by token."""
TIKTOK_INIT = Rate(5 / 60, 1)
"""6 a minute, by token."""
TIKTOK_STATUS = Rate(20 / 60, 10)
"""30 a minute, by token."""


def next_pacific_midnight(instant: datetime) -> datetime:
    """When YouTube's quotas begin anew after an aware ``instant``; in its time zone."""
    there = instant.astimezone(ZoneInfo(PACIFIC))
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), ZoneInfo(PACIFIC))
    return midnight.astimezone(instant.tzinfo)
