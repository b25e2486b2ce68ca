"""A household's statement on paper (积分明细单): what it has and its latest entries; changes nothing."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from kiosk.ledger.refusals import Refused
from kiosk.services import basket, find, history, printing
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import HistoryLine, Proof
from kiosk.slips.paper import Fact
from kiosk.store import journal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import print_job
from kiosk.words import Words, points

MOST_LINES = 20  # a statement is a hand's length of paper, not a metre
MOST_A_DAY = 3  # of one household


def print_statement(terminal: Terminal, proof: Proof) -> str:
    """Queue the statement of the household that showed its card; returns the name it is queued under.

    Raises `Refused`: `statement-often` (most=) after the third of a day, `unknown-household`, `card-lost` ….
    """
    account = find.account(terminal, proof)
    lines = history.history(terminal, proof.household, MOST_LINES)
    with terminal.db.write() as conn:
        basket.check_card(basket.about(conn, terminal, proof), proof)
        writing = Writing(terminal, conn, journal.head(conn))  # nothing is appended: prints go on
        beginning = f"{writing.day.replace('-', '')}-{proof.household[-4:]}-"
        printed = _PRINTED.scalar(conn, {"b_like": f"{beginning}%"}) or 0
        if printed >= MOST_A_DAY:
            raise Refused("statement-often", most=MOST_A_DAY)
        name = f"{beginning}{printed + 1}"
        pots = (
            ("available", account.available_tenths),
            ("saved", account.saved_tenths),
            ("held", account.held_tenths),
            ("owed", account.owed_tenths),
        )
        facts = [
            Fact(label=f"statement.{pot}", value=points(tenths), bold=pot == pots[0][0])
            for pot, tenths in pots
        ]
        if account.ending is not None:
            ends = terminal.words(
                "statement.ends", day=account.ending.day, points=points(account.ending.tenths)
            )
            facts.append(Fact(label="statement.ending", value=ends))
        content = printing.paper(
            writing,
            name,
            "statement.title",
            household=proof.household,
            facts=tuple(facts),
            rows=tuple((_told(line, terminal.words), _signed(line.amount_tenths)) for line in lines),
            notes=(terminal.words("statement.why"),),
        )
        printing.queue(writing, name, content, ("resident",))
    return name


def _told(line: HistoryLine, say: Words) -> str:
    kind = f"ui.kind.{line.kind}"
    said = line.title or (say(kind) if kind in say else line.kind)
    return f"{line.day[5:]} {said}"


def _signed(tenths: int) -> str:
    return f"{'+' if tenths >= 0 else '-'}{points(abs(tenths))}"


_PRINTED = Prepared(
    select(func.count(print_job.c.slip.distinct()).label("printed")).where(
        print_job.c.slip.like(bindparam("b_like"))
    )
)
