"""The print queue on disk: what waits, what was printed, what must be printed again; drives no printer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from kiosk.keys import SigningKey, to_base32
from kiosk.ledger import cards, points
from kiosk.ledger.entries import check_code
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.books import ONLINE
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import BasketLine, PrintState, Redeemed
from kiosk.slips import Content
from kiosk.slips.labels import Label
from kiosk.slips.paper import Paper
from kiosk.slips.parts import Copy, SlipLine
from kiosk.slips.redemption import SlipData
from kiosk.store import cursors
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household, print_job
from kiosk.store.tables import slip as slip_table
from kiosk.store.tables import staff as staff_table

Buckets = Sequence[points.Bucket]
State = Literal["queued", "printing", "printed", "failed", "unknown"]
MOST_CAUGHT_UP = 40  # copies
OPEN_STATES = ("queued", "printing", "failed")
_WORST_FIRST: tuple[State, ...] = ("unknown", "failed", "printing", "queued", "printed")


class Job(NamedTuple):
    """One copy to print. `again` when paper of this copy may be out already: it carries the reprint mark."""

    id: int
    slip: str
    copy: Copy
    again: bool
    content: Content


def queue_redemption(
    writing: Writing,
    terminal: Terminal,
    about: Any,
    redeemed: Redeemed,
    clerk_name: str,
    left: Buckets,
    **further: Any,
) -> None:
    """Queue both copies of a redemption's slip, in the redemption's own transaction.

    `left` are the buckets behind the redemption, `further` other fields of `SlipData`. The code is signed
    when a copy is taken: the signature follows from what is stored, and nobody waits for it under the write
    lock.
    """
    content = _slip_data(writing, terminal, about, redeemed, clerk_name, left, further)
    queue(writing, redeemed.slip, content)


def next_number(writing: Writing) -> int:
    """The number of the next slip of this epoch: the body of the entry that makes it carries it as `slip`."""
    return (_LAST_SLIP.scalar(writing.conn, {"b_epoch": writing.epoch}) or 0) + 1


def queue(writing: Writing, slip: str, content: Content, copies: Sequence[Copy] = ()) -> None:
    """Queue the copies of a slip of any kind, in the transaction of the entry that made it.

    Without `copies` those that the settings say; a stub is only for an entry that carries the number.
    """
    settings = writing.settings.printer
    copies = copies or _copies(content, wanted=settings.resident_copy)
    start = _start(has_printer=bool(settings.address))
    data = msgspec.json.encode(content)
    _INSERT.many(writing.conn, [_row(slip, copy, data, reprint=False) | start for copy in copies])


def _copies(content: Content, *, wanted: bool) -> tuple[Copy, ...]:
    """The stub, and a copy where somebody takes one along: a card always, papers of the house never."""
    if isinstance(content, Paper):
        wanted = bool(content.card) or (wanted and bool(content.household))
    return ("stub", "resident") if wanted else ("stub",)


def queue_paper(
    writing: Writing,
    head: Head,
    number: int,
    title: str,
    *,
    tenths: int = 0,
    actor: str = "",
    code: str = "",
    copies: Sequence[Copy] = (),
    **parts: Any,
) -> str:
    """Queue a slip that is no redemption, for the entry at `head`; returns its number.

    `tenths` is what its code says was moved; `code` is another code to sign in its place; `parts` are fields
    of `Paper`. A household's name is looked up.
    """
    slip = cards.slip_number(writing.terminal, writing.epoch, number)
    check = check_code(head.hash)
    qr = code or cards.slip_text(writing.issuer, slip, check, tenths, writing.day)
    content = paper(writing, slip, title, actor=actor, check_code=check, qr=qr, **parts)
    queue(writing, slip, content, copies)
    return slip


def paper(writing: Writing, slip: str, title: str, *, actor: str = "", **parts: Any) -> Paper:
    """What stands on a slip that is no redemption; `parts` are fields of `Paper`. Queues nothing."""
    place = writing.settings.place
    name = _HEAD_NAME.scalar(writing.conn, {"b_id": parts.get("household", "")})
    return Paper(
        scheme_name=place.scheme_name,
        township_name=place.township_name,
        centre_name=place.centre_name,
        title=title,
        slip=slip,
        at=local_time(writing),
        clerk_name=staff_name(writing, actor),
        head_name=name or "",
        offline=not cursors.get(writing.conn, ONLINE),
        supervision_phone=place.supervision_phone,
        **parts,
    )


def slip_lines(lines: Iterable[BasketLine]) -> tuple[SlipLine, ...]:
    """Goods as slips list them."""
    return tuple(
        SlipLine(
            name=line.item.name,
            qty=line.qty,
            unit=line.item.unit,
            price_tenths=line.item.price_tenths,
            total_tenths=line.total_tenths,
        )
        for line in lines
    )


def queue_label(terminal: Terminal, name: str, label: Label | Paper, copies: int) -> None:
    """Queue labels and test slips, which no entry makes: `name` stands where others have a number."""
    start = _start(has_printer=bool(terminal.settings.printer.address))
    data = msgspec.json.encode(label)
    with terminal.db.write() as conn:
        _INSERT.many(conn, [_row(name, "single", data, reprint=False) | start for _ in range(copies)])


def staff_name(writing: Writing, staff_id: str) -> str:
    """The name of somebody who signs, whole; "" for nobody we know."""
    return _STAFF_NAME.scalar(writing.conn, {"b_id": staff_id}) or ""


def local_time(writing: Writing) -> str:
    """When it happened, as slips say it: the business day and the wall clock's time of day."""
    clock = time.localtime(writing.now_ms // 1000)
    return f"{writing.day} {clock.tm_hour:02}:{clock.tm_min:02}:{clock.tm_sec:02}"


def take(terminal: Terminal) -> Job | None:
    """The next copy to print, marked `printing`; None when nothing waits.

    A copy found `printing` was cut off by a restart: it may be out, so it comes back marked as a reprint.
    """
    with terminal.read() as conn:
        if _NEXT.first(conn) is None:
            return None
    with terminal.db.write() as conn:
        row = _NEXT.first(conn)
        if row is None:
            return None
        again = bool(row.reprint) or row.state == "printing" or row.bytes_out > 0
        _MARK.run(conn, {"b_id": row.id, "state": "printing", "reason": "", "bytes_out": row.bytes_out})
    content = msgspec.json.decode(row.content, type=Content)
    if content.qr:
        code = cards.signed_anew(content.qr, terminal.identity.issuer)  # queued before a new epoch, perhaps
        content = msgspec.structs.replace(content, qr=signed_code(terminal.key, code))
    return Job(row.id, row.slip, row.copy, again, content)


def signed_code(key: SigningKey, text: str) -> str:
    """The text of a slip's QR code: what it says, then the terminal's signature."""
    return f"{text}:{to_base32(key.sign(text.encode()))}"


def finish(terminal: Terminal, job: Job, became: State, reason: str, bytes_out: int) -> PrintState:
    """Write down what became of a copy; returns the state of its slip."""
    values = {"b_id": job.id, "state": became, "reason": reason, "bytes_out": bytes_out}
    with terminal.db.write() as conn:
        _MARK.run(conn, values)
    return state(terminal, job.slip)


def state(terminal: Terminal, slip: str) -> PrintState:
    """Where the copies of a slip are: the worst state among them. Raises `Refused("unknown-slip")`."""
    with terminal.read() as conn:
        rows = _OF_SLIP.all(conn, {"b_slip": slip})
    if not rows:
        raise Refused("unknown-slip")
    latest = {row.copy: row for row in rows}.values()  # a later job of the same copy replaces the earlier
    worst = min(latest, key=lambda row: _WORST_FIRST.index(row.state))
    return PrintState(slip=slip, state=worst.state, reason=worst.reason)


def reprint(terminal: Terminal, slip: str, staff_id: str) -> PrintState:
    """Queue both copies again, marked as a reprint.

    Copies that were never on paper are queued as they were; one at the printer just now is left to it.
    Raises `Refused`: `unknown-slip`, `role-may-not`.
    """
    with terminal.db.write() as conn:
        staff.require(conn, staff_id, "reprint")
        rows = _OF_SLIP.all(conn, {"b_slip": slip})
        if not rows:
            raise Refused("unknown-slip")
        for row in {row.copy: row for row in rows}.values():
            if row.state == "printing":  # or cut off by a restart: `take` finds it and marks it
                continue
            if row.state in OPEN_STATES:
                _MARK.run(conn, {"b_id": row.id, "state": "queued", "reason": "", "bytes_out": row.bytes_out})
            else:
                _INSERT.many(conn, [_row(slip, row.copy, row.content, reprint=True)])
    return state(terminal, slip)


def requeue_failed(terminal: Terminal) -> int:
    """Queue failed copies again, once the printer is well; returns how many.

    Those behind the last `MOST_CAUGHT_UP` stay as they are, to be printed on wish: a printer plugged in
    after a year must not print that year.
    """
    with terminal.db.write() as conn:
        return _REQUEUE.run(conn)


def is_torn(terminal: Terminal) -> bool:
    """Whether the copy that went to the printer last may have left a piece of itself there."""
    with terminal.read() as conn:
        last = _LAST_SENT.first(conn)
    return last is not None and last.state != "printed" and last.reason != "no-proof"


def waiting(terminal: Terminal) -> int:
    """How many copies are still to be printed."""
    with terminal.read() as conn:
        return int(_WAITING.scalar(conn))


def _row(slip: str, copy: str, content: bytes, *, reprint: bool) -> dict[str, Any]:
    return {
        "id": None,
        "slip": slip,
        "copy": copy,
        "reprint": int(reprint),
        "content": content,
        "state": "queued",
        "reason": "",
        "bytes_out": 0,
    }


def _start(*, has_printer: bool) -> dict[str, str]:
    """Without a printer a copy fails at once, so that people are told; a printer set up later prints it."""
    return {} if has_printer else {"state": "failed", "reason": "no-printer"}


def _slip_data(
    writing: Writing,
    terminal: Terminal,
    about: Any,
    redeemed: Redeemed,
    clerk_name: str,
    left: Buckets,
    further: dict[str, Any],
) -> SlipData:
    place = terminal.settings.place
    ending = min((bucket for bucket in left if bucket[0] != points.NEVER), default=None)
    return SlipData(
        scheme_name=place.scheme_name,
        township_name=place.township_name,
        centre_name=place.centre_name,
        slip=redeemed.slip,
        at=local_time(writing),
        clerk_name=clerk_name,
        household=about.id,
        head_name=about.name,
        members=about.members,
        lines=slip_lines(redeemed.lines),
        charge_tenths=redeemed.charged_tenths,
        before_tenths=redeemed.before_tenths,
        after_tenths=redeemed.available_tenths,
        check_code=redeemed.check_code,
        qr=cards.slip_text(
            terminal.identity.issuer,
            redeemed.slip,
            redeemed.check_code,
            redeemed.charged_tenths,
            writing.day,
        ),
        offline=not cursors.get(writing.conn, ONLINE),
        ending_day=ending[0] if ending else "",
        ending_tenths=ending[1] if ending else 0,
        supervision_phone=place.supervision_phone,
        **further,
    )


_INSERT = Prepared(insert(print_job))
_LAST_SLIP = Prepared(
    select(slip_table.c.number)
    .where(slip_table.c.epoch == bindparam("b_epoch"))
    .order_by(slip_table.c.number.desc())
    .limit(1)
)
_HEAD_NAME = Prepared(select(household.c.name).where(household.c.id == bindparam("b_id")))
_STAFF_NAME = Prepared(select(staff_table.c.name).where(staff_table.c.id == bindparam("b_id")))
_NEXT = Prepared(
    select(print_job).where(print_job.c.state.in_(("printing", "queued"))).order_by(print_job.c.id).limit(1)
)
_LATE = print_job.c.id > select(func.max(print_job.c.id)).scalar_subquery() - MOST_CAUGHT_UP
_REQUEUE = Prepared(
    update(print_job).where(print_job.c.state == "failed", _LATE).values(state="queued", reason="")
)
_WAITING = Prepared(
    select(func.count().label("waiting"))
    .select_from(print_job)
    .where(print_job.c.state.in_(("queued", "printing")) | ((print_job.c.state == "failed") & _LATE))
)
_OF_SLIP = Prepared(select(print_job).where(print_job.c.slip == bindparam("b_slip")).order_by(print_job.c.id))
_MARK = Prepared(
    update(print_job)
    .where(print_job.c.id == bindparam("b_id"))
    .values(
        state=bindparam("state"),
        reason=bindparam("reason"),
        bytes_out=func.max(print_job.c.bytes_out, bindparam("bytes_out")),  # what was once out stays out
    )
)
_LAST_SENT = Prepared(
    select(print_job.c.state, print_job.c.reason)
    .where((print_job.c.bytes_out > 0) | (print_job.c.state == "printing"))
    .order_by(print_job.c.id.desc())
    .limit(1)
)
