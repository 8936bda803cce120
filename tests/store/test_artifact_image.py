"""Images: what is one, pictures that fit, and bytes that are none or too much."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dedalus_tui.domain.artifact import Artifact
from dedalus_tui.store import artifact_image
from dedalus_tui.store.artifact_download import SpoiledError
from dedalus_tui.store.artifact_image import decode, is_image, why_not_image

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def saved(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def quarters() -> Image.Image:
    """Red, green above blue, transparent."""
    image = Image.new("RGBA", (20, 20))
    image.paste((*RED, 255), (0, 0, 10, 10))
    image.paste((*GREEN, 255), (10, 0, 20, 10))
    image.paste((*BLUE, 255), (0, 10, 10, 20))
    return image


def named(name: str, mime_type: str | None = None, size: int | None = 10) -> Artifact:
    return Artifact(artifact_id="a", name=name, mime_type=mime_type, size_bytes=size)


def test_images_are_told_by_type_and_by_name_where_the_type_says_nothing() -> None:
    assert is_image(named("x", "image/png"))
    assert is_image(named("x.bin", "image/jpeg; q=1"))
    assert is_image(named("photo.JPG"))
    assert is_image(named("a.gif", "application/octet-stream"))
    assert not is_image(named("a.png", "text/plain"))
    assert not is_image(named("drawing.svg", "image/svg+xml"))


def test_why_an_image_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_not_image(named("a.png")) is None
    large = named("a.png", size=artifact_image.MOST_BYTES + 1)
    assert why_not_image(large) == "it is larger than 16 MiB"
    monkeypatch.setattr(artifact_image, "find_spec", lambda _: None)
    assert "dedalus-tui[images]" in (why_not_image(named("a.png")) or "")


def test_a_picture_fits_and_shows_what_is_behind_it() -> None:
    picture = decode(saved(quarters())).fitted(4, 100, (9, 9, 9))
    assert (picture.width, picture.height) == (4, 4)
    assert picture.colour(0, 0) == RED
    assert picture.colour(3, 0) == GREEN
    assert picture.colour(0, 3) == BLUE
    assert picture.colour(3, 3) == (9, 9, 9)


def test_a_small_image_is_not_blown_up() -> None:
    picture = decode(saved(quarters())).fitted(200, 200, (0, 0, 0))
    assert (picture.width, picture.height) == (20, 20)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "BMP"])
def test_formats_without_transparency(kind: str) -> None:
    image = decode(saved(quarters().convert("RGB"), kind))
    red, green, blue = image.fitted(20, 20, (0, 0, 0)).colour(2, 2)
    assert red > 200
    assert max(green, blue) < 60


def test_only_the_first_picture_of_an_animation() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    image = decode(data)
    assert image.is_animated
    assert image.fitted(4, 4, (0, 0, 0)).colour(1, 1) == RED


def test_a_photo_stands_upright() -> None:
    image = Image.new("RGB", (40, 20), RED)
    turned = Image.Exif()
    turned[0x0112] = 6
    picture = decode(saved(image, "JPEG", exif=turned)).fitted(100, 100, (0, 0, 0))
    assert (picture.width, picture.height) == (20, 40)


def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")

    def explode(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(Image.Image, "thumbnail", explode)
    with pytest.raises(SpoiledError, match="60000 x 60000 pixels, which is too many"):
        decode(bomb)


def test_half_an_image_is_none() -> None:
    data = saved(quarters())
    for spoiled in (b"", b"x" * 100, data[:60], data[: len(data) // 2]):
        with pytest.raises(SpoiledError, match="not an image"):
            decode(spoiled)


ORIGINALS = [saved(quarters().convert("RGB"), kind) for kind in artifact_image._FORMATS]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ORIGINALS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))))
def test_whatever_the_bytes_it_ends_in_a_picture_or_a_reason(
    original: bytes, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(original)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        picture = decode(bytes(data)).fitted(10, 10, (0, 0, 0))
    except SpoiledError:
        return
    assert len(picture.pixels) == 3 * picture.width * picture.height
