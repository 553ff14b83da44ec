import pytest

from castad_cli.generate.offline.romanise import romanise


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [  # the examples of the Revised Romanization itself, and names in daily use
        ("백마", "Baengma"),
        ("종로", "Jongno"),
        ("십리포", "Simnipo"),
        ("별내", "Byeollae"),
        ("신라", "Silla"),
        ("독립문", "Dongnimmun"),
        ("대관령", "Daegwallyeong"),
        ("해돋이", "Haedoji"),
        ("묵호", "Mukho"),
        ("집현전", "Jiphyeonjeon"),
        ("압구정", "Apgujeong"),
        ("설악", "Seorak"),
        ("성수동", "Seongsu-dong"),
        ("애월읍", "Aewol-eup"),
        ("협재", "Hyeopjae"),
        ("좋고", "Joko"),
        ("밝은", "Balgeun"),
        ("Cafe 온도", "Cafe Ondo"),
    ],
)
def test_hangul_is_romanised_as_it_sounds(hangul: str, latin: str) -> None:
    assert romanise(hangul) == latin
