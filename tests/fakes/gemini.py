"""A fake of the Gemini API: ``generateContent`` in v1 and v1beta, for words, pictures and speech, and its refusals.

Its writer fills whatever schema and slots it is given, in the language asked for. What it answered with 200 is bought:
one line of the ledger each, with the hash of the question.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import struct
import time
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fake_service import FakeService, Reply, Request, Stop

from castad_cli.generate.gemini.planted import NAMES
from castad_cli.model.formats import LANGUAGES

KEY = "AIza-the-key-of-a-test-0123456789abcdef"
MODELS = (
    "gemini-3.8-flash",
    "gemini-3.7-flash",
    "gemini-3.5-flash-lite",
    "gemini-3.1-flash-lite",
    "gemini-3.1-flash-image",
    "gemini-3.8-flash-tts",
)
PATH = re.compile(r"/(v1|v1beta)/models/([\w.-]+):generateContent")

HEADLINES = {
    "ko": [
        "창을 열면 바다",
        "천천히 걷는 하루",
        "햇살 드는 방",
        "다시 오고 싶은 곳",
        "느긋한 저녁",
        "고요한 아침",
        "바람 좋은 마당",
    ],
    "en": [
        "Wake to the sea",
        "Slow mornings",
        "Light in every room",
        "Stay a while",
        "Quiet evenings",
        "Come back soon",
    ],
    "zh": ["推窗见海", "慢慢过一天", "有光的房间", "静静的夜晚", "再来一次"],
    "th": ["ตื่นมาเจอทะเล", "เช้าที่ไม่เร่งรีบ", "ห้องที่มีแสง", "ค่ำคืนเงียบสงบ", "แล้วพบกันใหม่"],
    "ar": ["صباح على البحر", "يوم بلا عجلة", "غرفة يملؤها الضوء", "مساء هادئ", "عودوا قريبًا"],
    "ja": ["海の見える朝", "ゆっくり過ごす", "光の入る部屋", "風のある庭", "静かな夜", "また来たくなる"],
}
CALLS = {"ko": "예약하기", "ja": "予約する", "zh": "预订", "th": "จองเลย", "ar": "احجز الآن"}


def refuse(status: int, word: str, message: str, *details: Mapping[str, Any]) -> Reply:
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    if details:
        error["details"] = list(details)
    return Reply(status, {"error": error})


def out_of_quota(quota: str, delay: str | None = None) -> Reply:
    kinds = "type.googleapis.com/google.rpc."
    details: list[Mapping[str, Any]] = [
        {"@type": kinds + "QuotaFailure", "violations": [{"quotaMetric": "generate_requests", "quotaId": quota}]}
    ]
    if delay:
        details.append({"@type": kinds + "RetryInfo", "retryDelay": delay})
    return refuse(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", *details)


class GeminiFake(FakeService):
    """``say`` holds answers to come, each a text, a whole response body, or a function from the question to either.

    ``read_out`` holds those of whoever proofreads, and ``eyes`` what that reader knows to be names besides those it is
    given, each with the words of the brief that it takes for its source.
    ``pause_s``: how long an answer takes, half of it before it is bought and half after.
    """

    def __init__(self, folder: Path) -> None:
        self.say: list[Any] = []
        self.read_out: list[Any] = []
        self.eyes: dict[str, str | None] = {}
        self.questions: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.pause_s = 0.0
        self.speech_mime = "audio/L16;codec=pcm;rate=24000"
        super().__init__(folder, "gemini")
        self.allow(KEY)

    def route_of(self, request: Request) -> tuple[str, Callable[[Request], Reply]]:
        if PATH.fullmatch(request.path):
            if request.method != "POST":
                return "unknown", lambda _: refuse(405, "INVALID_ARGUMENT", "method")
            return "proofread" if is_reading(camel(request.tree)) else "generate", self.generate
        if request.path in ("/v1/models", "/v1beta/models") and request.method == "GET":
            return "models", self.list_models
        return "unknown", lambda _: refuse(404, "NOT_FOUND", f"nothing at {request.path}")

    def authorise(self, request: Request) -> None:
        key = request.headers.get("x-goog-api-key", "")
        if not key:
            raise Stop(refuse(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"))
        state = self.tokens.get(key, "unknown")
        if state in ("leaked", "unscoped"):
            said = "was reported as leaked" if state == "leaked" else "lacks access to this model"
            raise Stop(refuse(403, "PERMISSION_DENIED", f"Your API key {said}."))
        if state != "valid":
            info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
            raise Stop(refuse(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", info))

    def list_models(self, request: Request) -> Reply:
        self.authorise(request)
        methods = ["generateContent", "countTokens"]
        found = [{"name": f"models/{name}", "supportedGenerationMethods": methods} for name in MODELS]
        size = int(request.query.get("pageSize", "50"))
        first = int(request.query.get("pageToken", "0"))
        more = {"nextPageToken": str(first + size)} if first + size < len(found) else {}
        return Reply(200, {"models": found[first : first + size], **more})

    def generate(self, request: Request) -> Reply:
        self.authorise(request)
        match = PATH.fullmatch(request.path)
        assert match
        version, model = match.groups()
        latest = model.endswith("-latest")
        if (latest and version != "v1beta") or (not latest and model not in MODELS) or model in self.gone:
            raise Stop(refuse(404, "NOT_FOUND", f"models/{model} is not found for API version {version}"))
        question = camel(request.tree)
        if not question.get("contents"):
            raise Stop(refuse(400, "INVALID_ARGUMENT", "contents is not specified"))
        for content in question["contents"]:
            for part in content.get("parts", []):
                check_inline(part)
        self.questions.append(question)
        body = self.body_for(question, model)
        digest = hashlib.sha256(model.encode() + request.body).hexdigest()
        time.sleep(self.pause_s / 2)
        self.publish(kind="answer", model=model, question=digest)
        time.sleep(self.pause_s / 2)
        return Reply(200, body)

    def body_for(self, question: dict[str, Any], model: str) -> dict[str, Any]:
        coming = self.read_out if is_reading(question) else self.say
        said = coming.pop(0) if coming else self.usual
        if callable(said):
            said = said(question)
        if isinstance(said, dict) and ("candidates" in said or "promptFeedback" in said):
            return self.whole(said, model)
        if isinstance(said, dict):
            said = json.dumps(said, ensure_ascii=False)
        parts = said if isinstance(said, list) else [{"text": said}]
        return self.whole({"candidates": [candidate(parts)]}, model)

    def usual(self, question: dict[str, Any]) -> Any:
        kinds = question.get("generationConfig", {}).get("responseModalities", [])
        if "AUDIO" in kinds:
            return [inline(self.speech_mime, speech(self.speech_mime))]
        if "IMAGE" in kinds:
            return [{"text": "Here it is."}, inline("image/png", png())]
        return faithful(question, self.eyes) if is_reading(question) else obedient(question)

    def whole(self, body: dict[str, Any], model: str) -> dict[str, Any]:
        usage = {
            "promptTokenCount": 1200,
            "candidatesTokenCount": 300,
            "thoughtsTokenCount": 90,
            "totalTokenCount": 1590,
        }
        return {**body, "usageMetadata": usage, "modelVersion": model, "responseId": f"r{len(self.questions)}"}


def candidate(parts: list[Any] | None, reason: str = "STOP", **more: Any) -> dict[str, Any]:
    content = {"content": {"role": "model", "parts": parts}} if parts is not None else {}
    return {**content, "finishReason": reason, "index": 0, **more}


def camel(tree: Any) -> Any:
    """The request with every key in camelCase: the service takes both, at any depth. Schemas stay as they are."""
    if isinstance(tree, list):
        return [camel(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    found = {}
    for name, value in tree.items():
        name = re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
        found[name] = value if name in ("responseSchema", "responseJsonSchema") else camel(value)
    return found


def check_inline(part: Mapping[str, Any]) -> None:
    data = part.get("inlineData")
    if data is None:
        return
    raw = base64.b64decode(str(data["data"]).replace("-", "+").replace("_", "/"))
    starts = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
    if not raw.startswith(starts.get(str(data.get("mimeType")), b"never")):
        raise Stop(refuse(400, "INVALID_ARGUMENT", "Unable to process input image"))


def asked(question: Mapping[str, Any]) -> dict[str, Any]:
    """What the client asked for: the JSON object at the head of its first message."""
    found = json.loads(question["contents"][0]["parts"][0]["text"])
    assert isinstance(found, dict)
    return found


def pictures_in(question: Mapping[str, Any]) -> list[int]:
    texts = [str(part.get("text", "")) for part in question["contents"][0]["parts"]]
    return [int(text.split()[1]) for text in texts if re.fullmatch(r"picture \d+", text)]


def listed(question: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """The references of one kind that the question offers."""
    return [each for each in asked(question).get("references", []) if each["is"] == kind]


def obedient(question: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that keeps to the schema, the slots and the facts, and writes names by their references; pictures in
    reverse order.
    """
    wanted = asked(question)
    config = question["generationConfig"]
    schema = config.get("responseJsonSchema") or config["responseSchema"]
    tongues = {LANGUAGES[tag].name: tag[:2] for tag in LANGUAGES}
    language = tongues.get(wanted["language"], "en")
    language = language if language in HEADLINES else "en"
    brief = wanted["brief"]
    business = next(iter(listed(question, "business")), {"write": brief["name"], "chars": len(brief["name"])})
    shown = pictures_in(question)[::-1]
    scenes = []
    for number, slot in enumerate(wanted["scenes"]):
        words = HEADLINES[language][number % len(HEADLINES[language])]
        line = business["write"] if isinstance(slot["line"], dict) else ""
        line = line if line and business["chars"] <= slot["line"]["max_chars"] else ""
        picture = shown[number % len(shown)] if shown else 0
        scenes.append({"headline": words[: slot["headline"]["max_chars"]], "line": line, "picture": picture})
    call = CALLS.get(language, "Book now")[: wanted["call_to_action"]["max_chars"]]
    offers = [each["write"] for each in listed(question, "offer")] or [brief.get("offer", "")]
    name = business["write"]
    about = " ".join(filter(None, [name, *offers]))
    words = {"title": name, "caption": about, "description": about, "hashtags": ["#ad", "#" + name]}
    names = schema["properties"]["platforms"]["required"]
    lists = ("brief_names", "picture_names", "names")
    admitted: dict[str, list[str]] = {name: [] for name in lists if name in schema["properties"]}
    return {"scenes": scenes, "call_to_action": call, "platforms": dict.fromkeys(names, words), **admitted}


def is_reading(question: Mapping[str, Any]) -> bool:
    """Whether it asks for a list of names and figures."""
    schema = question.get("generationConfig", {}).get("responseJsonSchema") or {}
    return "found" in schema.get("properties", {})


def faithful(question: Mapping[str, Any], eyes: Mapping[str, str | None]) -> dict[str, Any]:
    """The list of a proofreader that reads: whatever it is given, every number, and the names that it knows."""
    shown = asked(question)
    brief = json.dumps(shown["brief"], ensure_ascii=False)
    found: dict[str, dict[str, Any]] = {}

    def note(text: str, kind: str, source: str | None) -> None:
        found.setdefault(text, {"text": text, "kind": kind, "source": source})

    strangers = dict.fromkeys(each for names in NAMES.values() for each in names)
    for text in shown["texts"]:
        for value in dict.fromkeys((shown["brief"].get("name", ""), *shown["given"])):
            kind = "amount" if any(each.isdigit() for each in value) else "name"
            for form in dict.fromkeys((value, re.sub(r"\s", "", value))):
                if form and form in text:
                    note(form, kind, value)
        for name, source in {**strangers, **eyes}.items():
            if name in text:
                note(name, "name", source)
        for number in re.findall(r"\d[\d.,:]*[^\s\d]?", text):
            note(number, "amount", number if number in brief else None)
    return {"found": list(found.values())}


def with_line(line: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """An answer as it should be, but for the line of its first scene."""

    def answer(question: Mapping[str, Any]) -> dict[str, Any]:
        said = obedient(question)
        said["scenes"][0]["line"] = line
        return said

    return answer


CARELESS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "guesses at the name and translates it": with_line("Sky Ridge Pension에서"),
    "reads the name off a sign, and respells it": with_line("Haneulmaroo 펜션에서"),
    "makes a reference of its own": with_line("{owner}의 아침"),
    "calls a reference otherwise": with_line("{business_name}의 아침"),
    "forgets a brace": with_line("{business의 아침"),
    "loses the other brace": with_line("business}의 아침"),
    "writes a digit to a figure": with_line("{percent1}0 할인"),
    "writes its unit beside a figure of its own": with_line("바다까지 {amount1}, 숲까지 3분"),
    "puts another month to a day": with_line("24월 12일까지"),
    "moves an hour by half a day": with_line("오후 11시부터"),
    "puts a telephone number into a hashtag": lambda question: {
        **obedient(question),
        "platforms": {name: {"title": "아침", "caption": "아침", "description": "아침", "hashtags": ["#{phone}"]}
                      for name in ("youtube", "instagram", "tiktok")},
    },
}  # fmt: skip
"""How models go wrong with references."""


def inline(mime: str, data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime, "data": base64.b64encode(data).decode()}}


def png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.radial_gradient("L").resize((270, 480)).convert("RGB").save(out, "PNG")
    return out.getvalue()


def speech(mime: str, seconds: float = 1.6) -> bytes:
    """A voice-like tone: headerless PCM for ``audio/L16``, a WAV file otherwise. 16 bit, mono, 24 kHz."""
    import math

    rate = 24_000
    swing = [math.sin(i * 0.05) * math.sin(i * 0.0007) for i in range(int(rate * seconds))]
    pcm = b"".join(struct.pack("<h", int(9000 * value)) for value in swing)
    if mime.startswith("audio/L16"):
        return pcm
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return out.getvalue()
