"""What to pack for a collective day: a bag for every queue number, and the sum of each good."""

from __future__ import annotations

import msgspec

from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, reserve, sessions, staff
from kiosk.services.reserve import Reservation
from kiosk.services.sessions import Session
from kiosk.services.terminal import Terminal
from kiosk.services.views import BasketLine
from kiosk.slips.paper import Fact
from kiosk.words import Words

MOST_BAGS_A_PAPER = 100  # a paper of more is too long for a roll: the next goes on from there


class PickList(msgspec.Struct, frozen=True, kw_only=True):
    """The bags that are still to be collected, and the goods in all of them together."""

    session: Session
    bags: tuple[Reservation, ...]  # by queue number
    goods: tuple[BasketLine, ...]  # summed


def picklist(terminal: Terminal, epoch: int, seq: int) -> PickList:
    """What to pack for a collective day. Raises `Refused("unknown-session")`."""
    with terminal.read() as conn:
        found = sessions.get(conn, epoch, seq)
    bags = reserve.reservations(terminal, session=found.entry)
    return PickList(session=found, bags=bags, goods=_summed(bags))


def print_picklist(terminal: Terminal, epoch: int, seq: int, actor: str) -> tuple[str, ...]:
    """Queue the pick list on the slip printer, `MOST_BAGS_A_PAPER` bags a paper; returns the papers' numbers.

    Raises `Refused`: `unknown-session`, `nothing-reserved`, `role-may-not`.
    """
    found = picklist(terminal, epoch, seq)
    if not found.bags:
        raise Refused("nothing-reserved")
    numbers = []
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "session")
        for first in range(0, len(found.bags), MOST_BAGS_A_PAPER):
            bags = found.bags[first : first + MOST_BAGS_A_PAPER]
            number = printing.next_number(writing)
            head = writing.append("session", {"picklist": [epoch, seq], "slip": number}, actor)
            lines = _summed(bags)
            slip = printing.queue_paper(
                *(writing, head, number, "slip.title_picklist"),
                actor=actor,
                copies=("stub",),
                facts=(Fact(label="slip.session_day", value=found.session.day, bold=True),),
                lines=printing.slip_lines(lines),
                total_tenths=sum(line.total_tenths for line in lines),
                notes=tuple(bag_text(bag, terminal.words) for bag in bags),
            )
            numbers.append(slip)
    return tuple(numbers)


def bag_text(bag: Reservation, say: Words) -> str:
    """One bag as its packer reads it; the name is masked, the paper lies about."""
    goods = " ".join(f"{line.item.name}×{line.qty}" for line in bag.lines)
    who = f"{bag.household[-4:]} {mask_name(bag.name)}"
    return say("slip.bag", number=bag.queue, who=who, goods=goods)


def _summed(bags: tuple[Reservation, ...]) -> tuple[BasketLine, ...]:
    sums: dict[tuple[str, int], BasketLine] = {}
    for line in (line for bag in bags for line in bag.lines):
        key = (line.item.sku, line.item.price_tenths)
        known = sums.get(key)
        qty = line.qty + (known.qty if known else 0)
        sums[key] = msgspec.structs.replace(line, qty=qty, total_tenths=qty * line.item.price_tenths)
    return tuple(sums[key] for key in sorted(sums))
