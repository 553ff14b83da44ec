"""Scripts and tracks as files in the store, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from castad_cli.model.music import BeatGrid, Track
from castad_cli.model.script import Background, PlatformWords, SceneWords, Script, SpokenLine, Voice

_BACKGROUND = "background.png"


def pack_script(script: Script) -> dict[str, Any]:
    """The script as plain JSON values, times as exact ``a/b`` seconds; of files, the names of `files_of`."""
    return _plain(asdict(with_files(script, str)))


def files_of(script: Script) -> dict[str, Path]:
    """The files that belong to a script, each under its name in the store."""
    files = {_line_name(line): Path(line.file) for line in (script.voice.lines if script.voice else ())}
    return files | ({_BACKGROUND: Path(script.background.file)} if script.background else {})


def with_files(script: Script, find: Callable[[str], str]) -> Script:
    """The script with every file where ``find`` has it, by its name in the store."""
    if (voice := script.voice) is not None:
        lines = tuple(replace(line, file=find(_line_name(line))) for line in voice.lines)
        script = replace(script, voice=replace(voice, lines=lines))
    if (background := script.background) is not None:
        script = replace(script, background=replace(background, file=find(_BACKGROUND)))
    return script


def _line_name(line: SpokenLine) -> str:
    return f"voice-{line.scene}.wav"


def unpack_script(packed: Mapping[str, Any]) -> Script:
    """The script that `pack_script` packed."""
    fields = dict(packed)
    fields["scenes"] = tuple(SceneWords(**scene) for scene in fields["scenes"])
    fields["platforms"] = tuple(
        PlatformWords(**{**words, "hashtags": tuple(words["hashtags"])}) for words in fields.get("platforms", ())
    )
    for name in ("hashtags", "notes"):
        fields[name] = tuple(fields.get(name, ()))
    if voice := fields.get("voice"):
        lines = [SpokenLine(**{**line, "duration_s": Fraction(line["duration_s"])}) for line in voice["lines"]]
        fields["voice"] = Voice(**{**voice, "lines": tuple(lines)})
    if background := fields.get("background"):
        fields["background"] = Background(**background)
    return Script(**fields)


def pack_track(track: Track) -> dict[str, Any]:
    """The track as plain JSON values, times as exact ``a/b`` seconds; its file is left out."""
    return _plain(asdict(replace(track, file="")))


def unpack_track(packed: Mapping[str, Any], file: str) -> Track:
    """The track that `pack_track` packed, with its sound in ``file``."""
    fields = dict(packed)
    grid = fields["grid"]
    fields["grid"] = BeatGrid(
        tempo_bpm=Fraction(grid["tempo_bpm"]),
        beats=tuple(Fraction(beat) for beat in grid["beats"]),
        downbeats=tuple(Fraction(beat) for beat in grid["downbeats"]),
        sections=tuple((name, Fraction(start)) for name, start in grid["sections"]),
    )
    fields["duration_s"] = Fraction(fields["duration_s"])
    fields["file"] = file
    return Track(**fields)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(fields, default=_exact))
    return plain


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"no JSON form for {type(value).__name__}")
