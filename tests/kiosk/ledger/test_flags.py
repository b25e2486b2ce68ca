"""What an inspector is pointed at, and what he is not: a ring against honest families."""

from __future__ import annotations

from typing import Any

from kiosk.ledger import flags
from kiosk.ledger.entries import Entry
from kiosk.ledger.flags import Hours, Seen


def _entry(seq: int, kind: str = "redeem", actor: str = "M1", **body: Any) -> Entry:
    body = {"how": "card:1", "hh": "0370001", **body}
    return Entry(37, 1, seq, "2026-11-23", 0, kind, 1, actor, "", body)


def _taker(name: str, relation: str = "neighbour", card: str = "") -> dict[str, str]:
    return {"name": name, "ref": f"ref-{name}", "rel": relation, "card": card}


def _eight(**taker: Any) -> list[Entry]:
    return [_entry(at, hh=f"037000{at}", taker=_taker(**taker)) for at in range(1, 9)]


def test_one_collector_for_eight_households_is_flagged_once() -> None:
    (flag,) = flags.collectors(_eight(name="wang", card="0379999"))
    assert (flag.code, flag.hits, len(flag.entries)) == ("one-collector", 8, 8)


def test_neither_a_claimed_kinship_nor_another_name_hides_a_ring() -> None:
    assert flags.collectors(_eight(name="wang", relation="member"))
    names = [_entry(at, hh=f"037000{at}", taker=_taker(f"n{at}", card="0379999")) for at in range(1, 9)]
    (flag,) = flags.collectors(names)
    assert (flag.who, flag.hits) == ("0379999", 8)


def test_an_honest_family_of_eight_is_not() -> None:
    turns = [_entry(at, taker=_taker(f"member{at}", "member", "0370001")) for at in range(1, 9)]
    assert flags.look([Seen(one, 600) for one in turns], Hours(480, 1020)) == ()
    own = [_entry(at, hh=f"037000{at}") for at in range(1, 9)]
    assert flags.look([Seen(one, 600) for one in own], Hours(480, 1020)) == ()
    head = [_entry(at, hh=f"037000{at}", taker=_taker(f"head{at}", "member")) for at in range(1, 9)]
    assert flags.collectors(head) == []
    always = [_entry(at, taker=_taker("daughter", "relative")) for at in range(1, 60)]
    assert flags.collectors(always) == []


def test_many_voids_of_one_clerk() -> None:
    made = [_entry(at) for at in range(1, 41)]
    back = [_entry(100 + at, "void") for at in range(5)]
    (flag,) = flags.voids([*made, *back])
    assert (flag.who, flag.hits, flag.of) == ("M1", 5, 40)
    assert flags.voids([*made, *back[:4]]) == []
    assert flags.voids([*made, *(_entry(200 + at) for at in range(20)), *back]) == []


def test_deductions_without_evidence_but_for_the_countys_order() -> None:
    bare, shown = _entry(1, "deduct"), _entry(2, "deduct", ev=["ab12"])
    (flag,) = flags.deductions([bare, shown, _entry(3, "deduct", order="YS37-1")])
    assert (flag.hits, flag.of, flag.entries) == (1, 2, ("1-1",))
    assert flags.deductions([shown]) == []


def test_the_share_without_a_card() -> None:
    bare = [_entry(at, how="desk:forgot") for at in range(10)]
    (flag,) = flags.cardless([*bare, *(_entry(20 + at) for at in range(23))])
    assert (flag.hits, flag.of) == (10, 33)
    assert flags.cardless([*bare, *(_entry(20 + at) for at in range(24))]) == []
    assert flags.cardless([*bare[:9]]) == []


def test_out_of_hours_counts_the_minute_of_closing() -> None:
    hours = Hours(flags.minutes("08:30"), flags.minutes("17:00"))
    seen = [Seen(_entry(at), minute) for at, minute in enumerate((509, 510, 1019, 1020))]
    (flag,) = flags.out_of_hours(seen, hours)
    assert (flag.entries, flag.of) == (("1-0", "1-3"), 4)
    assert flags.look(seen, None) == ()
