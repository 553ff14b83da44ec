"""What every template is tried with: words of all languages at any length, a photograph, a warm browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from castad_cli.model.plan import Asset, BrandSpec, MediaSpec, RenderTask, SceneSlots
from castad_cli.model.script import SceneRole, SceneWords, Script, SlotLimit, width_em
from castad_cli.model.template import Slot
from castad_cli.render.studio import Studio
from castad_cli.templates import load_template

Fill = Callable[[str, Slot, float], str]
MakeAd = Callable[..., tuple[RenderTask, Script]]

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
UNSPACED = ("ja", "zh-Hans", "zh-Hant")


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with Studio() as studio:
        yield studio


@pytest.fixture(scope="session")
def fill() -> Fill:
    """Words of a language, whole ones, that take up to a ``share`` of what a slot says it takes."""

    def make(language: str, slot: Slot, share: float) -> str:
        glue = "" if language in UNSPACED else " "
        text = ""
        for word in cycle(WORDS[language].split()):
            longer = text + glue + word if text else word
            if width_em(longer) > slot.max_em * share and text:
                return text
            text = longer
        raise AssertionError("words never end")

    return make


@pytest.fixture(scope="session")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaSpec]:
    """A bright and a dark picture with something to see in them."""
    folder = tmp_path_factory.mktemp("photographs")
    specs = {}
    for name, level in (("bright", 235), ("dark", 45)):
        random = np.random.default_rng(level)
        coarse = np.clip(random.normal(level, 22, (8, 8, 3)), 0, 255).astype(np.uint8)
        path = folder / f"{name}.png"
        Image.fromarray(coarse).resize((700, 700), Image.Resampling.BICUBIC).save(path)
        asset = Asset(path.name, str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "photo")
        specs[name] = MediaSpec(asset, motion="still")
    return specs


@pytest.fixture(scope="session")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Asset:
    path = tmp_path_factory.mktemp("logo") / "logo.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><path d="M0 40L45 0L90 40z" fill="#fff"/></svg>'
    )
    return Asset("logo.svg", str(path), "0", "vector")


@pytest.fixture(scope="session")
def make_ad(fill: Fill, photographs: dict[str, MediaSpec], logo: Asset) -> MakeAd:
    """An ad of a template, four scenes, its slots filled to a ``share``; what is in ``without`` is left out."""

    def make(
        template: str,
        format: str,  # noqa: A002 (the task's own word)
        language: str,
        share: float,
        *,
        without: frozenset[str] = frozenset(),
        photo: str = "bright",
        **colors: str,
    ) -> tuple[RenderTask, Script]:
        spec = load_template(template).spec
        roles: list[SceneRole] = ["opening", "point", "point", "closing"]

        def of(slots: Any, name: str) -> str:
            return fill(language, slots[name], share) if name in slots and name not in without else ""

        words = tuple(
            SceneWords(r, of(spec.scenes[r].slots, "headline"), of(spec.scenes[r].slots, "line")) for r in roles
        )
        card = spec.closing_slots
        url = "https://" + ("example.com/" + "stay-in-jeju/" * 9)[: int(card["url"].max_em * 2 * share)].rstrip("/-")
        brand = BrandSpec(
            name=fill(language, card["name"], share),
            logo=None if "logo" in without else logo,
            phone=""
            if "phone" in without
            else "+82 (0)64 000 0000, 0000 0000"[: int(card["phone"].max_em * 2 * share)],
            url="" if "url" in without else url,
            address=of(card, "address"),
            **{"primary": "#0b3954", "accent": "#ff7f51", "text": "#ffffff", **colors},
        )
        task = RenderTask(
            fingerprint="0" * 64,
            format=format,
            language=language,
            quality="standard",
            template=template,
            duration_s=Fraction(30),
            brand=brand,
            offer=of(card, "offer"),
            media=(photographs[photo],),
            scenes=tuple(SceneSlots(role, 0, SlotLimit(20)) for role in roles),
            script="1" * 64,
            track=None,
        )
        return task, Script(language, words, of(card, "call_to_action"), task.offer)

    return make


@pytest.fixture(scope="session")
def templates_folder() -> Path:
    import castad_cli.templates

    return Path(castad_cli.templates.__file__).parent
