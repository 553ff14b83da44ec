"""Photographs become upright sRGB pixels, whatever they were stored as."""

from __future__ import annotations

import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.model.plan import Asset
from castad_cli.render.media.photos import Photo, find_focus, load_photo

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (240, 240, 240)

TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is stored so that each EXIF orientation sets it right again."""


def load(path: Path, *, fit: int = 2000, background: tuple[int, int, int] = (255, 255, 255)) -> Photo:
    place = Place("spring.yaml", 3, 5, "media[0]")
    return load_photo(Asset(path.name, str(path), "", "photo", place), fit_long_side=fit, background=background)


def corners(photo: Photo) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, in reading order."""
    height, width = photo.rgb.shape[:2]
    spots = [(height // 4, width // 4), (height // 4, 3 * width // 4)]
    spots += [(3 * height // 4, width // 4), (3 * height // 4, 3 * width // 4)]
    return [tuple(int(v) for v in photo.rgb[spot]) for spot in spots]


def assert_quarters(photo: Photo, within: int = 8) -> None:
    assert photo.rgb.dtype == np.uint8
    assert photo.rgb.flags.c_contiguous
    for found, wanted in zip(corners(photo), (RED, GREEN, BLUE, WHITE), strict=True):
        assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= within, (found, wanted)


@pytest.mark.parametrize("orientation", list(TURNS))
def test_a_jpeg_of_any_exif_orientation_stands_upright(orientation: int, tmp_path: Path, quarters: Image.Image) -> None:
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    (quarters.transpose(turn) if turn is not None else quarters).save(tmp_path / "a.jpg", quality=95, exif=exif)
    for fit, shape in ((2000, (240, 400, 3)), (100, (60, 100, 3))):
        photo = load(tmp_path / "a.jpg", fit=fit)
        assert photo.rgb.shape == shape
        assert (photo.full_width, photo.full_height) == (400, 240)
        assert_quarters(photo)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF", "BMP", "JPEG"])
def test_every_form_gives_the_same_picture(form: str, tmp_path: Path, quarters: Image.Image) -> None:
    options = {"lossless": True} if form == "WEBP" else {"quality": 95} if form in ("JPEG", "AVIF") else {}
    quarters.save(tmp_path / "a", form, **options)
    assert_quarters(load(tmp_path / "a"))
    assert_quarters(load(tmp_path / "a", fit=90))


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_photo_stands_upright_too(orientation: int, tmp_path: Path, quarters: Image.Image) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    turn = TURNS[orientation]
    stored = quarters.transpose(turn) if turn is not None else quarters
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.heic", "HEIF", quality=90, exif=exif.tobytes())
    photo = load(tmp_path / "a.heic")
    assert (photo.full_width, photo.full_height) == (400, 240)
    assert_quarters(photo, within=14)


def test_orientation_counts_in_png_and_webp_and_nonsense_does_not(tmp_path: Path, quarters: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("a.png", "a.webp", "a.tiff"):
        quarters.transpose(Image.Transpose.ROTATE_90).save(tmp_path / name, exif=exif)
        assert_quarters(load(tmp_path / name), within=40 if name.endswith("webp") else 8)
    exif[0x0112] = 99
    quarters.save(tmp_path / "b.jpg", exif=exif)
    assert_quarters(load(tmp_path / "b.jpg"), within=20)


def test_grey_palette_and_one_bit_pictures_are_read(tmp_path: Path, quarters: Image.Image) -> None:
    quarters.convert("P", palette=Image.Palette.ADAPTIVE, colors=8).save(tmp_path / "palette.png")
    assert_quarters(load(tmp_path / "palette.png"))
    for name in ("grey.jpg", "grey.png", "grey.tif"):
        quarters.convert("L").save(tmp_path / name)
        found = corners(load(tmp_path / name))
        assert [c[0] for c in found] == pytest.approx([87, 130, 52, 240], abs=4)
        assert all(c[0] == c[1] == c[2] for c in found)
    quarters.convert("L").point(lambda v: 255 * (v > 100)).convert("1").save(tmp_path / "bit.png")
    assert [c[0] for c in corners(load(tmp_path / "bit.png"))] == [0, 255, 0, 255]


def test_sixteen_bits_are_scaled_not_cut(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None, :].repeat(210, 0)
    for name in ("grey.png", "grey.tif"):
        Image.fromarray(ramp).save(tmp_path / name)
        row = load(tmp_path / name).rgb[100, :, 1].astype(int)
        assert np.abs(row - np.arange(256)).max() <= 1
    for name in ("rgb.png", "rgb.tif"):
        cv2.imwrite(str(tmp_path / name), np.dstack([ramp, ramp[:, ::-1], ramp]))
        photo = load(tmp_path / name).rgb[100].astype(int)
        assert np.abs(photo[:, 0] - np.arange(256)).max() <= 1
        assert np.abs(photo[:, 1] - np.arange(255, -1, -1)).max() <= 1
    Image.fromarray((ramp / 65535).astype(np.float32)).save(tmp_path / "float.tif")
    assert np.abs(load(tmp_path / "float.tif").rgb[100, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_what_is_transparent_shows_the_background(form: str, tmp_path: Path) -> None:
    pixels = np.zeros((240, 400, 4), np.uint8)
    pixels[:, :200] = (200, 0, 0, 255)
    pixels[:, 200:] = (0, 0, 200, 0)
    pixels[120:, 200:, 3] = 128
    options = {"lossless": True, "exact": True} if form == "WEBP" else {"quality": 100} if form == "AVIF" else {}
    Image.fromarray(pixels).save(tmp_path / "a", form, **options)
    found = corners(load(tmp_path / "a", background=(10, 100, 50)))
    assert np.abs(np.array(found) - [(200, 0, 0), (10, 100, 50), (200, 0, 0), (5, 50, 125)]).max() <= 6


def test_transparency_in_grey_and_palette_pictures_counts(tmp_path: Path) -> None:
    grey = Image.new("LA", (300, 300), (90, 0))
    grey.save(tmp_path / "la.png")
    assert corners(load(tmp_path / "la.png", background=(1, 2, 3)))[0] == (1, 2, 3)
    palette = Image.new("P", (300, 300), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    palette.save(tmp_path / "p.png", transparency=1)
    assert corners(load(tmp_path / "p.png", background=(1, 2, 3)))[0] == (1, 2, 3)


Xyz = tuple[float, float, float]


def display_p3() -> bytes:
    """A matrix profile with Display P3's primaries, adapted to D50, and sRGB's curve."""
    return profile_of((0.515102, 0.241182, -0.001050), (0.291965, 0.692236, 0.041882), (0.157153, 0.066582, 0.784378))


def adobe_rgb() -> bytes:
    """A matrix profile with Adobe RGB (1998)'s primaries, adapted to D50, and its gamma of 563/256."""
    red, green, blue = (0.609741, 0.311111, 0.019470), (0.205276, 0.625671, 0.060867), (0.149185, 0.063217, 0.744568)
    return profile_of(red, green, blue, gamma=563 / 256)


def profile_of(red: Xyz, green: Xyz, blue: Xyz, gamma: float | None = None) -> bytes:
    """LittleCMS's sRGB profile with other primaries (ICC.1:2022, s15Fixed16Number), with ``gamma`` another curve."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    columns = {b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue}
    for index in range(int.from_bytes(profile[128:132])):
        entry = 132 + 12 * index
        tag, offset = bytes(profile[entry : entry + 4]), int.from_bytes(profile[entry + 4 : entry + 8])
        if tag in columns:
            profile[offset + 8 : offset + 20] = struct.pack(">3i", *(round(v * 65536) for v in columns[tag]))
        if gamma is not None and tag in (b"rTRC", b"gTRC", b"bTRC"):
            # parametricCurveType 3: (aX + b)^g from d on, and cX below.
            values = (gamma, 1.0, 0.0, 1.0, 0.0)
            assert profile[offset : offset + 4] == b"para"
            profile[offset + 12 : offset + 32] = struct.pack(">5i", *(round(v * 65536) for v in values))
        if tag == b"desc":
            name = "a test".encode("utf-16-be")
            where = offset + int.from_bytes(profile[offset + 24 : offset + 28])
            profile[offset + 20 : offset + 24] = len(name).to_bytes(4)
            profile[where : where + len(name)] = name
    return bytes(profile)


def p3_in_srgb(color: tuple[int, int, int]) -> np.ndarray:
    """The same colour by the book: CSS Color 4, section 18 (sample code), matrices to and from XYZ (D65)."""
    to_xyz = [[0.486571, 0.265668, 0.198217], [0.228975, 0.691739, 0.079287], [0.0, 0.045113, 1.043944]]
    from_xyz = [[3.240970, -1.537383, -0.498611], [-0.969244, 1.875968, 0.041555], [0.055630, -0.203977, 1.056972]]
    value = np.array(color) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    out = np.clip(np.array(from_xyz) @ np.array(to_xyz) @ linear, 0, 1)
    return np.where(out <= 0.0031308, out * 12.92, 1.055 * out ** (1 / 2.4) - 0.055) * 255


def test_an_embedded_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    wide = Image.new("RGB", (300, 300), (200, 120, 80))
    for name in ("a.jpg", "a.png", "a.webp"):
        wide.save(tmp_path / name, icc_profile=display_p3(), quality=100)
        assert np.abs(np.array(corners(load(tmp_path / name))[0]) - p3_in_srgb((200, 120, 80))).max() <= 3


def adobe_in_srgb(color: tuple[int, int, int]) -> np.ndarray:
    """The same colour by the book: Adobe RGB (1998) Color Image Encoding, 4.3.5.3, and IEC 61966-2-1."""
    to_xyz = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    from_xyz = [[3.240970, -1.537383, -0.498611], [-0.969244, 1.875968, 0.041555], [0.055630, -0.203977, 1.056972]]
    out = np.clip(np.array(from_xyz) @ np.array(to_xyz) @ (np.array(color) / 255) ** (563 / 256), 0, 1)
    return np.where(out <= 0.0031308, out * 12.92, 1.055 * out ** (1 / 2.4) - 0.055) * 255


@pytest.mark.parametrize("color", [(128, 128, 128), (180, 120, 90), (90, 140, 110), (60, 80, 150)])
def test_adobe_rgb_becomes_srgb(tmp_path: Path, color: tuple[int, int, int]) -> None:
    for name in ("a.jpg", "a.png", "a.tif"):
        Image.new("RGB", (300, 300), color).save(tmp_path / name, icc_profile=adobe_rgb(), quality=100)
        assert np.abs(np.array(corners(load(tmp_path / name))[0]) - adobe_in_srgb(color)).max() <= 3
    assert np.abs(adobe_in_srgb((90, 140, 110)) - (90, 140, 110)).max() > 10, "a conversion left out would be seen"


def test_a_broken_profile_is_left_out(tmp_path: Path, quarters: Image.Image) -> None:
    quarters.save(tmp_path / "a.png", icc_profile=b"no profile" * 20)
    assert_quarters(load(tmp_path / "a.png"))
    grey = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    quarters.convert("L").save(tmp_path / "b.png", icc_profile=grey)
    assert corners(load(tmp_path / "b.png"))[3] == (240, 240, 240)


def test_cmyk_is_read_the_right_way_round(tmp_path: Path, quarters: Image.Image) -> None:
    quarters.convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    quarters.convert("CMYK").save(tmp_path / "a.tif")
    assert_quarters(load(tmp_path / "a.jpg"), within=14)
    assert_quarters(load(tmp_path / "a.tif"))
    assert_quarters(load(tmp_path / "a.jpg", fit=50), within=14)


def test_lab_tiffs_are_read(tmp_path: Path, quarters: Image.Image) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    transformed = ImageCms.profileToProfile(quarters, srgb, lab, outputMode="LAB")
    assert transformed is not None
    transformed.save(tmp_path / "a.tif")
    assert_quarters(load(tmp_path / "a.tif"), within=12)


def test_scaling_down_does_not_alias(tmp_path: Path) -> None:
    """A fine checkerboard has a mean and no pattern when it is small."""
    board = (np.indices((1200, 1800)).sum(axis=0) % 2 * 255).astype(np.uint8)
    for name in ("a.png", "a.jpg"):
        Image.fromarray(board).save(tmp_path / name, quality=95)
        small = load(tmp_path / name, fit=211).rgb
        assert small.shape == (141, 211, 3)
        assert 120 < small.mean() < 136
        assert small.std() < 6


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no such names")
def test_a_photo_whose_name_is_no_unicode_is_read_like_any_other(tmp_path: Path, quarters: Image.Image) -> None:
    plain, odd = tmp_path / "plain.jpg", tmp_path / os.fsdecode(b"caf\xe9.jpg")
    quarters.save(plain, quality=95)
    odd.write_bytes(plain.read_bytes())
    assert np.array_equal(load(odd).rgb, load(plain).rgb)


def test_small_photos_are_never_enlarged(tmp_path: Path, quarters: Image.Image) -> None:
    quarters.save(tmp_path / "a.png")
    assert load(tmp_path / "a.png", fit=4000).rgb.shape == (240, 400, 3)


def test_a_large_picture_read_in_bands_has_no_seam(tmp_path: Path) -> None:
    gradient = np.linspace(0, 255, 4000, dtype=np.float32)[:, None].repeat(3000, 1).astype(np.uint8)
    Image.fromarray(gradient).save(tmp_path / "a.png", compress_level=1)
    small = load(tmp_path / "a.png", fit=400).rgb[:, 150, 0].astype(int)
    assert len(small) == 400
    assert np.abs(small - np.linspace(0, 255, 400)).max() <= 2


@pytest.mark.parametrize("fit", [2000, 600, 90])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 40}], ids=str)
def test_a_jpegs_pixels_are_those_that_pillow_gives(
    fit: int, options: dict[str, int], tmp_path: Path, quarters: Image.Image
) -> None:
    """Where it is made smaller, their means: three libraries, one picture."""
    random = np.random.default_rng(2)
    noise = random.integers(-20, 20, (900, 1200, 1)) + np.asarray(quarters.resize((1200, 900)), np.int16)
    Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(tmp_path / "p.jpg", **{"quality": 85, **options})
    photo = load(tmp_path / "p.jpg", fit=fit)
    with Image.open(tmp_path / "p.jpg") as image:
        wanted = np.asarray(image.resize(photo.rgb.shape[1::-1], Image.Resampling.BOX), np.int16)
    off = np.abs(photo.rgb - wanted)
    assert off.mean() < (0.01 if fit == 2000 else 1.5)
    assert np.percentile(off, 95) <= (0 if fit == 2000 else 6)


def test_a_jpeg_without_a_picture_between_its_marks_is_an_error_with_its_place(
    tmp_path: Path, quarters: Image.Image
) -> None:
    quarters.save(tmp_path / "p.jpg", quality=85)
    whole = (tmp_path / "p.jpg").read_bytes()
    tables = whole.index(b"\xff\xdb")  # without them nothing can be decoded
    (tmp_path / "p.jpg").write_bytes(whole[:tables] + whole[whole.index(b"\xff\xc0") :])
    with pytest.raises(UserError, match=r"p\.jpg") as caught:
        load(tmp_path / "p.jpg")
    assert caught.value.place is not None
    assert caught.value.fix


def test_a_cut_photo_is_an_error_with_its_place(tmp_path: Path, make_media) -> None:
    noise = make_media("n.png", "-f", "lavfi", "-i", "nullsrc=s=800x600,noise=alls=80", "-frames:v", "1")
    with Image.open(noise) as image:
        for name in ("a.jpg", "a.png", "a.webp", "a.tif", "a.avif"):
            image.convert("RGB").save(tmp_path / name)
            data = (tmp_path / name).read_bytes()
            (tmp_path / name).write_bytes(data[: len(data) * 2 // 3])
            with pytest.raises(UserError, match=r"cut off|damaged") as caught:
                load(tmp_path / name)
            assert caught.value.place is not None
            assert caught.value.fix


def test_threads_get_the_same_pixels(tmp_path: Path, quarters: Image.Image) -> None:
    quarters.resize((1600, 960)).save(tmp_path / "a.jpg", icc_profile=display_p3())
    with ThreadPoolExecutor(4) as pool:
        photos = list(pool.map(lambda _: load(tmp_path / "a.jpg", fit=700), range(8)))
    assert all(np.array_equal(photos[0].rgb, photo.rgb) for photo in photos)


def scene(x: int, y: int, *, seed: int = 0) -> np.ndarray:
    """A sky over a sea, 600×400, with a small orange boat at (x, y)."""
    picture = np.zeros((400, 600, 3), np.float32)
    picture[:200] = np.linspace(150, 220, 200)[:, None, None] * np.array([0.8, 0.95, 1.1])
    picture[200:] = np.linspace(120, 70, 200)[:, None, None] * np.array([0.5, 0.9, 1.1])
    picture += np.random.default_rng(seed).normal(0, 3, picture.shape)
    cv2.ellipse(picture, (x, y), (38, 22), 0, 0, 360, (235, 110, 40), -1)
    cv2.line(picture, (x, y), (x, y - 50), (250, 250, 240), 5)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("x", "y"), [(150, 130), (450, 130), (300, 210), (140, 290), (480, 300), (520, 200)])
def test_the_focus_is_on_the_one_thing_there_is(x: int, y: int) -> None:
    found = find_focus(scene(x, y))
    assert abs(found[0] - x / 600) < 0.08
    assert abs(found[1] - (y - 15) / 400) < 0.1
    assert find_focus(scene(x, y)) == found


def test_an_empty_picture_has_its_focus_in_the_middle() -> None:
    assert find_focus(np.full((300, 500, 3), 180, np.uint8)) == (0.5, 0.5)
    ramp = np.linspace(0, 255, 500).astype(np.uint8)[None, :, None].repeat(300, 0).repeat(3, 2)
    x, y = find_focus(ramp)
    assert 0.15 < x < 0.85
    assert 0.2 < y < 0.8


@pytest.mark.parametrize("shape", [(200, 2000, 3), (2000, 200, 3), (7, 5, 3)])
def test_the_focus_of_odd_shapes_is_inside(shape: tuple[int, int, int]) -> None:
    x, y = find_focus(np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8))
    assert 0 <= x <= 1
    assert 0 <= y <= 1
