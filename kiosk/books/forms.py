"""What every form begins with: where, when, made from which entry, in whose words; no form itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kiosk.ledger.entries import check_code
from kiosk.ledger.masks import mask_name
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import goods, household, rule, staff
from kiosk.words import DEFAULT_LOCALE, Words


class Desk:
    """Where a form is filled in: an open view of the books, names by their ids, Chinese words.

    Books are vouchers under Chinese rules; `locale` is only for what a screen shows of them.
    """

    def __init__(self, terminal: Terminal, conn: Connection, locale: str = DEFAULT_LOCALE) -> None:
        self.terminal = terminal
        self.conn = conn
        self.say = Words(locale, terminal.settings.place.terms)
        self.heads = {row.id: row.name for row in conn.execute(select(household.c.id, household.c.name))}
        self.staff = {row.id: row.name for row in conn.execute(select(staff.c.id, staff.c.name))}
        rows = conn.execute(select(goods.c.sku, goods.c.name, goods.c.unit).order_by(goods.c.counts_from))
        self.rules = {row.id: row.title for row in conn.execute(select(rule.c.id, rule.c.title))}
        self.goods = {row.sku: (row.name, row.unit) for row in rows}  # the latest name stands

    def frame(self, title: str, first: str, last: str) -> dict[str, Any]:
        """The fields of a `Table` around the rows."""
        place = self.terminal.settings.place
        head = journal.head(self.conn)
        return {
            "title": self.say(title),
            "place": " ".join(part for part in (place.township_name, place.centre_name) if part),
            "period": first if first == last else f"{first} — {last}",
            "made": self.say("books.made", at=self.made()),
            "source": self.say("books.source", entry=f"{head.epoch}-{head.seq}", code=check_code(head.hash))
            if head
            else "",
            "total": self.say("books.total"),
            "paged": self.say("books.paged"),
        }

    def made(self) -> str:
        """The minute it is made, by the wall clock."""
        now = datetime.fromtimestamp(self.terminal.clock.now_ms() / 1000).astimezone()
        return f"{now:%Y-%m-%d %H:%M}"

    def contacts(self) -> tuple[str, ...]:
        """Below what hangs on the wall: who runs the centre and when, and whom to call about it."""
        place = self.terminal.settings.place
        manager = (place.manager_name, place.manager_hours, place.manager_phone)
        said = (
            (self.say("books.manager-public", about=" ".join(filter(None, manager))),) if any(manager) else ()
        )
        phone = place.supervision_phone
        return (*said, *((self.say("books.phone", phone=phone),) if phone else ()))

    def masked(self, household: str) -> str:
        """Whom a household's line on the wall names: masked, with the last four digits."""
        return self.say("books.masked", name=mask_name(self.heads.get(household, "")), tail=household[-4:])

    def signs(self, *keys: str) -> tuple[str, ...]:
        """Who signs below."""
        return tuple(self.say(f"books.{key}") for key in keys)
