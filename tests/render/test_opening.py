"""What a rendition begins with: little enough to be imported while a browser starts."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("numpy", "cv2", "av", "PIL", "dlib", "simplejpeg", "urllib.request", "castad_cli.render.rendition")


def test_what_begins_a_rendition_imports_nothing_that_draws_or_encodes() -> None:
    code = "import json, sys; from castad_cli.render import Kept, Studio, render; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "castad_cli.render.rendering" in loaded
    assert not loaded.intersection(HEAVY)
