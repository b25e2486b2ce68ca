"""Calling an activity off: with a reason and a slip for the wall; who had signed in stays in the books."""

from __future__ import annotations

import msgspec

from kiosk.ledger.cards import slip_number
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import activities, printing, staff
from kiosk.services.activities import Activity
from kiosk.services.terminal import Terminal
from kiosk.slips.paper import Fact

REASONS = ("weather", "few", "place", "busy", "mistake", "other")


class CalledOff(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that does not take place."""

    entry: str
    slip: str
    activity: Activity


def call_off(terminal: Terminal, place: tuple[int, int], why: str, actor: str) -> CalledOff:
    """Call an activity off for one of `REASONS`; nobody signs in to it or is credited for it any more.

    A slip to hang up is printed. Raises `Refused`: `reason-needed`, `role-may-not`, `unknown-activity`,
    `activity-off` when it is called off already, `activity-credited` once a household has its points.
    """
    if why not in REASONS:
        raise Refused("reason-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "activity")
        made = activities.describe(writing.conn, *place)
        if made.off:
            raise Refused("activity-off")
        if made.credited:
            raise Refused("activity-credited")
        number = printing.next_number(writing)
        body = {"activity": list(place), "why": why, "signed": made.signed, "slip": number}
        head = writing.append("activity-off", body, actor)
        say = terminal.words
        printing.queue_paper(
            *(writing, head, number, "activity.off-slip"),
            actor=actor,
            facts=(
                Fact(label="activity.title", value=made.title, bold=True),
                Fact(label="activity.place", value=made.place),
                Fact(label="activity.when", value=f"{made.day} {made.time}"),
                Fact(label="activity.off-why", value=say(f"activity.why.{why}"), bold=True),
            ),
            notes=(say("activity.off-note", n=made.signed),),
            signs=("slip.sign_clerk",),
        )
        return CalledOff(
            entry=entry_id(head.epoch, head.seq),
            slip=slip_number(writing.terminal, head.epoch, number),
            activity=activities.describe(writing.conn, *place),
        )
