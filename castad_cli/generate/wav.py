"""WAV files: 48 kHz, stereo, 24-bit PCM."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from castad_cli.whole import put_whole

RATE = 48_000


def write_wav(path: Path, sound: NDArray[np.float32]) -> None:
    """Write (2, samples) within ±1 to ``path``. The same samples give the same bytes; nothing half-written is left."""
    whole = np.clip(np.rint(sound.T.astype(np.float64) * 8_388_607), -8_388_608, 8_388_607).astype("<i4")
    data = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    frame = 2 * 3
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVE"
    head += b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * frame, frame, 24)

    def write(part: Path) -> None:
        with part.open("wb") as file:
            file.write(head + b"data" + struct.pack("<I", len(data)))
            file.write(data)

    put_whole(path, write)
