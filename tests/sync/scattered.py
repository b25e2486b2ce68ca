"""Three centres and a county in one process: lines break, disks are copied and put back; no test.

The machines are real terminals and the county is real; only the wire between them is a function call.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk import config
from kiosk.keys import SigningKey
from kiosk.ledger.entries import Entry, decode
from kiosk.ledger.postings import postings
from kiosk.services import epochs, identity
from kiosk.services.terminal import DATABASE_FILE, Terminal, open_terminal
from kiosk.store import journal
from kiosk.store.database import sqlite_module
from sync.client import Exchanger, ExchangeResult
from sync.county import app, cardbook, intake, own, registry, rules
from sync.county.database import County, open_county
from sync.county.enrolment import enrol_directly
from sync.county.registry import Good, Household
from sync.county.settings import CountySettings
from sync.county.tables import entries
from sync.county.tables import epochs as epochs_table
from sync.enrolling import identity_of
from sync.protocol import EXCHANGE_PATH
from sync.transport import LineError, _checked
from tests.sync import places
from tests.village import HandClock, receive

NUMBERS = (37, 38, 39)
HOUSEHOLDS = {"0370001": 37, "0370002": 37, "0380001": 38, "0390001": 39}
OPENING_TENTHS = 400
PIN = "135790"
Place = tuple[int, int, int]  # terminal, epoch, seq
Moved = tuple[str, int]  # household, tenths of all pots
Ended = tuple[str, Moved]  # "move-in" or "move-back"


class BrokenLine:
    """Requests go straight to the county's own handlers; behind `good` of them the line fails: `how`."""

    def __init__(self, county: County, how: str = "", good: int = 0) -> None:
        self._county, self._how, self._good = county, how, good
        self.bytes_out = self.bytes_in = 0

    def post(self, path: str, request: bytes) -> bytes:
        """The answer, or `LineError`: it never came there ("cut"), or the answer did not ("lost")."""
        self._good -= 1
        if self._how == "cut" and self._good < 0:
            raise LineError("no-line")
        act: Callable[[Any], Any]
        if path == EXCHANGE_PATH:
            act = lambda sealed: intake.exchange(self._county, sealed, 20.0)  # noqa: E731
        else:
            act = lambda sealed: own.behind(self._county, sealed)  # noqa: E731
        answer = app._taken(self._county, request, act)
        if self._how == "lost" and self._good < 0:
            raise LineError("timed-out")
        return _checked(answer.status_code, True, bytes(answer.body))


class Machine:
    """One computer with the disk of a terminal in it."""

    def __init__(self, number: int, folder: Path, clock: HandClock) -> None:
        self.number, self.folder, self._clock = number, folder, clock
        self.terminal = self._open()
        self.backups = sorted(folder.glob("backup-*.db"))  # a clone has them too

    @property
    def staff(self) -> tuple[str, str]:
        """Manager and reviewer there."""
        return f"M{self.number:03}A", f"R{self.number:03}A"

    def exchange(self, county: County, how: str = "", good: int = 0) -> ExchangeResult:
        """One exchange over a line that may break."""
        line: Any = BrokenLine(county, how, good)
        return Exchanger(self.terminal, line, lambda job, *args: job(*args), may_set_aside=True).run()

    def enrol(self, county: County) -> None:
        """Get the next epoch, whatever is on the disk and has not been pushed."""
        self.close()
        key = SigningKey.load_or_make(self.folder / identity.KEY_FILE)
        epochs.adopt(self.folder, identity_of(enrol_directly(county, f"{self.number:03}", key)))
        self.terminal = self._open()

    def back_up(self) -> None:
        """Copy the database as it is now."""
        copy = self.folder / f"backup-{len(self.backups):03}.db"
        conn = sqlite_module().connect(self.terminal.db.path)
        conn.execute("VACUUM INTO ?", (str(copy),))
        conn.close()
        self.backups.append(copy)

    def put_back(self, choice: int) -> None:
        """An older copy takes the database's place."""
        self.close()
        for name in ("", "-wal", "-shm"):
            (self.folder / f"{DATABASE_FILE}{name}").unlink(missing_ok=True)
        shutil.copy(self.backups[choice % len(self.backups)], self.folder / DATABASE_FILE)
        self.terminal = self._open()

    def clone(self, to: Path) -> Machine:
        """The same disk once more, mark and machine id and all."""
        self.close()
        shutil.copytree(self.folder, to)
        self.terminal = self._open()
        return Machine(self.number, to, self._clock)

    def close(self) -> None:
        """Switch off."""
        self.terminal.close()

    def entries(self) -> Iterator[tuple[Entry, bytes]]:
        """The journal on this disk."""
        with self.terminal.read() as conn:
            for row in journal.everything(conn):
                yield decode(row.data), bytes(row.hash)

    def _open(self) -> Terminal:
        settings = config.Settings(
            terminal=config.TerminalSettings(data_dir=str(self.folder)),
            county=config.CountySettings(url="http://127.0.0.1:9"),
        )
        return open_terminal(settings, self._clock)


def build(folder: Path) -> None:
    """A county with three centres, each enrolled, with staff, goods and households; everything exchanged."""
    county = county_in(folder, create=True)
    registry.begin(county)
    for number in NUMBERS:
        registry.add_centre(county, f"{number:03}", f"村{number}", "示范镇", number)
    registry.add_goods(county, [Good(sku="soap", name="肥皂", unit="块", price_tenths=30, barcode="1")])
    rules.import_rules(county, [places.rule(20)])
    for number in NUMBERS:
        registry.add_staff(county, f"{number:03}", f"M{number:03}A", "李秀梅", "manager", PIN)
        registry.add_staff(county, f"{number:03}", f"R{number:03}A", "王长河", "reviewer", PIN)
    registry.add_households(
        county,
        [
            Household(household=one, name="张大山", home=home, opening_tenths=OPENING_TENTHS, limits="off")
            for one, home in HOUSEHOLDS.items()
        ],
    )
    for household in HOUSEHOLDS:
        cardbook.issue_card(county, household)
    machines = [_first(county, folder / f"t{number}", number) for number in NUMBERS]
    for _ in range(2):  # the second time brings the keys of those enrolled later
        for machine in machines:
            assert machine.exchange(county).ok
    for machine in machines:
        receive(machine.terminal, "soap", 500, "", "finance", *machine.staff)
        assert machine.exchange(county).ok
        machine.close()
    county.close()


def county_in(folder: Path, *, create: bool = False) -> County:
    """The county whose books are in `folder`."""
    return open_county(CountySettings(code="YS", name="示例旗", folder=str(folder / "county")), create=create)


def _first(county: County, folder: Path, number: int) -> Machine:
    folder.mkdir(parents=True)
    key = SigningKey.load_or_make(folder / identity.KEY_FILE)
    epochs.adopt(folder, identity_of(enrol_directly(county, f"{number:03}", key)))
    return Machine(number, folder, HandClock())


class Truth(NamedTuple):
    """What stands: everything the county took, and behind it what one machine a number has still to push."""

    entries: dict[Place, Entry]

    def sums(self) -> dict[str, Counter[str]]:
        """Household → pot → tenths, as posted."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in self.entries.values():
            for posting in postings(entry.kind, entry.body):
                found[posting.household][posting.pot] += posting.tenths
        return found

    def moves(self) -> tuple[dict[Place, Moved], dict[Place, list[Ended]], Counter[str]]:
        """What left, what was taken in or back, and what left once more for arrivals that were lost."""
        sent: dict[Place, Moved] = {}
        ended: dict[Place, list[Ended]] = defaultdict(list)
        settled: Counter[str] = Counter()
        for place, entry in self.entries.items():
            moved = [one for one in postings(entry.kind, entry.body) if one.pot == "away"]
            tenths = sum(one.tenths for one in moved)
            if entry.kind == "move-out" and "settles" in entry.body:
                settled[entry.body["hh"]] += tenths
            elif entry.kind == "move-out":
                sent[place] = (entry.body["hh"], tenths)
            elif entry.kind in ("move-in", "move-back"):
                id_ = (
                    (place[0], *entry.body["out"]) if entry.kind == "move-back" else tuple(entry.body["move"])
                )
                ended[id_].append((entry.kind, (entry.body["hh"], -tenths)))
        return sent, ended, settled


def truth(county: County, machines: list[Machine]) -> Truth:
    """What stands if these machines, one a number, are those that push first."""
    found: dict[Place, Entry] = {}
    hashes: dict[Place, bytes] = {}
    with county.read() as conn:
        for row in conn.execute(select(entries)):
            place = (row.terminal, row.epoch, row.seq)
            found[place], hashes[place] = decode(bytes(row.bytes)), bytes(row.hash)
        open_ones = {
            (row.terminal, row.epoch): row.acknowledged
            for row in conn.execute(select(epochs_table).where(epochs_table.c.state == "open"))
        }
    for machine in machines:
        ours = {
            (machine.number, entry.epoch, entry.seq): (entry, digest) for entry, digest in machine.entries()
        }
        epoch = machine.terminal.identity.epoch
        acknowledged = open_ones.get((machine.number, epoch))
        end = (machine.number, epoch, acknowledged or 0)
        if acknowledged is None or (acknowledged and (end not in ours or ours[end][1] != hashes[end])):
            continue  # its epoch is over, or it went another way
        if machine.terminal.blocked():
            continue
        found.update({place: entry for place, (entry, _) in ours.items() if place[1:] > end[1:]})
    return Truth(found)
