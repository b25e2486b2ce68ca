"""The dock's window: buttons, states in words, the last slip; what they do is kiosk.ui.dock_hands'."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ledger.masks import mask_name
from kiosk.paths import assets_dir
from kiosk.ui import inspect as looking
from kiosk.ui import typeface
from kiosk.ui.dock_hands import IDENTITY, Hands, Sight
from kiosk.ui.i18n import Tr
from kiosk.ui.theme import Theme
from kiosk.ui.widgets import scroll  # noqa: F401  # its rule is used in dock.kv
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.tappable import Tappable
from kiosk.words import Words, points
from kiosk.worker import Worker

if TYPE_CHECKING:
    from PIL.Image import Image

CARD_WIDTH = 182  # px; two columns are seen at once, the others by pushing the strip
HOLD_S = 4.0
LOOK_S = 0.5
THUMB = (140, 84)  # px in the window, as in dock.kv
# What each switch does, as (word when switched off, word when switched on).
SWITCHES = {
    "paper": ("paper-take", "paper-put"),
    "cover": ("cover-open", "cover-close"),
    "cable": ("cable-pull", "cable-plug"),
    "line": ("line-cut", "line-restore"),
    "power": ("power-pull", "power-on"),
}


class DockBtn(Btn):
    """A button of the dock: lower than the terminal's, which is for old eyes and fingers."""


class Group(Card):
    """Buttons that belong together under a title, with a state in words on the right."""

    title = StringProperty("")
    state = StringProperty("")
    state_tone = StringProperty("ink2")


class Good(Tappable, FloatLayout):
    """The picture of a good; a tap scans it."""

    name = StringProperty("")
    picture = StringProperty("")


class SlipButton(Tappable, BoxLayout):
    """The head of the last slip; a tap opens all of it."""

    name = StringProperty("")


class SlipView(Widget):
    """A picture of paper, filling its box."""

    texture = ObjectProperty(None, allownone=True)


class DockRoot(FloatLayout):
    """Everything in the window. The switches are true when all is well: paper in, cover closed, plugs in."""

    held = StringProperty("")
    paper = BooleanProperty(True)
    cover = BooleanProperty(True)
    cable = BooleanProperty(True)
    line = BooleanProperty(True)
    power = BooleanProperty(True)
    printer = StringProperty("ok")  # ok, paper, cover, cable
    slips = NumericProperty(0)
    slip = ObjectProperty(None, allownone=True)
    slip_head = ObjectProperty(None, allownone=True)
    reading = BooleanProperty(False)
    note = StringProperty("")

    def open_slip(self) -> None:
        """Show the whole of the last slip."""
        self.reading = self.slip is not None


class DockApp(App):
    """The window on `hands`; every turn of a knob runs on a thread of its own."""

    theme = ObjectProperty(None, rebind=True)
    tr = ObjectProperty(None)

    def __init__(self, demo: dict[str, Any], hands: Hands, words: Words, inspect: Path | None) -> None:
        self.theme = Theme(*Window.size)
        self.tr = Tr(words)
        self.words = words
        super().__init__(kv_file=str(Path(__file__).with_name("dock.kv")))
        self._demo = demo
        self._hands = hands
        self._inspect_at = inspect
        self._inspector: _Looking | None = None
        self._worker = Worker(_on_screen)
        self._taking: Any = None
        self._looking = False
        self._cards: dict[str, DockBtn] = {}

    # Kivy's own hooks

    def load_config(self) -> None:
        """No configuration file of Kivy's."""

    def get_application_name(self) -> str:
        """The window's title."""
        return self.words("dock.title")

    def build(self) -> DockRoot:
        """All groups, with the first residents and every good."""
        typeface.register()
        Window.clearcolor = self.theme.palette.paper
        root = DockRoot()
        self._add_cards(root)
        for item in self._demo["items"]:
            good = Good(name=f"good-{item['sku']}", picture=_pictures().get(item["sku"], ""))
            good.bind(on_release=lambda _button, item=item: self._scan(item))
            root.ids.goods.add_widget(good)
        root.note = self.words("dock.hint")
        return root

    def on_start(self) -> None:
        """Begin to look around."""
        self._worker.start()
        if self._inspect_at is not None:
            self._inspector = _Looking(cast(Any, self), self._inspect_at)
            self._inspector.start()
        Clock.schedule_interval(lambda _dt: self._look(), LOOK_S)

    def on_stop(self) -> None:
        """Let go of everything; nothing stays held up."""
        self._worker.submit(self._hands.take_away)
        self._worker.submit(self._hands.close)
        self._worker.stop()
        if self._inspector is not None:
            self._inspector.stop()

    # what the buttons do

    def hold_up(self, name: str) -> None:
        """Hold that card up; after HOLD_S it is taken away."""
        self.root.held = name
        self._do("identity" if name == IDENTITY else "card", self._hands.hold_up, name)
        if self._taking is not None:
            self._taking.cancel()
        self._taking = Clock.schedule_once(lambda _dt: self.take_away(), HOLD_S)

    def take_away(self) -> None:
        """Take the held card away."""
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None
        self.root.held = ""
        self._do("away", self._hands.take_away)

    def turn(self, name: str) -> None:
        """Turn one of SWITCHES over."""
        root = self.root
        on = not getattr(root, name)
        setattr(root, name, on)
        root.printer = next((part for part in ("cable", "cover", "paper") if not getattr(root, part)), "ok")
        self._do(SWITCHES[name][on], getattr(self._hands, name), on)

    def _scan(self, item: dict[str, Any]) -> None:
        def scanned(there: bool) -> None:
            self._say("scan" if there else "scan-no", name=item["name"])

        self._worker.submit(self._hands.scan, item["barcode"], then=scanned, failed=self._failed)

    def _do(self, did: str, work: Callable[..., None], *args: Any) -> None:
        self._say(did)
        self._worker.submit(work, *args, failed=self._failed)

    def _say(self, did: str, **params: Any) -> None:
        self.root.note = self.words(f"dock.did-{did}", **params)

    def _failed(self, error: BaseException) -> None:
        self.root.note = self.words("dock.failed")
        raise error  # into the log, with its story

    # what is to be seen

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self._worker.submit(self._hands.look, then=self._seen, failed=self._blind)

    def _blind(self, error: BaseException) -> None:
        self._looking = False
        raise error

    def _seen(self, sight: Sight) -> None:
        self._looking = False
        root = self.root
        if root.power and not sight.running:
            self._say("power-off")
        root.power, root.line = sight.running, not sight.line_cut
        for household, tenths in sight.balances.items():
            self._label_card(household, tenths)
        root.slips = sight.slips
        if sight.slip is not None:
            root.slip, root.slip_head = _textures(sight.slip)

    def _add_cards(self, root: DockRoot) -> None:
        """Everybody's: two households and two of the staff first, then the others."""
        households, staff = list(self._demo["households"]), list(self._demo["staff"])
        staff.sort(key=lambda one: one["role"] not in ("manager", "supervisor"))
        for one in (*households[:2], *staff[:2], *households[2:], *staff[2:]):
            if "role" in one:
                role = self.words(f"ui.signed_in.{one['role']}", name="").strip()
                self._add_card(root, one["id"], self.words("dock.staff", role=role, pin=one["pin"]))
            else:
                self._add_card(root, one["id"], "")
                self._label_card(one["id"], one["available_tenths"])

    def _add_card(self, root: DockRoot, name: str, text: str) -> None:
        button = DockBtn(name=name, text=text, role="small", size_hint_x=None, width=CARD_WIDTH)
        button.bind(on_release=lambda _button: self.hold_up(name))
        root.bind(held=lambda _root, held: setattr(button, "chosen", held == name))
        root.ids.cards.add_widget(button)
        self._cards[name] = button

    def _label_card(self, household: str, tenths: int) -> None:
        button = self._cards.get(household)
        if button is not None:
            name = next(one["name"] for one in self._demo["households"] if one["id"] == household)
            button.text = self.words("dock.card", name=mask_name(name), points=points(tenths))


class _Looking(looking.Inspector):
    """The terminal's inspector, looking at the dock; `left` and `top` say where its window is."""

    def state(self) -> dict[str, Any]:
        """What is on the screen, read on the screen's thread."""
        app: Any = self._app
        root = app.root
        return {
            "screen": "slip" if root.reading else "dock",
            "toast": root.note,
            "language": app.words.locale,
            "held": root.held,
            "printer": root.printer,
            "line": root.line,
            "power": root.power,
            "slips": int(root.slips),
            "left": Window.left,
            "top": Window.top,
            "size": list(Window.size),
            "frame": self._flips,
            "widgets": list(looking._widgets(root)),
        }


def _on_screen(job: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _dt: job(), 0)


@cache
def _pictures() -> dict[str, str]:
    """The pictures of the catalogue's goods by SKU."""
    text = (assets_dir() / "catalogue" / "goods.toml").read_text("utf-8")
    return {one["sku"]: one["picture"] for one in tomllib.loads(text)["good"]}


def _textures(image: Image) -> tuple[Any, Any]:
    """The slip as a texture, and its head."""
    whole = Texture.create(size=image.size, colorfmt="rgb")
    whole.blit_buffer(image.convert("RGB").tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    width, height = image.size
    rows = min(height, round(width * THUMB[1] / THUMB[0]))
    head = whole.get_region(0, 0, width, rows)
    for one in (whole, head):
        one.flip_vertical()  # pictures run from the top, textures from the bottom
    return whole, head
