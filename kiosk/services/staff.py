"""Who works here: staff cards and PINs; what a role may do is a table of its own, `roles`."""

from __future__ import annotations

import hashlib
import hmac
import time
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, bindparam, case, delete, func, select

from kiosk.keys import verify_text
from kiosk.ledger import cards
from kiosk.ledger.cardstates import LOCAL_SERIALS_FROM
from kiosk.ledger.refusals import Refused
from kiosk.services.roles import may
from kiosk.services.terminal import Terminal
from kiosk.services.views import Session
from kiosk.store.prepared import Prepared, insert_or_set
from kiosk.store.tables import issuer, pin_try, staff_own
from kiosk.store.tables import staff as staff_table

FREE_TRIES = 5
FIRST_LOCK_S = 15.0  # doubles with every further wrong PIN
MOST_LOCK_S = 3600.0
PIN_DIGITS = range(6, 13)
PIN_TAIL = 16  # characters at the end of the county's hash by which an entry names it


class Colleague(NamedTuple):
    """Somebody who works here, as others may know it. The name is whole: mask it before it is shown."""

    id: str
    name: str
    role: str
    state: str  # active, revoked


class StaffRow(NamedTuple):
    """A staff member as the feed sent them."""

    id: str
    name: str
    role: str
    pin: str
    serial: int
    state: str


def by_card(terminal: Terminal, text: str) -> tuple[str, str]:
    """(staff id, name) of the staff card `text`, to greet before the PIN.

    Raises `Refused`: `staff-card-forged`, `staff-unknown`, `staff-revoked`, `foreign-county`.
    """
    card = cards.staff_card(text)
    if card is None:
        raise Refused("staff-card-forged")
    if card.issuer.partition("-")[0] != terminal.identity.county:
        raise Refused("foreign-county")
    with terminal.read() as conn:
        public = bytes.fromhex(_card_key(terminal, conn, card))
        if not verify_text(public, card.signature, cards.signed_part(text)):
            raise Refused("staff-card-forged")
        person = active(conn, card.staff)
    if person.serial != card.serial:
        raise Refused("staff-revoked")
    return person.id, person.name


def listing(terminal: Terminal) -> tuple[Colleague, ...]:
    """Everybody the county sent for this centre, those whose card was stopped too, by id."""
    with terminal.read() as conn:
        return tuple(Colleague(*row) for row in conn.execute(_EVERYBODY))


def sign_in(terminal: Terminal, staff: str, pin: str) -> Session:
    """Sign in by staff id, or by the text of a staff card, and PIN.

    Raises `Refused`: what `by_card` raises, `pin-wrong` (tries= left), `pin-locked` (seconds=).
    """
    staff_id = by_card(terminal, staff)[0] if cards.kind_of(staff) == "staff" else staff
    with terminal.read() as conn:
        person = active(conn, staff_id)
    check_pin(terminal, staff_id, person.pin, pin)
    return Session(staff=person.id, name=person.name, role=person.role)  # type: ignore[arg-type]


def check_pin(terminal: Terminal, who: str, stored: str, pin: str, *, wrong: str = "pin-wrong") -> None:
    """Compare `pin` with the `stored` hash; tries are counted on disk under `who`.

    Raises `Refused`: `wrong` (tries= left), `pin-locked` (seconds=).
    """
    with terminal.read() as conn:
        tried = _TRIES.first(conn, {"b_staff": who})
    if tried is not None:
        _refuse_locked(terminal, who, tried)
    if not _pin_fits(stored, pin, terminal.identity.centre_key):
        raise _count_failure(terminal, who, wrong)
    if tried is not None:
        with terminal.db.write() as conn:
            forget_tries(conn, who)


def forget_tries(conn: Connection, who: str) -> None:
    """Wrong tries and the lock that followed from them are over, in the caller's transaction."""
    conn.execute(delete(pin_try).where(pin_try.c.staff == who))


def is_pin(text: str) -> bool:
    """Whether `text` has the form of a PIN: six digits or more."""
    return text.isascii() and text.isdigit() and len(text) in PIN_DIGITS


def active(conn: Connection, staff_id: str) -> StaffRow:
    """The staff member. Raises `Refused` `staff-unknown` or `staff-revoked`."""
    row = _STAFF.first(conn, {"b_id": staff_id})
    if row is None:
        raise Refused("staff-unknown")
    if row.state != "active":
        raise Refused("staff-revoked")
    return StaffRow(*row)


def require(conn: Connection, staff_id: str, act: str) -> StaffRow:
    """The staff member, who may do `act`. Raises `Refused("role-may-not")` besides what `active` raises."""
    person = active(conn, staff_id)
    if not may(person.role, act):
        raise Refused("role-may-not")
    return person


def pin_material(centre_key: bytes, pin: str) -> str:
    """What the stored argon2id hash is made over: HMAC-SHA-256 of the PIN under the centre's key, hex."""
    return hmac.new(centre_key, pin.encode(), hashlib.sha256).hexdigest()


def _card_key(terminal: Terminal, conn: Connection, card: cards.StaffCard) -> str:
    """The key a staff card must be signed by: the county's, or one of this terminal's own. "" for others."""
    if (card.serial < LOCAL_SERIALS_FROM) != (card.issuer == terminal.identity.county):
        return ""
    if card.issuer == terminal.identity.county:
        return terminal.identity.county_public
    own = {"b_id": card.issuer, "b_terminal": terminal.identity.terminal}
    return _OWN_ISSUER.scalar(conn, own) or ""


def _pin_fits(stored: str, pin: str, centre_key: str) -> bool:
    if not is_pin(pin):
        return False
    try:
        return PasswordHasher().verify(stored, pin_material(bytes.fromhex(centre_key), pin))
    except (VerifyMismatchError, InvalidHashError):
        return False


def _count_failure(terminal: Terminal, staff_id: str, wrong: str) -> Refused:
    """Count a wrong PIN under the write lock: tries in several processes add up. Returns what to say."""
    with terminal.db.write() as conn:
        tried = _TRIES.first(conn, {"b_staff": staff_id})
        failures = 1 + (tried.failures if tried is not None else 0)
        if failures < FREE_TRIES:
            _keep(conn, staff_id, failures, 0.0)
            return Refused(wrong, tries=FREE_TRIES - failures)
        return _lock(conn, staff_id, failures)


def _refuse_locked(terminal: Terminal, staff_id: str, tried: Any) -> None:
    """A lock holds in every process. When the machine starts anew, its clock does, and so does the lock."""
    if tried.failures < FREE_TRIES:
        return
    if tried.boot != _boot():
        with terminal.db.write() as conn:
            anew = _lock(conn, staff_id, tried.failures)
        raise anew
    left_s = tried.locked_until_ms / 1000 - _monotonic_s()
    if left_s > 0:
        raise Refused("pin-locked", seconds=ceil(left_s))


def _lock(conn: Connection, staff_id: str, failures: int) -> Refused:
    lock_s = min(MOST_LOCK_S, FIRST_LOCK_S * 2 ** min(failures - FREE_TRIES, 10))
    _keep(conn, staff_id, failures, _monotonic_s() + lock_s)
    return Refused("pin-locked", seconds=ceil(lock_s))


def _keep(conn: Connection, staff_id: str, failures: int, until_s: float) -> None:
    values = {"failures": failures, "boot": _boot(), "locked_until_ms": int(until_s * 1000)}
    _COUNT.run(conn, {"staff": staff_id, **values})


def _monotonic_s() -> float:
    """Seconds since the machine started, the same for all its processes; no wall clock moves it."""
    return time.monotonic()


def _boot() -> str:
    """What tells one start of this machine from the next."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:  # a system that does not say: the lock then lasts for `_monotonic_s` alone
        return "unknown"


# what was done here counts over what the county sent, until the county sends something newer
_WITH_OWN = staff_table.outerjoin(staff_own, staff_own.c.staff == staff_table.c.id)
_OWN_PIN = (staff_own.c.pin != "") & (staff_own.c.pin_over == func.substr(staff_table.c.pin, -PIN_TAIL))
_OWN_SERIAL = (staff_own.c.serial > 0) & (staff_own.c.serial_over == staff_table.c.serial)
_STATE = case((staff_own.c.stop_over == staff_table.c.serial, "revoked"), else_=staff_table.c.state)
_STAFF = Prepared(
    select(
        staff_table.c.id,
        staff_table.c.name,
        staff_table.c.role,
        case((_OWN_PIN, staff_own.c.pin), else_=staff_table.c.pin).label("pin"),
        case((_OWN_SERIAL, staff_own.c.serial), else_=staff_table.c.serial).label("serial"),
        _STATE.label("state"),
    )
    .select_from(_WITH_OWN)
    .where(staff_table.c.id == bindparam("b_id"))
)
_EVERYBODY = (
    select(staff_table.c.id, staff_table.c.name, staff_table.c.role, _STATE.label("state"))
    .select_from(_WITH_OWN)
    .order_by(staff_table.c.id)
)
_OWN_ISSUER = Prepared(
    select(issuer.c.public).where(
        issuer.c.id == bindparam("b_id"), issuer.c.terminal == bindparam("b_terminal")
    )
)
_TRIES = Prepared(select(pin_try).where(pin_try.c.staff == bindparam("b_staff")))
_COUNT = insert_or_set(pin_try)
