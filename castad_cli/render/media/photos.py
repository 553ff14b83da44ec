"""Photographs as sRGB pixels, upright and no larger than wanted, whatever they were stored as.

The order of work keeps memory bounded: a JPEG is decoded at a fraction of its size (its own transform does
that), anything else is reduced band by band; colour is converted last, on what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from castad_cli.model.plan import Asset
from castad_cli.render.kernel.shrinking import can_shrink, shrink
from castad_cli.render.media.focus import find_focus
from castad_cli.render.media.intake import PILLOW_FAILURES, damaged, jpeg_ends, open_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["Photo", "find_focus", "load_photo", "size_of"]

_Box = tuple[int, int, int, int]
_BAND_PIXELS = 4_000_000
_ORIENTATION_TAG = 0x0112
_SWAPS_SIDES = {5, 6, 7, 8}


@dataclass(frozen=True)
class Photo:
    """``rgb`` is (height, width, 3) uint8 in sRGB; ``full_width`` and ``full_height`` the file's own size, upright."""

    rgb: NDArray[np.uint8]
    full_width: int
    full_height: int


def load_photo(asset: Asset, *, fit_long_side: int, background: tuple[int, int, int] = (255, 255, 255)) -> Photo:
    """The photo, upright, its longer side at most ``fit_long_side``; never enlarged.

    What is transparent shows ``background`` (sRGB). Safe in threads; the same file gives the same pixels.

    Raises:
        UserError: it is truncated, damaged, or of a kind that is not taken.
    """
    path, place = Path(asset.path), asset.place
    with open_image(path, asset.src, place) as image:
        try:
            return _load(image, path, fit_long_side, background)
        except PILLOW_FAILURES as error:
            raise damaged(asset.src, place, error) from error


def size_of(asset: Asset) -> tuple[int, int]:
    """Width and height of the photo, upright; it is not decoded.

    Raises:
        UserError: it is of a kind that is not taken.
    """
    with open_image(Path(asset.path), asset.src, asset.place) as image:
        width, height = image.size
        return (height, width) if _orientation(image) in _SWAPS_SIDES else (width, height)


def _load(image: Image.Image, path: Path, fit_long_side: int, background: tuple[int, int, int]) -> Photo:
    if image.format == "TIFF":
        image.load()  # turns the pixels and takes the tag away
    orientation = _orientation(image)
    stored_width, stored_height = image.size
    scale = min(1.0, fit_long_side / max(stored_width, stored_height))
    size = (max(1, round(stored_width * scale)), max(1, round(stored_height * scale)))
    profile = image.info.get("icc_profile") or b""
    if image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L"):
        pixels, mode = _decode_jpeg(image, path, size), "RGB"
        if profile and image.mode == "L":
            pixels, mode = pixels[:, :, 0], "L"
    else:
        if image.format in ("JPEG", "MPO"):
            image.draft(image.mode, size)
        pixels, mode = _decode(image, path, size, background)
    rgb = _upright(_to_srgb(pixels, mode, profile), orientation)
    if orientation in _SWAPS_SIDES:
        stored_width, stored_height = stored_height, stored_width
    return Photo(rgb, stored_width, stored_height)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where it is missing or makes no sense."""
    try:
        value = int(image.getexif().get(_ORIENTATION_TAG, 1))
    except (*PILLOW_FAILURES, TypeError):
        return 1
    return value if 1 <= value <= 8 else 1


def _decode_jpeg(image: Image.Image, path: Path, size: tuple[int, int]) -> NDArray[Any]:
    """RGB pixels of a JPEG at ``size``: decoded straight into an array, where Pillow would copy it.

    What is missing would be filled with grey and nothing said, so a file without its end mark goes to Pillow. One that
    is to be half as large or less is decoded so by OpenCV.
    """
    import cv2
    import numpy as np
    import simplejpeg

    with path.open("rb") as file:
        whole = jpeg_ends(file)
    if not whole:
        image.draft(image.mode, size)
        image.load()
        return _resize(np.asarray(image.convert("RGB")), size)
    data = np.fromfile(path, np.uint8)
    step = max(1, min(image.width // size[0], image.height // size[1]))
    if step == 1:
        try:
            return _resize(simplejpeg.decode_jpeg(data, "RGB", strict=False), size)
        except ValueError as error:
            raise OSError("broken data stream") from error
    reduced = {8: cv2.IMREAD_REDUCED_GRAYSCALE_8, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2}
    flags = next(flag for factor, flag in reduced.items() if factor <= step) | cv2.IMREAD_COLOR_RGB
    try:
        pixels = cv2.imdecode(data, flags | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise OSError("broken data stream") from error
    if pixels is None:
        raise OSError("broken data stream")
    return _resize(pixels, size)


def _decode(
    image: Image.Image, path: Path, size: tuple[int, int], background: tuple[int, int, int]
) -> tuple[NDArray[Any], str]:
    """8-bit pixels of any other photo at ``size`` and their mode: RGB, L, CMYK or LAB."""
    import numpy as np

    if image.format == "WEBP" and not getattr(image, "is_animated", False):
        return _reduce(image, size, _webp_bands(path, background)), "RGB"
    image.load()
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _reduce(
            image, size, lambda box: _flatten(np.asarray(image.crop(box).convert("RGBA")), background)
        ), "RGB"
    if image.mode.startswith(("I", "F")):
        gain = 255.0 / _ceiling(image)
        return _reduce(image, size, lambda box: _to_8_bits(np.asarray(image.crop(box)), gain)), "L"
    mode = image.mode if image.mode in ("L", "CMYK", "LAB") else "RGB"
    return _reduce(image, size, lambda box: np.asarray(image.crop(box).convert(mode))), mode


def _reduce(image: Image.Image, size: tuple[int, int], read: Callable[[_Box], NDArray[Any]]) -> NDArray[Any]:
    """The picture that ``read`` gives part by part, at ``size``.

    Each band is brought down by a whole factor, so that bands meet without a seam.
    """
    import numpy as np

    width, height = image.size
    step = max(1, min(width // size[0], height // size[1]))
    rows = max(step, _BAND_PIXELS // width // step * step)
    bands = []
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        pixels = read((0, top, width, bottom))
        bands.append(pixels if step == 1 else _resize(pixels, (-(-width // step), -(-(bottom - top) // step))))
    return _resize(bands[0] if len(bands) == 1 else np.concatenate(bands), size)


def _webp_bands(path: Path, background: tuple[int, int, int]) -> Callable[[_Box], NDArray[Any]]:
    """Reads RGB bands of a WebP. OpenCV decodes it once over; Pillow holds it four times, as if it were animated."""
    import cv2
    import numpy as np

    try:
        whole = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise OSError("broken data stream") from error
    if whole is None:
        raise OSError("truncated or broken data stream")

    def read(box: _Box) -> NDArray[Any]:
        band = whole[box[1] : box[3]]
        if band.shape[2] == 4:
            return _flatten(cv2.cvtColor(band, cv2.COLOR_BGRA2RGBA), background)
        return np.asarray(cv2.cvtColor(band, cv2.COLOR_BGR2RGB))

    return read


def _to_8_bits(pixels: NDArray[Any], gain: float) -> NDArray[Any]:
    import numpy as np

    scaled = pixels.astype(np.float32) * np.float32(gain) + np.float32(0.5)
    return np.asarray(np.clip(scaled, 0, 255), np.uint8)


def _ceiling(image: Image.Image) -> float:
    """The value that is white in a grey image of more than 8 bits."""
    if image.mode.startswith("I;16"):
        return 65535.0
    high = float(image.getextrema()[1])  # type: ignore[arg-type]
    if image.mode == "F" and high <= 1.5:
        return 1.0
    return 65535.0 if high > 255 else 255.0


def _flatten(pixels: NDArray[Any], background: tuple[int, int, int]) -> NDArray[Any]:
    """RGB pixels of RGBA ones over ``background``."""
    import cv2
    import numpy as np

    alpha = pixels[:, :, 3]
    if alpha.min() == 255:
        return np.ascontiguousarray(pixels[:, :, :3])
    weight = cv2.merge([alpha, alpha, alpha])
    front = cv2.multiply(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), weight, scale=1 / 255)
    ground = np.empty_like(front)
    ground[:] = background
    return np.asarray(cv2.add(front, cv2.multiply(ground, 255 - weight, scale=1 / 255)))


def _resize(pixels: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """The mean of the pixels under each new one: no aliasing however far down."""
    import cv2
    import numpy as np

    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    whole = pixels.shape[1] % size[0] == 0 == pixels.shape[0] % size[1]
    if not whole and can_shrink(pixels, size):  # by a whole number OpenCV is the faster one
        return shrink(pixels, size)
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA))


def _upright(rgb: NDArray[Any], orientation: int) -> NDArray[np.uint8]:
    """Pixels turned as EXIF says (Exif 2.32, tag 274)."""
    import numpy as np

    if orientation in _SWAPS_SIDES:
        rgb = rgb.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    return np.ascontiguousarray(rgb)


def _to_srgb(pixels: NDArray[Any], mode: str, profile: bytes) -> NDArray[Any]:
    """``pixels`` through its embedded profile; a profile that is broken or of another mode is left out."""
    import numpy as np
    from PIL import Image, ImageCms

    if profile or mode == "LAB":
        try:
            source = ImageCms.createProfile("LAB") if mode == "LAB" else ImageCms.ImageCmsProfile(BytesIO(profile))
            if _is_srgb(source):
                profile = b""
            else:
                transform = ImageCms.buildTransform(
                    source,
                    ImageCms.createProfile("sRGB"),
                    mode,
                    "RGB",
                    ImageCms.Intent.PERCEPTUAL if mode == "CMYK" else ImageCms.Intent.RELATIVE_COLORIMETRIC,
                    ImageCms.Flags.BLACKPOINTCOMPENSATION,
                )
                return np.asarray(transform.apply(Image.fromarray(pixels, mode)))
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    if mode == "RGB":
        return pixels
    return np.asarray(Image.fromarray(pixels, mode).convert("RGB"))


def _is_srgb(profile: Any) -> bool:
    description = getattr(getattr(profile, "profile", None), "profile_description", None) or ""
    return description.startswith("sRGB")
