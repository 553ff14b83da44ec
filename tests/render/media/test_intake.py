"""Files are known by their content, and what cannot be used is refused with its place and a fix."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from castad_cli.errors import UserError
from castad_cli.model.place import Place
from castad_cli.render.media.intake import check_photo, identify

SVG = b'<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be that large and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "GIF"])
def test_photos_are_known_by_content_whatever_their_name(
    form: str, tmp_path: Path, quarters: Image.Image, place: Place
) -> None:
    path = tmp_path / "photo.txt"
    quarters.save(path, form)
    assert identify(path, "photo.txt", place) == "photo"


def test_a_heic_photo_is_a_photo(tmp_path: Path, quarters: Image.Image, place: Place) -> None:
    import pillow_heif

    path = tmp_path / "IMG_0001.HEIC"
    pillow_heif.from_pillow(quarters).save(path, quality=50)
    assert identify(path, path.name, place) == "photo"


def test_vectors_sounds_clips_and_fonts_are_told_apart(tmp_path: Path, make_media, place: Place) -> None:
    clip = make_media("c.webm", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=0.5", "-c:v", "libvpx")
    covered = make_media(
        "song.mp3", "-f", "lavfi", "-i", "sine=d=0.5", "-f", "lavfi", "-i", "testsrc2=s=320x240:d=0.04", "-map", "0",
        "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic",
    )  # fmt: skip
    flac = make_media("song.flac", "-f", "lavfi", "-i", "sine=d=0.5")
    assert identify(clip, "c", place) == "clip"
    assert identify(covered, "song", place) == "sound"
    assert identify(flac, "song", place) == "sound"
    assert identify(put(tmp_path, "logo.png", SVG), "logo.png", place) == "vector"
    assert identify(put(tmp_path, "logo.svgz", gzip.compress(SVG)), "logo.svgz", place) == "vector"
    assert identify(put(tmp_path, "f.ttf", b"\x00\x01\x00\x00\x00\x10" + bytes(99)), "f.ttf", place) == "font"


def test_an_svg_that_cannot_be_shown_is_refused_at_once(tmp_path: Path, place: Place) -> None:
    path = put(tmp_path, "logo.svg", SVG.replace(b"/>", b"><script>1</script></svg>"))
    with pytest.raises(UserError, match=r"logo\.svg holds a script") as caught:
        identify(path, "logo.svg", place)
    assert caught.value.place is place


def test_pictures_that_move_are_clips(tmp_path: Path, quarters: Image.Image, place: Place) -> None:
    other = quarters.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for form in ("GIF", "PNG"):
        path = tmp_path / f"moving.{form.lower()}"
        quarters.save(path, form, save_all=True, append_images=[other], duration=100, loop=0)
        assert identify(path, path.name, place) == "clip", form
    quarters.save(tmp_path / "moving.webp", save_all=True, append_images=[other], duration=100, loop=0)
    with pytest.raises(UserError, match="an animated WebP") as caught:
        identify(tmp_path / "moving.webp", "moving.webp", place)
    assert "MP4" in caught.value.fix


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
        (b"\n<html><head><script>var svg = '<svg>'</script>", "a web page"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"8BPS\0\1" + bytes(50), "a Photoshop document"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://127.0.0.1/a.ts\n", "a playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "an FFmpeg concat script"),
        (b"file '/etc/passwd'\n", "an FFmpeg concat script"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a Git LFS pointer"),
        (b'{"error": "denied"}', "JSON text"),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "XML text"),
        ("봄 메뉴\n딸기 라테\n".encode(), "plain text"),
        ("plain".encode("utf-16"), "plain text"),
        (bytes(5000), "nothing but zero bytes"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "a Canon RAW file"),
        (b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00msf1hevc", "a sequence of HEIC photos"),
        (b"\xff\x0a" + bytes(range(90)), "a JPEG XL photo"),
    ],
)
def test_what_is_not_media_is_called_what_it_is(data: bytes, said: str, tmp_path: Path, place: Place) -> None:
    path = put(tmp_path, "sea.jpg", data)
    with pytest.raises(UserError) as caught:
        identify(path, "sea.jpg", place)
    assert said in caught.value.message
    assert caught.value.fix
    assert caught.value.place is place


def test_a_zip_named_jpg_is_called_a_zip(tmp_path: Path, place: Place) -> None:
    with zipfile.ZipFile(tmp_path / "photos.jpg", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(UserError, match="a ZIP archive"):
        identify(tmp_path / "photos.jpg", "photos.jpg", place)


def test_missing_empty_unreadable_and_odd_files_are_refused(tmp_path: Path, place: Place) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    put(tmp_path, "empty.jpg", b"")
    for name, said in (
        ("none.jpg", "there is no file"),
        ("folder", "is a folder"),
        ("dangling", "points to a file that is not there"),
        ("pipe", "is a device or pipe"),
        ("empty.jpg", "is empty"),
    ):
        with pytest.raises(UserError, match=said) as caught:
            identify(tmp_path / name, name, place)
        assert caught.value.place is place


def test_a_file_that_may_not_be_read_says_how_to_allow_it(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "sea.jpg", b"\xff\xd8\xff")

    def refuse(*_: object, **__: object) -> None:  # permissions do not stop root, under whom tests may run
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match="may not be read"):
        identify(path, "sea.jpg", place)


@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (31_000, 300), (12_000, 11_000)])
def test_a_picture_too_large_is_refused_by_its_header_alone(
    width: int, height: int, tmp_path: Path, place: Place
) -> None:
    path = put(tmp_path, "huge.png", png_header(width, height))
    with pytest.raises(UserError, match=f"{width}×{height}"):
        identify(path, "huge.png", place)


def test_a_picture_too_small_is_refused_with_the_figure_and_a_logo_may_be_smaller(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (600, 199)).save(path)
    with pytest.raises(UserError, match="600×199 pixels; its shorter side needs at least 200"):
        identify(path, "small.png", place)
    assert identify(path, "small.png", place, least_side=64) == "photo"
    Image.new("RGB", (200, 600)).save(path)
    assert identify(path, "small.png", place) == "photo"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_that_is_cut_off_is_refused(form: str, tmp_path: Path, make_media, place: Place) -> None:
    noisy = make_media("noise.png", "-f", "lavfi", "-i", "nullsrc=s=800x600,noise=alls=80", "-frames:v", "1")
    whole = tmp_path / "whole"
    with Image.open(noisy) as image:
        image.convert("RGB").save(whole, form)
    data = whole.read_bytes()
    assert identify(whole, "whole", place) == "photo"
    check_photo(whole, "whole", place)
    for share in (0.3, 0.7, 0.95):
        path = put(tmp_path, "cut", data[: int(len(data) * share)])
        with pytest.raises(UserError, match=r"cut off|damaged") as caught:
            identify(path, "cut", place)
        assert caught.value.place is place


def test_a_cut_photo_with_a_whole_thumbnail_inside_is_still_refused(
    tmp_path: Path, make_media, quarters: Image.Image, place: Place
) -> None:
    noisy = make_media("noise.png", "-f", "lavfi", "-i", "nullsrc=s=800x600,noise=alls=80", "-frames:v", "1")
    quarters.save(tmp_path / "thumb.jpg")
    thumbnail = (tmp_path / "thumb.jpg").read_bytes()
    with Image.open(noisy) as image:
        image.convert("RGB").save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    path = put(tmp_path, "b.jpg", (data[:2] + segment + data[2:])[: len(data) // 2])
    with pytest.raises(UserError, match="cut off"):
        identify(path, "b.jpg", place)


def test_a_jpeg_with_bytes_behind_its_end_is_whole(tmp_path: Path, quarters: Image.Image, place: Place) -> None:
    quarters.save(tmp_path / "a.jpg")
    path = put(tmp_path, "b.jpg", (tmp_path / "a.jpg").read_bytes() + b"motion photo" * 9000)
    assert identify(path, "b.jpg", place) == "photo"


def test_a_clip_that_is_cut_off_is_refused(tmp_path: Path, make_media, place: Place) -> None:
    clip = make_media("a.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=1", "-c:v", "libx264")
    data = clip.read_bytes()
    path = put(tmp_path, "cut.mp4", data[: len(data) // 2])
    with pytest.raises(UserError, match="cut off"):
        identify(path, "cut.mp4", place)


def test_a_raw_file_in_tiff_clothing_is_refused(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "a.dng"
    Image.new("RGB", (300, 300)).save(path, "TIFF", tiffinfo={50706: b"\x01\x04\x00\x00"})
    with pytest.raises(UserError, match="RAW"):
        identify(path, "a.dng", place)


def test_random_bytes_are_refused_and_never_crash(tmp_path: Path, place: Place) -> None:
    import random

    chance = random.Random(3)
    heads = [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"II*\0", b"GIF89a", b"BM"]
    heads += [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        b"RIFF\0\0\0\0AVI ",
        b"OggS",
    ]
    for index, head in enumerate(heads * 3):
        path = put(tmp_path, f"{index}", head + chance.randbytes(4000))
        with pytest.raises(UserError) as caught:
            identify(path, f"{index}", place)
        assert caught.value.place is place
