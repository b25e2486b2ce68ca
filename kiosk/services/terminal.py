"""An opened terminal and its write transactions: who we are, may we write, which business day it is."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from kiosk.config import Settings
from kiosk.keys import SigningKey
from kiosk.ledger.entries import GENESIS, Entry
from kiosk.ledger.kinds import signed_enough
from kiosk.ledger.refusals import Refused
from kiosk.services import identity as identities
from kiosk.services import lease
from kiosk.services.clock import Clock, WallClock, days_between
from kiosk.services.identity import Identity
from kiosk.store import cursors, journal
from kiosk.store.database import Database
from kiosk.store.folds import OverdrawnError
from kiosk.store.journal import Head
from kiosk.store.mark import Mark, MarkFile, machine_id
from kiosk.words import DEFAULT_LOCALE, Words

DATABASE_FILE = "terminal.db"
MARK_FILE = "mark"
DAYS_TRUSTED = 7  # the clock alone moves the business day no further than this
CLOCK_BACK_MS = 60_000  # a clock going back more than this is written down
CLOCK_AHEAD_MS = DAYS_TRUSTED * 86_400_000

_log = logging.getLogger(__name__)


class Writing:
    """One write transaction: the head it goes on from and the business day it works under."""

    def __init__(self, terminal: Terminal, conn: Connection, head: Head | None) -> None:
        self.conn = conn
        self.head = head
        self._identity = terminal.identity
        self.terminal = terminal.identity.terminal
        self.epoch = terminal.identity.epoch
        self.issuer = terminal.identity.issuer
        self.settings = terminal.settings
        self.words = terminal.words
        self.day_opened = False
        self.now_ms = terminal.clock.now_ms()
        self.day = head.day if head else ""  # every entry is written under the day that counts

    @property
    def centre_key(self) -> bytes:
        """What digests of names and PINs are made under."""
        return bytes.fromhex(self._identity.centre_key)

    def append(self, kind: str, body: Mapping[str, Any], actor: str = "", second: str = "") -> Head:
        """Write one entry and fold it; returns the new head."""
        assert signed_enough(kind, actor, second, body), f"{kind}: not signed by enough people"
        who = self._identity
        seq = self.head.seq + 1 if self.head and self.head.epoch == who.epoch else 1
        entry = Entry(who.terminal, who.epoch, seq, self.day, self.now_ms, kind, 1, actor, second, body)
        self.head = journal.append(self.conn, self.head, entry)
        if kind == "day-open":
            lease.recount(self.conn, who.epoch, self.settings)
        return self.head

    def note_clock(self, why: str) -> None:
        """Write down that the wall clock can't be followed from the last entry to this one."""
        self.append("clock", {"why": why, "was_ms": self.head.at_ms if self.head else 0})

    def open_day(self, day: str, by: str, actor: str = "") -> None:
        """Move the business day forward."""
        assert day > self.day, "the business day only moves forward"
        self.day = day
        self.day_opened = True
        self.append("day-open", {"by": by}, actor)


class Terminal:
    """What every service needs. Make it with `open_terminal`, end it with `close`."""

    def __init__(self, settings: Settings, identity: Identity, key: SigningKey, clock: Clock) -> None:
        self.settings = settings
        self.words = Words(DEFAULT_LOCALE, settings.place.terms)  # of slips: vouchers under Chinese rules
        self.identity = identity
        self.key = key
        self.clock = clock
        self.county_day = ""  # the county's calendar day, once it has answered since start; also kept on disk
        self.day_opened = False  # a day was opened and what is due is not done yet: see `services.due`
        self.after_commit: Callable[[], None] = lambda: None  # an entry is on disk: tell the line
        folder = settings.data_dir
        self._mark = MarkFile(folder / MARK_FILE)
        self._machine = machine_id()
        self.db = Database(self._database(folder / DATABASE_FILE))

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """A write transaction under the right business day.

        Raises `Refused("needs-epoch")` when the database is older than this machine has already been or the
        county has ended our epoch, `Refused("needs-entries")` until the journal holds what our epoch goes on
        from, and what `Database.write` raises. A guard that was hit raises `Refused("changed-meanwhile")`.
        """
        known = self._mark.read()  # before the lock: the database may be ahead of the mark, never behind
        try:
            with self.db.write() as conn:
                head = journal.head(conn)
                self._check(conn, known, head)
                if known is None and head is None:
                    self._begin_mark()
                writing = Writing(self, conn, head)
                self._open_epoch(writing)
                self._follow_clock(writing)
                yield writing
        except OverdrawnError:
            raise Refused("changed-meanwhile") from None
        if writing.head is not None and writing.head != head:
            self._remember(writing.head)
            self.day_opened |= writing.day_opened
            self.after_commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; works even when writing is refused."""
        with self.db.read() as conn:
            yield conn

    def may_write(self) -> bool:
        """Whether the journal may be written here and now."""
        return not self.blocked()

    def blocked(self) -> str:
        """Why the journal may not be written: `needs-epoch`, `needs-entries`, or "" when it may."""
        known = self._mark.read()
        with self.db.read() as conn:
            try:
                self._check(conn, known, journal.head(conn))
            except Refused as refused:
                return refused.code
        return ""

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    def _database(self, path: Path) -> Path:
        """Raises `Refused("database-missing")` where a journal has been and nothing is left of it."""
        known = self._mark.read()
        been = known is not None and known.seq > 0 and known.epoch >= self.identity.epoch
        if been and not (path.is_dir() or (path.exists() and path.stat().st_size)):
            raise Refused("database-missing", path=path)
        return path

    def _check(self, conn: Connection, known: Mark | None, head: Head | None) -> None:
        """Raises `Refused("needs-epoch")` unless the journal holds what the mark names, on this machine, in
        an epoch the county has not ended; `Refused("needs-entries")` unless a new epoch finds its origin.

        A journal ahead of the mark is the trace of a power cut, or of another process that is just writing
        its mark. A new epoch comes with a mark of its own; only the first may begin without.
        """
        who = self.identity
        foreign = head is not None and head.terminal != who.terminal
        if cursors.get(conn, cursors.ended(who.terminal)) >= who.epoch:
            raise Refused("needs-epoch")
        if head is not None and head.epoch > who.epoch and not foreign:
            raise Refused("needs-epoch")
        if known is None:
            behind = who.epoch > 1 or (head is not None and head.epoch == who.epoch)
        elif known.epoch < who.epoch:
            behind = False
        elif known.epoch > who.epoch or (known.terminal, known.machine) != (who.terminal, self._machine):
            behind = True
        elif known.seq == 0:
            behind = False
        elif head is not None and (head.epoch, head.seq) == (known.epoch, known.seq):
            behind = head.hash.hex() != known.hash
        else:
            row = journal.get(conn, known.epoch, known.seq)
            behind = row is None or row.hash.hex() != known.hash
        if behind:
            raise Refused("needs-epoch")
        opened = head is not None and head.epoch == who.epoch
        if foreign or not (opened or _named(head) == who.origin):
            raise Refused("needs-entries")

    def _begin_mark(self) -> None:
        """Before the first entry of all: a power cut right after it must not look like a lost mark."""
        try:
            self._mark.write(
                Mark(self.identity.terminal, self.identity.epoch, 0, GENESIS.hex(), self._machine)
            )
        except OSError as error:
            code = "disk-full" if error.errno == errno.ENOSPC else "database-read-only"
            raise Refused(code) from error

    def _remember(self, head: Head) -> None:
        mark = Mark(self.identity.terminal, head.epoch, head.seq, head.hash.hex(), self._machine)
        try:
            self._mark.write(mark)
        except OSError as error:  # the entry is committed; a mark that lags behind is what a power cut leaves
            _log.warning("mark not written: %s", error.strerror)

    def _open_epoch(self, writing: Writing) -> None:
        head = writing.head
        if head is not None and head.epoch == self.identity.epoch:
            return
        told = "" if writing.day else self._county_day(writing.conn)
        writing.day = writing.day or told or self.clock.today()  # a clock may be thrown by years
        origin = self.identity.origin  # what the journal ends with: `_check` has seen to it
        writing.append("open", {"from": None if origin is None else list(origin)})
        writing.append("day-open", {"by": "county" if told else "clock"})
        writing.day_opened = True

    def _follow_clock(self, writing: Writing) -> None:
        assert writing.head is not None
        if not -CLOCK_BACK_MS <= writing.now_ms - writing.head.at_ms <= CLOCK_AHEAD_MS:
            writing.note_clock("jump")
        today = self.clock.today()
        if today != writing.day:
            due, by = due_day(writing.day, today, self._county_day(writing.conn))
            if due != writing.day:
                writing.open_day(due, by)

    def _county_day(self, conn: Connection) -> str:
        """The last day the county named, whichever process asked it; "" for none. It is no earlier by now."""
        return max(self.county_day, cursors.county_day(conn)) or self.identity.day


def due_day(day: str, clock: str, county: str) -> tuple[str, str]:
    """The business day that follows `day`, and by whose word; the same day when none is due.

    The clock alone moves it, or the county alone, by at most `DAYS_TRUSTED`; a clock that is within as many
    days of what the county named moves it as far as it says. Forward only.
    """
    ahead = days_between(day, clock)
    if 0 < ahead <= DAYS_TRUSTED:
        return clock, "clock"
    if county <= day:
        return day, ""
    if ahead > 0 and 0 <= days_between(county, clock) <= DAYS_TRUSTED:
        return clock, "county"
    return (county, "county") if days_between(day, county) <= DAYS_TRUSTED else (day, "")


def open_terminal(settings: Settings, clock: Clock | None = None) -> Terminal:
    """Open the terminal that `settings` name, enrolled before. Raises `Refused` with what to do."""
    folder: Path = settings.data_dir
    who = identities.load(folder)
    path = folder / identities.KEY_FILE
    try:
        key = SigningKey.load(path)  # never a new one: nobody would know what it signs
    except (OSError, ValueError) as error:
        raise Refused("identity-unreadable", path=path, reason=error) from None
    return Terminal(settings, who, key, clock or WallClock())


def _named(head: Head | None) -> tuple[int, int, str] | None:
    return None if head is None else (head.epoch, head.seq, head.hash.hex())
