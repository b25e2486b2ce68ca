"""One device is tried: what it gives just now, and in words whether it works; never what was on a card."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.properties import AliasProperty, StringProperty

from kiosk import devices
from kiosk.ledger import cards
from kiosk.services.views import PrintState
from kiosk.ui import form, kv
from kiosk.ui.screens import todo
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import camera_frame, header, sign  # noqa: F401  # their rules are used in the .kv file

if TYPE_CHECKING:
    from drivers.base import Scan

READERS = ("camera", "scanner", "idcard")
PATIENCE_S = 30.0  # a reader that gave nothing until then does not work
_NUMBER = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_LOOKS = {  # icon, tone and ground of an outcome
    "wait": ("clock", "teal", "teal_soft"),
    "ask": ("question", "gold_text", "gold_soft"),
    "yes": ("ok", "green", "green_soft"),
    "no": ("warn", "red_text", "red_soft"),
}


class DeviceTest(Page):
    """`device` is one of `kiosk.devices.ALL`: a reader is watched, a printer or speaker is told to act."""

    device = StringProperty("camera")
    state = StringProperty("")
    outcome = StringProperty("wait")  # wait, ask (somebody has to look or listen), yes, no
    icon = StringProperty("clock")
    tone = StringProperty("teal")
    ground = StringProperty("teal_soft")
    verdict = StringProperty("")
    said = StringProperty("")
    reads = AliasProperty(lambda page: page.device in READERS, bind=["device"])  # else it is told to act
    _told: tuple[str, dict[str, Any]] = ("wait", {})
    _seen: tuple[str, dict[str, Any]] = ("", {})
    _slip = ""
    _late: Any = None

    def enter(self, **facts: Any) -> None:
        self.device = facts.get("device", self.device)
        if self.device == "camera":
            self.ids.frame.watch(self.app.backend.preview)
        self.begin()

    def begin(self) -> None:
        """Begin anew: wait for a reading, or for somebody to press the button."""
        self._slip, self._seen = "", ("", {})
        if self._late is not None:
            self._late.cancel()
        self._late = Clock.schedule_once(lambda _dt: self._nothing_came(), PATIENCE_S) if self.reads else None
        self._say("wait", "wait" if self.reads else "press")
        self._look()

    def act(self) -> None:
        """The one button: print a slip, say a sentence, wait once more."""
        app = self.app
        session = app.flow.session
        if self.reads:
            self.begin()
        elif self.device == devices.SPEECH and app.backend.speak is not None:
            place_name = app.backend.settings.place.scheme_name
            app.backend.speak(app.tr("device_test.sentence", scheme=place_name), app.tr.words.locale)
            self._say("ask", "ask_speech")
        elif self.device == "printer" and session is not None:
            self._say("wait", "printing")
            app.flow.ask(app.backend.services.testslip.print_one, session.staff, then=self._queued)

    def answer(self, well: bool) -> None:
        """What somebody saw or heard."""
        self._say("yes" if well else "no", f"{'yes' if well else 'no'}_{self.device}")

    def news(self) -> None:
        self._look()

    def render(self) -> None:
        tr = self.app.tr
        key, facts = self._told
        words = {"device": tr(f"devices.{self.device}"), "state": self.state} | facts
        self.verdict = tr(f"device_test.{key}", **words)
        seen, facts = self._seen
        self.said = tr(f"device_test.{seen}", **self._worded(facts)) if seen else ""

    def takes_scan(self, scan: Scan) -> bool:
        if not self.reads:
            return False
        if scan.source != self.device:
            self._other(scan.source)
            return True
        kind, number = cards.kind_of(scan.text), _NUMBER.fullmatch(scan.text)
        self._read(
            "read", what=kind or "code", code=scan.symbology, n=len(scan.text), whole=bool(kind or number)
        )
        return True

    def takes_identity(self, number: str) -> bool:  # noqa: ARG002  # it goes nowhere, not even to a look-up
        if not self.reads:
            return False
        if self.device == "idcard":
            self._read("identity")
        else:
            self._other("idcard")
        return True

    def printed(self, state: PrintState) -> None:
        """News of a slip: only the test slip counts here."""
        if state.slip != self._slip:
            return
        if state.state == "failed":
            self._say("no", "no_slip")
        elif state.state in ("printed", "unknown"):  # a printer that does not answer says so of every slip
            self._say("yes" if state.state == "printed" else "ask", f"{state.state}_slip")

    def forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late, self._slip, self._seen, self.said = None, "", ("", {}), ""

    def _queued(self, state: PrintState) -> None:
        self._slip = state.slip
        self.printed(state)

    def _read(self, key: str, **facts: Any) -> None:
        self._seen = (key, {"at": form.moment(int(time.time() * 1000))} | facts)
        self._say("yes", "yes_read")

    def _other(self, source: str) -> None:
        self._seen = ("other", {"other": source})
        self.render()

    def _worded(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What was read in the words of the language shown now."""
        tr, words = self.app.tr, dict(facts)
        if "what" in words:
            words["what"] = todo.reading(tr, words["what"])
            words["code"] = words["code"] or tr("device_test.code")
            words["whole"] = tr(f"device_test.{'whole' if words['whole'] else 'foreign'}")
        if "other" in words:
            source = f"devices.{words['other']}"
            words["other"] = tr(source) if tr.has(source) else words["other"]
        return words

    def _look(self) -> None:
        """The device's own state: one that is gone does not work, whatever it gave before."""
        tr, health = self.app.tr, self.app.health.get(self.device)
        there = bool(devices.address(self.device, self.app.backend.settings))
        self.state = todo.state(tr, health) if health is not None and there else tr("device.state_absent")
        if not there:
            self._say("no", "not_set")
        elif health is not None and health.state in ("lost", "absent"):
            self._say("no", "no_speech_program" if self.device == devices.SPEECH else "gone")
        elif self._told[0] in ("gone", "no_speech_program"):
            self.begin()  # it is there again
        elif health is not None and health.detail == "rejected" and self.outcome == "wait":
            self._seen = ("rejected", {})
        self.render()

    def _nothing_came(self) -> None:
        if self.outcome == "wait":
            self._say("no", "no_read", s=int(PATIENCE_S))

    def _say(self, outcome: str, key: str, **facts: Any) -> None:
        self.outcome, self._told = outcome, (key, facts)
        self.icon, self.tone, self.ground = _LOOKS[outcome]
        self.render()


kv.load(__file__)
