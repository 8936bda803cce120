"""Image artifacts: which they are, and making a picture of one that fits a terminal.

Pillow does the decoding. It is not among what this program needs, so it may be missing, and it is
imported with the first image only. Nothing is decoded before its size is known to be reasonable,
and only formats that are common on the web are tried.
"""

from __future__ import annotations

import io
import struct
import zlib
from importlib.util import find_spec
from typing import TYPE_CHECKING

from dedalus_tui.domain.picture import Picture
from dedalus_tui.store.artifact_bytes import kind_of, read_bytes, why_too_large
from dedalus_tui.store.artifact_download import SpoiledError

if TYPE_CHECKING:
    from PIL.Image import Image

    from dedalus_tui.api.artifacts import Artifacts
    from dedalus_tui.domain.artifact import Artifact
    from dedalus_tui.domain.picture import Colour

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""A picture of more takes more memory than looking at it is worth: some bytes can say millions."""

KEPT_PIXELS = 1600
"""No terminal has more cells than this across; a larger image is kept as small as that."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_TYPES = frozenset({f"image/{name.lower()}" for name in _FORMATS} | {"image/jpg", "image/x-ms-bmp"})
_ENDINGS = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp"})
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error)
"""What the decoders raise on bytes that are no image, or half of one."""


def is_image(artifact: Artifact) -> bool:
    """Whether the service's word, or its name, says that it is an image this can show."""
    kind, ending = kind_of(artifact)
    return kind in _TYPES or ending in _ENDINGS


def why_not_image(artifact: Artifact) -> str | None:
    """Why an image cannot be viewed; None = it can."""
    if find_spec("PIL") is None:
        return "images need Pillow: pip install 'dedalus-tui[images]'"
    return why_too_large(artifact, MOST_BYTES)


class StillImage:
    """A decoded image, no larger than a terminal can show; pictures of any size are made of it."""

    def __init__(self, image: Image, *, width: int, height: int, is_animated: bool) -> None:
        """Use `decode`."""
        self._image = image
        self.width = width
        """In pixels, as it was before it was made smaller."""
        self.height = height
        self.is_animated = is_animated
        """Only the first picture of several is kept."""

    def fitted(self, columns: int, rows: int, ground: Colour) -> Picture:
        """A picture at most that many pixels wide and high; never larger than the image.

        What is transparent shows `ground`. May take some milliseconds.
        """
        from PIL import Image

        small = self._image.copy()
        small.thumbnail((max(1, columns), max(1, rows)), Image.Resampling.LANCZOS)
        opaque = Image.new("RGBA", small.size, (*ground, 255))
        opaque.alpha_composite(small)
        return Picture(small.width, small.height, opaque.convert("RGB").tobytes())


async def read_image(artifacts: Artifacts, artifact: Artifact) -> bytes:
    """Its bytes. Raises CloudFault, SpoiledError."""
    return await read_bytes(artifacts, artifact, MOST_BYTES)


def decode(data: bytes) -> StillImage:
    """The image in these bytes. Raises SpoiledError. Run it in a thread: it may take a second."""
    from PIL import Image, ImageOps

    # Its own limit warns on stderr, where the screen is; ours is asked before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise SpoiledError(f"it has {width} x {height} pixels, which is too many")
            is_animated = bool(getattr(image, "is_animated", False))
            image.draft("RGB", (KEPT_PIXELS, KEPT_PIXELS))
            image.thumbnail((KEPT_PIXELS, KEPT_PIXELS))
            upright = ImageOps.exif_transpose(image)
            return StillImage(
                upright.convert("RGBA"), width=width, height=height, is_animated=is_animated
            )
    except _BROKEN:
        raise SpoiledError("it is not an image, or a broken one") from None
