"""Which page is shown, whose visit it is and when it ends; knows no page's inside and no service's."""

from __future__ import annotations

import importlib
import itertools
import queue
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.ledger.refusals import Question, Refused
from kiosk.services.views import Account, Session, ShelfItem
from kiosk.ui import faults

if TYPE_CHECKING:
    from kiosk.ui.main import KioskUI

PAGES = {  # those up to "message" are made right after the first frame, the others when it is quiet
    "attract": ("attract", "Attract"),
    "account": ("account", "AccountPage"),
    "history": ("history", "HistoryPage"),
    "shelf": ("shelf", "ShelfPage"),
    "sign-in": ("sign_in", "SignIn"),
    "manager": ("manager", "Manager"),
    "next": ("next_card", "NextCard"),
    "redeem": ("redeem", "RedeemPage"),
    "confirm": ("confirm", "Confirm"),
    "done": ("done", "Done"),
    "not-printed": ("not_printed", "NotPrinted"),
    "find": ("find", "Find"),
    "message": ("message", "Message"),
    "tasks": ("tasks", "Tasks"),
    "task-pick": ("task_pick", "TaskPick"),
    "task-number": ("task_number", "TaskNumber"),
    "task-who": ("task_who", "TaskWho"),
    "task-goods": ("task_goods", "TaskGoods"),
    "task-scan": ("task_scan", "TaskScan"),
    "task-photo": ("task_photo", "TaskPhoto"),
    "task-second": ("task_second", "TaskSecond"),
    "task-confirm": ("task_confirm", "TaskConfirm"),
    "task-done": ("task_done", "TaskDone"),
    # the resident alone
    "pots": ("pots", "PotsPage"),
    "why": ("why", "WhyPage"),
    "good": ("good", "GoodPage"),
    "wishes": ("wishes", "WishesPage"),
    "reserve": ("reserve", "ReservePage"),
    "reserved": ("reserved", "ReservedPage"),
    "board": ("board", "BoardPage"),
    "appeal": ("appeal", "AppealPage"),
    "appeal-note": ("appeal_note", "AppealNotePage"),
    # the desk
    "more": ("more", "More"),
    "collector": ("collector", "CollectorPage"),
    "session": ("session", "SessionPage"),
    "books": ("books", "BooksPage"),
    "devices": ("devices", "DevicesPage"),
    "device-test": ("device_test", "DeviceTest"),
    "line": ("line", "LinePage"),
    "inspect": ("inspect", "InspectPage"),
    "practice": ("practice", "PracticePage"),
}
STAYS = ("session", "books", "devices", "device-test", "line", "inspect")  # a message leads back there
FIRST_PAGES = tuple(PAGES)[: tuple(PAGES).index("message") + 1]
SHOW_STAFF_COUNTDOWN_S = 60
ANSWER_TIMEOUT_S = 20.0  # longer than the database waits for another writer (15 s)


class Flow:
    """The visit at the terminal: one page, maybe a resident's account, maybe a signed-in person."""

    def __init__(self, app: KioskUI) -> None:
        self.app = app
        self.name = ""
        self.account: Account | None = None
        self.session: Session | None = None
        self.shelf: tuple[ShelfItem, ...] = ()
        self._pages: dict[str, Any] = {}
        self._count = itertools.count()
        self._asked: dict[int, tuple[float, Callable[[BaseException], None]]] = {}  # what has no answer yet
        self._deadline_s = self._ticked_s = 0.0
        self._came_from = ""  # the page that a message is to lead back to

    # pages

    def page(self, name: str) -> Any:
        """The page of that name, made when first asked for and kept."""
        if name not in self._pages:
            module, kind = PAGES[name]
            page = getattr(importlib.import_module(f"kiosk.ui.screens.{module}"), kind)(name=name)
            page.size = self.app.stage.size
            self._pages[name] = page
            if self.shelf:
                page.goods(self.shelf)
        return self._pages[name]

    def show(self, name: str, **facts: Any) -> None:
        """Put a page on the screen; `facts` go to its `enter`."""
        page = self.page(name)
        page.enter(**facts)
        if self.name != name:
            self.app.stage.clear_widgets()
            self.app.stage.add_widget(page)
            self.name = name
            if page.chimes:
                self.app.play(page.chimes)
        self.app.speak_page()
        self.touched()

    def made(self) -> tuple[str, ...]:
        """Names of the pages that exist already."""
        return tuple(self._pages)

    def home(self) -> None:
        """The manager's first page while one is signed in, else the attract page and an ended visit."""
        if self.session is None:
            self.end_visit()
        else:
            self.forget_resident()
            self.show("manager")

    def to_account(self) -> None:
        """Back to the resident's own page, with fresh figures soon; home when nobody's visit lasts."""
        account = self.account
        if account is None:
            self.home()
            return
        self.show("account", account=account)
        self.ask(self.app.backend.services.find.account, account.proof, then=self._fresh, failed=self._stale)

    # people

    def greet(self, account: Account) -> None:
        """A resident was found: the account page, or the basket while a manager is signed in."""
        if self.session is not None and self.at_session():
            self.app.desk.collect(account=account)
            return
        if self.session is not None:
            self.app.desk.serve(account)
            return
        self.account = account
        self.show("account", account=account)

    def at_session(self) -> bool:
        """A collective day is being served: what is shown now is a bag to hand out."""
        return self.name == "session" or (self.app.desk.held is not None and self.app.desk.done is not None)

    def sign_in(self, session: Session) -> None:
        """Somebody of the staff is signed in from now on."""
        self.forget_resident()
        self.session = session
        self.app.bar_staff(session)
        self.show("manager")

    def forget_resident(self) -> None:
        """Nothing of the last resident stays: not in a page, not in the basket, not in work under way."""
        self._asked.clear()
        self.account = None
        self.app.desk.forget()
        self.app.tasks.forget()
        self.app.dialog.close()
        self.app.toast.hush()
        for page in self._pages.values():
            page.forget()

    def next_resident(self) -> None:
        """The manager goes on with whoever is next."""
        after = "session" if self.app.desk.held is not None else "next"
        self.forget_resident()
        self.show(after if self.session is not None else "attract")

    def end_visit(self) -> None:
        """Sign out, forget the resident, go to the attract page."""
        self.session = None
        self.app.bar_staff(None)
        self.forget_resident()
        self.app.bar.muted = False
        self.show("attract")

    def _fresh(self, account: Account) -> None:
        if account != self.account:
            self.account = account
            if self.name == "account":
                self.page("account").enter(account=account)

    def _stale(self, error: BaseException) -> None:
        faults.note(error)  # the figures shown were true just now

    # time

    def touched(self) -> None:
        """Somebody is here: the time-out begins again."""
        screen = self.app.backend.settings.screen
        allowed = screen.idle_timeout_s if self.session is None else screen.staff_timeout_s
        self._deadline_s = (now := time.monotonic()) + allowed
        self._ticked_s = now
        self.app.pace.stir()
        self.tick()

    def tick(self) -> None:
        """Once a second: show what is left, end the visit when nothing is; ask nobody's patience for ever."""
        self._give_up_waiting()
        if self.name == "attract" and self.session is None:
            self.app.bar.seconds_left = -1
            return
        now = time.monotonic()
        if self.app.backend.speaking():
            self._deadline_s += now - self._ticked_s  # nobody is sent away in the middle of a sentence
        self._ticked_s = now
        left_s = self._deadline_s - now
        if left_s <= 0 and (self.app.desk.busy or self.app.tasks.busy):
            self.touched()  # what is being written right now belongs to this visit: its answer must be seen
        elif left_s <= 0:
            self.end_visit()
        elif self.session is None or left_s <= SHOW_STAFF_COUNTDOWN_S:
            self.app.bar.seconds_left = int(left_s + 0.999)
        else:
            self.app.bar.seconds_left = -1

    # work

    def ask(
        self,
        job: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run a service on the ledger thread; its outcome is dropped if this visit is over by then.

        Exactly one of `then` and `failed` is called while the visit lasts: with the outcome, or with
        `queue.Full` at once when the thread is swamped, or with `NoAnswer` after `ANSWER_TIMEOUT_S`.
        """
        number, failing = next(self._count), failed or self.refuse

        def mine(handler: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda value: handler(value) if self._asked.pop(number, None) is not None else None

        backend = self.app.backend
        self._asked[number] = (time.monotonic() + ANSWER_TIMEOUT_S, failing)
        try:
            backend.worker.submit(
                lambda: job(backend.terminal, *args), then=mine(then), failed=mine(failing), first=True
            )
        except queue.Full as error:
            del self._asked[number]
            failing(error)

    def _give_up_waiting(self) -> None:
        now = time.monotonic()
        for number, (deadline_s, failed) in tuple(self._asked.items()):
            if deadline_s <= now and self._asked.pop(number, None) is not None:
                failed(faults.NoAnswer())

    def refuse(self, error: BaseException) -> None:
        """Show what went wrong in words with the next step; our own mistakes are logged too."""
        tr = self.app.tr
        self.app.play("error")
        if isinstance(error, Refused | Question):
            self.message(tr.refusal(error.code, error.params), code=error.code)
        else:
            faults.note(error)
            self.message(tr(f"message.{faults.words(error)}"), tone="bad")

    def message(self, sentence: str, code: str = "", **facts: Any) -> None:
        """Show one sentence large, what follows it below, and the way on."""
        if self.name != "message":
            self._came_from = self.name if self.name in STAYS else ""
        self.show("message", sentence=sentence, code=code, **facts)

    def after_message(self) -> None:
        """Where the one button of a message leads: back to the slip or the basket, or home."""
        desk = self.app.desk
        if self.session is not None and desk.done is not None:
            self.show(desk.slip_page())
        elif self.session is not None and desk.account is not None:
            self.show("redeem" if desk.held is None else "confirm")
        elif self.session is not None and self._came_from:
            self.show(self._came_from)
        elif self.session is None and self.account is not None:
            self.to_account()
        else:
            self.home()
