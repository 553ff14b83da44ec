"""Where a picture's subject is, when nobody has said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIDE = 96
"""Pixels on the longer side that it is judged at: enough for where, too few for texture to win."""

_THIRDS = ((1 / 3, 1 / 3), (2 / 3, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 2 / 3), (0.5, 0.5))


def find_focus(rgb: NDArray[np.uint8]) -> tuple[float, float]:
    """The point (x, y from 0 to 1) that should stay in the picture when it is cropped.

    Three signs are added: what the picture's own spectrum does not predict (spectral residual: Hou and
    Zhang, CVPR 2007), what differs in colour from the picture's rim, and where the fine detail is; then a
    leaning towards the centre and the thirds, where people put what matters. A picture without any sign
    has its focus in the middle. Deterministic.
    """
    import cv2
    import numpy as np

    height, width = rgb.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    stride = max(1, int(1 / scale) // 4)  # four samples a side of each small pixel are enough
    small = cv2.resize(np.ascontiguousarray(rgb[::stride, ::stride]), size, interpolation=cv2.INTER_AREA)
    lab = _lab(small)
    if float(lab.std(axis=(0, 1)).max()) < 1.0:
        return 0.5, 0.5
    signs = 1.0 * _residual(lab[:, :, 0]) + 1.2 * _rarity(lab) + 0.8 * _detail(lab[:, :, 0])
    weight = signs * _leaning(size[0], size[1])
    weight = cv2.GaussianBlur(weight, (0, 0), _SIDE / 24)
    # The strongest region alone: the mean of two subjects would show neither.
    top = np.unravel_index(int(weight.argmax()), weight.shape)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    near = np.exp(-((columns - top[1]) ** 2 + (rows - top[0]) ** 2) / (2 * (_SIDE / 8) ** 2))
    mass = np.where(weight > 0.75 * weight.max(), weight, 0) * near
    total = float(mass.sum())
    x = float((mass * (columns + 0.5)).sum()) / total / size[0]
    y = float((mass * (rows + 0.5)).sum()) / total / size[1]
    return min(max(round(x, 4), 0.0), 1.0), min(max(round(y, 4), 0.0), 1.0)


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """CIE L*a*b* (D65) of sRGB pixels, L* stretched to 0 to 255.

    Why not OpenCV's: it makes tables for it once a process, which take longer than five photographs' decoding.
    """
    import numpy as np

    share = rgb.astype(np.float32) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    # IEC 61966-2-1: linear sRGB to CIE XYZ, each divided by the white point's.
    xyz = linear @ np.array(
        [[0.433953, 0.212671, 0.017758], [0.376219, 0.715160, 0.109477], [0.189828, 0.072169, 0.872765]], np.float32
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([(116 * y - 16) * 2.55, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def _unit(values: NDArray[Any]) -> NDArray[np.float32]:
    import numpy as np

    values = values - values.min()
    # The 98th percentile, not the maximum: one bright pixel must not silence the rest.
    top = float(np.percentile(values, 98)) or float(values.max()) or 1.0
    return np.asarray(np.minimum(values / top, 1.0), np.float32)


def _residual(light: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    square = cv2.resize(light, (64, 64), interpolation=cv2.INTER_AREA)
    spectrum = np.fft.fft2(square - square.mean())
    log = np.log(np.abs(spectrum) + 1e-3).astype(np.float32)
    residual = log - cv2.blur(log, (3, 3))
    saliency = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    smooth = cv2.GaussianBlur(saliency.astype(np.float32), (0, 0), 3)
    whole = cv2.resize(smooth, (light.shape[1], light.shape[0]), interpolation=cv2.INTER_LINEAR)
    return _unit(_unlined(whole))


def _rarity(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each pixel's colour is from the nearest of the rim's four sides."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(lab, (0, 0), 1.5) * np.array([0.6, 1.0, 1.0], np.float32)
    deep = max(2, min(lab.shape[:2]) // 12)
    rims = (smooth[:deep], smooth[-deep:], smooth[:, :deep], smooth[:, -deep:])
    away = [np.linalg.norm(smooth - np.median(rim.reshape(-1, 3), axis=0), axis=2) for rim in rims]
    return _unit(np.minimum.reduce(away))


def _detail(light: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2
    import numpy as np

    across, down = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    return _unit(_unlined(cv2.GaussianBlur(np.sqrt(across**2 + down**2), (0, 0), 2.5)))


def _unlined(values: NDArray[Any]) -> NDArray[Any]:
    """Without what runs across the whole picture: a horizon or a wall's edge is no subject."""
    import numpy as np

    common = np.maximum(np.median(values, axis=1, keepdims=True), np.median(values, axis=0, keepdims=True))
    return np.asarray(np.maximum(values - common, 0))


def _leaning(width: int, height: int) -> NDArray[np.float32]:
    """1 near the centre and the thirds, down to 0.35 in the corners."""
    import numpy as np

    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (columns + 0.5) / width, (rows + 0.5) / height
    bumps = [np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * 0.22**2)) for px, py in _THIRDS]
    return np.asarray(0.35 + 0.65 * np.maximum.reduce(bumps), np.float32)
