"""Four seconds of sea at golden hour, a loop: ``python examples/draw/clip.py FILE.mp4``.

Each pixel's ray meets the waves of three tiles of sea, and is shaded as water is: the sky it mirrors
by Fresnel's law, the sun in every small facet, green light through the crests.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np

from swell import Swell

WIDTH, HEIGHT, RATE, LENGTH_S = 1080, 1920, 30, 4
EYE_M, FOCAL, HORIZON, EXPOSURE = 3.1, 1.55, 0.40, 0.42
SUN = np.array([0.07, 0.98, 0.075]) / np.linalg.norm([0.07, 0.98, 0.075])
STOPS = np.array([0.0, 0.05, 0.13, 0.25, 0.45, 1.0])
COLORS = np.array(
    [
        [1.0, 0.40, 0.13],
        [1.0, 0.36, 0.16],
        [0.90, 0.31, 0.24],
        [0.56, 0.27, 0.38],
        [0.20, 0.22, 0.50],
        [0.06, 0.12, 0.38],
    ]
)
TILES = (
    Swell(67.0, wind_m_s=8, wind_deg=205, height_m=0.85, seed=3, loop_s=LENGTH_S),
    Swell(15.1, wind_m_s=4, wind_deg=190, height_m=0.20, seed=8, loop_s=LENGTH_S),
    Swell(3.3, wind_m_s=2.2, wind_deg=220, height_m=0.035, seed=5, loop_s=LENGTH_S),
)


def sky(x: np.ndarray, y: np.ndarray, z: np.ndarray, sharp: float) -> np.ndarray:
    """Light from a direction; ``sharp`` widens or narrows the glow about the sun."""
    up = np.clip(z, 0, 1)
    color = np.stack([np.interp(up, STOPS, COLORS[:, c]) for c in range(3)], axis=-1)
    near = np.clip(x * SUN[0] + y * SUN[1] + z * SUN[2], 0, 1)
    glow = 0.55 * near**12 + 1.3 * near ** (220 * sharp)
    return color * 0.85 + glow[..., None] * np.array([1.0, 0.55, 0.22])


def fbm(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise in octaves, each a small random tile read with linear filtering."""
    chance = np.random.default_rng(seed)
    total, weight = np.zeros_like(x, dtype=np.float32), 0.5
    for octave in range(6):
        tile = cv2.GaussianBlur(np.tile(chance.random((64, 64)).astype(np.float32), (3, 3)), (0, 0), 0.8)[
            64:128, 64:128
        ]
        u, v = (x * 2**octave) % 64, (y * 2**octave) % 64
        total += weight * cv2.remap(
            tile, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        weight *= 0.52
    return total


def read(field: np.ndarray, x: np.ndarray, y: np.ndarray, tile_m: float) -> np.ndarray:
    count = field.shape[0]
    u = ((x / tile_m) % 1.0 * count).astype(np.float32)
    v = ((y / tile_m) % 1.0 * count).astype(np.float32)
    return cv2.remap(field, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


class Shot:
    """The camera's rays and the sky, which do not change from frame to frame."""

    def __init__(self) -> None:
        px, py = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
        x = (px - WIDTH / 2) / HEIGHT
        z = (HORIZON * HEIGHT - py) / HEIGHT
        length = np.sqrt(x**2 + FOCAL**2 + z**2)
        self.x, self.y, self.z = x / length, FOCAL / length, z / length
        self.water = int(np.ceil(HORIZON * HEIGHT)) + 1
        above = slice(0, self.water)
        ax, ay, az = self.x[above], self.y[above], self.z[above]
        light = sky(ax, ay, np.maximum(az, 0), 14.0)
        drop = np.maximum(az, 0) + 0.05
        cx, cy = ax / drop, ay / drop
        cover = fbm(cx * 1.1 + 11, cy * 2.0 + 3, 5)
        ahead = fbm(cx * 1.1 + 11 + SUN[0] * 0.3, cy * 2.0 + 3 + 0.35, 5)
        thick = np.clip((cover - 0.47) / 0.12, 0, 1) ** 1.4 * np.clip(az / 0.06, 0.15, 1) * 0.85
        lit = np.clip((cover - ahead) * 5 + 0.45, 0, 1)[..., None]
        near = np.clip(ax * SUN[0] + ay * SUN[1] + az * SUN[2], 0, 1)[..., None]
        cloud = (
            np.array([0.34, 0.27, 0.40]) * (1 - lit)
            + np.array([1.15, 0.62, 0.36]) * lit
            + np.array([0.5, 0.25, 0.08]) * near**8
        )
        light = light * (1 - thick[..., None]) + cloud * thick[..., None]
        disc = np.clip(
            (near[..., 0] - np.cos(np.radians(0.68))) / (np.cos(np.radians(0.58)) - np.cos(np.radians(0.68))), 0, 1
        )
        self.sky = light + disc[..., None] * np.array([7.0, 4.6, 2.4])

    def frame(self, seconds: float) -> np.ndarray:
        """Height × width × 3, 8-bit RGB."""
        below = slice(self.water, HEIGHT)
        x, y, z = self.x[below], self.y[below], self.z[below]
        fields = [tile.slopes(seconds) for tile in TILES]
        reach = EYE_M / -z
        for _ in range(5):
            up = read(fields[0][0], x * reach, y * reach, TILES[0].tile)
            reach = 0.5 * reach + 0.5 * np.clip((EYE_M - up) / -z, 0.5, 6000)
        wx, wy = x * reach, y * reach
        footprint = reach**2 / (FOCAL * HEIGHT * EYE_M)
        sx, sy, lost, height = np.zeros_like(x), np.zeros_like(x), np.full_like(x, 2e-4), np.zeros_like(x)
        for (h, dx, dy), tile in zip(fields, TILES, strict=True):
            keep = np.exp(-((footprint / (tile.tile / 22)) ** 1.0))
            sx += read(dx, wx, wy, tile.tile) * keep
            sy += read(dy, wx, wy, tile.tile) * keep
            height += read(h, wx, wy, tile.tile) * keep
            lost += (1 - keep**2) * float(dx.var() + dy.var()) * 0.45
        scale = 1 / np.sqrt(1 + sx**2 + sy**2)
        nx, ny, nz = -sx * scale, -sy * scale, scale
        facing = np.clip(-(x * nx + y * ny + z * nz), 0.02, 1)
        facing = np.maximum(facing, np.sqrt(lost) * 0.42)
        mirror = 0.02 + 0.98 * (1 - facing) ** 5
        turn = 2 * (x * nx + y * ny + z * nz)
        rx, ry, rz = x - turn * nx, y - turn * ny, np.abs(z - turn * nz)
        rz = np.sqrt(rz**2 + lost * 0.9)
        norm = np.sqrt(rx**2 + ry**2 + rz**2)
        rx, ry, rz = rx / norm, ry / norm, rz / norm
        reflected = sky(rx, ry, rz, 0.5)
        spread = 0.0006 + lost * 1.1
        across = np.arctan2(rx, ry) - np.arctan2(SUN[0], SUN[1])
        along = np.arcsin(np.clip(rz, 0, 1)) - np.arcsin(SUN[2])
        sun = np.exp(-(across**2) / (2 * spread * 0.55) - along**2 / (2 * spread * 3.0)) * np.minimum(
            0.011 / spread, 11.0
        )
        crest = np.clip(height * 1.1 + 0.28, 0, 1) * np.clip(-sy * 2.2 + 0.25, 0, 1)
        body = np.array([0.012, 0.075, 0.085]) + crest[..., None] * np.array([0.10, 0.22, 0.15])
        color = body * (1 - mirror[..., None]) + reflected * mirror[..., None] * 0.92
        color += sun[..., None] * np.array([1.0, 0.60, 0.27]) * np.clip(mirror[..., None] * 4, 0.3, 1.6)
        haze = np.clip((reach - 250) / 2500, 0, 0.75)[..., None]
        horizon = sky(x, y, np.zeros_like(x), 1.0)
        color = color * (1 - haze) + horizon * 0.8 * haze
        light = np.concatenate([self.sky, color]).astype(np.float32) * EXPOSURE
        small = cv2.resize(np.clip(light - 0.95, 0, 6), (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
        bloom = sum(cv2.GaussianBlur(small, (0, 0), s) * w for s, w in ((3.0, 0.25), (12.0, 0.16), (40.0, 0.12)))
        light += cv2.resize(bloom, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        toned = np.clip((light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14), 0, 1) ** (1 / 2.2)
        luma = toned @ np.float32([0.2126, 0.7152, 0.0722])
        toned = luma[..., None] + (toned - luma[..., None]) * 1.22
        noise = np.random.default_rng(int(seconds * 1000)).standard_normal((HEIGHT, WIDTH, 1)).astype(np.float32)
        return (np.clip(toned + noise * 0.004, 0, 1) * 255 + 0.5).astype(np.uint8)


def main(target: Path) -> None:
    shot = Shot()
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{WIDTH}x{HEIGHT}",
        "-r",
        str(RATE),
        "-i",
        "-",
        "-vf",
        "scale=out_color_matrix=bt709",
        "-c:v",
        "libx264",
        "-preset",
        "slow",
        "-b:v",
        "2750k",
        "-maxrate",
        "4500k",
        "-bufsize",
        "6000k",
        "-pix_fmt",
        "yuv420p",
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-movflags",
        "+faststart",
        str(target),
    ]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert encoder.stdin is not None
    for n in range(RATE * LENGTH_S):
        encoder.stdin.write(shot.frame(n / RATE).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("FFmpeg failed")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
