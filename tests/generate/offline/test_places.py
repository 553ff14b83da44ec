import pytest

from castad_cli.generate.offline.places import locate


@pytest.mark.parametrize(
    ("place", "language", "short", "full"),
    [
        ("제주 애월", "ko", "애월", "제주 애월"),
        ("제주 애월", "en", "Aewol", "Aewol, Jeju"),
        ("제주시 애월읍", "en", "Aewol", "Aewol, Jeju"),
        ("제주 애월", "ja", "涯月", "済州・涯月"),
        ("제주 애월", "zh-Hans", "涯月", "济州涯月"),
        ("제주 애월", "zh-Hant", "涯月", "濟州涯月"),
        ("제주 애월", "th", "แอวอล", "แอวอล เชจู"),
        ("제주 애월", "ar", "إيوول", "إيوول، جيجو"),
        ("성산", "ar", "Seongsan", "Seongsan"),
        ("Aewol, Jeju", "ko", "애월", "제주 애월"),
        ("Chiang Mai", "th", "เชียงใหม่", "เชียงใหม่"),
        ("ดอยสุเทพ เชียงใหม่", "th", "ดอยสุเทพ", "เชียงใหม่ ดอยสุเทพ"),
        ("Đà Lạt", "ko", "달랏", "달랏"),
        ("台北大稻埕", "zh-Hant", "大稻埕", "台北大稻埕"),
        ("京都市", "en", "Kyoto", "Kyoto"),
        ("성산", "en", "Seongsan", "Seongsan"),
        ("가상읍", "en", "", ""),
        ("제주 가상읍", "en", "Jeju", "Jeju"),
        ("Ashland", "ja", "Ashland", "Ashland"),
    ],
)
def test_a_place_is_told_in_the_ads_language(place: str, language: str, short: str, full: str) -> None:
    where = locate(place, language)
    assert (where.short, where.full) in {(short, full), (short, " ".join(reversed(full.split())))}


def test_a_place_that_cannot_be_told_is_left_out() -> None:
    assert locate("ดอยลึกลับ", "ko").full == ""


def test_a_known_place_tells_its_nature() -> None:
    assert "coast" in locate("제주 애월", "en").natures
    assert "mountain" in locate("평창", "ja").natures
