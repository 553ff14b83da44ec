"""What a person wrote, once read and checked: the recipe, in the words of its YAML keys.

These models are the recipe language: ``castad validate`` checks against them and ``castad schema``
exports them, so a field's description is what an editor shows.
"""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from castad_cli.model.formats import FORMATS, LANGUAGES

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m)?")


def parse_duration(value: object) -> Fraction:
    """Seconds, exactly, from ``15s``, ``1.5s``, ``800ms``, ``1m`` or a bare number of seconds.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("write a duration such as 15s or 800ms")
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        raise ValueError("write a duration such as 15s or 800ms")
    unit = {"ms": Fraction(1, 1000), "s": Fraction(1), None: Fraction(1), "m": Fraction(60)}
    return Fraction(match[1]) * unit[match[2]]


def _check_color(value: str) -> str:
    if not _COLOR.fullmatch(value):
        raise ValueError('write a colour as "#rrggbb" (in quotes: a bare # starts a YAML comment)')
    if len(value) == 4:
        value = "#" + "".join(c * 2 for c in value[1:])
    return value.lower()


def _check_ad_duration(value: Fraction) -> Fraction:
    if not 6 <= value <= 60:
        raise ValueError("at least 6s and at most 60s")
    return value


Duration = Annotated[
    Fraction,
    BeforeValidator(parse_duration, json_schema_input_type=str | float),
]
AdDuration = Annotated[Duration, AfterValidator(_check_ad_duration)]
Color = Annotated[str, AfterValidator(_check_color)]
FormatName = Literal["reel", "portrait", "square", "landscape"]
LanguageTag = Literal["ko", "en", "ja", "zh-Hans", "zh-Hant", "th", "vi"]
Unit = Annotated[float, Field(ge=0, le=1)]
Mood = Literal["calm", "warm", "bright", "upbeat", "elegant", "playful"]
Text = str | dict[LanguageTag, str]
"""Words, either the same in every language or one string for each."""

assert set(FORMATS) == set(FormatName.__args__) and set(LANGUAGES) == set(LanguageTag.__args__)  # type: ignore[attr-defined]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Colors(_Part):
    """The brand's colours."""

    primary: Color = Field("#12343b", description="Panels and the closing card.")
    accent: Color = Field("#e07a5f", description="The offer, small marks, the call to action.")
    text: Color = Field("#ffffff", description="Words over photographs and panels.")


class Contact(_Part):
    """How a viewer reaches the business; shown on the closing card."""

    phone: str = ""
    url: str = Field("", description="Also what the QR code opens.")
    address: Text = ""


class Brand(_Part):
    """Who the ad is for."""

    name: Text
    logo: str = Field("", description="An SVG or a PNG with alpha.")
    colors: Colors = Colors()
    font: str = Field("", description="A font family that CaStAD ships, or a font file. Default: by language.")
    contact: Contact = Contact()


class Brief(_Part):
    """Facts for the copywriter. It says nothing that is not here."""

    kind: str = Field("", description="What the business is: pension, guesthouse, cafe, restaurant, shop, …")
    place: Text = ""
    audience: Text = ""
    offer: Text = Field("", description="What is offered now, e.g. a discount. Shown on the closing card.")
    highlights: list[Text] = Field(default_factory=list, max_length=12)
    tone: Literal["warm", "calm", "bright", "elegant", "playful", "bold"] = "warm"


class SceneCopy(_Part):
    """The words of one scene, written by hand."""

    headline: Text
    line: Text = ""


class Copy(_Part):
    """Who writes the words."""

    provider: Literal["offline", "gemini"] = "offline"
    seed: int = Field(0, ge=0, description="Another seed, another set of words (offline).")
    fallback: Literal["offline"] | None = Field(None, description="What to do when the provider fails.")
    scenes: list[SceneCopy] | None = Field(None, min_length=1, max_length=12, description="The words themselves.")
    call_to_action: Text = Field("", description="Overrides the call to action.")


class Media(_Part):
    """One photograph or clip."""

    src: str = Field(description="A path beside the recipe, an http(s):// or an s3:// URL.")
    focus: Annotated[tuple[Unit, Unit], Field(description="What must stay in the picture: x, y from 0 to 1.")] | None = None
    motion: Literal["auto", "zoom-in", "zoom-out", "pan-left", "pan-right", "pan-up", "pan-down", "still"] = "auto"
    start: Duration = Field(Fraction(0), description="Where a clip starts.")
    sound: bool = Field(False, description="Mix a clip's own sound under the music.")
    alt: Text = Field("", description="What it shows; a hint for the copywriter.")


def _media_from_text(value: Any) -> Any:
    return {"src": value} if isinstance(value, str) else value


MediaItem = Annotated[Media, BeforeValidator(_media_from_text, json_schema_input_type=str | Media)]


class Music(_Part):
    """Where the music comes from."""

    provider: Literal["house", "suno", "file", "none"] = "house"
    mood: Mood = "warm"
    tempo: int | None = Field(None, ge=60, le=160, description="Beats a minute. Default: by mood.")
    seed: int = Field(0, ge=0)
    src: str = Field("", description="With `provider: file`: the audio file.")
    prompt: str = Field("", description="With `provider: suno`: what to ask for.")

    @model_validator(mode="after")
    def _src_goes_with_file(self) -> Music:
        if self.provider == "file" and not self.src:
            raise ValueError("`provider: file` needs `src:` with an audio file")
        if self.src and self.provider != "file":
            raise ValueError("`src:` goes with `provider: file`")
        return self


def _music_from_text(value: Any) -> Any:
    return {"provider": value} if isinstance(value, str) else value


class _Post(_Part):
    account: str = Field(description="An account that `castad auth login` stored.")
    format: FormatName = "reel"
    language: LanguageTag | None = None
    at: datetime | None = Field(None, description="When it becomes public. With an offset, e.g. +09:00.")

    @model_validator(mode="after")
    def _time_has_an_offset(self) -> _Post:
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("`at:` needs an offset, e.g. 2026-12-01T09:00:00+09:00")
        return self


class YouTubePost(_Post):
    """A post on a YouTube channel."""

    privacy: Literal["public", "unlisted", "private"] = "private"
    title: Text = ""
    description: Text = ""
    tags: list[str] = Field(default_factory=list)
    playlist: str = ""
    category: str = "22"
    made_for_kids: bool = False
    paid_placement: bool = False


class InstagramPost(_Post):
    """A Reel on an Instagram professional account."""

    caption: Text = ""
    collaborators: list[str] = Field(default_factory=list, max_length=3)
    share_to_feed: bool = True
    paid_partnership: bool = False


class TikTokPost(_Post):
    """A video on a TikTok account."""

    caption: Text = ""
    privacy: Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] = "SELF_ONLY"
    mode: Literal["direct", "inbox"] = "direct"
    brand_organic: bool = True
    brand_content: bool = False
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
            raise ValueError("one entry names one platform: youtube, instagram or tiktok")
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

    castad: Literal[1] = Field(description="The version of the recipe language.")
    name: str = Field("", description="Default: the file's name without its ending.", pattern=r"^[\w][\w .-]*$|^$")
    template: str = Field("horizon", description="A template that `castad template list` shows.")
    duration: AdDuration = Field(Fraction(15), description="6s to 60s.")
    formats: list[FormatName] = Field(default_factory=lambda: ["reel"], min_length=1)
    languages: list[LanguageTag] = Field(default_factory=lambda: ["en"], min_length=1)
    brand: Brand
    brief: Brief = Brief()
    copy_: Copy = Field(Copy(), alias="copy")
    media: list[MediaItem] = Field(min_length=1, max_length=24)
    music: Annotated[Music, BeforeValidator(_music_from_text, json_schema_input_type=str | Music)] = Music()
    variants: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Each named variant overrides any of the above."
    )
    data: str = Field("", description="A CSV file: each row makes an ad; `${column}` in any string.")
    publish: list[Publish] = Field(default_factory=list)
