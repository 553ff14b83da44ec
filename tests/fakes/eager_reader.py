"""What a proofreader costs that takes honest words for names now and then: ads by how many answers they need.

Nobody is called: the writer's and the reader's answers are made here, seeded. How often a real reader errs is not
known; the simulation tells what each error costs.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, cast
from unittest.mock import patch

from gemini import faithful

from castad_cli.errors import PlatformError
from castad_cli.generate.gemini.writing import write
from castad_cli.generate.outside import Outside
from castad_cli.model.plan import Facts, SceneSlots, ScriptTask
from castad_cli.model.script import Script, SlotLimit
from castad_cli.settings import Settings

HOW = (
    "고요한",
    "느긋한",
    "따뜻한",
    "포근한",
    "조용한",
    "환한",
    "넉넉한",
    "소박한",
    "아늑한",
    "싱그러운",
    "향긋한",
    "담백한",
)
WHAT = (
    *(
        "아침",
        "저녁",
        "마당",
        "창가",
        "오후",
        "밥상",
        "찻잔",
        "골목",
        "처마",
        "걸음",
        "햇살",
        "바람",
        "이불",
        "불빛",
        "빗소리",
    ),
    *("자리", "하루", "시간", "여유", "온기", "온돌방", "툇마루", "장독대", "군고구마", "모닥불"),
)
TAILS = ("을 드려요", "이 기다려요", "과 쉬어 가요", "에 머물러요", "을 나눠요")
FACTS = Facts("하늘마루 펜션", kind="pension", highlights=("오션뷰 객실", "프라이빗 스파"))
WIDE = SlotLimit(60)
SLOTS = (*(SceneSlots("point", 0, WIDE, WIDE) for _ in range(3)), SceneSlots("closing", 0, WIDE))
PLATFORMS = ("youtube", "instagram", "tiktok")


class Writer:
    """Answers with sixteen texts beside the call to action and the hashtags, each with a phrase of its own."""

    def __init__(self, rng: random.Random) -> None:
        phrases = [f"{how} {what}" for how in HOW for what in WHAT]
        rng.shuffle(phrases)
        self._phrases, self._rng = iter(phrases), rng
        self.phrase_of: dict[str, str] = {}
        self.answers = 0

    def _text(self) -> str:
        phrase = next(self._phrases)
        text = phrase + self._rng.choice(TAILS)
        self.phrase_of[text] = phrase
        return text

    def answer(self, *asked: Any) -> str:
        self.answers += 1
        scenes = [
            {"headline": self._text(), "line": self._text() if slots.line else "", "picture": 0} for slots in SLOTS
        ]
        platforms = {
            name: {**{field: self._text() for field in ("title", "caption", "description")}, "hashtags": ["#펜션"]}
            for name in PLATFORMS
        }
        lists: dict[str, list[str]] = {"brief_names": [], "picture_names": [], "names": []}
        return json.dumps({**lists, "scenes": scenes, "call_to_action": "예약하기", "platforms": platforms})


def write_with(ask: Callable[..., str], read: Callable[..., tuple[str, str]]) -> Script:
    """The script of an ad whose writer answers by ``ask`` and whose reader by ``read``.

    Raises:
        PlatformError: there is none.
    """
    task = ScriptTask("f" * 64, "ko", "gemini", 0, FACTS, SLOTS, SlotLimit(8))
    outside = cast("Outside", type("Outside", (), {"settings": Settings(gemini_proofread=True)}))
    with (
        patch("castad_cli.generate.gemini.writing._ask", ask),
        patch("castad_cli.generate.gemini.proofreading._ask", read),
    ):
        return write(task, outside)


def answers_needed(rng: random.Random, share: float) -> int:
    """How many answers one ad needs whose reader lists a phrase of a text by mistake in that ``share``; 0: it fails."""
    writer = Writer(rng)

    def read(galley: Any, reading: Any, *asked: Any) -> tuple[str, str]:
        question = {"contents": [{"parts": [{"text": reading.text}]}]}
        found = faithful(question, {})["found"]
        for text in json.loads(reading.text)["texts"]:
            if text in writer.phrase_of and rng.random() < share:
                found.append({"text": writer.phrase_of[text], "kind": "name", "source": None})
        return json.dumps({"found": found}), "a reader"

    try:
        write_with(writer.answer, read)
    except PlatformError as error:
        if "could not be used" not in error.message:
            raise
        return 0
    return writer.answers


def simulate(ads: int, share: float, seed: int = 20261126) -> Counter[int]:
    """Ads by the answers they need; 0: they fail."""
    rng = random.Random(seed)
    return Counter(answers_needed(rng, share) for _ in range(ads))
