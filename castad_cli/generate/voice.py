"""The words of an ad, spoken: what is said, who says it, and each line as a sound that begins and ends at once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from castad_cli.errors import CastadError, PlatformError, UserError
from castad_cli.generate.providers import find_provider
from castad_cli.model.script import (
    FASTEST_SPEECH,
    SPEECH_LEAD_S,
    SPEECH_TAIL_S,
    Script,
    SpokenLine,
    Voice,
    speaking_time_s,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from castad_cli.generate.outside import Outside
    from castad_cli.model.plan import ScriptTask, VoiceSpec

RATE = 48_000
_LONGEST_LINE_S = 60
_LEAST_SOUND_S = 0.15
_AUDIBLE = 10 ** (-45 / 20)
"""Below so much of a line's peak is silence before it or after it."""
_MARGIN_S, _EDGE_S = 0.06, 0.01
_SPARE = Fraction(9, 10)
"""So much of the ad is filled with lines at most, by the estimate: voices differ."""
_STOPS = {"ja": "。", "zh-Hans": "。", "zh-Hant": "。", "th": ""}
"""What ends a sentence, where it is no full stop; Thai has a space between sentences and nothing else."""


@dataclass(frozen=True)
class Speech:
    """What a provider made: a sound file of whatever format, by which model."""

    file: Path
    by_ai: str
    model: str = ""


def speak_script(task: ScriptTask, voice: VoiceSpec, script: Script, folder: Path, outside: Outside) -> Voice:
    """Every line spoken, each in a WAV (48 kHz, stereo, 24 bit) of its own below ``folder``.

    Raises:
        UserError: no such provider, or the ad has no time for what is to be said.
        PlatformError: the service refused, or what it gave is no speech.
    """
    from castad_cli.generate.wav import write_wav

    provider = find_provider(voice.provider, "speak", "voices", voice.place)
    lines: list[SpokenLine] = []
    speech: Speech | None = None
    for scene, text in choose_lines(script, voice.duration_s):
        speech = provider.speak(text, task, voice, folder, outside)
        sound = _trim(_decode(speech.file))
        file = folder / f"voice-{scene}.wav"
        write_wav(file, sound)
        lines.append(SpokenLine(scene, text, Fraction(sound.shape[1], RATE), str(file)))
    assert speech is not None, "a script has scenes with words"
    needed = sum((line.duration_s / FASTEST_SPEECH + SPEECH_LEAD_S + SPEECH_TAIL_S for line in lines), Fraction(0))
    if needed > voice.duration_s:
        raise UserError(
            f"saying the words takes {float(needed):.1f}s, the ad has {float(voice.duration_s):g}s",
            fix="write less, give fewer scenes, or make the ad longer",
            place=voice.place,
        )
    return Voice(voice.provider, voice.name, tuple(lines), speech.by_ai, speech.model)


def choose_lines(script: Script, duration_s: Fraction) -> list[tuple[int, str]]:
    """What is said in each scene: its headline; on the closing card the call to action, too; and, first scene first,
    the smaller words below, as long as there is time for them by `speaking_time_s`.
    """
    said = {index: [scene.headline] for index, scene in enumerate(script.scenes) if scene.headline.strip()}
    pauses = (SPEECH_LEAD_S + SPEECH_TAIL_S) * len(said)

    def fits(more: str) -> bool:
        total = sum((speaking_time_s(_join(words, script.language)) for words in said.values()), Fraction(0))
        return total + speaking_time_s(more) + pauses <= duration_s * _SPARE

    last = len(script.scenes) - 1
    call = script.call_to_action.strip()
    if last in said and call and call.casefold() not in said[last][0].casefold() and fits(call):
        said[last].append(call)
    for index, scene in enumerate(script.scenes):
        if index in said and scene.line.strip() and fits(scene.line):
            said[index].insert(1, scene.line)
    return [(index, _join(words, script.language)) for index, words in said.items()]


def _join(words: list[str], language: str) -> str:
    """Sentences one after the other, each with its stop, so that a speaker pauses between them."""
    stop = _STOPS.get(language, ".")
    gap = "" if stop == "。" else " "
    parts = [" ".join(part.split()).rstrip(" .。,，、") for part in words]
    return gap.join(part if part[-1] in "!?！？؟" else part + stop for part in parts if part)


def _decode(file: Path) -> NDArray[np.float32]:
    from castad_cli.generate.track_file import decode

    try:
        return decode(file, "the speech", _LONGEST_LINE_S * RATE, None)
    except CastadError as error:
        raise PlatformError(f"the speech that was made cannot be used: {error.message}", kind="rejected") from error


def _trim(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the silence around it, its edges soft.

    Raises:
        PlatformError: nothing is said in it.
    """
    level = np.abs(sound).max(axis=0)
    peak = float(level.max(initial=0.0))
    heard = np.flatnonzero(level > max(peak * _AUDIBLE, 1e-4))
    if heard.size < _LEAST_SOUND_S * RATE / 10:
        raise PlatformError("the speech that was made is silent", kind="rejected")
    margin, edge = round(_MARGIN_S * RATE), round(_EDGE_S * RATE)
    piece = sound[:, max(0, int(heard[0]) - margin) : int(heard[-1]) + margin].astype(np.float32, copy=True)
    if piece.shape[1] < _LEAST_SOUND_S * RATE:
        raise PlatformError("the speech that was made is too short to say anything", kind="rejected")
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    piece[:, :edge] *= ramp
    piece[:, -edge:] *= ramp[::-1]
    return piece / max(1.0, peak)
