"""What the monkey does next: what the page offers, what was tried least and leads to rare pages first."""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from kiosk.ui.flow import PAGES
from tests.faults.monkey.cage import Cage
from tests.faults.monkey.plugs import Cards, Plugs

MANAGER = "M037A"  # comes twice as often as the others of the staff
RESIDENTS = ("", "", "")  # three visits of residents alone among those
ANSWER_MOST_S = 10.0  # the page must answer within so much processor time of the program,
DEAD_S = 60.0  # or within this when it does nothing at all
WAYS_OUT = ("dialog-no", "sign-out", "home", "exit", "later", "ok", "leave", "cancel", "no", "back", "next")
OUT_MOST = 40  # taps until the attract page must have come
SIGN_IN_MOST_S = 15.0
VISIT = (30, 120)  # acts
SELDOM = {
    "home": 0.1,
    "sign-out": 0.02,
    "back": 0.25,
    "exit": 0.1,
    "leave": 0.5,
    "cancel": 0.2,
    "language": 0.1,
}
SELDOM |= {"text-size": 0.1, "speak": 0.1, "more-time": 0.2, "dialog-no": 0.4, "page-before": 0.5}
_KEY = re.compile(r"key-")
# what a page waits for, besides taps
AWAITED = {
    "next": ("household",),
    "task-who": ("household",),
    "collector": ("household",),
    "redeem": ("good",),
    "task-goods": ("good",),
    "task-scan": ("slip",),
    "session": ("slip", "household"),
    "attract": ("household",),
}


class Stuck(Exception):  # noqa: N818  # it reads as what happened
    """A page that does not answer, or that nothing leads away from."""


class Monkey:
    """Plays at a terminal that is switched on."""

    def __init__(self, cage: Cage, seed: int) -> None:
        self.cage = cage
        self.chance = random.Random(seed)
        self.plugs, self.cards = Plugs(cage, self.chance), Cards(cage, self.chance)
        self.pages: Counter[str] = Counter()  # how often each was entered
        self.roles: Counter[str] = Counter()  # acts in each role
        self.acts: Counter[str] = Counter()
        self.answers_s: list[float] = []
        self.trail: list[str] = []
        self.not_in: Counter[str] = Counter()  # who could not sign in, and what was shown instead
        self._tried: Counter[tuple[str, ...]] = Counter()
        self._leads: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        self._last: tuple[str, ...] = ()
        self._before = ""
        self._shown_card = ""  # of the staff member who was last asked for a PIN
        self._roles_left: list[str] = []

    def visit(self, end_s: float) -> None:
        """Somebody comes, plays for a while, and goes; the next one is of another role."""
        if not self._roles_left:
            everyone = [*RESIDENTS, MANAGER, *self.cards.staff]
            self._roles_left = self.chance.sample(everyone, len(everyone))
        role = self._roles_left.pop()
        if role and not self.sign_in(role):
            return
        for _ in range(self.chance.randint(*VISIT)):
            if time.monotonic() > end_s or self.cage.ended:
                break
            self.roles[role or "resident"] += 1
            self.step()
        if self.chance.random() < 0.5:
            self.plugs.right()
        self.cards.take_away()
        self.leave()

    def step(self) -> None:
        """Look, do one thing, and let the page take it in."""
        state = self.look()
        self._do(*self._choose(state), state)
        time.sleep(self.chance.choice((0.0, 0.02, 0.1, 0.3)))  # people are not in step with the screen

    # looking

    def look(self) -> dict[str, Any]:
        """What is shown; raises `Stuck` when the screen's thread does not answer in time."""
        begun_s, worked_s = time.monotonic(), self.cage.worked_s()
        while True:
            try:
                state = self.cage.window.state()
                break
            except (AssertionError, TimeoutError) as error:  # not yet: a busy machine is no stuck page
                self.cage.show_threads()
                worked = self.cage.worked_s() - worked_s
                waited = time.monotonic() - begun_s
                if worked > ANSWER_MOST_S or waited > DEAD_S:
                    raise Stuck(f"no answer in {waited:.0f} s ({worked:.1f} s of work): {error}") from error
        self.answers_s.append(time.monotonic() - begun_s)
        if state["screen"] != self._before:
            self.pages[state["screen"]] += 1
            self._before = state["screen"]
        if self._last:
            self._leads[self._last][state["screen"]] += 1
            self._last = ()
        return state

    # choosing

    def _choose(self, state: dict[str, Any]) -> tuple[str, Callable[[], Any]]:
        chance, screen = self.chance, state["screen"]
        dice = chance.random()
        if dice < 0.02:
            return "plug", self.plugs.fiddle
        if dice < 0.03:
            return "clock", self.plugs.jump
        if dice < 0.05:
            return "camera", self.cards.camera
        if dice < 0.06:
            return "noise", self.cards.garbage
        if dice < 0.12:
            kind = chance.choice(("household", "good", "slip", "rubbish", chance.choice(self.cards.staff)))
            return "scan", lambda: self.cards.scan(kind)
        if dice < 0.15:
            return "point", lambda: self._anywhere(state)
        if dice < 0.16:
            return "drag", lambda: self._drag(state)
        if dice < 0.17:
            return "away", self.cards.take_away
        if screen == "confirm" and chance.random() < 0.15:
            return "plug", self.plugs.no_paper
        keys = {w["id"] for w in _offered(state) if _KEY.match(w["id"])}
        if screen in ("sign-in", "task-second") and chance.random() < 0.6:
            return "sign", lambda: self._sign(state, keys)
        if screen in AWAITED and chance.random() < 0.35:
            kind = chance.choice(AWAITED[screen])
            return "scan", lambda: self.cards.scan(kind)
        if keys and chance.random() < 0.3:
            return "type", lambda: self._type(sorted(keys))
        return "tap", lambda: self._tap(state)

    def _tap(self, state: dict[str, Any]) -> str:
        offered = [one for one in _offered(state) if not _KEY.match(one["id"])] or _offered(state)
        if not offered:
            return self._anywhere(state)
        chosen = self.chance.choices(offered, [self._wish(state, one["id"]) for one in offered])[0]
        self._last = self._place(state, chosen["id"])
        self._tried[self._last] += 1
        self._click(
            chosen["x"] + self.chance.uniform(0.2, 0.8) * chosen["w"],
            chosen["y"] + self.chance.uniform(0.2, 0.8) * chosen["h"],
        )
        if self.chance.random() < 0.03:
            self._click(chosen["x"] + chosen["w"] / 2, chosen["y"] + chosen["h"] / 2)  # a double tap
        return str(chosen["id"])

    def _wish(self, state: dict[str, Any], name: str) -> float:
        """How much the monkey wants to tap it: what was tried seldom, what leads where it was seldom."""
        place = self._place(state, name)
        leads = self._leads[place]
        rare = max((1 / (1 + self.pages[page]) for page in leads), default=0.5)
        return SELDOM.get(name, 1.0) * (1 / (1 + self._tried[place]) + 3 * rare)

    def _place(self, state: dict[str, Any], name: str) -> tuple[str, ...]:
        return (state["staff"], state["screen"], state["step"], name)

    # doing

    def _do(self, kind: str, act: Callable[[], Any], state: dict[str, Any]) -> None:
        self.acts[kind] += 1
        what = act()
        self.trail.append(f"{state['staff'] or '-'} {state['screen']}/{state['step']}: {kind} {what}")
        del self.trail[:-60]

    def _click(self, x: float, y: float) -> None:
        try:
            self.cage.window.click(round(x), round(y))
        except subprocess.SubprocessError:
            if not self.cage.ended:
                raise

    def _anywhere(self, state: dict[str, Any]) -> str:
        x, y = (self.chance.randrange(side) for side in state["size"])
        self._click(x, y)
        return f"{x},{y}"

    def _drag(self, state: dict[str, Any]) -> str:
        width, height = state["size"]
        x, y, to = self.chance.randrange(width), self.chance.randrange(height), self.chance.randrange(height)
        self.cage.window.drag(x, y, x, to)
        return f"{x},{y} to {to}"

    def _type(self, keys: list[str]) -> str:
        count = self.chance.choice((1, 2, 3, 4, 6, 8))
        typed = [self.chance.choice(keys) for _ in range(count)]
        try:
            self.cage.window.tap_all(typed)
        except AssertionError:  # the page has changed meanwhile; whether it answers at all is seen next
            return "too late"
        return " ".join(typed)

    def _sign(self, state: dict[str, Any], keys: set[str]) -> str:
        """Show a card; once it was taken, type its PIN."""
        if "key-1" not in keys or not self._shown_card:
            others = [one for one in self.cards.staff if one != state["staff"]]
            self._shown_card = self.chance.choice(others)
            return self.cards.scan(self._shown_card)
        pin = self.cards.pins[self._shown_card]
        shown, self._shown_card = self._shown_card, ""
        try:
            self.cage.window.tap_all([f"key-{digit}" for digit in pin])
            self.cage.window.tap("sign" if state["screen"] == "task-second" else "sign-in", timeout_s=2)
        except AssertionError:  # as in `_type`; or the card was refused
            return "too late"
        return f"PIN of {shown}"

    # coming and going

    def sign_in(self, staff: str) -> bool:
        """From the attract page by card and PIN; False when the terminal says why not."""
        self.leave()
        window = self.cage.window
        toasts: set[str] = set()

        def heard(state: dict[str, Any]) -> str:
            toasts.add(state["toast"])
            return str(state["screen"])

        if not self.cage.village.scanner.plugged:
            self.plugs.right()
        try:
            window.wait_for(where=lambda s: s["devices"].get("scanner") == "ok", timeout_s=SIGN_IN_MOST_S)
            self.cards.take_away()
            self.cards.scan(staff)
            window.wait_for(where=lambda state: heard(state) == "sign-in", timeout_s=SIGN_IN_MOST_S)
            window.tap_all([f"key-{digit}" for digit in self.cards.pins[staff]])
            window.tap("sign-in", timeout_s=5)
            window.wait_for(where=lambda state: heard(state) == "manager", timeout_s=SIGN_IN_MOST_S)
        except AssertionError:
            state = self.look()
            said = " ".join(one["text"] for one in state["widgets"] if one["visible"] and not one["id"])
            self.not_in[f"{staff}: {state['screen']} {state['code']} {toasts} {said[:150]}"] += 1
            self.leave()
            return False
        self.look()
        return True

    def leave(self) -> None:
        """Out to the attract page by the ways that pages have; raises `Stuck` when they do not lead there."""
        way: list[str] = []
        for _ in range(OUT_MOST):
            state = self.look()
            if state["screen"] == "attract" and not state["staff"]:
                return
            ids = [one["id"] for one in _offered(state)]
            out = next((name for name in WAYS_OUT if name in ids), "")
            way.append(f"{state['screen']}: {out}")
            if out:
                try:
                    self.cage.window.tap(out, timeout_s=1)
                except AssertionError:  # it is just changing; whether it answers at all is seen next
                    time.sleep(0.2)
            else:
                time.sleep(0.5)
        self.cage.show_threads()
        after = self.look()
        raise Stuck(
            f"no way out: {way[-8:]}; toast {after['toast']!r}, dialog {after['dialog']}, "
            f"step {after['step']!r}, {after['frame'] - state['frame']} frames since the last look"
        )


def _offered(state: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be tapped now; while a question is asked only its answers can."""
    found = [one for one in state["widgets"] if one["id"] and one["visible"] and one["enabled"]]
    return [one for one in found if one["id"].startswith("dialog-")] if state["dialog"] else found


def missing(pages: Counter[str]) -> list[str]:
    """Pages that were never entered."""
    return [name for name in PAGES if not pages[name]]
