"""A window with one CameraFrame: `python -m tests.kiosk.ui.camera_frame_run PICTURE`; what it saw as JSON.

The frame is fed through the shared memory of the driver: red on the left, green on the right, blue below,
PICTURES times; then nothing comes any more.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PICTURES = 40
SIZE = (64, 48)


def main() -> None:
    from kivy.config import Config

    Config.set("graphics", "width", "320")
    Config.set("graphics", "height", "240")
    import numpy as np
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.uix.boxlayout import BoxLayout

    from drivers.scanner.window import Window
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.camera_frame import LATE_LOOKS, CameraFrame

    memory = Window()
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:24, :32, 0] = picture[:24, 32:, 1] = picture[24:, :, 2] = 255
    told: dict[str, Any] = {"before": None, "textures": [], "late": None}

    class Shown(App):
        theme = Theme(320, 240, "light")

        def build(self) -> CameraFrame:
            return CameraFrame(preview=memory.newest, radius=0)

        def on_start(self) -> None:
            self.step = 0
            self.hidden = CameraFrame()
            self.page = BoxLayout()  # a page that is not shown
            self.page.add_widget(self.hidden)
            Clock.schedule_interval(lambda _dt: self.one_step(), 1 / 60)

        def one_step(self) -> None:
            self.step += 1
            frame = self.root
            if self.step == 1:
                told["before"] = frame.shows
            if self.step <= PICTURES:
                memory.show(picture.tobytes(), *SIZE)
                frame.look()
                told["textures"].append(frame.texture.id)
                told["shows"] = frame.shows
            elif self.step == PICTURES + 5:
                frame.export_to_png(sys.argv[1])
            elif self.step > PICTURES + 5:
                for _ in range(LATE_LOOKS):
                    frame.look()
                told["late"] = frame.shows
                self.root_window.remove_widget(frame)
                told["looks"] = frame._looks is not None
                told["hidden"] = self.hidden._looks is not None
                self.hidden.watch(None)
                told["watched"] = self.hidden._looks is not None
                self.stop()

    Shown().run()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
