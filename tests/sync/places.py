"""A small invented county and terminals in it; no test lives here."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from kiosk import config
from kiosk.keys import SigningKey
from kiosk.services import epochs, identity
from kiosk.services.feedrows import RuleRow
from kiosk.services.terminal import Terminal, open_terminal
from sync.county import registry, rules
from sync.county.database import County
from sync.county.enrolment import enrol_directly
from sync.county.registry import Good, Household
from sync.county.tables import entries
from sync.enrolling import identity_of

HOUSEHOLDS = tuple(f"037{number:04d}" for number in range(1, 21))
OPENING_TENTHS = 600
PIN = "135790"


def fill(county: County) -> None:
    """Three centres, twenty households of the first with 60 points each, goods, a rule, a manager."""
    registry.begin(county)
    registry.add_centre(county, "037", "柳泉村", "示范镇", 37)
    registry.add_centre(county, "038", "白音嘎查", "示范苏木", 38)
    registry.add_centre(county, "039", "南坡村", "示范镇", 39)
    registry.add_goods(
        county,
        [
            Good(sku="salt", name="食盐", unit="袋", price_tenths=20, barcode="6901234567892"),
            Good(sku="rice5", name="大米", unit="袋", price_tenths=200, barcode="6901234567908"),
        ],
    )
    rules.import_rules(county, [rule(20)])
    registry.add_staff(county, "037", "M037A", "李小梅", "manager", PIN)
    registry.add_staff(county, "037", "R037A", "王长河", "reviewer", PIN)
    registry.add_households(
        county,
        [
            Household(
                household=number,
                name="张大山",
                members=3,
                pinyin="zds",
                home=37,
                identity_numbers=(f"15042219700101{number[-4:]}",),
                opening_tenths=OPENING_TENTHS,
                opening_expires="2099-12-31",
                limits="off",
            )
            for number in HOUSEHOLDS
        ],
    )


def rule(amount_tenths: int, name: str = "yard") -> RuleRow:
    """A rule that takes any amount."""
    return RuleRow(rule=name, category="habits", title="庭院整洁", amount=amount_tenths, version=1)


def enrolled(county: County, folder: Path, url: str, centre: str = "037") -> Terminal:
    """A terminal with a fresh key and database in `folder`, in the next epoch of its number."""
    settings = config.Settings(
        terminal=config.TerminalSettings(data_dir=str(folder)),
        county=config.CountySettings(url=url, timeout_s=5.0, poll_s=0.2),
    )
    key = SigningKey.load_or_make(folder / identity.KEY_FILE)
    epochs.adopt(folder, identity_of(enrol_directly(county, centre, key)))
    return open_terminal(settings)


def journal_of(terminal: Terminal) -> list[tuple[int, int, int, bytes]]:
    """(terminal, epoch, seq, bytes) of everything the terminal wrote."""
    from kiosk.store import journal

    with terminal.read() as conn:
        return [
            (terminal.identity.terminal, row.epoch, row.seq, bytes(row.data))
            for row in journal.everything(conn)
        ]


def journal_at(county: County, terminal: int) -> list[tuple[int, int, int, bytes]]:
    """The same as the county has it."""
    chosen = (entries.c.terminal, entries.c.epoch, entries.c.seq, entries.c.bytes)
    with county.read() as conn:
        return [
            (row.terminal, row.epoch, row.seq, bytes(row.bytes))
            for row in conn.execute(
                select(*chosen).where(entries.c.terminal == terminal).order_by(*chosen[:3])
            )
        ]
