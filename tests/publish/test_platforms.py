"""A platform is a file, a test class and a page: one that lacks any of them is not done."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.publish.finding import BUILT_IN, find_publisher
from castad_cli.publish.media_limits import MEDIA_LIMITS

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("platform", BUILT_IN)
def test_a_platform_has_its_file_its_tests_its_fake_and_its_page(platform: str) -> None:
    tests = PROJECT / "tests"
    for file in (
        PROJECT / "castad_cli" / "publish" / f"{platform}.py",
        tests / "publish" / f"test_{platform}.py",
        tests / "fakes" / f"{platform}.py",
        PROJECT / "docs" / "platforms" / f"{platform}.md",
    ):
        assert file.is_file(), f"{platform} lacks {file.relative_to(PROJECT)}"
    assert "(PublisherContract)" in (tests / "publish" / f"test_{platform}.py").read_text("utf-8")
    assert platform in MEDIA_LIMITS
    assert find_publisher(platform).name == platform


def test_every_page_is_of_a_platform() -> None:
    assert {page.stem for page in (PROJECT / "docs" / "platforms").glob("*.md")} == set(BUILT_IN)


def test_every_key_of_a_post_stands_on_its_page() -> None:
    from castad_cli.model.recipe import InstagramPost, TikTokPost, YouTubePost

    for platform, model in (("youtube", YouTubePost), ("instagram", InstagramPost), ("tiktok", TikTokPost)):
        page = (PROJECT / "docs" / "platforms" / f"{platform}.md").read_text("utf-8")
        missing = [key for key in model.model_fields if f"{key}:" not in page]
        assert not missing, f"{platform}: {missing}"
