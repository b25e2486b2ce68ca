"""Every slip that is no redemption: a title, facts, perhaps goods, lines to sign on, a code."""

from __future__ import annotations

import msgspec

from drivers.printer.document import Cut, Document, Feed, Part, Qr, Rule, Text
from kiosk.ledger.cards import kind_of
from kiosk.slips.parts import SIGN_LINE, Copy, SlipLine, chinese, goods_table, names
from kiosk.words import Words, points


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One line: a label (key of its words) and what stands at the right of it."""

    label: str
    value: str
    person: bool = False  # the value is a name: masked on the resident's copy
    bold: bool = False


class Paper(msgspec.Struct, frozen=True, kw_only=True, tag="paper"):
    """Everything that stands on such a slip; names are whole, the resident's copy masks them."""

    scheme_name: str
    township_name: str
    centre_name: str
    title: str  # key of its words; `{title}_reprint` need not exist
    slip: str  # 0037-001284
    at: str  # local time "2026-11-23 14:05:09"
    clerk_name: str
    household: str = ""  # seven digits, the last four are printed; "" where it concerns no household
    head_name: str = ""
    big: str = ""  # one thing to see from afar: a queue number
    facts: tuple[Fact, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()  # ready text, left and right; names in it are masked already
    lines: tuple[SlipLine, ...] = ()
    total_tenths: int = 0  # under the goods
    signs: tuple[str, ...] = ()  # keys of who signs
    second_copy: str = "slip.resident"  # key of what the copy beside the stub is called
    notes: tuple[str, ...] = ()  # ready sentences
    check_code: str = ""
    card: str = ""  # the text of a household's or staff card, drawn on the resident's copy as it is
    qr: str = ""  # the text of the QR code to be signed; "" for a slip without
    offline: bool = False
    supervision_phone: str = ""


def paper_slip(data: Paper, copy: Copy, reprint: bool = False, words: Words | None = None) -> Document:
    """One copy of the slip; equal arguments give equal documents."""
    say = words or chinese()
    return (
        *_heading(data, copy, reprint, say),
        *([Rule()] if data.big or data.facts or not (data.rows or data.lines) else []),
        *_big(data),
        *_card(data, copy, say),
        *(_fact(fact, copy, say) for fact in data.facts),
        *_rows(data),
        *_goods(data, say),
        *_foot(data, copy, say),
        Cut(),
    )


def _heading(data: Paper, copy: Copy, reprint: bool, say: Words) -> list[Part]:
    name = names(copy)
    mark = f" {say('slip.reprint_mark')}" if reprint else ""
    place = " ".join(part for part in (data.township_name, data.centre_name) if part)
    parts: list[Part] = [
        Text(data.scheme_name, align="center", bold=True, big=True),
        *([Text(place, align="center")] if place else []),
        Text(say(data.title) + mark, align="center", bold=True),
        Feed(1),
        Text(say("slip.number", slip=data.slip), say(_called(data, copy)) + mark),
        Text(data.at, say("slip.clerk", name=name(data.clerk_name)) if data.clerk_name else ""),
    ]
    if data.household:
        head = say("slip.household_head", name=name(data.head_name))
        parts.append(Text(head, say("slip.tail", tail=data.household[-4:])))
    return parts


def _called(data: Paper, copy: Copy) -> str:
    return data.second_copy if copy == "resident" else f"slip.{copy}"


def _big(data: Paper) -> list[Part]:
    return [Text(data.big, align="center", bold=True, big=True), Feed(1)] if data.big else []


def _card(data: Paper, copy: Copy, say: Words) -> list[Part]:
    if not data.card or copy != "resident":  # one card: the stub is only signed for
        return []
    shown = "cards.show" if kind_of(data.card) == "household" else "staffing.show"
    return [Qr(data.card), Text(say(shown), align="center"), Rule()]


def _fact(fact: Fact, copy: Copy, say: Words) -> Text:
    value = names(copy)(fact.value) if fact.person else fact.value
    return Text(say(fact.label), value, bold=fact.bold)


def _rows(data: Paper) -> list[Part]:
    return [Rule(), *(Text(left, right) for left, right in data.rows)] if data.rows else []


def _goods(data: Paper, say: Words) -> list[Part]:
    if not data.lines:
        return []
    return [
        *goods_table(data.lines, say),
        Rule(),
        Text(say("slip.sum"), points(data.total_tenths), bold=True),
    ]


def _foot(data: Paper, copy: Copy, say: Words) -> list[Part]:
    parts: list[Part] = [Text(note) for note in data.notes]
    if data.offline:
        parts.append(Text(say("slip.offline")))
    for sign in data.signs:
        parts += [Feed(2), Text(say(sign) + SIGN_LINE)]
    if data.qr and not (data.card and copy == "resident"):  # a card carries one code: its own
        parts += [Feed(1), Qr(data.qr)]
    if data.check_code:
        parts.append(Text(say("slip.check_code", code=data.check_code), align="center"))
    if data.supervision_phone:
        parts.append(Text(say("slip.phone", phone=data.supervision_phone)))
    return parts
