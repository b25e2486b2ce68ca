"""Where a scan goes, whatever page is shown; no scan ever reaches a text field."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.ledger import identity_number
from kiosk.ledger.refusals import Refused
from kiosk.services.views import Account, Session, ShelfItem, SlipCheck
from kiosk.ui import form
from kiosk.words import points

if TYPE_CHECKING:
    from drivers.base import Scan
    from drivers.idcard.types import IdentityCard
    from kiosk.ui.main import KioskUI

STALE_S = 5.0  # older scans are from before something happened; nobody waits for them any more
REPEAT_S = 1.5  # a card held before the camera is read again and again
LONGEST_TEXT = 512
_GOODS = re.compile(r"[0-9]{8}|[0-9]{12,14}")


class Scans:
    """Sorts what is shown: household card, staff card, identity card, slip, good, or something foreign."""

    def __init__(self, app: KioskUI) -> None:
        self.app = app
        self._last = ("", 0.0)

    def take(self, scan: Scan) -> None:
        """Handle one scan. A redemption being written or a question being asked is not disturbed."""
        now = time.monotonic()
        text, at_s = self._last
        held_up = scan.text == text and now - at_s < REPEAT_S and not _GOODS.fullmatch(text)
        if now - scan.at_s > STALE_S or held_up:
            return
        self._last = (scan.text, now)
        if self._free():
            self.app.play("beep")
            if not self._page.takes_scan(scan):
                self._sort(scan.text)

    def take_identity(self, card: IdentityCard) -> None:
        """Handle one identity card: its number goes to the look-up and nowhere else."""
        if time.monotonic() - card.at_s > STALE_S or not self._free():
            return
        if not identity_number.on_card(card.kind, card.number):
            self.app.play("error")
            self.app.toast.say(self.app.tr("scan.identity_unreadable"))
            return
        self.app.play("beep")
        if not self._page.takes_identity(card.number):
            self._look_up(self.app.backend.services.find.by_digest, card.number)

    def _free(self) -> bool:
        """Somebody is here; whether what they show may change the page now, said in words if not."""
        flow = self.app.flow
        flow.touched()
        if self.app.desk.busy or self.app.tasks.moving or self.app.dialog.open:
            self.app.toast.say(self.app.tr("scan.one_moment"))
        elif flow.name == "confirm":
            self.app.toast.say(self.app.tr("scan.confirm_first"))
        else:
            return True
        self.app.play("error")
        return False

    @property
    def _page(self) -> Any:
        return self.app.flow.page(self.app.flow.name)

    def _sort(self, text: str) -> None:
        services, flow = self.app.backend.services, self.app.flow
        if len(text) > LONGEST_TEXT or not text.isprintable():
            text = ""  # nothing of ours; a page that stays whatever is shown stays
        if self._page.takes(text):
            return
        if text.startswith("P1:"):
            self._look_up(services.find.by_card, text)
        elif text.startswith("S1:"):
            self._staff(text)
        elif text.startswith("L1:") and flow.at_session():
            self.app.desk.collect(slip=text)
        elif text.startswith("L1:"):
            flow.ask(services.slipcheck.check, text, then=self._slip)
        elif _GOODS.fullmatch(text):
            flow.ask(services.shelf.by_barcode, text, then=self._good, failed=self._no_good)
        else:
            self._foreign()

    def _look_up(self, service: Callable[..., Account], shown: str) -> None:
        """Find the household of a card or an identity number."""
        flow = self.app.flow
        if flow.session is not None and flow.session.role != "manager":
            self.app.play("error")
            flow.message(self.app.tr("scan.manager_only"))
            return
        flow.ask(service, shown, then=self._found, failed=self._refused)

    def _found(self, account: Account) -> None:
        flow = self.app.flow
        if flow.name == "collector" and flow.page("collector").taker(account):
            return
        if flow.session is None and flow.account is not None:
            flow.forget_resident()  # the next in the queue: nothing of the last one stays
        flow.greet(account)

    def _refused(self, error: BaseException) -> None:
        if self.app.flow.session is None:
            self.app.flow.forget_resident()
        self.app.flow.refuse(error)

    def _staff(self, text: str) -> None:
        flow = self.app.flow
        if flow.session is not None:
            self.app.toast.say(self.app.tr("scan.signed_in_already"))
            return
        flow.forget_resident()

        def greet(found: tuple[str, str]) -> None:
            flow.show("sign-in", card=text, who=found[1])

        flow.ask(self.app.backend.services.staff.by_card, text, then=greet)

    def _good(self, item: ShelfItem) -> None:
        flow, desk, tr = self.app.flow, self.app.desk, self.app.tr
        session: Session | None = flow.session
        if session is None:
            price = points(item.price_tenths)
            flow.message(
                tr("scan.good", name=item.name, price=price, unit=item.unit),
                picture=item.picture,
                sku=item.sku,
                good=item.name,
            )
        elif desk.account is None or desk.done is not None:
            self.app.play("error")
            self.app.toast.say(tr("scan.card_before_goods"))
        else:
            desk.add(item)
            if flow.name != "redeem":
                flow.show("redeem")

    def _no_good(self, error: BaseException) -> None:
        """An unknown barcode while a basket is open: the good is there, so let its picture be tapped."""
        flow, desk = self.app.flow, self.app.desk
        unknown = isinstance(error, Refused) and error.code == "unknown-barcode"
        if unknown and flow.session is not None and desk.account is not None and desk.done is None:
            self.app.play("error")
            flow.show("shelf", picking=True)
            self.app.toast.say(self.app.tr("desk.unknown_barcode"))
        else:
            flow.refuse(error)

    def _slip(self, check: SlipCheck) -> None:
        tr = self.app.tr
        if check.verdict != "true":
            self.app.play("error")
        self.app.flow.message(
            tr(
                f"slip.{check.verdict}",
                slip=check.slip,
                points=points(check.charge_tenths),
                day=form.day(tr, check.day) if check.day else "",
            ),
            tone="good" if check.verdict == "true" else "bad",
        )

    def _foreign(self) -> None:
        self.app.flow.refuse(Refused("not-a-card"))
