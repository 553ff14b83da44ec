"""What a person wrote, once read and checked: the recipe, in the words of its YAML keys.

These models are the recipe language: ``castad validate`` checks against them and ``castad schema``
exports them, so a field's description is what an editor shows.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches
from fractions import Fraction
from importlib.metadata import entry_points
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from castad_cli.model.values import Duration, FormatName, LanguageTag, Text, refuse

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?) ?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_NAME = re.compile(r"\w[\w .-]*")


def _check_ad_duration(value: Fraction) -> Fraction:
    if value < 6:
        refuse("at least 6s", fix="make the ad longer")
    if value > 60:
        refuse("at most 60s", fix="make the ad shorter")
    return value


def _check_color(value: str) -> str:
    if not _COLOR.fullmatch(value):
        bare = re.fullmatch(r"[0-9a-fA-F]{6}", value)
        refuse("not a colour", fix=f'write "#{value}"' if bare else 'write it as "#rrggbb", in quotes')
    if len(value) == 4:
        value = "#" + "".join(c * 2 for c in value[1:])
    return value.lower()


def _check_name(value: str) -> str:
    if value and not _NAME.fullmatch(value):
        refuse(
            "a name is a folder's name", fix="use letters, digits, spaces, `.`, `-` and `_`, a letter or digit first"
        )
    return value


def _check_url(value: str) -> str:
    if value and not re.match(r"https?://[^\s/]", value):
        refuse("not a web address", fix="begin it with https://")
    return value


def _check_not_blank(value: Any) -> Any:
    if value == "" or (isinstance(value, dict) and "" in value.values()):
        refuse("nothing is written here", fix="write some text")
    return value


def _parse_moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        refuse("not a date and time", fix="write it as 2026-12-01T09:00:00+09:00")
    return f"{match[1]}T{match[2]}{match[3] or ''}"


def _check_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        refuse("the time has no offset from UTC", fix=f"write {value.isoformat()}+09:00, or Z for UTC")
    return value


def _parse_version(value: object) -> object:
    if value not in (1, "1"):
        refuse("this CaStAD reads version 1 of the recipe language", fix="write `castad: 1`, or install a newer CaStAD")
    return 1


def split_list(value: object) -> object:
    """A list from one string, parted at ``|`` where it has one, else at commas; anything else as it is.

    Why: a cell of a CSV file can fill a list.
    """
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split("|" if "|" in value else ",") if part.strip()]


AdDuration = Annotated[Duration, AfterValidator(_check_ad_duration)]
Color = Annotated[str, AfterValidator(_check_color)]
Moment = Annotated[
    datetime, BeforeValidator(_parse_moment, json_schema_input_type=datetime), AfterValidator(_check_offset)
]
Mood = Literal["calm", "warm", "bright", "upbeat", "elegant", "playful"]
_PROVIDERS = "castad.providers"
"""The entry points by which other packages offer providers."""


def _known_provider(*own: str) -> AfterValidator:
    """Accepts a provider that comes with CaStAD, or that a package brings, which is seen when one is named."""

    def check(value: str) -> str:
        if value not in own and value not in entry_points(group=_PROVIDERS).names:
            near = get_close_matches(value, own, 1, 0.6)
            fix = f"did you mean `{near[0]}`?" if near else f"use one of: {', '.join(own)}"
            refuse(f"`{value[:40]}` is not one of {', '.join(own)}", fix=fix)
        return value

    return AfterValidator(check)


Unit = Annotated[float, Field(ge=0, le=1)]
Stars = Annotated[float, Field(ge=0.5, le=5)]
WebAddress = Annotated[str, AfterValidator(_check_url)]
FilledText = Annotated[Text, AfterValidator(_check_not_blank)]
Filled = Annotated[str, AfterValidator(_check_not_blank)]


def _default_formats() -> list[FormatName]:
    return ["reel"]


def _default_languages() -> list[LanguageTag]:
    return ["en"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


class Colors(_Part):
    """The brand's colours."""

    primary: Color = Field("#12343b", description="Panels and the closing card.")
    accent: Color = Field("#e07a5f", description="The offer, small marks, the call to action.")
    text: Color = Field("#ffffff", description="Words over photographs and panels.")


class Contact(_Part):
    """How a viewer reaches the business; shown on the closing card."""

    phone: str = Field("", description="As a viewer would dial it.")
    url: WebAddress = Field("", description="Also what the QR code opens.")
    address: Text = Field("", description="Where it is, as short as a visitor needs.")
    tracking: dict[str, str] = Field(
        default_factory=dict,
        max_length=8,
        description="Added to the address in the QR code, e.g. {utm_campaign: spring}. "
        "`{format}`, `{language}` and `{variant}` in a value are the ad's own.",
    )


class Brand(_Part):
    """Who the ad is for."""

    name: FilledText = Field(description="The name of the business, as people say it.")
    logo: str = Field("", description="An SVG or a PNG with alpha.")
    colors: Colors = Colors()
    font: str = Field("", description="A font family that CaStAD ships, or a font file. Default: by language.")
    contact: Contact = Contact()


class Item(_Part):
    """One thing that is sold: a dish, a drink, a product."""

    name: FilledText = Field(description="What it is called.")
    price: Text = Field("", description="As it is written where it is sold: ₩6,500, $12.")
    was: Text = Field("", description="The price before, shown struck out.")
    note: Text = Field("", description="A few words about it.")
    photo: str = Field("", description="Which of `media` shows it: its `src`. Default: the one whose `alt` names it.")


class Review(_Part):
    """What somebody said of the business, in their words."""

    text: FilledText = Field(description="Their words, shortened only by you.")
    author: Text = Field("", description="Who said it, as they may be named.")
    rating: Stars | None = Field(None, description="How many stars of five they gave.")
    source: Text = Field("", description="Where they said it.")


class Rating(_Part):
    """How all who judged the business judge it."""

    value: float = Field(gt=0, le=100, description="The mean, e.g. 4.8.")
    best: int = Field(5, ge=1, le=100, description="The best there is.")
    count: int | None = Field(None, ge=1, description="How many judged.")
    source: Text = Field("", description="Where, e.g. Google.")

    @model_validator(mode="after")
    def _not_above_the_best(self) -> Rating:
        if self.value > self.best:
            refuse(f"more than the best, which is {self.best}", fix="write the mean, or `best:`", at="value")
        return self


class Brief(_Part):
    """Facts for the copywriter. It says nothing that is not here."""

    kind: str = Field("", description="What the business is: pension, guesthouse, cafe, restaurant, shop, …")
    place: Text = Field("", description="The town or area.")
    audience: Text = Field("", description="Who it is for.")
    offer: Text = Field("", description="What is offered now, e.g. a discount. Shown on the closing card.")
    highlights: Annotated[list[Text], BeforeValidator(split_list, json_schema_input_type=str | list[Text])] = Field(
        default_factory=list, max_length=12, description="What is good about it, a few words each, the best first."
    )
    names: Annotated[list[Text], BeforeValidator(split_list, json_schema_input_type=str | list[Text])] = Field(
        default_factory=list,
        max_length=40,
        description="Proper names in these facts beside the business's and its place's: a sight, a chef, a dish. "
        "Each stands in the words as it is written here, or not at all.",
    )
    tone: Literal["warm", "calm", "bright", "elegant", "playful", "bold"] = Field("warm", description="How it speaks.")
    items: list[Item] = Field(default_factory=list, max_length=24, description="What is sold, the best first.")
    reviews: list[Review] = Field(default_factory=list, max_length=12, description="What was said, the best first.")
    rating: Rating | None = Field(None, description="How the business is judged.")
    ends: date | None = Field(None, description="The last day of the offer, e.g. 2026-12-24.")


class SceneCopy(_Part):
    """The words of one scene, written by hand."""

    headline: FilledText = Field(description="The large words.")
    line: Text = Field("", description="The smaller words below them.")


class Copy(_Part):
    """Who writes the words."""

    provider: Annotated[str, _known_provider("offline", "gemini")] = Field(
        "offline", description="Who writes what is not written here: offline, gemini, or one that a package brings."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Another seed, another set of words (offline).")
    fallback: Literal["offline"] | None = Field(None, description="What to do when the provider fails.")
    scenes: list[SceneCopy] | None = Field(
        None,
        min_length=2,
        max_length=12,
        description="The words themselves, scene by scene; the last is the closing card.",
    )
    call_to_action: Text = Field("", description="Overrides the call to action.")


class Media(_Part):
    """One photograph or clip."""

    src: Filled = Field(description="A path beside the recipe, an http(s):// or an s3:// URL.")
    focus: (
        Annotated[tuple[Unit, Unit], BeforeValidator(split_list, json_schema_input_type=str | tuple[Unit, Unit])] | None
    ) = Field(None, description="What must stay in the picture: x, y from 0 to 1, from the top left.")
    motion: Literal["auto", "zoom-in", "zoom-out", "pan-left", "pan-right", "pan-up", "pan-down", "still"] = Field(
        "auto", description="How a photograph moves."
    )
    start: Duration = Field(Fraction(0), description="Where a clip starts.")
    sound: bool = Field(False, description="Mix a clip's own sound under the music.")
    alt: Text = Field("", description="What it shows; a hint for the copywriter.")


def _media_from_text(value: Any) -> Any:
    return {"src": value} if isinstance(value, str) else value


MediaItem = Annotated[Media, BeforeValidator(_media_from_text, json_schema_input_type=str | Media)]


class Music(_Part):
    """Where the music comes from."""

    provider: Annotated[str, _known_provider("house", "suno", "file", "none")] = Field(
        "house", description="Who makes it: house, suno, file, none, or one that a package brings."
    )
    mood: Mood = Field("warm", description="How it feels.")
    tempo: int | None = Field(None, ge=60, le=160, description="Beats a minute. Default: by mood.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Another seed, another piece at the same pace (house).")
    src: str = Field("", description="With `provider: file`: the audio file.")
    prompt: str = Field("", description="With `provider: suno`: what to ask for.")

    @model_validator(mode="after")
    def _src_goes_with_file(self) -> Music:
        if self.provider == "file" and not self.src:
            refuse("`provider: file` needs an audio file", fix="add `src: music.mp3`", at="provider")
        if self.src and self.provider != "file":
            refuse("`src` goes with `provider: file`", fix="add `provider: file`, or take `src` away", at="src")
        if self.prompt and self.provider != "suno":
            refuse(
                "`prompt` goes with `provider: suno`", fix="add `provider: suno`, or take `prompt` away", at="prompt"
            )
        return self


def _provider_from_text(value: Any) -> Any:
    return {"provider": value} if isinstance(value, str) else value


_NAMED_VOICE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VOICES = (
    "Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede", "Callirrhoe", "Autonoe", "Enceladus",
    "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib", "Rasalgethi", "Laomedeia", "Achernar", "Alnilam",
    "Schedar", "Gacrux", "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat",
)  # fmt: skip
"""Gemini's prebuilt voices as its pages list them. Another name is passed on: the list grows."""


def _check_voice(value: str) -> str:
    if not _NAMED_VOICE.fullmatch(value):
        refuse("not the name of a voice", fix="use a name such as Kore")
    near = get_close_matches(value.capitalize(), _VOICES, 1, 0.75)
    if value not in _VOICES and near:
        refuse(f"no voice is called `{value}`", fix=f"did you mean `{near[0]}`?")
    return value


def _no_offline(what: str) -> BeforeValidator:
    """Says at once why a provider that others things have has none of these."""

    def check(value: Any) -> Any:
        if value in ("offline", "house"):
            refuse(f"there is no {what} without a service that makes it", fix="use `gemini`, or `none`")
        return value

    return BeforeValidator(check)


class Spoken(_Part):
    """Who speaks the words. Nobody, unless a provider is named."""

    provider: Annotated[str, _known_provider("none", "gemini"), _no_offline("voice")] = Field(
        "none", description="Who speaks: none, gemini, or one that a package brings. There is no voice offline."
    )
    name: Annotated[str, AfterValidator(_check_voice)] = Field("Kore", description="Which of the provider's voices.")
    style: str = Field("", max_length=200, description="How to speak, e.g. `softly, unhurried`. Default: by the tone.")
    captions: Literal["file", "burn"] = Field(
        "file", description="`burn` writes what is said into the picture, too, while it is heard."
    )

    @model_validator(mode="after")
    def _needs_a_speaker(self) -> Spoken:
        if self.provider == "none":
            for key in ("name", "style", "captions"):
                if key in self.model_fields_set:
                    refuse(f"`{key}` needs somebody who speaks", fix="add `provider: gemini`", at=key)
        return self


class Image(_Part):
    """A picture made for the ad. None, unless a provider is named."""

    provider: Annotated[str, _known_provider("none", "gemini"), _no_offline("picture")] = Field(
        "none", description="Who makes it: none, gemini, or one that a package brings. None is made offline."
    )
    prompt: str = Field("", max_length=1000, description="What it shows. Default: the business and its place.")
    at: Literal["closing", "opening", "all"] = Field("closing", description="Which scenes stand on it.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Another seed, another picture: bought anew.")

    @model_validator(mode="after")
    def _needs_a_painter(self) -> Image:
        if self.provider == "none":
            for key in ("prompt", "at", "seed"):
                if key in self.model_fields_set:
                    refuse(f"`{key}` needs somebody who makes the picture", fix="add `provider: gemini`", at=key)
        return self


class _Post(_Part):
    account: Filled = Field(description="An account that `castad auth login` stored.")
    format: FormatName = Field("reel", description="Which rendition: one of the recipe's formats.")
    language: LanguageTag | None = Field(None, description="Which rendition. Default: the recipe's first language.")
    at: Moment | None = Field(None, description="When it becomes public. With an offset, e.g. +09:00.")
    ai_made: bool | None = Field(
        None, description="Label it as AI-made. Default: yes when an AI made its words, music, voice or picture."
    )


class YouTubePost(_Post):
    """A post on a YouTube channel."""

    privacy: Literal["public", "unlisted", "private"] = Field("private", description="Who can see it.")
    title: Text = Field("", description="At most 100 characters. Default: the copywriter's.")
    description: Text = Field("", description="At most 5000 bytes. Default: the copywriter's.")
    tags: Annotated[list[str], BeforeValidator(split_list, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, description="At most 500 characters together."
    )
    playlist: str = Field("", description="The id of a playlist to add it to.")
    category: str = Field("22", description="The id of a category; 22 is People & Blogs.", pattern=r"^[0-9]{1,3}$")
    made_for_kids: bool = False
    paid_placement: bool = False


class InstagramPost(_Post):
    """A Reel on an Instagram professional account."""

    caption: Text = Field("", description="At most 2200 characters and 30 hashtags. Default: the copywriter's.")
    collaborators: Annotated[list[str], BeforeValidator(split_list, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, max_length=3, description="At most three user names."
    )
    share_to_feed: bool = True
    paid_partnership: bool = False
    sponsors: Annotated[list[str], BeforeValidator(split_list, json_schema_input_type=str | list[str])] = Field(
        default_factory=list,
        max_length=2,
        description="Ids of the accounts that pay for it, at most two; makes it a paid partnership.",
    )


class TikTokPost(_Post):
    """A video on a TikTok account."""

    caption: Text = Field("", description="At most 2200 characters. Default: the copywriter's.")
    privacy: Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] = Field(
        "SELF_ONLY", description="Who can see it."
    )
    mode: Literal["direct", "inbox"] = Field(
        "direct", description="`direct` posts it; `inbox` sends it to the account's app, to be finished there."
    )
    brand_organic: bool = Field(True, description="It promotes the account's own business.")
    brand_content: bool = Field(False, description="It is a paid partnership with a third party.")
    comments: bool = True
    duet: bool = False
    stitch: bool = False


class Publish(_Part):
    """One post: exactly one platform and its fields."""

    youtube: YouTubePost | None = None
    instagram: InstagramPost | None = None
    tiktok: TikTokPost | None = None

    @model_validator(mode="after")
    def _one_platform(self) -> Publish:
        if sum(p is not None for p in (self.youtube, self.instagram, self.tiktok)) != 1:
            refuse("one entry names one platform: youtube, instagram or tiktok", fix="write an entry for each")
        return self

    @property
    def platform(self) -> Literal["youtube", "instagram", "tiktok"]:
        return "youtube" if self.youtube else "instagram" if self.instagram else "tiktok"

    @property
    def post(self) -> YouTubePost | InstagramPost | TikTokPost:
        post = self.youtube or self.instagram or self.tiktok
        assert post is not None
        return post


class Recipe(_Part):
    """A CaStAD recipe: one small business, one message, every format and language of its ad."""

    castad: Annotated[Literal[1], BeforeValidator(_parse_version, json_schema_input_type=Literal[1])] = Field(
        description="The version of the recipe language."
    )
    name: Annotated[str, AfterValidator(_check_name)] = Field(
        "", description="Default: the file's name without its ending.", max_length=80
    )
    template: str = Field("horizon", description="A template that `castad template list` shows.")
    duration: AdDuration = Field(Fraction(15), description="6s to 60s.")
    formats: Annotated[
        list[FormatName], BeforeValidator(split_list, json_schema_input_type=FormatName | list[FormatName])
    ] = Field(default_factory=_default_formats, min_length=1, description="The shapes to make.")
    languages: Annotated[
        list[LanguageTag], BeforeValidator(split_list, json_schema_input_type=LanguageTag | list[LanguageTag])
    ] = Field(default_factory=_default_languages, min_length=1, description="The languages to make.")
    brand: Brand
    brief: Brief = Brief()
    copy_: Copy = Field(Copy(), alias="copy")
    media: Annotated[list[MediaItem], BeforeValidator(split_list, json_schema_input_type=str | list[MediaItem])] = (
        Field(min_length=1, max_length=24, description="Photographs and clips, in the order they are shown.")
    )
    music: Annotated[Music, BeforeValidator(_provider_from_text, json_schema_input_type=str | Music)] = Music()
    voice: Annotated[Spoken, BeforeValidator(_provider_from_text, json_schema_input_type=str | Spoken)] = Spoken()
    image: Annotated[Image, BeforeValidator(_provider_from_text, json_schema_input_type=str | Image)] = Image()
    look: Literal["natural", "warm", "crisp", "mono", "none"] = Field(
        "natural", description="How photographs are matched to one another; `none` leaves them as they are."
    )
    accents: Literal["template", "none"] = Field(
        "template", description="The short sounds under the music that some templates ask for; `none` leaves them out."
    )
    variants: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Each named variant overrides any of the above."
    )
    data: str = Field("", description="A CSV file: each row makes an ad; `${column}` in any string.")
    publish: list[Publish] = Field(default_factory=list, description="Where the ads are posted.")
