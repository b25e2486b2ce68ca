"""A tinted icon from assets/icons, a picture of a good from assets/goods, and the pictures drawn for us."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakSet

from kivy.core.image import Image as CoreImage
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.paths import assets_dir
from kiosk.ui import kv

PICTURES = Path(__file__).resolve().parent.parent / "pictures"


_drawn: WeakSet[Picture] = WeakSet()
_mipmaps = False


@cache
def texture(folder: str, name: str) -> Any:
    """The texture of `assets/<folder>/<name>.png`, or None if there is no such picture; kept for ever."""
    path = (PICTURES if folder == "pictures" else assets_dir() / folder) / f"{name}.png"
    if not name or not path.is_file():
        return None
    return CoreImage(str(path), mipmap=_mipmaps).texture


def smooth() -> None:
    """From now on with mipmaps, also what is drawn already.

    The first mipmap costs a software renderer 40 ms (it compiles the filter): not before the first frame.
    """
    global _mipmaps
    _mipmaps = True
    texture.cache_clear()
    for picture in _drawn:
        picture.on_source()


class Picture(Widget):
    """The picture `folder/source`, as large as fits, in the middle; draws nothing while there is none."""

    folder = StringProperty("goods")
    source = StringProperty("")
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _drawn.add(self)

    def on_source(self, *_args: object) -> None:
        self.texture = texture(self.folder, self.source)

    def on_folder(self, *_args: object) -> None:
        self.texture = texture(self.folder, self.source)

    def fitted(self, width: float, height: float, picture: Any) -> tuple[float, float]:
        """The largest size with the picture's proportions inside width × height."""
        if picture is None:
            return (0.0, 0.0)
        ratio = min(width / picture.width, height / picture.height)
        return (picture.width * ratio, picture.height * ratio)


class Icon(Picture):
    """A white-on-clear icon in one tone."""

    tone = StringProperty("ink")
    length = NumericProperty(40)


kv.load(__file__)
