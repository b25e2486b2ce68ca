"""What is printed of notices: the notice itself, and a household's points slip (积分告知单); no rules."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from kiosk.ledger.cards import paper_number
from kiosk.ledger.entries import check_code
from kiosk.ledger.refusals import Refused
from kiosk.services import find, notices, printing, staff
from kiosk.services.declare import Place
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import journal
from kiosk.store.catalogue import rule_title
from kiosk.store.tables import notice_line, pot
from kiosk.words import points

MOST_ROWS = 200  # lines of a notice on one strip of paper; the next strip goes on from there


def print_notice(terminal: Terminal, at: Place, actor: str) -> tuple[str, ...]:
    """Queue the notice as it was frozen, on as many strips as it takes; returns their names.

    Raises `Refused`: `unknown-notice`, `role-may-not`.
    """
    with terminal.db.write() as conn:
        staff.require(conn, actor, "publish")
        writing = Writing(terminal, conn, journal.head(conn))  # nothing is appended: prints go on
        found = notices.the_notice(conn, at)
        number = paper_number(writing.terminal, found.epoch, found.number)
        rows = [
            (f"{one.line} …{one.tail} {one.name} {one.title}", _signed(one.what, one.amount_tenths))
            for one in notices.lines(conn, found)
        ]
        names = []
        for start in range(0, max(1, len(rows)), MOST_ROWS):
            names.append(number if not start else f"{number}/{start // MOST_ROWS + 1}")
            content = printing.paper(
                writing,
                names[-1],
                "notice.paper",
                actor=actor,
                facts=(
                    Fact(label="notice.number", value=number),
                    Fact(label="notice.sheet", value=f"{found.month}-{found.sheet_number}"),
                    Fact(label="notice.hangs", value=f"{found.since} — {found.until}", bold=True),
                ),
                rows=tuple(rows[start : start + MOST_ROWS]),
                notes=(terminal.words("notice.how-to-object", until=found.until),),
            )
            printing.queue(writing, names[-1], content, ("single",))
    return tuple(names)


def print_points(
    terminal: Terminal, at: Place, *, card: str = "", household_id: str = "", actor: str = ""
) -> str:
    """Queue the points slip of one household for a notice, by its card or by staff; returns its name.

    Raises `Refused`: `card-or-staff`, `unknown-notice`, `nothing-posted`, `role-may-not`, and with a card
    what `find.by_card` raises.
    """
    if bool(card) == bool(actor):
        raise Refused("card-or-staff")
    with terminal.db.write() as conn:
        if card:
            household_id = find.prove_card(terminal, conn, card).household
        else:
            staff.require(conn, actor, "find")
        notices.the_notice(conn, at)
        return queue_points(Writing(terminal, conn, journal.head(conn)), at, household_id, actor)


def queue_points(writing: Writing, at: Place, household_id: str, actor: str = "") -> str:
    """Queue what a notice gave to and took from a household, in the caller's transaction; the slip's name.

    Raises `Refused("nothing-posted")`.
    """
    conn, say = writing.conn, writing.words
    found = notices.the_notice(conn, at)
    posted = conn.execute(_POSTED, {"b_epoch": at[0], "b_seq": at[1], "b_household": household_id}).all()
    if not posted:
        raise Refused("nothing-posted")
    number = paper_number(writing.terminal, found.epoch, found.number)
    last = journal.get(conn, posted[-1].by_epoch, posted[-1].by_seq)
    assert last is not None, "a posted line names its entry"
    total = sum(row.amount if row.what == "earn" else -row.amount for row in posted)
    available = conn.execute(_AVAILABLE, {"b_household": household_id}).scalar() or 0
    name = f"{number}-{household_id[-notices.TAIL :]}"
    content = printing.paper(
        writing,
        name,
        "notice.points",
        actor=actor,
        household=household_id,
        facts=(
            Fact(label="notice.number", value=number),
            Fact(label="notice.sheet", value=f"{found.month}-{found.sheet_number}"),
        ),
        rows=(
            *((f"{row.deed[5:]} {row.title or row.rule}", _signed(row.what, row.amount)) for row in posted),
            (say("notice.sum"), _signed("earn" if total >= 0 else "deduct", abs(total))),
            (say("notice.available"), points(available)),
        ),
        notes=(say("notice.how-to-appeal"),),
        check_code=check_code(last.hash),
    )
    printing.queue(writing, name, content, ("single",))
    return name


def _signed(what: str, tenths: int) -> str:
    return f"{'+' if what == 'earn' else '-'}{points(tenths)}"


_POSTED = (
    select(notice_line, rule_title(notice_line.c.rule))
    .where(
        notice_line.c.epoch == bindparam("b_epoch"),
        notice_line.c.seq == bindparam("b_seq"),
        notice_line.c.household == bindparam("b_household"),
        notice_line.c.state == "posted",
    )
    .order_by(notice_line.c.by_epoch, notice_line.c.by_seq)
)
_AVAILABLE = select(pot.c.available).where(pot.c.household == bindparam("b_household"))
