"""The files beside a video: its cover and its captions."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

MOST_COVER_BYTES = 8_000_000
"""Instagram's limit for a cover (media specifications of Reels)."""

_DARK = 24
_FLAT = 6
_TIME = r"(\d{2}):([0-5]\d):([0-5]\d),(\d{3})"
_TIMES = re.compile(rf"{_TIME} --> {_TIME}")


def check_cover(cover: Path, width: int, height: int) -> list[str]:
    """What is wrong with a cover: it must be a JPEG in sRGB of the video's size that shows something."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(cover, formats=("JPEG",)) as image:
            profile = image.info.get("icc_profile") or b""
            size, mode = image.size, image.mode
            image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            pixels = np.asarray(image.convert("RGB"), np.float32)
    except (OSError, SyntaxError, ValueError) as error:
        return [f"the cover cannot be read: {error}"]
    findings = []
    if size != (width, height):
        findings.append(f"the cover is {size[0]}×{size[1]}, not {width}×{height}")
    if mode != "RGB" or (profile and b"sRGB" not in profile):
        findings.append("the cover is not in sRGB")
    if float(pixels.mean()) < _DARK or float(pixels.std()) < _FLAT:
        findings.append("the cover shows nothing: it is black or of one colour")
    if cover.stat().st_size > MOST_COVER_BYTES:
        findings.append(f"the cover has {cover.stat().st_size / 1e6:.1f} MB; at most {MOST_COVER_BYTES / 1e6:.0f}")
    return findings


def check_captions(captions: Path, duration_s: Fraction) -> list[str]:
    """What is wrong with an SRT file: it must be UTF-8, numbered, in order, without overlaps, inside the video."""
    try:
        text = captions.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [f"the captions cannot be read: {error}"]
    findings: list[str] = []
    before = Fraction(0)
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]
    for number, block in enumerate(blocks, start=1):
        lines = block.strip().split("\n")
        times = _TIMES.fullmatch(lines[1].strip()) if len(lines) > 2 else None
        if lines[0].strip() != str(number) or times is None or not "".join(lines[2:]).strip():
            findings.append(f"caption {number} is not of the form: number, times, words")
            break
        begin, end = _at(times, 1), _at(times, 5)
        if begin >= end:
            findings.append(f"caption {number} ends at {float(end):.3f} s, before it begins")
        if begin < before:
            findings.append(f"caption {number} begins before the one before it ends")
        if end > duration_s:
            findings.append(f"caption {number} ends at {float(end):.3f} s, after the video ({float(duration_s):.3f} s)")
        before = end
    return findings


def _at(times: re.Match[str], group: int) -> Fraction:
    hours, minutes, seconds, thousandths = (int(times[group + offset]) for offset in range(4))
    return Fraction(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths, 1000)
