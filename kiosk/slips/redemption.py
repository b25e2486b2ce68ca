"""The slip of a redemption: stub and resident's copy."""

from __future__ import annotations

import msgspec

from drivers.printer.document import Cut, Document, Feed, Part, Qr, Rule, Text
from kiosk.slips.parts import SIGN_LINE, Copy, SlipLine, chinese, day_text, goods_table, names
from kiosk.words import Words, points

APPEAL_DAYS = 15
APPEAL_ANSWER_DAYS = 7


class SlipData(msgspec.Struct, frozen=True, kw_only=True, tag="redemption"):
    """Everything that stands on a redemption slip; names are whole, the resident's copy masks them."""

    scheme_name: str
    township_name: str
    centre_name: str
    slip: str  # 0037-001284
    at: str  # local time "2026-11-23 14:05:09"
    clerk_name: str
    household: str  # seven digits; the last four are printed
    head_name: str
    members: int
    lines: tuple[SlipLine, ...]
    charge_tenths: int
    before_tenths: int
    after_tenths: int
    check_code: str  # 7F3A-91C2
    qr: str  # the signed text of the QR code, ASCII
    offline: bool  # the line to the county was down
    collector_name: str = ""  # who took the goods; "" = the head of the household
    relation: str = ""  # of the collector to the head, ready to read
    deliver: bool = False  # the goods are brought to the door
    ending_day: str = ""  # ISO day on which points end next; "" = nothing is said of it
    ending_tenths: int = 0  # how many of the remaining end on that day
    appeal_body: str = ""  # who hears objections; "" = the usual one
    supervision_phone: str = ""


def redemption_slip(
    data: SlipData, copy: Copy, reprint: bool = False, words: Words | None = None
) -> Document:
    """One copy of a redemption slip: the stub with full names, or the resident's copy with masked ones.

    A reprint says so beside the title and beside the name of the copy. Equal arguments give equal documents.
    """
    say = words or chinese()
    return (
        *_heading(data, copy, reprint, say),
        *goods_table(data.lines, say),
        Rule(),
        Text(say("slip.charge"), points(data.charge_tenths), bold=True),
        Text(say("slip.before"), points(data.before_tenths)),
        Text(say("slip.after"), points(data.after_tenths), bold=True),
        Rule(),
        *_foot(data, copy, say),
        Cut(),
    )


def redemption_slips(
    data: SlipData, resident_copy: bool, reprint: bool = False, words: Words | None = None
) -> Document:
    """Stub and, if wanted, the resident's copy behind it, as one document with a cut between."""
    stub = redemption_slip(data, "stub", reprint, words)
    return (*stub, *redemption_slip(data, "resident", reprint, words)) if resident_copy else stub


def _heading(data: SlipData, copy: Copy, reprint: bool, say: Words) -> list[Part]:
    name = names(copy)
    label = say(f"slip.{copy}") + (f" {say('slip.reprint_mark')}" if reprint else "")
    place = " ".join(part for part in (data.township_name, data.centre_name) if part)
    parts: list[Part] = [
        Text(data.scheme_name, align="center", bold=True, big=True),
        *([Text(place, align="center")] if place else []),
        Text(say("slip.title_reprint" if reprint else "slip.title"), align="center", bold=True),
        Feed(1),
        Text(say("slip.number", slip=data.slip), label),
        Text(data.at, say("slip.clerk", name=name(data.clerk_name))),
        Text(
            say("slip.head", name=name(data.head_name), members=data.members),
            say("slip.tail", tail=data.household[-4:]),
        ),
    ]
    if copy == "stub":
        collector = data.collector_name or say("slip.collector_self")
        relation = data.relation or say("slip.relation_self")
        parts.append(Text(say("slip.collector", name=collector), say("slip.relation", relation=relation)))
    if data.deliver:
        parts.append(Text(say("slip.deliver"), bold=True))
    return parts


def _foot(data: SlipData, copy: Copy, say: Words) -> list[Part]:
    parts: list[Part] = []
    if data.offline:
        parts.append(Text(say("slip.offline")))
    sign = say("slip.sign_collector" if copy == "stub" else "slip.sign_clerk")
    parts += [
        Feed(2),
        Text(sign + SIGN_LINE),
        Feed(1),
        Qr(data.qr),
        Text(say("slip.check_code", code=data.check_code), align="center"),
    ]
    if copy == "resident":
        parts += _notes(data, say)
    return parts


def _notes(data: SlipData, say: Words) -> list[Part]:
    """What only the resident needs: when points end, where to object, whom to call."""
    notes: list[Part] = []
    if data.ending_day:
        key = "slip.ending_some" if data.ending_tenths else "slip.ending_none"
        day = day_text(data.ending_day, data.at[:4], say)
        notes.append(Text(say(key, day=day, points=points(data.ending_tenths))))
    body = data.appeal_body or say("slip.appeal_body")
    notes.append(Text(say("slip.appeal", days=APPEAL_DAYS, body=body, answer_days=APPEAL_ANSWER_DAYS)))
    if data.supervision_phone:
        notes.append(Text(say("slip.phone", phone=data.supervision_phone)))
    return notes
