"""How loud a mix is, and a limiter that keeps its true peak: ITU-R BS.1770-5 and EBU R 128, on arrays.

Samples are (frames, 2) float32 at 48 kHz, full scale ±1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 48_000
_HOP = RATE // 10
"""Blocks of 400 ms that overlap by three quarters are sums of four hops."""

_OVERSAMPLING = 4
_TAPS = 24

_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""Coefficients (b, a) of the two K-weighting filters at 48 kHz: BS.1770-5, Annex 1, tables 1 and 2."""

_TAIL = RATE // 20
"""Frames after which the high-pass's answer (38 Hz) has died away, to a hundred decibels below where it began."""

_SPAN = 2 * _HOP
"""What is filtered as one, with the tail before it: small enough for the processor's own memory."""

_HOPS_AT_ONCE = 32

_PART = 24_000
"""Frames that are looked at as one, both channels a fifth of a megabyte."""


@dataclass(frozen=True)
class Loudness:
    """Integrated loudness and true peak; both ``-inf`` for silence (below −70 LUFS nothing counts)."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(samples: NDArray[np.float32]) -> Loudness:
    """Loudness and true peak of the whole."""
    peak = float(peaks(samples).max(initial=0.0))
    return Loudness(integrated_lufs(samples), 20 * log10(peak) if peak > 0 else -inf)


def integrated_lufs(samples: NDArray[np.float32]) -> float:
    """Gated loudness (BS.1770-5, Annex 1); ``-inf`` when nothing passes the gate of −70 LUFS."""
    import numpy as np

    if len(samples) < 4 * _HOP:
        samples = np.pad(samples, ((0, 4 * _HOP - len(samples)), (0, 0)))
    energy = _hop_energies(samples).astype(np.float64) / _HOP
    blocks = (energy[:-3] + energy[1:-2] + energy[2:-1] + energy[3:]) / 4
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not loud.size:
        return -inf
    loud = loud[loud > loud.mean() / 10]
    return -0.691 + 10 * log10(float(loud.mean()))


def highest(samples: NDArray[np.float32]) -> float:
    """The highest sample, of whichever sign; 0 where there is none."""
    return max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))


def peaks(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The level (linear) of the louder channel at each frame, or between it and the next: four times oversampled."""
    import cv2
    import numpy as np

    levels = np.empty(len(samples), np.float32)
    anchor = _TAPS // 2 - 1, 0
    for part in _parts(len(samples), _TAPS, _TAPS):
        rows = np.ascontiguousarray(samples[part.around].T)
        highest = np.abs(rows)
        between = np.empty_like(rows)
        for kernel in _interpolators():
            cv2.filter2D(rows, cv2.CV_32F, kernel, dst=between, anchor=anchor, borderType=cv2.BORDER_CONSTANT)
            np.maximum(highest, np.abs(between, out=between), out=highest)
        np.max(highest[:, part.within], axis=0, out=levels[part.own])
    return levels


def limit(samples: NDArray[np.float32], ceiling_dbtp: float) -> NDArray[np.float32]:
    """The samples with their true peak brought under the ceiling; the very samples when it is there already.

    See `ride` for how the gain moves.
    """
    import numpy as np

    ceiling = np.float32(10 ** (ceiling_dbtp / 20))
    levels = peaks(samples)
    if float(levels.max(initial=0.0)) <= ceiling:
        return samples
    np.maximum(levels, np.float32(1e-9), out=levels)
    return ride(samples, np.divide(ceiling, levels, out=levels))


def ride(samples: NDArray[np.float32], most_gain: NDArray[Any]) -> NDArray[np.float32]:
    """The samples turned down wherever ``most_gain`` (linear, one a frame) is below 1, and nowhere turned up.

    The gain falls over 5 ms before each low point and rises over 60 ms after it, the same for both channels.
    """
    import cv2
    import numpy as np

    ridden = np.empty_like(samples)
    ahead, after = RATE * 5 // 1000, RATE * 60 // 1000
    for part in _parts(len(samples), 2 * (ahead + after), 2 * ahead):
        needed = np.minimum(np.float32(1), most_gain[part.around])
        if needed.min(initial=1) == 1:
            ridden[part.own] = samples[part.own]
            continue
        # Hold the lowest gain around each peak, then average over the same span: never more than is allowed.
        held = _lowest(needed, ahead, ahead)
        slow = _lowest(held, after - 1, 0)[None, :]
        slow = cv2.blur(slow, (after, 1), anchor=(after - 1, 0), borderType=cv2.BORDER_REPLICATE)
        gain = cv2.blur(np.minimum(held, slow), (2 * ahead + 1, 1), borderType=cv2.BORDER_REPLICATE)[0]
        np.minimum(gain, needed, out=gain)
        np.multiply(samples[part.own], gain[part.within, None], out=ridden[part.own])
    return ridden


@dataclass(frozen=True)
class _Part:
    """A part of a sound: its ``own`` frames, those ``around`` that decide them, and its own ``within`` those."""

    own: slice
    around: slice
    within: slice


def _parts(frames: int, before: int, after: int) -> Iterator[_Part]:
    """A sound's parts in order, small enough for the processor's own memory: every step over the whole sound would
    take new memory, whose clearing costs more than the step. ``before`` and ``after`` frames around each decide it."""
    for begin in range(0, frames, _PART):
        end = min(begin + _PART, frames)
        first, last = max(0, begin - before), min(frames, end + after)
        yield _Part(slice(begin, end), slice(first, last), slice(begin - first, end - first))


def _lowest(values: NDArray[Any], before: int, after: int) -> NDArray[Any]:
    """At each place the lowest of the values from ``before`` places back to ``after`` ahead.

    The lowest of two spans side by side is that of one twice as long: a dozen passes, whatever the span; `cv2.erode`
    looks at all of it again for every value.
    """
    import numpy as np

    span, reach = before + after + 1, 1
    least = np.pad(values, (before, after), mode="edge")
    while reach < span:
        step = min(reach, span - reach)
        least = np.minimum(least[:-step], least[step:])
        reach += step
    return least


def _hop_energies(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The energy of the K-weighted signal in each whole hop, both channels together: (hops,).

    Filtered span by span, each together with the end of the one before it, by whose wrapping around the transform the
    span itself is not touched. A few spans at a time: what the whole takes would be another encoder's frames.
    """
    import cv2
    import numpy as np

    hops = len(samples) // _HOP
    size = _TAIL + _SPAN
    first, between, last = _k_weighting(size)
    inverse = cv2.DFT_ROWS | cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    energies = np.empty(hops, np.float32)
    for at in range(0, hops, _HOPS_AT_ONCE):
        end = min(at + _HOPS_AT_ONCE, hops)
        spans = -(-(end - at) * _HOP // _SPAN)
        rows = np.zeros((samples.shape[1], _TAIL + spans * _SPAN), np.float32)
        begin = max(0, at * _HOP - _TAIL)  # before the sound there is silence
        heard = samples[begin : end * _HOP].T
        rows[:, _TAIL - (at * _HOP - begin) :][:, : heard.shape[1]] = heard
        windows = np.lib.stride_tricks.sliding_window_view(rows, size, axis=1)[:, ::_SPAN]
        parts = np.array(windows).reshape(-1, size)  # they overlap: a copy
        # OpenCV packs a real transform: the first bin, real and imaginary parts of those between, the last.
        spectrum = cv2.dft(parts, dst=parts, flags=cv2.DFT_ROWS)
        spectrum[:, 0] *= first
        spectrum[:, 1:-1].view(np.complex64)[:] *= between
        spectrum[:, -1] *= last
        weighted = np.asarray(cv2.dft(spectrum, dst=spectrum, flags=inverse), np.float32)
        heard = weighted[:, _TAIL:].reshape(len(rows), -1, _HOP)
        energies[at:end] = np.einsum("cht,cht->h", heard, heard)[: end - at]
    return energies


@lru_cache(maxsize=1)
def _k_weighting(size: int) -> tuple[np.float32, NDArray[Any], np.float32]:
    """The filters' frequency response at the bins of a real transform of ``size``, which is even: the first one's and
    the last one's, which are real (what of the last is not counts for nothing), and, complex64, those between."""
    import numpy as np

    step = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(step)
    for b, a in (_SHELF, _HIGH_PASS):
        response *= (b[0] + b[1] * step + b[2] * step**2) / (a[0] + a[1] * step + a[2] * step**2)
    return np.float32(response[0].real), response[1:-1].astype(np.complex64), np.float32(response[-1].real)


@lru_cache(maxsize=1)
def _interpolators() -> list[NDArray[Any]]:
    """Kernels, (1, taps) float32, that give the signal a quarter, a half and three quarters past each sample."""
    import numpy as np

    kernels = []
    for phase in range(1, _OVERSAMPLING):
        offsets = np.arange(_TAPS) - (_TAPS // 2 - 1) - phase / _OVERSAMPLING
        window = np.i0(7.0 * np.sqrt(np.maximum(0, 1 - (offsets / (_TAPS / 2)) ** 2))) / np.i0(7.0)
        kernel = np.sinc(offsets) * window
        kernels.append((kernel / kernel.sum()).astype(np.float32)[None, :])
    return kernels
