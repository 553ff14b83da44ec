"""Lines spoken by Gemini: each bought once, whichever ads say it.

Older models answer with headerless 16-bit little-endian mono PCM (``audio/L16;codec=pcm;rate=24000``), newer ones with
a whole WAV file: which it is says the MIME type.
"""

from __future__ import annotations

import io
import re
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.generate.gemini.models import ask_once, first_known, lost_by_the_store
from castad_cli.generate.voice import Speech
from castad_cli.model.formats import LANGUAGES
from castad_cli.model.plan import fingerprint

if TYPE_CHECKING:
    from castad_cli.generate.outside import Outside
    from castad_cli.model.plan import ScriptTask, VoiceSpec

_USUAL_RATE = 24_000
_LOST = "write the line otherwise, or change the voice's style: that buys it anew"


def speak(text: str, task: ScriptTask, voice: VoiceSpec, folder: Path, outside: Outside) -> Speech:
    """``text`` as a WAV file below ``folder``, spoken by the voice that the recipe names.

    Raises:
        PlatformError: (``rejected``) it was blocked, or the answer holds no sound.
        EnvironmentNotReady, PutOff, NeedsReview: see `castad_cli.generate.buying.buy`.
    """
    from castad_cli.generate.gemini.calling import blob_of, usage_of

    settings = outside.settings
    language = LANGUAGES[task.language].name if task.language in LANGUAGES else task.language
    question = f"Read this aloud in {language}, {voice.style}, exactly as it stands:\n{text}"
    config = {
        "response_modalities": ["AUDIO"],
        "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": voice.name}}},
    }

    def ask(model: str) -> Speech:
        key = fingerprint("gemini", "voice", model, voice.name, question)
        to = folder / f"spoken-{key[:24]}.wav"
        ask_once(
            outside,
            model,
            "voice",
            key,
            settings.gemini_speech_price,
            {"for": task.fingerprint, "language": task.language, "name": task.facts.name, "voice": voice.name},
            task.spending,
            [{"role": "user", "parts": [{"text": question}]}],
            config,
            lambda answer: (usage_of(answer), as_wav(*blob_of(answer, "audio"))),
            to,
            lost_by_the_store("the spoken line", _LOST),
        )
        return Speech(to, "Google Gemini", model)

    return first_known(settings.gemini_speech_model, "gemini.speech_model", ask)


def as_wav(mime: str, data: bytes) -> bytes:
    """Sound as a file that says what it is: PCM gets a WAV header with the rate that its MIME type names."""
    if not re.match(r"audio/(?:L16|pcm)\b", mime, re.I):
        return data
    rate = re.search(r"rate=(\d+)", mime)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(int(rate[1]) if rate else _USUAL_RATE)
        file.writeframes(data[: len(data) // 2 * 2])
    return out.getvalue()
