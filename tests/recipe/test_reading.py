"""Recipes as read: every key, every mistake at its place, many at once."""

from __future__ import annotations

import os
import pickle
from fractions import Fraction
from pathlib import Path

import pytest

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.recipe import find_recipes, read_recipe, read_recipes

from .conftest import EXAMPLE, SMALL, TEMPLATES, Problems, Read


def said(problem: UserError) -> tuple[str, str, str]:
    return str(problem.place), problem.message, problem.fix


def test_every_key_of_the_example_is_read(read: Read) -> None:
    recipe = read(EXAMPLE).recipe
    assert recipe.name == "haneul-pension"
    assert recipe.duration == Fraction(15)
    assert recipe.formats == ["reel", "square", "landscape"]
    assert recipe.brand.colors.accent == "#ff7f51"
    assert recipe.brand.contact.phone == "064-000-0000"
    assert recipe.brief.highlights == ["오션뷰 객실", "프라이빗 스파", "바베큐 테라스"]
    assert [item.src for item in recipe.media][-1] == "s3://bucket/pool.jpg"
    assert recipe.media[1].focus == (0.4, 0.6)
    assert recipe.media[2].start == 3
    assert recipe.music.seed == 7
    assert recipe.variants["loud"] == {"template": "pulse", "music": {"mood": "upbeat"}}
    youtube = recipe.publish[0].youtube
    assert youtube is not None
    assert youtube.title == "하늘마루 펜션"
    assert youtube.at is not None
    assert youtube.at.isoformat() == "2026-12-01T09:00:00+09:00"
    assert [entry.platform for entry in recipe.publish] == ["youtube", "instagram", "tiktok"]


def test_a_small_recipe_takes_its_name_from_its_file(read: Read) -> None:
    file = read(SMALL)
    assert file.file == "r.yaml"
    assert file.recipe.name == "r"
    assert [ad.recipe for ad in file.ads] == [file.recipe]
    assert str(file.ads[0].place("media[0].src")) == "r.yaml:3:9  media[0]"
    assert str(file.places["brand.name"]) == "r.yaml:2:15  brand.name"


def test_values_are_read_by_their_key_not_by_their_look(read: Read) -> None:
    recipe = read(
        """
        castad: 1
        name: 2026
        duration: 1:30
        """.replace("1:30", "20")
        + """
        formats: reel, square
        languages: ko
        brand: {name: 010, contact: {phone: 01012345678, address: no}}
        media: assets/sea.jpg, assets/room.jpg
        music: none
        publish:
          - instagram: {account: 42, share_to_feed: no, at: 2026-12-01 09:00 +09:00}
        """
    ).recipe
    assert (recipe.name, recipe.duration, recipe.formats) == ("2026", 20, ["reel", "square"])
    assert (recipe.brand.name, recipe.brand.contact.phone, recipe.brand.contact.address) == ("010", "01012345678", "no")
    assert [item.src for item in recipe.media] == ["assets/sea.jpg", "assets/room.jpg"]
    assert recipe.music.provider == "none"
    post = recipe.publish[0].instagram
    assert post is not None
    assert (post.account, post.share_to_feed) == ("42", False)
    assert post.at is not None
    assert post.at.isoformat() == "2026-12-01T09:00:00+09:00"


def test_all_problems_are_told_at_once_each_at_its_place(problems: Problems) -> None:
    found = problems(
        """\
        castad: 1
        nme: x
        duration: 75s
        formats: [reel, sqare, reel]
        languages: [kr, en]
        brand:
          name: {ko: 가, kr: 나}
          logo: ../logo.svg
          colors: {primary: red, accnt: "#fff"}
          contact: {phone: 01012345678, url: example.com}
        tempo: 120
        copy:
          seed: -1
        media:
          - assets/see.jpg
          - {src: assets/room.jpg, focus: [0.4, 6], start: later}
          -
        music: {provider: file}
        publish:
          - youtube: {account: main, privacy: publc, at: 2026-12-01T09:00:00, title: "${brand.nme}"}
          - facebook: {account: x}
          - tiktok: {account: a, duet: maybe}
        """
    )
    assert [said(problem) for problem in found] == [
        ("r.yaml:2:1  nme", "unknown key `nme`", "did you mean `name`?"),
        ("r.yaml:3:11  duration", "at most 60s", "make the ad shorter"),
        (
            "r.yaml:4:17  formats[1]",
            "`sqare` is not one of reel, portrait, square, landscape",
            "did you mean `square`?",
        ),
        (
            "r.yaml:5:13  languages[0]",
            "`kr` is not one of ko, en, ja, zh-Hans, zh-Hant, th, vi, ar",
            "did you mean `ko`?",
        ),
        (
            "r.yaml:7:17  brand.name.kr",
            "`kr` is not one of ko, en, ja, zh-Hans, zh-Hant, th, vi, ar",
            "did you mean `ko`?",
        ),
        (
            "r.yaml:8:9  brand.logo",
            "`..` leads out of the recipe's folder",
            "put the file beside the recipe and write its path from there",
        ),
        ("r.yaml:9:21  brand.colors.primary", "not a colour", 'write it as "#rrggbb", in quotes'),
        ("r.yaml:9:26  brand.colors.accnt", "unknown key `accnt`", "did you mean `accent`?"),
        ("r.yaml:10:38  brand.contact.url", "not a web address", "begin it with https://"),
        ("r.yaml:11:1  tempo", "`tempo` does not belong here", "its place is `music.tempo`"),
        ("r.yaml:13:9  copy.seed", "at least 0", "write a larger number"),
        ("r.yaml:15:5  media[0]", "no such file", "did you mean assets/sea.jpg?"),
        ("r.yaml:16:41  media[1].focus[1]", "at most 1", "write a smaller number"),
        ("r.yaml:16:52  media[1].start", "not a duration", "write it as 15s, 1.5s or 800ms"),
        ("r.yaml:17:3  media[2]", "nothing is written here", "write a value, or take the key away"),
        ("r.yaml:18:9  music.provider", "`provider: file` needs an audio file", "add `src: music.mp3`"),
        (
            "r.yaml:20:39  publish[0].youtube.privacy",
            "`publc` is not one of public, unlisted, private",
            "did you mean `public`?",
        ),
        (
            "r.yaml:20:50  publish[0].youtube.at",
            "the time has no offset from UTC",
            "write 2026-12-01T09:00:00+09:00, or Z for UTC",
        ),
        (
            "r.yaml:20:79  publish[0].youtube.title",
            "`brand.nme` is not a key of this recipe, and there is no `data:` to take it from",
            "did you mean `${brand.name}`?",
        ),
        ("r.yaml:21:5  publish[1].facebook", "unknown key `facebook`", "known here: youtube, instagram, tiktok"),
        ("r.yaml:22:32  publish[2].tiktok.duet", "neither yes nor no", "write true or false"),
    ]
    places = [problem.place for problem in found]
    assert places[1] is not None
    assert (places[1].text, places[1].length) == ("duration: 75s", 3)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("name: x\n", "r.yaml:1:1  castad", "`castad` is missing"),
        (
            "castad: 2\n" + SMALL.partition("\n")[2],
            "r.yaml:1:9  castad",
            "this CaStAD reads version 1 of the recipe language",
        ),
        ("castad: 1\nmedia: [assets/sea.jpg]\n", "r.yaml:1:1  brand", "`brand` is missing"),
        ("castad: 1\nmedia: [assets/sea.jpg]\nbrand:\n  font: Inter\n", "r.yaml:3:1  brand.name", "`name` is missing"),
        ("castad: 1\nmedia:\nbrand: {name: x}\n", "r.yaml:2:1  media", "nothing is written here"),
        ("castad: 1\nmedia: []\nbrand: {name: x}\n", "r.yaml:2:8  media", "nothing is written here"),
        (
            "castad: 1\nmedia: [assets/sea.jpg]\nbrand: {name: ''}\n",
            "r.yaml:3:15  brand.name",
            "nothing is written here",
        ),
        (
            "castad: 1\nmedia: [assets/sea.jpg]\nbrand: x\n",
            "r.yaml:3:8  brand",
            "a group of `key: value` lines belongs here",
        ),
        ("castad: 1\nmedia: [assets/sea.jpg]\nbrand: {name: [a]}\n", "r.yaml:3:15  brand.name", "text belongs here"),
        (SMALL + "name: ../up\n", "r.yaml:4:7  name", "a name is a folder's name"),
        (SMALL + f"name: {'a' * 81}\n", "r.yaml:4:7  name", "at most 80 characters"),
        (SMALL + "duration: 5s\n", "r.yaml:4:11  duration", "at least 6s"),
        (SMALL + "music: {tempo: fast}\n", "r.yaml:4:16  music.tempo", "not a whole number"),
        (SMALL + "music: {tempo: 200}\n", "r.yaml:4:16  music.tempo", "at most 160"),
        (SMALL + f"music: {{tempo: {'9' * 5000}}}\n", "r.yaml:4:16  music.tempo", "a number far too large"),
        (SMALL + "music: hose\n", "r.yaml:4:8  music", "`hose` is not one of house, suno, file, none"),
        (SMALL + "music: {prompt: x}\n", "r.yaml:4:9  music.prompt", "`prompt` goes with `provider: suno`"),
        (SMALL + "voice: {name: Kore}\n", "r.yaml:4:9  voice.name", "`name` needs somebody who speaks"),
        (SMALL + "voice: offline\n", "r.yaml:4:8  voice", "there is no voice without a service that makes it"),
        (SMALL + "voice: {provider: gemini, name: Koré}\n", "r.yaml:4:33  voice.name", "not the name of a voice"),
        (SMALL + "voice: {provider: gemini, name: kora}\n", "r.yaml:4:33  voice.name", "no voice is called `kora`"),
        (SMALL + "image: {prompt: sea}\n", "r.yaml:4:9  image.prompt", "`prompt` needs somebody who makes the picture"),
        (SMALL + "image: house\n", "r.yaml:4:8  image", "there is no picture without a service that makes it"),
        (SMALL + "publish: {youtube: {account: a}}\n", "r.yaml:4:10  publish", "a list belongs here"),
        (
            SMALL + "publish:\n  - youtube: {format: reel}\n",
            "r.yaml:5:5  publish[0].youtube.account",
            "`account` is missing",
        ),
        (SMALL + "publish:\n  - {}\n", "r.yaml:5:5  publish[0]", None),
        (
            SMALL + "publish:\n  - youtube: {account: a, at: 2026-13-01T09:00:00Z}\n",
            "r.yaml:5:31  publish[0].youtube.at",
            "not a date and time: month value is outside expected range of 1-12",
        ),
        (
            SMALL + "publish:\n  - youtube: {account: a, at: 1700000000}\n",
            "r.yaml:5:31  publish[0].youtube.at",
            "not a date and time",
        ),
        (SMALL + "template: horizn\n", "r.yaml:4:11  template", "no template is called `horizn`"),
        (SMALL + "formats: [portrait]\n", "r.yaml:4:11  formats[0]", "the template `horizon` has no `portrait` layout"),
        (SMALL + "formats: [reel, reel]\n", "r.yaml:4:17  formats[1]", "`reel` is here twice"),
        (SMALL + "languages: [ko, en, ko]\n", "r.yaml:4:21  languages[2]", "`ko` is here twice"),
        (SMALL + "data: rooms.cvs\n", "r.yaml:4:7  data", "no such file"),
        (
            SMALL + "data: https://example.com/a.csv\n",
            "r.yaml:4:7  data",
            "a data file is read from the recipe's folder",
        ),
        (SMALL + "variants: {a/b: {}}\n", "r.yaml:4:12  variants.a/b", "a variant's name is a folder's name"),
        (SMALL + "variants: {a: {}, A: {}}\n", "r.yaml:4:19  variants.A", "`A` and `a` are one folder on some systems"),
        (SMALL + "variants: {a: {name: x}}\n", "r.yaml:4:16  variants.a.name", "a variant cannot change `name`"),
        (SMALL + "variants: {a: x}\n", "r.yaml:4:15  variants.a", "a group of `key: value` lines belongs here"),
    ],
)
def test_a_mistake_is_told_at_its_place(problems: Problems, text: str, place: str, message: str | None) -> None:
    found = problems(text)
    assert (place, message or found[0].message) in [(str(p.place), p.message) for p in found]
    assert all(problem.fix for problem in found)


def test_a_problem_of_one_key_hides_none_of_another(problems: Problems) -> None:
    found = problems(SMALL + "template: horizn\nformats: [reel, reeel]\nlanguages: [ko, ko]\n")
    assert [(str(p.place), p.message) for p in found] == [
        ("r.yaml:4:11  template", "no template is called `horizn`"),
        ("r.yaml:5:17  formats[1]", "`reeel` is not one of reel, portrait, square, landscape"),
        ("r.yaml:6:17  languages[1]", "`ko` is here twice"),
    ]


def test_text_by_language_is_given_in_every_language_made(problems: Problems) -> None:
    found = problems(
        """\
        castad: 1
        languages: [ko, en]
        brand: {name: {ko: 가}}
        media: [{src: assets/sea.jpg, alt: {ko: 바다, en: sea}}]
        publish:
          - youtube: {account: a, title: {ko: 제목}}
          - youtube: {account: b, title: {ko: 제목}, language: en}
        """
    )
    assert [(str(p.place), p.message) for p in found] == [
        ("r.yaml:3:15  brand.name", "no text in English (`en`), which this recipe makes"),
        ("r.yaml:7:34  publish[1].youtube.title", "no text in English (`en`), which this recipe makes"),
    ]


def test_words_too_long_for_their_slot_are_told_in_every_language(problems: Problems) -> None:
    found = problems(
        """\
        castad: 1
        languages: [ko, en]
        brand: {name: x}
        brief: {offer: 아주 길고 길어서 카드에 도저히 들어가지 않는 제안입니다}
        copy:
          scenes:
            - headline: {ko: 바다, en: "A headline that goes on for far too long"}
            - headline: 가나다라마바사아자차카타파하거
              line: fits
            - headline: fits
          call_to_action: Reserve a room today, by telephone
        media: [assets/sea.jpg]
        """
    )
    assert [said(problem) for problem in found] == [
        (
            "r.yaml:4:16  brief.offer",
            "27.5 em, too long for the offer of the closing card, which takes 16",
            "take about 13 characters away",
        ),
        (
            "r.yaml:7:30  copy.scenes[0].headline.en",
            "20 em, too long for the headline of the opening, which takes 14",
            "take about 12 characters away",
        ),
        (
            "r.yaml:8:17  copy.scenes[1].headline",
            "15 em, too long for the headline of a scene, which takes 14",
            "take about 1 character away",
        ),
        (
            "r.yaml:11:19  copy.call_to_action",
            "17 em, too long for the call to action of the closing card, which takes 10",
            "take about 14 characters away",
        ),
    ]


def test_scenes_written_by_hand_suit_the_template_and_the_duration(problems: Problems) -> None:
    scenes = "".join(f"    - headline: scene {number}\n" for number in range(7))
    found = problems(SMALL + "duration: 6s\ncopy:\n  scenes:\n" + scenes)
    assert [(str(p.place), p.message) for p in found] == [
        ("r.yaml:7:5  copy.scenes", "7 scenes take 11.5s at least, and the ad has 6s"),
        ("r.yaml:13:7  copy.scenes[6]", "7 scenes; `horizon` has at most 6"),
    ]


def test_posts_keep_to_what_the_recipe_makes(problems: Problems) -> None:
    found = problems(
        SMALL
        + """\
publish:
  - youtube: {account: a, format: square}
  - youtube: {account: a, language: ko}
  - tiktok: {account: t}
  - tiktok: {account: t, language: en}
"""
    )
    assert [said(problem) for problem in found] == [
        (
            "r.yaml:5:35  publish[0].youtube.format",
            "this recipe makes no `square`",
            "write `format: reel`, or add `square` to `formats`",
        ),
        ("r.yaml:6:37  publish[1].youtube.language", "this recipe makes no ad in 한국어 (`ko`)", "use one of: en"),
        ("r.yaml:8:13  publish[3].tiktok", "the same post twice", "keep one; the first is in line 7"),
    ]


def test_hashtags_are_counted_without_spaces_between_them_too(problems: Problems) -> None:
    found = problems(SMALL + f"publish: [{{instagram: {{account: c, caption: 'x{'#a' * 31} &#38; b.c/#d'}}}}]\n")
    assert [p.message for p in found] == ["31 hashtags; Instagram takes 30"]


def test_the_platforms_limits_are_kept(problems: Problems) -> None:
    tags = ", ".join(f"tag number {number}" for number in range(40))
    found = problems(
        SMALL
        + f"""\
publish:
  - youtube: {{account: a, title: {"t" * 101}, description: {"가" * 1667}, tags: [{tags}]}}
  - youtube: {{account: b, title: a <b>, privacy: public, at: 2026-12-01T09:00:00Z}}
  - instagram: {{account: c, caption: "{"#a " * 31}{"@b " * 21}{"x" * 2200}", sponsors: [onda]}}
  - tiktok: {{account: d, caption: {"🌊" * 1101}}}
  - tiktok: {{account: e, caption: hi, mode: inbox, brand_content: true}}
"""
    )
    assert [(p.place.path, p.message) for p in found if p.place is not None] == [
        ("publish[0].youtube.title", "101 characters; YouTube takes 100"),
        ("publish[0].youtube.description", "5001 bytes; YouTube takes 5000"),
        (
            "publish[0].youtube.tags",
            "629 characters in all, commas and quotes counted; YouTube takes 500, "
            "20 of them for the tag that CaStAD finds the post again by",
        ),
        ("publish[1].youtube.title", "YouTube takes no `<` and `>` here"),
        ("publish[1].youtube.privacy", "YouTube schedules private videos only, and makes them public at the time"),
        ("publish[2].instagram.caption", "2356 characters; Instagram takes 2200"),
        ("publish[2].instagram.caption", "31 hashtags; Instagram takes 30"),
        ("publish[2].instagram.caption", "21 mentions; Instagram takes 20"),
        ("publish[2].instagram.sponsors[0]", "`onda` is no id of an account"),
        ("publish[3].tiktok.caption", "2202 UTF-16 units; TikTok takes 2200"),
        ("publish[4].tiktok", "TikTok keeps no paid partnership private"),
        ("publish[4].tiktok.caption", "TikTok takes no caption into the inbox"),
    ]


def test_a_format_the_posts_need_is_not_missed_because_it_is_misspelt(problems: Problems) -> None:
    """A value in doubt is told once; what follows from it is not."""
    found = problems(SMALL + "formats: [reel, sqare]\npublish:\n  - tiktok: {account: t, format: square}\n")
    assert [p.place.path for p in found if p.place] == ["formats[1]"]


def test_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "a.yaml").write_text(SMALL + "nme: x\n", encoding="utf-8")
    (folder / "b.yaml").write_text("castad: [", encoding="utf-8")
    (folder / "c.yml").write_text(SMALL, encoding="utf-8")
    (folder / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    with pytest.raises(RecipeProblems) as caught:
        read_recipes([Path("nowhere"), folder, Path("a.yaml")], templates=TEMPLATES)
    assert [str(p.place) for p in caught.value.problems] == ["nowhere", "a.yaml:4:1  nme", "b.yaml:1:9"]
    assert str(caught.value) == "3 problems found"


def test_two_recipes_of_one_name_are_refused(folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "sea.yaml").write_text(SMALL.replace("assets/sea.jpg", "https://example.com/a.jpg"), encoding="utf-8")
    (folder / "one" / "b.yaml").write_text(
        SMALL.replace("assets/sea.jpg", "https://example.com/a.jpg") + "name: SEA\n", encoding="utf-8"
    )
    with pytest.raises(RecipeProblems) as caught:
        read_recipes([folder], templates=TEMPLATES)
    (problem,) = caught.value.problems
    assert said(problem) == (  # type: ignore[arg-type]
        "one/b.yaml:4:7  name",
        "`SEA` is also the name of sea.yaml",
        "give one another `name:`",
    )


def test_recipes_are_found_in_folders_once_and_in_order(folder: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.YAML", ".hidden/d.yaml", "e.yaml", "f.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("castad: 1\n" if name != "e.yaml" else "other: castad\n  castad: 1\n", encoding="utf-8")
    (folder / "g.yaml").write_text('{"castad": 1}', encoding="utf-8")
    found = find_recipes([folder, folder / "b.yaml", folder / "f.txt"])
    assert [path.relative_to(folder).as_posix() for path in found] == [
        "a.yml",
        "b.yaml",
        "g.yaml",
        "sub/c.YAML",
        "f.txt",
    ]


def test_paths_without_a_recipe_are_all_told(folder: Path) -> None:
    (folder / "empty").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    with pytest.raises(RecipeProblems) as caught:
        find_recipes([folder / "nowhere.yaml", folder / "empty", folder / "pipe.yaml", Path("a\0b")])
    assert [(p.place.file, p.message) for p in caught.value.problems if p.place] == [
        ("nowhere.yaml", "no such file or folder"),
        ("empty", "no recipe in this folder"),
        ("pipe.yaml", "cannot be read: it is not an ordinary file"),
        ("a\0b", "no such file or folder"),
    ]


@pytest.mark.parametrize("name", ["nowhere.yaml", "assets", "a\0b", "x" * 300])
def test_a_recipe_that_cannot_be_opened_is_told(folder: Path, name: str) -> None:
    with pytest.raises(RecipeProblems) as caught:
        read_recipe(Path(name), templates=TEMPLATES)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].fix


def test_files_outside_the_working_folder_are_shown_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "r.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(folder / "assets")
    file = read_recipe(folder / "r.yaml", templates=TEMPLATES)
    assert file.file == str(folder / "r.yaml")
    assert read_recipe(Path("../r.yaml"), templates=TEMPLATES).recipe == file.recipe


def test_the_installed_templates_are_known_without_being_told(folder: Path) -> None:
    (folder / "r.yaml").write_text(SMALL + "template: horizon\nformats: [portrait]\n", encoding="utf-8")
    assert read_recipe(Path("r.yaml")).recipe.formats == ["portrait"]
    (folder / "r.yaml").write_text(SMALL + "template: horizn\n", encoding="utf-8")
    with pytest.raises(RecipeProblems) as caught:
        read_recipe(Path("r.yaml"))
    assert caught.value.problems[0].fix == "did you mean `horizon`?"


def test_a_recipe_that_was_read_can_be_sent_to_another_process(read: Read) -> None:
    file = read(EXAMPLE)
    copy = pickle.loads(pickle.dumps(file))
    assert copy.recipe == file.recipe
    assert copy.ads[1].place("music.mood") == file.ads[1].place("music.mood")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"key{n}: x\n" for n in range(19_000)),
        "brief: {highlights: [" + "'${nothing}', " * 9_000 + "]}\n",
        "media: [" + "missing.jpg, " * 9_000 + "]\n",
        "variants: {" + ", ".join(f"v{n}: {{nme: x}}" for n in range(4_000)) + "}\n",
        "brief: {offer: '" + "${brand.name}" * 9_000 + "'}\n",
    ],
    ids=["keys", "references", "media", "variants", "text"],
)
@pytest.mark.timeout(60)
def test_thousands_of_mistakes_do_not_hang(problems: Problems, text: str) -> None:
    assert problems(SMALL + text)
