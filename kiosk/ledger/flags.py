"""Patterns in the journal that an inspector should look at; a flag accuses nobody and reads no tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kiosk.ledger.entries import Entry, entry_id

MOST_HOUSEHOLDS = 4  # for which one person may take goods before it is flagged
LEAST_VOIDS, VOIDS_PERCENT = 5, 10  # of a member of staff, and of what he redeemed
LEAST_CARDLESS, CARDLESS_PERCENT = 10, 30
MOST_NAMED = 200  # entries named in one flag
HANDED_OUT = ("redeem", "collect")
DESK = "desk:"  # begins how a household was found by word alone
_BASES = frozenset({"order", "notice"})  # what carries an entry beside two people


class Flag(NamedTuple):
    """One pattern. `who` is a staff id, a collector's reference or card, or "" for nobody."""

    code: str
    who: str
    hits: int  # of what the code counts
    of: int  # out of so many; 0 where there is no such number
    entries: tuple[str, ...]  # at most `MOST_NAMED`


class Hours(NamedTuple):
    """When the centre is open, in minutes of the day; `opens` before `closes`."""

    opens: int
    closes: int


class Seen(NamedTuple):
    """An entry and the minute of the local day its clock said."""

    entry: Entry
    minute: int


def look(seen: Sequence[Seen], hours: Hours | None) -> tuple[Flag, ...]:
    """Every flag over these entries; `hours` None: nobody said when the centre is open."""
    entries = [one.entry for one in seen]
    found = [*collectors(entries), *voids(entries), *deductions(entries), *cardless(entries)]
    return tuple(found + (out_of_hours(seen, hours) if hours else []))


def collectors(entries: Iterable[Entry]) -> list[Flag]:
    """One person who took goods for more than `MOST_HOUSEHOLDS` households: known again by his own card,
    or by the name he gave, whatever relation he claimed. Counts households."""
    by_person: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind in HANDED_OUT and "taker" in entry.body:
            taker = entry.body["taker"]
            by_person[f"name:{taker['name']}"].append(entry)
            if taker["card"] and taker["card"] != entry.body["hh"]:
                by_person[f"card:{taker['card']}"].append(entry)
    found, told = [], set[tuple[str, ...]]()
    for key, taken in by_person.items():
        households = {entry.body["hh"] for entry in taken}
        named = _named(taken)
        if len(households) > MOST_HOUSEHOLDS and named not in told:
            told.add(named)  # the same redemptions by card and by name are one person
            who = taken[0].body["taker"]
            shown = who["card"] if key.startswith("card:") else who["ref"]
            found.append(Flag("one-collector", shown, len(households), 0, named))
    return found


def voids(entries: Sequence[Entry]) -> list[Flag]:
    """Staff with many redemptions taken back, out of those they made."""
    made, back = _by_actor(entries, HANDED_OUT), _by_actor(entries, ("void", "void-ask"))
    return [
        Flag("many-voids", who, len(found), len(made.get(who, ())), _named(found))
        for who, found in back.items()
        if len(found) >= LEAST_VOIDS and len(found) * 100 >= VOIDS_PERCENT * len(made.get(who, ()))
    ]


def deductions(entries: Sequence[Entry]) -> list[Flag]:
    """Deductions of two people's own without evidence; what the county ordered or a notice published has its
    evidence there."""
    taken = [entry for entry in entries if entry.kind == "deduct" and not _BASES & entry.body.keys()]
    bare = [entry for entry in taken if not entry.body.get("ev")]
    return [Flag("no-evidence", "", len(bare), len(taken), _named(bare))] if bare else []


def cardless(entries: Sequence[Entry]) -> list[Flag]:
    """Staff who handed out much without any card, identity number or slip shown."""
    made = _by_actor(entries, HANDED_OUT)
    found = []
    for who, all_of in made.items():
        bare = [entry for entry in all_of if str(entry.body["how"]).startswith(DESK)]
        if len(bare) >= LEAST_CARDLESS and len(bare) * 100 >= CARDLESS_PERCENT * len(all_of):
            found.append(Flag("no-card", who, len(bare), len(all_of), _named(bare)))
    return found


def out_of_hours(seen: Sequence[Seen], hours: Hours) -> list[Flag]:
    """Redemptions while the centre is closed, by the wall clock they carry."""
    made = [one for one in seen if one.entry.kind in HANDED_OUT]
    late = [one.entry for one in made if not hours.opens <= one.minute < hours.closes]
    return [Flag("out-of-hours", "", len(late), len(made), _named(late))] if late else []


def minutes(text: str) -> int:
    """`08:30` in minutes of the day."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _by_actor(entries: Iterable[Entry], kinds: tuple[str, ...]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind in kinds:
            found[entry.actor].append(entry)
    return found


def _named(entries: Sequence[Any]) -> tuple[str, ...]:
    return tuple(entry_id(entry.epoch, entry.seq) for entry in entries[:MOST_NAMED])
