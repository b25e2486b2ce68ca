"""The text inside the codes we issue: household cards, staff cards, slips; signatures are checked elsewhere.

ASCII in the QR alphanumeric alphabet, fields parted by colons, a base32 Ed25519 signature last:
`P1:YS:0370217:3:…` household card, `S1:YS:M037A:1:…` staff card,
`L1:YS-37:0037-001284:7F3A91C2:280:20261123:…` slip,
`M1:YS-37:1-284:0370217:38-1:20271123.50/0.30::7F3A91C2:…` move slip (see `kiosk.ledger.moves`).

The issuer names whose key signed: the county (`YS`), or a terminal in one epoch (`YS-37`, then `YS-37B`),
so that what was signed before stays checkable after a machine was replaced.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_CODE_CHARS = 512  # of a move slip with some thirty buckets; the others stay below 200

_ISSUER = r"(?P<issuer>[A-Z0-9]{1,6}(?:-[0-9]{1,4}[B-Z]*)?)"
_SIGNATURE = r"(?P<signature>[A-Z2-7]{103})"
_HOUSEHOLD_CARD = re.compile(rf"P1:{_ISSUER}:(?P<household>[0-9]{{7}}):(?P<serial>[0-9]{{1,5}}):{_SIGNATURE}")
_STAFF_CARD = re.compile(rf"S1:{_ISSUER}:(?P<staff>[A-Z0-9]{{1,12}}):(?P<serial>[0-9]{{1,5}}):{_SIGNATURE}")
_SLIP = re.compile(
    rf"L1:{_ISSUER}:(?P<number>[0-9]{{4}}[B-Z]*-[0-9]{{6}}):(?P<check>[0-9A-F]{{8}})"
    rf":(?P<charge>[0-9]{{1,7}}):(?P<day>[0-9]{{8}}):{_SIGNATURE}"
)
_POINTS = r"(?:0|[0-9]{8})\.[0-9]{1,9}"  # the last day of a bucket, 0 where it never ends, and tenths
_MOVE = re.compile(
    rf"M1:{_ISSUER}:(?P<epoch>[0-9]{{1,4}})-(?P<seq>[0-9]{{1,9}}):(?P<household>[0-9]{{7}})"
    rf":(?P<dest>[0-9]{{1,4}})-(?P<dest_epoch>[0-9]{{1,4}}):(?P<buckets>(?:{_POINTS}(?:/{_POINTS})*)?)"
    rf":(?P<home>(?:[0-9]{{1,9}}\.[0-9]{{1,9}}\.-?[0-9]{{1,9}}"
    rf"(?:\.[0-9]{{1,9}}\.[0-9]{{1,9}}\.[0-9]{{8}}\.[0-9]{{8}})?)?)"
    rf":(?P<check>[0-9A-F]{{8}}):{_SIGNATURE}"
)
_TERMINAL = re.compile(r"([0-9]{1,4})([B-Z]*)")


class HouseholdCard(NamedTuple):
    """A household's card as read."""

    issuer: str
    household: str
    serial: int
    signature: str


class StaffCard(NamedTuple):
    """A staff member's card as read."""

    issuer: str
    staff: str
    serial: int
    signature: str


class SlipCode(NamedTuple):
    """The code on a slip as read."""

    issuer: str
    number: str
    check: str  # 8 hex digits
    charge_tenths: int
    day: str  # ISO
    signature: str


class MoveCode(NamedTuple):
    """The code on a move slip as read; what its parts mean is told by `kiosk.ledger.moves`."""

    issuer: str
    epoch: int
    seq: int
    household: str
    dest: int
    dest_epoch: int
    buckets: str
    home: str  # "" unless it is a change of home
    check: str  # 8 hex digits
    signature: str


def kind_of(text: str) -> str:
    """What a text looks like by its first letters: "household", "staff", "slip", "move" or "" for none."""
    return {"P1:": "household", "S1:": "staff", "L1:": "slip", "M1:": "move"}.get(text[:3], "")


def household_card(text: str) -> HouseholdCard | None:
    """The card in `text`, None when it has not the form of one."""
    match = _HOUSEHOLD_CARD.fullmatch(text[:MAX_CODE_CHARS])
    if match is None:
        return None
    return HouseholdCard(match["issuer"], match["household"], int(match["serial"]), match["signature"])


def staff_card(text: str) -> StaffCard | None:
    """The staff card in `text`, None when it has not the form of one."""
    match = _STAFF_CARD.fullmatch(text[:MAX_CODE_CHARS])
    if match is None:
        return None
    return StaffCard(match["issuer"], match["staff"], int(match["serial"]), match["signature"])


def slip_code(text: str) -> SlipCode | None:
    """The slip's code in `text`, None when it has not the form of one."""
    match = _SLIP.fullmatch(text[:MAX_CODE_CHARS])
    if match is None:
        return None
    day = match["day"]
    return SlipCode(
        match["issuer"],
        match["number"],
        match["check"],
        int(match["charge"]),
        f"{day[:4]}-{day[4:6]}-{day[6:]}",
        match["signature"],
    )


def move_code(text: str) -> MoveCode | None:
    """The move slip's code in `text`, None when it has not the form of one."""
    match = _MOVE.fullmatch(text[:MAX_CODE_CHARS])
    if match is None:
        return None
    return MoveCode(
        match["issuer"],
        int(match["epoch"]),
        int(match["seq"]),
        match["household"],
        int(match["dest"]),
        int(match["dest_epoch"]),
        match["buckets"],
        match["home"],
        match["check"],
        match["signature"],
    )


def signed_part(text: str) -> bytes:
    """The bytes a code's signature covers: everything before the last colon."""
    return text.rpartition(":")[0].encode("ascii")


def household_card_text(issuer: str, household: str, serial: int) -> str:
    """The part of a household card to sign; `text + ":" + signature` is the card."""
    return f"P1:{issuer}:{household}:{serial}"


def staff_card_text(issuer: str, staff: str, serial: int) -> str:
    """The part of a staff card to sign."""
    return f"S1:{issuer}:{staff}:{serial}"


def slip_text(issuer: str, number: str, check: str, charge_tenths: int, day: str) -> str:
    """The part of a slip's code to sign; `check` is the entry's check code, dash allowed."""
    return f"L1:{issuer}:{number}:{check.replace('-', '')}:{charge_tenths}:{day.replace('-', '')}"


def issuer_name(county: str, terminal: int, epoch: int) -> str:
    """How a terminal signs in `epoch`: `YS-37` in the first, `YS-37B` in the second."""
    return f"{county}-{terminal}{epoch_letter(epoch)}"


def signed_anew(text: str, issuer: str) -> str:
    """The slip's code `text` to be signed by `issuer`, as a reprint in a later epoch is."""
    kind, _, rest = text.split(":", 2)
    return f"{kind}:{issuer}:{rest}"


def may_issue(issuer: str, number: str) -> bool:
    """Whether the slip `number` is one that `issuer` prints: of its own terminal, of its epoch or before."""
    signs, slip = issuer_place(issuer), issuer_place(f"-{number.partition('-')[0]}")
    return signs is not None and slip is not None and signs[0] == slip[0] and slip[1] <= signs[1]


def issuer_place(issuer: str) -> tuple[int, int] | None:
    """(terminal, epoch) of an issuer like `YS-37B`; None for the county."""
    found = _TERMINAL.fullmatch(issuer.partition("-")[2])
    if found is None:
        return None
    count = 0
    for letter in found[2]:
        count = count * 25 + ord(letter) - ord("A")
    return int(found[1]), count + 1


def slip_number(terminal: int, epoch: int, number: int) -> str:
    """How a slip is numbered: `0037-001284` in the first epoch, `0037B-000001` in the second."""
    return f"{terminal:04}{epoch_letter(epoch)}-{number:06}"


def paper_number(terminal: int, epoch: int, number: int) -> str:
    """How notices and appeal cases are numbered, each from 1: `0037-003`, `0037B-001` in the second epoch."""
    return f"{terminal:04}{epoch_letter(epoch)}-{number:03}"


def epoch_letter(epoch: int) -> str:
    """ "" for epoch 1, B … Z for 2 … 26, BB … for those behind (a 26-letter count without a zero)."""
    assert epoch >= 1
    if epoch == 1:
        return ""
    letters = ""
    rest = epoch
    while rest > 1:
        rest, digit = divmod(rest - 2, 25)
        letters = chr(ord("B") + digit) + letters
        rest += 1
    return letters
