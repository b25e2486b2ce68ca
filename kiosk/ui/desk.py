"""The manager's basket: whose it is, who takes it, what it costs, and handing it out; draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.ledger.refusals import Question, Refused
from kiosk.services.views import Account, PrintState, Proof, Quote, Redeemed, ShelfItem
from kiosk.ui import form
from kiosk.words import points

if TYPE_CHECKING:
    from kiosk.ui.main import KioskUI


PIN_TROUBLE = ("household-pin-wrong", "pin-locked", "household-pin-needed", "household-pin-none")


class _Ticket:
    """The request id of one basket as it stands: given once, kept for every further try."""

    request = ""


class Desk:
    """One basket at a time; the page that is shown draws itself again after every change."""

    def __init__(self, app: KioskUI) -> None:
        self.app = app
        self.account: Account | None = None
        self.lines: dict[str, tuple[ShelfItem, int]] = {}
        self.quote: Quote | None = None
        self.done: Redeemed | None = None
        self.print_state: PrintState | None = None
        self.collector: Any = None  # `services.collectors.Collector` who takes the goods, None for themselves
        self.held: Any = None  # `services.reserve.Reservation` that is handed out, None for a new basket
        self._how = ""  # by what the reservation was found
        self.busy = False
        self._ticket = _Ticket()

    @property
    def charge_tenths(self) -> int:
        """What the basket costs by the shelf's prices; of a reservation what is held for it."""
        if self.held is not None:
            return int(self.held.amount_tenths)
        return sum(item.price_tenths * qty for item, qty in self.lines.values())

    @property
    def after_tenths(self) -> int:
        """What would be left; negative when the points do not reach. Held points are gone already."""
        if self.held is not None:
            return self.account.available_tenths if self.account else 0
        return (self.account.available_tenths if self.account else 0) - self.charge_tenths

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """(sku, quantity) in the order they were scanned."""
        return tuple((sku, qty) for sku, (_, qty) in self.lines.items())

    def serve(self, account: Account) -> None:
        """A resident's card at the manager's desk: begin, unless another one's basket is full."""
        if self.done is not None:
            self.app.flow.forget_resident()  # the last one has it all: this is the next
        if self.account is not None and self.lines and self.account.household != account.household:
            self.app.toast.say(self.app.tr("redeem.basket_first"))
            return
        if self.account is None or self.account.household != account.household:
            self.forget()
        self.account = account
        self.app.flow.show("redeem")

    def collect(self, *, account: Account | None = None, slip: str = "") -> None:
        """A queue slip or a card on a collective day: ask its household to confirm what was reserved."""
        services = self.app.backend.services

        def look(terminal: Any) -> tuple[Any, str, Account]:
            collecting = services.collect
            if account is None:
                place, how = collecting.by_slip(terminal, slip), collecting.BY_SLIP
            else:
                place, how = collecting.of_household(terminal, account.household), account.proof.how
            found = services.reserve.get(terminal, *place)
            if found.state != "open":
                raise Refused("reservation-over")
            whose = Proof(household=found.household, how=how)
            return found, how, account or services.find.account(terminal, whose)

        self.app.flow.ask(look, then=self._reserved)

    def add(self, item: ShelfItem, by: int = 1) -> None:
        """Put one more (or one less) of a good into the basket and ask what it costs."""
        most = self.app.backend.settings.rules.most_pieces
        qty = min(most, self.lines.get(item.sku, (item, 0))[1] + by)
        if qty > 0:
            self.lines[item.sku] = (item, qty)
        else:
            self.lines.pop(item.sku, None)
        self._price()

    def step(self, sku: str, by: int) -> None:
        """− or + of a line."""
        if sku in self.lines:
            self.add(self.lines[sku][0], by)

    def clear(self) -> None:
        """Take everything out."""
        self.lines.clear()
        self._price()

    def forget(self) -> None:
        """Nothing of this redemption stays."""
        self.account = self.quote = self.done = self.print_state = None
        self.collector = self.held = None
        self.lines.clear()
        self.busy = False
        self._ticket = _Ticket()

    def redeem(self, yes: frozenset[str] = frozenset(), confirm: str = "tap", pin: str = "") -> None:
        """The resident has confirmed, by a tap, by the household's PIN, or by signing on the stub.

        A basket keeps its request id, so asking twice is asking once.
        """
        if self.busy or self.account is None or self.app.flow.session is None or not self.lines:
            return
        self.busy = True
        self.changed()
        services, ticket = self.app.backend.services, self._ticket
        account, staff, items = self.account, self.app.flow.session.staff, self.items
        charge_tenths, held, how = self.charge_tenths, self.held, self._how
        said: dict[str, Any] = {"confirm": confirm}
        if pin:
            said["pin"] = pin
        if self.collector is not None:
            said["collector"] = self.collector

        def run(terminal: Any) -> Redeemed:
            ticket.request = ticket.request or services.redeem.next_request_id(terminal)
            made: Redeemed
            if held is not None:
                place = tuple(map(int, held.entry.split("-")))
                made = services.collect.collect(terminal, place, how, staff, ticket.request, **said)
            else:
                made = services.redeem.redeem(
                    *(terminal, account.proof, items, staff, ticket.request),
                    yes=yes,
                    confirmed_tenths=charge_tenths,
                    **said,
                )
            return made

        def failed(error: BaseException) -> None:
            self._failed(error, confirm, pin)

        self.app.flow.ask(run, then=self._redeemed, failed=failed)

    def leave_confirm(self) -> None:
        """Not agreed: back to the basket, or to the collective day with the bag still there."""
        if self.held is None:
            self.app.flow.show("redeem")
        else:
            self.app.flow.next_resident()

    def reprint(self) -> None:
        """Print the slip of this redemption once more."""
        if self.done is not None and self.app.flow.session is not None:
            printing = self.app.backend.services.printing
            self.app.flow.ask(
                printing.reprint, self.done.slip, self.app.flow.session.staff, then=self.printed
            )

    def printed(self, state: PrintState) -> None:
        """The printer's news: only those of this redemption's slip count here."""
        if self.done is None or state.slip != self.done.slip:
            return
        self.print_state = state
        here = self.app.flow.name
        if (here == "done" and self.slip_page() == "not-printed") or (
            here == "not-printed" and state.state == "printed"
        ):
            self.app.flow.show(self.slip_page())
        self.changed()

    def slip_page(self) -> str:
        """The page of a redemption that is done, as its slip stands."""
        now = self.print_state
        if (
            now is None or now.reason == "no-proof"
        ):  # a printer that never reports: nothing is known to be wrong
            return "done"
        return "not-printed" if now.state in ("failed", "unknown") else "done"

    def look_again(self) -> None:
        """News may have been lost: ask where the slip is."""
        if self.done is not None:
            self.app.flow.ask(self.app.backend.services.printing.state, self.done.slip, then=self.printed)

    def reprice(self, shelf: tuple[ShelfItem, ...]) -> None:
        """The shelf changed: what lies in the basket has the new prices; whoever confirmed is asked again."""
        if self.held is not None:
            return  # reserved at the price it was reserved at
        new = {item.sku: item for item in shelf}
        lines = {sku: (new.get(sku, item), qty) for sku, (item, qty) in self.lines.items()}
        prices = {sku: item.price_tenths for sku, (item, _) in self.lines.items()}
        self.lines = lines
        if (
            self.done is None
            and not self.busy
            and any(i.price_tenths != prices[s] for s, (i, _) in lines.items())
        ):
            if self.app.flow.name == "confirm":
                self.app.flow.show("redeem")
            self._price()

    def changed(self) -> None:
        """Let the page that is shown draw itself again."""
        page = self.app.flow.page(self.app.flow.name)
        page.render()

    def _price(self) -> None:
        self._ticket = _Ticket()
        self.quote = None
        self.changed()
        if self.account is not None and self.lines:
            asked = self.items

            def priced(quote: Quote) -> None:
                if asked == self.items:
                    self.quote = quote
                    self.changed()

            self.app.flow.ask(self.app.backend.services.redeem.quote, self.account.proof, asked, then=priced)

    def _reserved(self, found: tuple[Any, str, Account]) -> None:
        self.forget()
        self.held, self._how, self.account = found
        self.lines = {line.item.sku: (line.item, line.qty) for line in self.held.lines}
        self.app.flow.show("confirm")

    def _redeemed(self, done: Redeemed) -> None:
        self.busy = False
        self.done = done
        self.print_state = None
        self.app.load_shelf()
        self.app.load_line()
        self.app.flow.show("done")
        self.look_again()

    def _failed(self, error: BaseException, confirm: str, pin: str) -> None:
        self.busy = False
        self.changed()
        tr = self.app.tr
        if isinstance(error, Refused) and error.code == "price-changed":
            self.app.load_shelf()
        if isinstance(error, Refused) and error.code in PIN_TROUBLE:
            trouble = tr.refusal(error.code, error.params)
            self.app.flow.show("confirm", trouble=trouble, asks_pin=error.code != "household-pin-none")
        elif isinstance(error, Question):
            self._ask(error, confirm, pin)
        else:
            self.app.flow.refuse(error)

    def _ask(self, question: Question, confirm: str, pin: str) -> None:
        """Nothing has been taken; the resident's page says so behind the question."""
        tr, page = self.app.tr, self.app.flow.page("confirm")
        page.sent = False

        def once_more() -> None:
            page.sent = True
            self.redeem(frozenset({question.code}), confirm, pin)

        told = "、".join(f"{item.name}×{qty}" for item, qty in self.lines.values())
        self.app.dialog.ask(
            tr("question.title", points=points(self.charge_tenths)),
            f"{form.goods(tr, told)}\n{tr.refusal(question.code, question.params)}",
            tr("question.yes"),
            tr("question.no"),
            once_more,
            self.leave_confirm,
        )
