"""Waves from a wind spectrum."""

from __future__ import annotations

import math

import numpy as np


class Swell:
    """A tile of sea that repeats every ``tile_m`` metres.

    A Phillips spectrum as in J. Tessendorf, "Simulating Ocean Water" (2001), sections 4.3 and 4.4,
    with each wave's frequency rounded so that the whole repeats after ``loop_s``.
    """

    def __init__(
        self,
        tile_m: float,
        *,
        wind_m_s: float,
        wind_deg: float,
        height_m: float,
        count: int = 512,
        seed: int = 3,
        loop_s: float = 4.0,
    ) -> None:
        self.tile, self.count = tile_m, count
        chance = np.random.default_rng(seed)
        k = 2 * np.pi * np.fft.fftfreq(count, tile_m / count)
        kx, ky = np.meshgrid(k, k)
        length = np.hypot(kx, ky)
        length[0, 0] = 1.0
        largest = wind_m_s**2 / 9.81
        along = (kx * math.sin(math.radians(wind_deg)) + ky * math.cos(math.radians(wind_deg))) / length
        power = (
            np.exp(-1 / (length * largest) ** 2)
            / length**4
            * along**2
            * np.exp(-((length * tile_m / count) ** 2) * 0.6)
        )
        power *= np.where(along < 0, 0.15, 1.0)
        power[0, 0] = 0
        draw = chance.standard_normal((2, count, count))
        self._h = (draw[0] + 1j * draw[1]) * np.sqrt(power / 2)
        step = 2 * np.pi / loop_s
        self._omega = np.maximum(np.round(np.sqrt(9.81 * length) / step), 1) * step
        self._kx, self._ky, self._length = kx, ky, length
        self._gain = height_m / (np.fft.ifft2(self._at(0.0)).real.std() * 4)

    def _at(self, seconds: float) -> np.ndarray:
        turn = np.exp(1j * self._omega * seconds)
        mirrored = np.conj(np.roll(self._h[::-1, ::-1], 1, axis=(0, 1)))
        return self._h * turn + mirrored * np.conj(turn)

    def fields(self, seconds: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Height, sideways shift in x and y (metres), and how much the surface folds (1 flat, under 0 breaking)."""
        h = self._at(seconds) * self._gain
        up = np.fft.ifft2(h).real
        dx = np.fft.ifft2(1j * self._kx / self._length * h).real
        dy = np.fft.ifft2(1j * self._ky / self._length * h).real
        step = self.tile / self.count
        dxx, dyy = np.gradient(dx, step, axis=1), np.gradient(dy, step, axis=0)
        dxy = np.gradient(dx, step, axis=0)
        return up, dx, dy, (1 + dxx) * (1 + dyy) - dxy**2

    def slopes(self, seconds: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Height (metres) and its slopes along x and y."""
        h = self._at(seconds) * self._gain
        return tuple(np.fft.ifft2(part).real.astype(np.float32) for part in (h, 1j * self._kx * h, 1j * self._ky * h))  # type: ignore[return-value]
