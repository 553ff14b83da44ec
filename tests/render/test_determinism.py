"""The same page gives the same frames in another process, with another browser, to the byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from features import FEATURES
from small_stage import PHOTOS, composed, laid_out, sloping_photo
from castad_cli.render.studio import Studio

digest = hashlib.sha256()
with Studio() as studio:
    for name in ("a turn and a scale", "a blur that clears", "animated letter spacing", "soft light"):
        feature = FEATURES[name]
        layout = laid_out(studio, PHOTOS.replace("</section>", feature.body + "</section>", 1), feature.css)
        for frame in range(0, 30, 3):
            digest.update(composed(layout, frame, sloping_photo()).tobytes())
print(digest.hexdigest())
"""


def test_frames_are_the_same_in_every_process() -> None:
    stages = Path(__file__).with_name("stages")
    command = [sys.executable, "-c", _SCRIPT, str(stages)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    digests = [child.communicate(timeout=200)[0].strip() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert len(digests[0]) == 64
    assert digests[0] == digests[1]
