"""A centre's own photos of its goods, `goods/SKU.png` or `.jpg` in the data folder: made small, kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from kivy.clock import Clock
from kivy.graphics.texture import Texture

FOLDER = "goods"
SUFFIXES = (".png", ".jpg", ".jpeg")
LONGEST_PX = 512  # a side of a photo as it is shown
BYTES_MOST, PIXELS_MOST = 20_000_000, 30_000_000  # of a file; a telephone's photo has half of that
PHOTOS_MOST = 120  # of 1 MB each; further goods keep the drawn picture

_log = logging.getLogger(__name__)


class Small(NamedTuple):
    """A photo made small: rows from the top, four bytes (RGBA) a pixel."""

    rgba: bytes
    width: int
    height: int


def read(path: Path) -> Small:
    """The photo at `path`, upright, at most LONGEST_PX wide and high. Raises what a bad file may cause."""
    from PIL import Image, ImageOps

    if path.stat().st_size > BYTES_MOST:
        raise ValueError("too many bytes")
    with Image.open(path, formats=("PNG", "JPEG")) as photo:
        if photo.width * photo.height > PIXELS_MOST:
            raise ValueError("too many pixels")
        photo.draft("RGB", (LONGEST_PX, LONGEST_PX))  # a large JPEG is not unpacked whole
        photo.thumbnail((LONGEST_PX, LONGEST_PX))
        small = ImageOps.exif_transpose(photo).convert("RGBA")
    return Small(small.tobytes(), small.width, small.height)


class Photos:
    """The photos in a folder, looked for once; each is read on another thread when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: dict[str, Path] | None = None
        self._textures: dict[str, Any] = {}
        self._wanted: dict[str, list[Callable[[], None]]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def texture(self, sku: str, came: Callable[[], None]) -> Any:
        """The photo of a good, None while there is none: `came` is called once if there is one later."""
        if sku in self._textures or sku not in self._found():
            return self._textures.get(sku)
        if sku in self._wanted:
            self._wanted[sku].append(came)
        elif len(self._textures) + len(self._wanted) < PHOTOS_MOST:
            self._wanted[sku] = [came]
            self._pool = self._pool or ThreadPoolExecutor(1, "photos")
            self._pool.submit(self._read, sku, self._found()[sku])
        return None

    def stop(self) -> None:
        """Read no more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _found(self) -> dict[str, Path]:
        if self._paths is None:
            try:
                files = sorted(self._folder.iterdir())
            except OSError:  # most centres have none
                files = []
            self._paths = {one.stem: one for one in files if one.suffix.lower() in SUFFIXES}
        return self._paths

    def _read(self, sku: str, path: Path) -> None:
        """On the photos' thread."""
        small = None
        try:
            small = read(path)
        except Exception as error:  # noqa: BLE001  # whatever a file may do to its reader, the page stays
            _log.warning("the photo %s cannot be shown: %s", path.name, type(error).__name__)
        Clock.schedule_once(partial(self._came, sku, small), 0)

    def _came(self, sku: str, small: Small | None, _dt: float) -> None:
        self._textures[sku] = None
        if small is not None:
            made = Texture.create(size=(small.width, small.height), colorfmt="rgba", mipmap=True)
            made.blit_buffer(small.rgba, colorfmt="rgba", bufferfmt="ubyte")
            made.flip_vertical()
            self._textures[sku] = made
        for came in self._wanted.pop(sku):
            came()
