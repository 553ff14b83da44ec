"""Variants, rows and ``${…}``: which ads a recipe makes, and where their mistakes are."""

from __future__ import annotations

from pathlib import Path

import pytest

from castad_cli.recipe import expand, read_recipe

from .conftest import EXAMPLE, SMALL, TEMPLATES, Problems, Read


def test_the_example_makes_an_ad_of_each_row_and_variant(read: Read) -> None:
    ads = expand(read(EXAMPLE))
    assert [(ad.row, ad.variant, ad.recipe.template, ad.recipe.music.mood) for ad in ads] == [
        ("1", "calm", "horizon", "calm"),
        ("1", "loud", "pulse", "upbeat"),
        ("2", "calm", "horizon", "calm"),
        ("2", "loud", "pulse", "upbeat"),
    ]
    assert all(ad.recipe.music.seed == 7 for ad in ads)
    assert all(not ad.recipe.variants and not ad.recipe.data for ad in ads)
    assert str(ads[1].place("music.mood")) == "r.yaml:29:41  variants.loud.music.mood"
    assert str(ads[1].place("music.seed")) == "r.yaml:26:44  music.seed"
    assert str(ads[1].place("media[1].focus[0]")) == "r.yaml:23:36  media[1].focus[0]"


def test_columns_fill_text_numbers_choices_and_lists(read: Read) -> None:
    file = read(
        """\
        castad: 1
        data: rows.csv
        duration: ${seconds}
        languages: ${languages}
        brand: {name: "${name}의 하루", colors: {primary: "${color}"}}
        brief: {highlights: "${highlights}", offer: "${offer}"}
        media: ["${photo}", assets/room.jpg, "${more}"]
        music: {tempo: "${tempo}", mood: "${mood}"}
        """,
        rows="name,seconds,languages,color,highlights,offer,photo,more,tempo,mood\n"
        '민박,12s,"ko, en",#123456,sea|sun,,assets/sea.jpg,,120,calm\n'
        "카페,20,ja,#abc,,-10%,assets/sea.jpg,assets/drone.mp4,,playful\n",
    )
    first, second = (ad.recipe for ad in file.ads)
    assert [ad.row for ad in file.ads] == ["민박", "카페"]
    assert (first.duration, first.languages, first.brand.name) == (12, ["ko", "en"], "민박의 하루")
    assert (first.brand.colors.primary, second.brand.colors.primary) == ("#123456", "#aabbcc")
    assert (first.brief.highlights, second.brief.highlights) == (["sea", "sun"], [])
    assert (first.brief.offer, second.brief.offer) == ("", "-10%")
    assert [item.src for item in first.media] == ["assets/sea.jpg", "assets/room.jpg"]
    assert [item.src for item in second.media] == ["assets/sea.jpg", "assets/room.jpg", "assets/drone.mp4"]
    assert (first.music.tempo, second.music.tempo, second.music.mood) == (120, None, "playful")
    assert file.recipe.brand.name == "민박의 하루"
    assert str(file.ads[1].place("duration")) == "rows.csv:3:4  duration"


def test_recipe_values_fill_other_values(read: Read) -> None:
    recipe = read(
        SMALL.replace("Sea House", "{en: Sea House, ko: 바다 집}")
        + """\
languages: [ko, en]
brief: {place: Aewol, offer: "${brand.name} in ${brief.place}", audience: "$${brand} $5", highlights: [a, b]}
publish:
  - youtube: {account: a, title: "${brand.name}", description: {ko: "${brief.offer}!"}, tags: "${brief.highlights}"}
  - tiktok: {account: "${name}", caption: "${brief.highlights[1]}"}
"""
    ).recipe
    assert recipe.brief.offer == {"en": "Sea House in Aewol", "ko": "바다 집 in Aewol"}
    assert recipe.brief.audience == "${brand} $5"
    youtube, tiktok = recipe.publish[0].youtube, recipe.publish[1].tiktok
    assert youtube is not None
    assert tiktok is not None
    assert youtube.title == {"en": "Sea House", "ko": "바다 집"}
    assert youtube.description == {"ko": "바다 집 in Aewol!"}
    assert youtube.tags == ["a", "b"]
    assert (tiktok.account, tiktok.caption) == ("r", "b")


def test_what_a_cell_says_is_not_filled_again(read: Read) -> None:
    file = read(SMALL.replace("Sea House", '"${who}"') + "data: rows.csv\n", rows="who\n${brand.name}\n")
    assert file.recipe.brand.name == "${brand.name}"


def test_mistakes_in_rows_are_told_in_the_data_file(problems: Problems) -> None:
    found = problems(
        """\
        castad: 1
        data: rows.csv
        duration: ${seconds}
        brand: {name: "${who}", colors: {primary: "${color}"}}
        media: ["${photo}"]
        publish:
          - youtube: {account: a, title: "${title} today"}
        """,
        rows=f"who,seconds,color,photo,title\na,75s,red,assets/sea.jpg,{'t' * 95}\n,soon,#fff,assets/see.jpg,t\n",
    )
    assert [(str(p.place), p.message) for p in found] == [
        ("rows.csv:2:3  duration", "at most 60s"),
        ("rows.csv:2:7  brand.colors.primary", "not a colour"),
        ("rows.csv:2:26  publish[0].youtube.title", "101 characters; YouTube takes 100"),
        ("rows.csv:3:1  brand.name", "nothing is written here"),
        ("rows.csv:3:2  duration", "not a duration"),
        ("rows.csv:3:12  media[0]", "no such file"),
    ]
    assert found[0].place is not None
    assert found[0].place.text.startswith("a,75s,red")


def test_mistakes_that_every_row_shares_are_told_once(problems: Problems) -> None:
    found = problems(SMALL + "nme: x\ndata: rows.csv\n", rows="a\n" + "1\n" * 5000)
    assert [str(p.place) for p in found] == ["r.yaml:4:1  nme"]


@pytest.mark.parametrize(
    ("text", "place", "message", "fix"),
    [
        (
            "brief: {offer: '${prise} won'}\ndata: rooms.csv\n",
            "r.yaml:4:17  brief.offer",
            "`prise` is neither a column of rooms.csv nor a key of this recipe",
            "did you mean `${price}`?",
        ),
        (
            "brief: {offer: '${zzz}'}\ndata: rooms.csv\n",
            "r.yaml:4:17  brief.offer",
            "`zzz` is neither a column of rooms.csv nor a key of this recipe",
            "columns: room, price",
        ),
        (
            "brief: {offer: 'a ${'}\n",
            "r.yaml:4:19  brief.offer",
            "`${` without `}`",
            "close it, or write $${ for the characters themselves",
        ),
        (
            "brief: {offer: '${brief.place}', place: '${brief.offer}'}\n",
            "r.yaml:4:17  brief.offer",
            "goes round in a circle: brief.place → brief.offer → brief.place",
            "write one of them out",
        ),
        (
            "brief: {offer: 'a ${brand}'}\n",
            "r.yaml:4:19  brief.offer",
            "`brand` is not text",
            "name a value that is text",
        ),
        (
            "brief: {offer: '${publish[0]}'}\n",
            "r.yaml:4:17  brief.offer",
            "`publish[0]` is not a key of this recipe, and there is no `data:` to take it from",
            "write $${ for the characters themselves",
        ),
    ],
)
def test_what_cannot_be_filled_is_told(problems: Problems, text: str, place: str, message: str, fix: str) -> None:
    found = problems(SMALL + text)
    assert (place, message, fix) in [(str(p.place), p.message, p.fix) for p in found]


def test_text_that_doubles_and_doubles_is_refused(problems: Problems) -> None:
    lines = "".join(f"  - '${{brief.highlights[{n + 1}]}}${{brief.highlights[{n + 1}]}}'\n" for n in range(11))
    assert problems(SMALL + "brief:\n highlights:\n" + lines + f"  - {'x' * 200}\n")


def test_lists_that_double_and_double_are_refused(problems: Problems) -> None:
    names = [f"'${{x{n}}}'" for n in range(9)]
    text = "".join(f"x{n}: [{', '.join(names[n + 1 : n + 2] * 30)}]\n" for n in range(8))
    messages = {problem.message for problem in problems(SMALL + text + "x8: [a, b, c, d]\n")}
    assert "more than 20,000 values once filled in" in messages


def test_long_chains_are_refused(problems: Problems) -> None:
    chain = "".join(f"x{n}: '${{x{n + 1}}}'\n" for n in range(3000))
    messages = [problem.message for problem in problems(SMALL + chain + "x3000: end\n")]
    assert any("more than 8 deep" in message for message in messages)


def test_a_variant_changes_what_it_names_and_nothing_else(read: Read) -> None:
    file = read(
        SMALL
        + """\
brief: {offer: ten percent}
music: {provider: file, src: assets/sea.jpg, seed: 3}
variants:
  plain:
  words: {copy: {seed: 5}, brief: {offer: }, brand: {colors: {accent: "#000000"}}}
  made: {music: {provider: house}}
  quiet: {music: none}
  other: {media: [assets/room.jpg], brand: {name: {en: Room House}}}
"""
    )
    ads = {ad.variant: ad.recipe for ad in file.ads}
    assert list(ads) == ["plain", "words", "made", "quiet", "other"]
    assert ads["plain"].model_copy(update={"variants": file.recipe.variants}) == file.recipe
    assert (ads["words"].copy_.seed, ads["words"].brief.offer) == (5, "")
    assert (ads["words"].brand.name, ads["words"].brand.colors.accent) == ("Sea House", "#000000")
    assert (ads["made"].music.provider, ads["made"].music.src, ads["made"].music.seed) == ("house", "", 3)
    assert ads["quiet"].music.provider == "none"
    assert ([item.src for item in ads["other"].media], ads["other"].brand.name) == (
        ["assets/room.jpg"],
        {"en": "Room House"},
    )


def test_mistakes_in_variants_are_told_at_the_variant(problems: Problems) -> None:
    found = problems(
        SMALL
        + """\
variants:
  a: {template: nowhere}
  b: {duraton: 9s, music: {mood: sad}}
  c: {media: [assets/see.jpg]}
"""
    )
    assert [str(p.place) for p in found] == [
        "r.yaml:5:17  variants.a.template",
        "r.yaml:6:7  variants.b.duraton",
        "r.yaml:6:34  variants.b.music.mood",
        "r.yaml:7:15  variants.c.media[0]",
    ]


def test_a_data_file_given_from_outside_replaces_the_recipes_own(folder: Path) -> None:
    (folder / "r.yaml").write_text(SMALL.replace("Sea House", "'${who}'") + "data: rooms.csv\n", encoding="utf-8")
    (folder / "other.csv").write_text("who\nA\n", encoding="utf-8")
    file = read_recipe(Path("r.yaml"), templates=TEMPLATES, data=Path("other.csv"))
    assert [ad.recipe.brand.name for ad in file.ads] == ["A"]


def test_a_broken_data_file_does_not_hide_the_recipes_mistakes(problems: Problems) -> None:
    found = problems(
        SMALL + "brief: {offer: '${a}'}\nmusic: {tempo: '${b}', mood: sad}\ndata: rows.csv\n", rows="a,a\n1,2\n"
    )
    assert [(str(p.place), p.message) for p in found] == [
        ("r.yaml:5:30  music.mood", "`sad` is not one of calm, warm, bright, upbeat, elegant, playful"),
        ("rows.csv:1:3", "two columns are called `a`"),
    ]
