"""The sampled instruments: TimGM6mb, played by RustySynth.

Why these: both install by pip as wheels on Linux and macOS (x86_64 and arm64) with no system library, and
every machine gets the very same samples, so a track is the same on every worker. RustySynth (MIT) comes
through ``midirenderer``. The sound font (GPL-2.0, © Tim Brechbill and David Bolton) lies inside
``pretty_midi``'s wheel and is read as data: that package is never imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import EnvironmentNotReady
from castad_cli.generate.house import midi

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOUND_FONT = "TimGM6mb"
CREDIT = "Composed by CaStAD; acoustic instruments: TimGM6mb (Tim Brechbill, David Bolton)"
_FILE = "TimGM6mb.sf2"
_SHA256 = "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"
_FIX = "reinstall it: pip install --force-reinstall 'pretty_midi>=0.2.11,<0.3'"


@cache
def read_sound_font() -> bytes:
    """The sound font's bytes.

    Raises:
        EnvironmentNotReady: it is not there, or is not the one that tracks are made with.
    """
    spec = importlib.util.find_spec("pretty_midi")
    path = Path(spec.origin).with_name(_FILE) if spec and spec.origin else None
    if path is None or not path.is_file():
        raise EnvironmentNotReady(f"the sound font {_FILE} is missing", fix=_FIX)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise EnvironmentNotReady(f"{path} is not the sound font that tracks are made with", fix=_FIX)
    return data


def render_midi(messages: list[midi.Message], length: int) -> NDArray[np.float32]:
    """Stereo sound (2, ``length``) of one channel at 48 kHz, dry: no reverb, no chorus.

    Raises:
        EnvironmentNotReady: the synthesiser or its sound font is missing.
    """
    import numpy as np

    try:
        import midirenderer
    except ImportError as error:
        raise EnvironmentNotReady(
            f"the synthesiser cannot be loaded: {error}", fix="reinstall it: pip install 'midirenderer>=0.1.3,<0.2'"
        ) from error
    dry = [midi.control(0, 91, 0), midi.control(0, 93, 0), midi.control(0, 7, 127)]
    # a little longer than asked, since the renderer rounds the file's length down
    wav = midirenderer.render_wave_from(read_sound_font(), midi.midi_file([*dry, *messages], length + 4800))
    samples = np.frombuffer(wav, dtype="<i2", offset=wav.index(b"data") + 8)
    stereo = samples[: 2 * length].reshape(-1, 2).T.astype(np.float32)
    return stereo / np.float32(32768)
