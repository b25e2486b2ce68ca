"""Setting goods aside for a collective day: which and how many; the number is told on `reserved`."""

from __future__ import annotations

from typing import Any

import msgspec
from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import ShelfItem
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import empty, header, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.stepper import BasketRow
from kiosk.words import points


class ReservePage(Page):
    """The next collective day that takes reservations; a household that has one sees it instead."""

    day = StringProperty("")
    places = StringProperty("")
    total = StringProperty("")
    after = StringProperty("")
    title = StringProperty("")  # where nothing can be reserved: why
    body = StringProperty("")
    some = BooleanProperty(False)
    sent = BooleanProperty(False)
    _session: Any = None
    _most: dict[str, int]  # of each good, whatever the points
    _ticket: dict[str, str] = {}  # noqa: RUF012  # the request id of what is chosen: `forget` and each change make a new one

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.forget()
        flow, services = self.app.flow, self.app.backend.services
        if flow.account is None:
            return
        household = flow.account.household
        self.title = self.app.tr("reserve.loading")

        def job(terminal: Any) -> Any:
            return services.sessions.upcoming(terminal), services.reserve.reservations(
                terminal, household_id=household
            )

        flow.ask(job, then=self._came)

    def render(self) -> None:
        account, tr, session = self.app.flow.account, self.app.tr, self._session
        if account is None or session is None:
            return
        self.day = tr("reserve.day", day=form.day(tr, session.day))
        self.places = tr("reserve.places", n=session.places - session.taken)
        total = sum(row.qty * _price(row) for row in self._rows())
        self.total, self.after = points(int(total)), points(int(account.available_tenths - total))
        self.some = total > 0
        for row in self._rows():
            self._limit(row, int(account.available_tenths - total))

    def forget(self) -> None:
        self._session, self._ticket, self._most = None, {}, {}
        self.day = self.places = self.total = self.after = self.title = self.body = ""
        self.some = self.sent = False
        self.ids.rows.clear_widgets()

    def spoken(self) -> str:
        return (
            self.app.tr("speech.reserve", day=self.day) if self._session else self.title or super().spoken()
        )

    def send(self) -> None:
        """Set aside what is chosen; trying again is the same request."""
        flow, services, ticket = self.app.flow, self.app.backend.services, self._ticket
        if self.sent or not self.some or flow.account is None:
            return
        self.sent = True
        items = tuple((row.sku, int(row.qty)) for row in self._rows() if row.qty)
        proof, session = flow.account.proof, self._session
        epoch, seq = map(int, session.entry.split("-"))

        def job(terminal: Any) -> Any:
            ticket["request"] = request = ticket.get("request") or services.redeem.next_request_id(terminal)
            return services.reserve.reserve(terminal, proof, items, "", request, session=(epoch, seq))

        def done(made: Any) -> None:
            self.app.load_shelf()
            flow.show("reserved", made=made, day=session.day, new=True)

        flow.ask(job, then=done, failed=self._failed)

    def _came(self, found: Any) -> None:
        upcoming, own = found
        days = {one.entry: one.day for one in upcoming}
        mine = next((one for one in own if one.session), None)
        tr = self.app.tr
        if mine is not None:
            self.app.flow.show("reserved", made=mine, day=days.get(mine.session, mine.until))
            return
        session = next((one for one in upcoming if one.may_reserve), None)
        self.title = self.body = ""
        if session is not None:
            self._session = session
            self._fill(session)
        elif upcoming:
            soon = upcoming[0]
            self.title = tr("reserve.later", day=form.day(tr, soon.day))
            self.body = tr("reserve.from", first=form.day(tr, soon.opens), last=form.day(tr, soon.closes))
        else:
            self.title, self.body = tr("reserve.none"), tr("reserve.none_how")
        self.render()

    def _fill(self, session: Any) -> None:
        shelf = {item.sku: item for item in self.app.flow.shelf}
        for good in session.goods:
            if good.sku in shelf:
                item = msgspec.structs.replace(shelf[good.sku], price_tenths=good.price_tenths)
                row = BasketRow(on_step=self._step)
                row.fill(item, 0, "")
                self.ids.rows.add_widget(row)
                self._most[item.sku] = _most(session, good, item)

    def _limit(self, row: BasketRow, left_tenths: int) -> None:
        """No + beyond what there is, what one household may have, and what its points are enough for."""
        most, qty, price = self._most[row.sku], int(row.qty), _price(row)
        row.most = min(most, qty + left_tenths // price) if price else most
        key = "each_gone" if not most else "each_short" if row.most <= qty < most else "each"
        unit = row.item.unit if row.item else ""
        row.detail = self.app.tr(f"reserve.{key}", points=points(price), n=most, unit=unit)

    def _step(self, row: BasketRow, _sku: str, by: int) -> None:
        qty = max(0, min(int(row.most), int(row.qty) + by))
        if qty != row.qty:
            self._ticket = {}
        row.qty, row.total = qty, points(qty * _price(row))
        self.render()

    def _rows(self) -> list[BasketRow]:
        return list(reversed(self.ids.rows.children))

    def _failed(self, error: BaseException) -> None:
        self.sent = False
        self.app.flow.refuse(error)


def _price(row: BasketRow) -> int:
    return row.item.price_tenths if row.item else 0


def _most(session: Any, good: Any, item: ShelfItem) -> int:
    """The most pieces of a good that one household may set aside now."""
    left = [item.on_hand, good.most or item.on_hand]
    if good.quota:
        left.append(good.quota - session.reserved.get(good.sku, 0))
    return max(0, min(left))


kv.load(__file__)
