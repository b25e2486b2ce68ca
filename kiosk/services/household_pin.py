"""A resident's own PIN: set at the desk with card or identity card, asked for when goods are redeemed."""

from __future__ import annotations

from argon2 import PasswordHasher
from sqlalchemy import bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, deeds, staff
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household_pin

CONFIRMATIONS = ("tap", "pin", "sign")  # on the screen, by the household's own PIN, on the stub


def set_pin(terminal: Terminal, proof: Proof, pin: str, actor: str) -> str:
    """Set or change the household's PIN, or remove it with ""; returns the entry's id.

    The chain gets the argon2id hash alone, over the HMAC under the centre's key. Raises `Refused`:
    `household-pin-proof` (found by hand at the desk), `household-pin-form`, `card-lost` …,
    `unknown-household`, `not-home`, `role-may-not`.
    """
    if not (proof.how == "digest" or proof.how.startswith("card:")):
        raise Refused("household-pin-proof")
    if pin and not staff.is_pin(pin):
        raise Refused("household-pin-form")
    key = bytes.fromhex(terminal.identity.centre_key)
    stored = PasswordHasher().hash(staff.pin_material(key, pin)) if pin else ""  # slow: before the lock
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "pin")
        deeds.require_home(writing.conn, terminal, proof.household)
        basket.check_card(basket.about(writing.conn, terminal, proof), proof)
        head = writing.append("pin-set", {"hh": proof.household, "hash": stored, "how": proof.how}, actor)
    return entry_id(head.epoch, head.seq)


def check(terminal: Terminal, household_id: str, pin: str) -> None:
    """Compare the PIN of a household; tries are counted on disk like those of staff.

    Raises `Refused`: `household-pin-none`, `household-pin-wrong` (tries= left), `pin-locked` (seconds=).
    """
    with terminal.read() as conn:
        stored = _HASH.scalar(conn, {"b_household": household_id})
    if stored is None:
        raise Refused("household-pin-none")
    staff.check_pin(terminal, f"household:{household_id}", stored, pin, wrong="household-pin-wrong")


def confirmed(terminal: Terminal, household_id: str, confirm: str, pin: str) -> None:
    """Before goods are handed out: where the resident confirms by PIN, it must be the right one.

    Raises as `check` does.
    """
    assert confirm in CONFIRMATIONS
    if confirm == "pin":
        check(terminal, household_id, pin)


_HASH = Prepared(select(household_pin.c.hash).where(household_pin.c.household == bindparam("b_household")))
