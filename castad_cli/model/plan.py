"""What will be made: ads, and the frozen, picklable tasks that make them.

A task's ``fingerprint`` is the SHA-256 (hex) of all that decides its result; equal fingerprints mean
equal results, so a result is looked up under it and made once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from castad_cli.model.place import Place
from castad_cli.model.script import SceneRole, SceneWords, SlotLimit

if TYPE_CHECKING:
    from castad_cli.model.recipe import Recipe


def fingerprint(*parts: Any) -> str:
    """SHA-256, hex, of ``parts`` in a canonical JSON form: mappings sorted, fractions as ``a/b``, places left out."""

    def plain(value: Any) -> Any:
        # The commonest first: a plan of fifty thousand ads comes here tens of millions of times.
        if value is None or isinstance(value, (str, int, float)):
            return value
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        if isinstance(value, Place):
            return None
        if isinstance(value, Fraction):
            return f"{value.numerator}/{value.denominator}"
        if is_dataclass(value) and not isinstance(value, type):
            return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        if hasattr(value, "model_dump"):
            return plain(value.model_dump())
        raise TypeError(f"no canonical form for {type(value).__name__}")

    text = json.dumps(plain(list(parts)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AdSource:
    """One ad's recipe before languages: a variant laid over it, a row filled in, no ``${…}`` left.

    ``places`` maps key paths such as ``media[0].src`` to where they were written.
    """

    file: str
    recipe: Recipe
    row: str = ""
    variant: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, path: str) -> Place:
        """Where ``path`` was written, else its nearest parent, else the file."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return Place(self.file)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that an ad uses: as written, where its bytes are now, and which bytes they are.

    ``path`` is on this machine and no part of any fingerprint; ``sha256`` is.
    """

    src: str
    path: str
    sha256: str
    kind: Literal["photo", "clip", "vector", "sound", "font"]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is sold, in one language; empty where nothing is known."""

    name: str
    price: str = ""
    was: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody said, in one language. ``stars`` of five."""

    text: str
    author: str = ""
    source: str = ""
    stars: float | None = None

    @property
    def signature(self) -> str:
        """Who said it and where, on one line."""
        return " · ".join(part for part in (self.author, self.source) if part)


@dataclass(frozen=True, slots=True)
class Rating:
    """A mean judgement: ``value`` of ``best``, as figures, and ``said``, by how many and where, as a phrase."""

    value: float
    best: int = 5
    said: str = ""

    @property
    def figure(self) -> str:
        """The value with the decimals it has: 4.8, 5."""
        return f"{self.value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Showcase:
    """What of the brief is shown as it is, in one language. ``ends``: "until 24 December"."""

    items: tuple[Item, ...] = ()
    reviews: tuple[Review, ...] = ()
    rating: Rating | None = None
    ends: str = ""

    def stock(self) -> dict[str, tuple[int, ...]]:
        """The entries there are of each thing that a scene can show."""
        counts = {"items": len(self.items), "reviews": len(self.reviews)}
        counts |= {"rating": int(self.rating is not None), "ends": int(bool(self.ends))}
        return {shown: tuple(range(count)) for shown, count in counts.items()}


@dataclass(frozen=True, slots=True)
class MediaSpec:
    """A photograph or clip as the renderer takes it."""

    asset: Asset
    focus: tuple[float, float] | None = None
    motion: str = "auto"
    start_s: Fraction = Fraction(0)
    sound: bool = False
    alt: str = ""


@dataclass(frozen=True, slots=True)
class BrandSpec:
    """The brand in one language."""

    name: str
    primary: str
    accent: str
    text: str
    logo: Asset | None = None
    font: str = ""
    font_file: Asset | None = None
    phone: str = ""
    url: str = ""
    address: str = ""
    tracking: tuple[tuple[str, str], ...] = ()
    """What the QR code's address gets besides, in the order given."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The brief in one language: what the copywriter may say, and nothing else is true."""

    name: str
    kind: str = ""
    place: str = ""
    audience: str = ""
    offer: str = ""
    highlights: tuple[str, ...] = ()
    tone: str = "warm"
    phone: str = ""
    url: str = ""
    pictures: tuple[str, ...] = ()
    """What each picture shows (``alt``), in the order given; empty strings where unknown."""
    showcase: Showcase = Showcase()


@dataclass(frozen=True, slots=True)
class SceneSlots:
    """One scene that wants words. ``media`` is the index of its picture, the first of ``pictures`` where it has more.

    ``kind`` is the template's name for such scenes (empty: its role). ``entries`` are the indices of what it shows of
    the `Showcase`'s ``shows``; ``is_told`` when its one entry's own words are the scene's. ``stated`` are those words,
    which the brief decides: nobody need write them.
    """

    role: SceneRole
    media: int
    headline: SlotLimit
    line: SlotLimit | None = None
    kind: str = ""
    pictures: tuple[int, ...] = ()
    shows: str = ""
    entries: tuple[int, ...] = ()
    is_told: bool = False
    stated: SceneWords | None = None

    @property
    def all_pictures(self) -> tuple[int, ...]:
        return self.pictures or (self.media,)


@dataclass(frozen=True, slots=True)
class Spending:
    """The most that a run may spend on paid calls, with all its workers together, in ten-thousandths of the currency.

    ``id`` is under which the records count it. No part of any fingerprint's meaning: it is set after planning.
    """

    id: str
    cap: int


@dataclass(frozen=True, slots=True)
class VoiceSpec:
    """Who shall speak the words, and for how long at most: the ad's duration."""

    provider: str
    name: str
    style: str
    duration_s: Fraction
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """A picture to be made. ``aspect`` is width to height, as ``9:16``; ``seed`` asks for another one."""

    provider: str
    prompt: str
    aspect: str
    seed: int = 0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ScriptTask:
    """Write the words of one ad in one language."""

    fingerprint: str
    language: str
    provider: str
    seed: int
    facts: Facts
    scenes: tuple[SceneSlots, ...]
    call_to_action: SlotLimit
    given: tuple[SceneWords, ...] = ()
    """The recipe's own words; empty when they are to be written."""
    given_call_to_action: str = ""
    fallback: str = ""
    pictures: tuple[Asset, ...] = ()
    """The pictures themselves, for a provider that looks at them."""
    spellings: tuple[str, ...] = ()
    """The names of business and place in every spelling that the recipe gives, for a provider that may make others."""
    names: tuple[tuple[str, ...], ...] = ()
    """Other names of the brief, likewise: each as this ad spells it, then in the recipe's other spellings."""
    voice: VoiceSpec | None = None
    image: ImageSpec | None = None
    spending: Spending | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class TrackTask:
    """Make or take the music of one ad."""

    fingerprint: str
    provider: str
    duration_s: Fraction
    mood: str = "warm"
    tempo: int | None = None
    seed: int = 0
    prompt: str = ""
    asset: Asset | None = None
    spending: Spending | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class RenderTask:
    """Make one rendition: video, cover, captions, facts."""

    fingerprint: str
    format: str
    language: str
    quality: str
    template: str
    duration_s: Fraction
    brand: BrandSpec
    offer: str
    media: tuple[MediaSpec, ...]
    scenes: tuple[SceneSlots, ...]
    script: str
    """Fingerprint of its `ScriptTask`."""
    track: str | None
    """Fingerprint of its `TrackTask`; None for no music."""
    showcase: Showcase = Showcase()
    look: str = "none"
    burns_captions: bool = False
    """Whether what is said is written in the picture too."""
    accents: bool = True
    """Whether the template's short sounds are heard."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PostTask:
    """Publish one rendition to one account."""

    fingerprint: str
    rendition: str
    platform: str
    account: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None
    identity: str = ""
    """What it is apart from the video's bytes: equal for the same ad, format, language, platform and account, whichever
    version of CaStAD or of the recipe made the video."""
    again: bool = False
    """Post this version although another version of the same ad stands there already."""


@dataclass(frozen=True, slots=True)
class AdPlan:
    """One ad: recipe × row × variant × language. ``key`` is unique in its plan: ``name/row/variant/language``."""

    key: str
    recipe_file: str
    recipe: str
    row: str
    variant: str
    language: str
    script: ScriptTask
    track: TrackTask | None
    renditions: tuple[RenderTask, ...]
    posts: tuple[PostTask, ...] = ()

    @property
    def title(self) -> str:
        """Its key as people read it, without what it has not: ``name/row/variant/language``."""
        return "/".join(part for part in (self.recipe, self.row, self.variant, self.language) if part)

    @property
    def folder(self) -> str:
        """Where its files go below the output folder: ``<recipe>`` or ``<recipe>/<row-or-variant>``."""
        below = "-".join(part for part in (self.row, self.variant) if part)
        return f"{self.recipe}/{below}" if below else self.recipe


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run would make."""

    ads: tuple[AdPlan, ...]

    @property
    def rendition_count(self) -> int:
        return sum(len(ad.renditions) for ad in self.ads)

    @property
    def post_count(self) -> int:
        return sum(len(ad.posts) for ad in self.ads)


def as_json(value: Any) -> Any:
    """A dataclass as plain JSON values (fractions as seconds)."""

    def plain(item: Any) -> Any:
        if isinstance(item, Fraction):
            return float(item)
        if isinstance(item, dict):
            return {k: plain(v) for k, v in item.items()}
        if isinstance(item, (list, tuple)):
            return [plain(v) for v in item]
        return item

    return plain(asdict(value))
