"""Scripts and tracks as files in the store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

from castad_cli.model.music import BeatGrid, Track
from castad_cli.model.script import PlatformWords, SceneWords, Script


def pack_script(script: Script) -> dict[str, Any]:
    """The script as plain JSON values."""
    return json.loads(json.dumps(asdict(script)))  # type: ignore[no-any-return]


def unpack_script(packed: Mapping[str, Any]) -> Script:
    """The script that `pack_script` packed."""
    fields = dict(packed)
    fields["scenes"] = tuple(SceneWords(**scene) for scene in fields["scenes"])
    fields["platforms"] = tuple(
        PlatformWords(**{**words, "hashtags": tuple(words["hashtags"])}) for words in fields.get("platforms", ())
    )
    for name in ("hashtags", "notes"):
        fields[name] = tuple(fields.get(name, ()))
    return Script(**fields)


def pack_track(track: Track) -> dict[str, Any]:
    """The track as plain JSON values, times as exact ``a/b`` seconds; its file is left out."""
    packed = asdict(replace(track, file=""))
    return json.loads(json.dumps(packed, default=_exact))  # type: ignore[no-any-return]


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


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"no JSON form for {type(value).__name__}")
