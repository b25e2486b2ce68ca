"""Four goods in a window: `python -m tests.kiosk.ui.good_picture_run FOLDER PICTURE`; tells JSON.

FOLDER holds the centre's photos. A drawn one without a photo, one with a photo, two whose photos are broken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

GOODS = (
    ("rice5", "rice", "大米 5公斤"),
    ("soap", "soap", "肥皂"),
    ("oil5", "", "豆油 5升"),
    ("mop", "", "拖把"),
)
LOOKS_MOST = 600


def main() -> None:
    from kivy.config import Config

    Config.set("graphics", "width", "400")
    Config.set("graphics", "height", "120")
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.uix.boxlayout import BoxLayout

    from kiosk.ui import typeface
    from kiosk.ui.photos import Photos
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.goodpicture import GoodPicture

    typeface.register()
    photos = Photos(Path(sys.argv[1]))

    class Shown(App):
        theme = Theme(1280, 800, "light")

        def build(self) -> BoxLayout:
            self.photos = photos
            self.looks = 0
            return BoxLayout()

        def on_start(self) -> None:
            for sku, source, title in GOODS:
                self.root.add_widget(GoodPicture(sku=sku, source=source, title=title))
            Clock.schedule_interval(lambda _dt: self.one_look(), 1 / 60)

        def one_look(self) -> None:
            self.looks += 1
            if (photos._wanted or self.looks < 5) and self.looks < LOOKS_MOST:
                return
            told: list[dict[str, Any]] = [
                {"size": one.texture and list(one.texture.size), "letters": one.letters}
                for one in reversed(self.root.children)
            ]
            self.root.export_to_png(sys.argv[2])
            photos.stop()
            print(json.dumps(told))
            self.stop()

    Shown().run()


if __name__ == "__main__":
    main()
