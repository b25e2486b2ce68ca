"""What every page can do; shows nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import ShelfItem
from kiosk.ui.widgets import button, card, icon, text  # noqa: F401  # rules most .kv files use

if TYPE_CHECKING:
    from drivers.base import Scan
    from kiosk.ui.main import KioskUI


class Page(BoxLayout):
    """A page is made once and kept; `enter` sets it, `forget` takes everything personal out of it."""

    name = StringProperty("")
    chimes = ""  # the sound that is played when it comes up
    speaks_up = False  # says `spoken` by itself when it is shown

    @property
    def app(self) -> KioskUI:
        """The running program."""
        return cast("KioskUI", App.get_running_app())

    def enter(self, **facts: Any) -> None:
        """About to be shown."""

    def render(self) -> None:
        """The language changed: set again what was put together in Python."""

    def news(self) -> None:
        """The line or a device changed its state while this page is shown."""

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:
        """The shelf changed."""

    def takes(self, code: str) -> bool:  # noqa: ARG002
        """A code was scanned while this page is shown; True: it is the page's own and goes nowhere else."""
        return False

    def takes_scan(self, scan: Scan) -> bool:  # noqa: ARG002
        """The same, asked first and with the device it came from, whatever it says."""
        return False

    def takes_identity(self, number: str) -> bool:  # noqa: ARG002
        """The same for the number of an identity card."""
        return False

    def forget(self) -> None:
        """Nothing of the last person stays."""

    def spoken(self) -> str:
        """What reading aloud says: how to go on, where a page has nothing better of its own."""
        return self.app.tr(f"aloud.{self.name}")
