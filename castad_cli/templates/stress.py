"""Ads that try a template: its slots filled to any share in any language, pieces missing, any colours. Pure.

The words are whole words of each language in no particular order: what is tried is the layout, not the writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle

from castad_cli.model.plan import Asset, BrandSpec, Item, MediaSpec, Rating, RenderTask, Review, SceneSlots, Showcase
from castad_cli.model.script import SceneRole, SceneWords, Script, SlotLimit, width_em
from castad_cli.model.template import SceneKind, Slot, TemplateSpec

WORDS = {
    "ko": "창문을 열면 바다가 먼저 인사하는 조용한 방에서 하루를 천천히 보내세요",
    "en": "wake up to waves and fresh coffee in a quiet room above the bay",
    "ja": "窓を あけると 海が 見える 静かな 部屋で ゆっくり 過ごす 一日",
    "zh-Hans": "推开 窗户 就能 看见 大海 在 安静的 房间里 慢慢 享受 一天",
    "zh-Hant": "推開 窗戶 就能 看見 大海 在 安靜的 房間裡 慢慢 享受 一天",
    "th": "ตื่นมา พร้อมเสียงคลื่น และกลิ่นกาแฟสด ในห้องพัก ริมทะเล ที่เงียบสงบ",
    "ar": "استيقظ على صوت الأمواج ورائحة القهوة في غرفة هادئة فوق الخليج الجميل",
    "vi": "thức dậy cùng tiếng sóng và hương cà phê trong căn phòng yên tĩnh bên vịnh",
}
_UNSPACED = ("ja", "zh-Hans", "zh-Hant")
_LONGEST_S = Fraction(60)
_WHOLE_PRICE = "₩1,234,567,890"
_CARD = {"name": 16.0, "phone": 12.0, "url": 17.0, "address": 30.0, "offer": 22.0, "call_to_action": 12.0}
"""What is tried of the closing card's texts where a template does not say what it takes."""


def fill(language: str, slot: Slot, share: float) -> str:
    """Words of a language, whole ones, that take up to a ``share`` of what a slot says it takes."""
    glue = "" if language in _UNSPACED else " "
    text = ""
    for word in cycle(WORDS[language].split()):
        longer = text + glue + word if text else word
        if width_em(longer) > slot.max_em * share:
            break
        text = longer
    return text or WORDS[language].split()[0]


def make_stress_ad(
    spec: TemplateSpec,
    format_name: str,
    language: str,
    share: float,
    media: Sequence[MediaSpec],
    *,
    logo: Asset | None = None,
    without: frozenset[str] = frozenset(),
    colors: Mapping[str, str] | None = None,
) -> tuple[RenderTask, Script]:
    """An ad of a template that has every kind of its scenes, every slot filled to ``share``.

    ``without`` names what is left out: slots, ``logo``, ``items`` and the like.
    """
    kinds = [name for name in spec.scenes if name not in ("opening", "closing")]
    kinds = [name for name in kinds if (spec.scenes[name].shows or "") not in without]
    names = ["opening", *(kinds if len(kinds) > 1 else kinds * 2), "closing"]
    showcase = _showcase(spec, language, share, without)

    def of(slots: Mapping[str, Slot], name: str) -> str:
        return fill(language, slots[name], share) if name in slots and name not in without else ""

    words, scenes = [], []
    for index, name in enumerate(names):
        kind = spec.scenes[name]
        role: SceneRole = "opening" if index == 0 else "closing" if name == "closing" else "point"
        words.append(_words(role, kind, showcase, of(_slots_of(kind), "headline"), of(_slots_of(kind), "line")))
        scenes.append(_slots(role, name, kind, index, len(media)))
    card = {name: Slot(max_em=most) for name, most in _CARD.items()}
    card |= {str(name): slot for name, slot in spec.closing_slots.items()}
    url = "https://" + ("example.com/" + "stay-in-jeju/" * 9)[: int(card["url"].max_em * 2 * share)].rstrip("/-")
    phone = "+82 (0)64 000 0000, 0000 0000"[: int(card["phone"].max_em * 2 * share)].rstrip()
    paint = {"primary": "#0b3954", "accent": "#ff7f51", "text": "#ffffff", **(colors or {})}
    brand = BrandSpec(
        name=fill(language, card["name"], share),
        logo=None if "logo" in without else logo,
        phone="" if "phone" in without else phone,
        url="" if "url" in without else url,
        address=of(card, "address"),
        primary=paint["primary"],
        accent=paint["accent"],
        text=paint["text"],
    )
    task = RenderTask(
        fingerprint="0" * 64,
        format=format_name,
        language=language,
        quality="standard",
        template=spec.name,
        duration_s=_LONGEST_S,
        brand=brand,
        offer=of(card, "offer"),
        media=tuple(media),
        scenes=tuple(scenes),
        script="1" * 64,
        track=None,
        showcase=showcase,
    )
    return task, Script(language, tuple(words), fill(language, card["call_to_action"], share), task.offer)


def _slots_of(kind: SceneKind) -> dict[str, Slot]:
    return {str(name): slot for name, slot in kind.slots.items()}


def _showcase(spec: TemplateSpec, language: str, share: float, without: frozenset[str]) -> Showcase:
    shown = {kind.shows: kind for kind in spec.scenes.values() if kind.shows}

    def of(kind: SceneKind, *names: str) -> str:
        slots = _slots_of(kind)
        widest = [slot for name, slot in slots.items() if name in names and name not in without]
        return fill(language, min(widest, key=lambda slot: slot.max_em), share) if widest else ""

    def price(kind: SceneKind, name: str) -> str:
        slot = next((slot for own, slot in kind.slots.items() if own == name), None)
        if slot is None or name in without:
            return ""
        text = _WHOLE_PRICE
        while width_em(text) > slot.max_em * share:
            text = text[:-1]
        return text.rstrip(",")

    items: list[Item] = []
    reviews: list[Review] = []
    for kind in spec.scenes.values():
        if kind.shows == "items":
            own = [k for k in spec.scenes.values() if k.shows == "items"]
            name = min((of(k, "name" if k.entries[1] > 1 else "headline") for k in own), key=width_em)
            note = of(kind, "line", "note") if kind.entries[1] == 1 else ""
            one = Item(name, price(kind, "price"), price(kind, "was"), note)
            items += [one] * (kind.entries[1] - len(items))
        if kind.shows == "reviews":
            whole = of(kind, "line")
            one_review = Review(of(kind, "headline"), whole, "", None if "rating" in without else 4.5)
            reviews += [one_review] * (kind.entries[1] - len(reviews))
    rating = Rating(4.8, 5, of(shown["rating"], "line")) if "rating" in shown and "rating" not in without else None
    return Showcase(
        tuple(items) if "items" not in without else (),
        tuple(reviews) if "reviews" not in without else (),
        rating,
        fill(language, Slot(max_em=9), share) if "ends" not in without and "ends" in shown else "",
    )


def _words(role: SceneRole, kind: SceneKind, showcase: Showcase, headline: str, line: str) -> SceneWords:
    told = SceneWords(role, headline, line)
    if kind.entries[1] != 1:
        return told
    if kind.shows == "items":
        told = replace(told, headline=showcase.items[0].name, line=showcase.items[0].note)
    elif kind.shows == "reviews":
        told = replace(told, headline=showcase.reviews[0].text, line=showcase.reviews[0].signature)
    elif kind.shows == "rating" and showcase.rating:
        told = replace(told, headline=showcase.rating.figure, line=showcase.rating.said)
    elif kind.shows == "ends":
        told = replace(told, headline=showcase.ends, line="")
    return told


def _slots(role: SceneRole, name: str, kind: SceneKind, index: int, media_count: int) -> SceneSlots:
    first = index % media_count
    pictures = tuple((first + step) % media_count for step in range(min(kind.pictures[1], media_count)))
    return SceneSlots(
        role,
        first,
        SlotLimit(20),
        kind=name,
        pictures=pictures if kind.pictures[1] > 1 else (),
        shows=kind.shows or "",
        entries=tuple(range(kind.entries[1])) if kind.shows else (),
        is_told=bool(kind.shows) and kind.entries[1] == 1,
    )
