"""Runs the diary at a terminal, day by day under a clock set by hand, through services alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from kiosk.services import day as days
from kiosk.services import due, find, holidays, reserve, staff
from kiosk.services.views import Account
from tests.village import PIN, HandClock
from tests.year import bulk, centre, diary
from tests.year.diary import Left, Line

OPENS_MS = 8 * 3_600_000 + 1_800_000  # half past eight in UTC; only its distance to other moments matters
SECONDS_A_STEP = 20
DAYS_TRUSTED = 7


class Year:
    """The terminal of the diary, and what the people in it remember: the last slip, the last case …"""

    def __init__(self, folder: Path, bulk_count: int) -> None:
        written = diary.read()
        self.people = (*written.people, *bulk.people(bulk_count))
        self.clock = HandClock("2026-01-04", OPENS_MS)
        self.village, self.terminal = centre.open_centre(folder, self.people, self.clock)
        calendar = holidays.calendar(self.terminal.settings)
        self.lines = sorted((*written.lines, *bulk.lines(bulk_count, calendar)), key=lambda line: line.day)
        self.clock_off_days = 0  # how far the clock is thrown
        self.before: Callable[[Year], None] = lambda year: None  # what happens before every step
        self.morning: Callable[[Year], None] = lambda year: None  # and before the day moves on
        self.left: dict[str, dict[str, Left]] = {}
        self.steps = 0
        # what people remember
        self.cards: dict[str, str] = {}  # the card a household shows, where it is not the first
        self.redeemed: dict[str, tuple[int, int]] = {}  # the last redemption of a household
        self.held: dict[str, tuple[int, int]] = {}  # its last reservation
        self.asked = (0, 0)  # the void that waits
        self.case = (0, 0)  # the last objection or appeal
        self.sheet = (0, 0)
        self.notice = (0, 0)
        self.session = (0, 0)
        self.activity = (0, 0)
        self.off: dict[str, tuple[str, int, str]] = {}  # household → rule, what the panel gives instead, why
        self.requests = 0

    def run(self) -> None:
        """The whole diary; `left` then has what the twenty had on each evening it names."""
        from tests.year import steps

        evenings = sorted(diary.read().left)
        for day, lines in groupby(self.lines, key=lambda line: line.day):
            while evenings and evenings[0] < day:
                self._note(evenings.pop(0))
            self._begin(day)
            for line in lines:
                self._step(line, steps.VERBS[line.verb])
            assert self.business_day() == day, f"{day}: the business day is {self.business_day()}"
        for evening in evenings:
            self._note(evening)

    def account(self, household: str) -> Account:
        """A household by the card it shows."""
        return find.by_card(self.terminal, self.card(household))

    def card(self, household: str) -> str:
        """The card a household shows."""
        if household not in self.cards:
            self.cards[household] = self.village.card(household)
        return self.cards[household]

    def request(self) -> str:
        """A request id nobody used before."""
        self.requests += 1
        return f"diary-{self.requests}"

    def business_day(self) -> str:
        """The day the terminal works under."""
        with self.terminal.read() as conn:
            return reserve.journal_day(conn)

    def reopen(self) -> None:
        """The program ends and starts again."""
        settings = self.terminal.settings
        self.terminal.close()
        self.terminal = self.village.open(settings, self.clock)

    def close(self) -> None:
        """Close the terminal."""
        self.village.close()

    def _begin(self, day: str) -> None:
        """The morning: the clock stands on the day, the manager signs in, what is due is done."""
        self.before(self)
        self.morning(self)
        self.clock.day = date.fromisoformat(day)
        self.clock.ms_of_day = OPENS_MS
        days.follow_clock(self.terminal)
        due.follow(self.terminal)
        staff.sign_in(self.terminal, self.village.staff_card("M037A"), PIN)

    def _step(self, line: Line, act: Callable[[Year, Line], None]) -> None:
        self.before(self)
        self.clock.move(seconds=SECONDS_A_STEP)
        self.steps += 1
        try:
            act(self, line)
        except Exception as error:
            error.add_note(f"{line.at}: {line.day} {line.who} {line.verb} {' '.join(line.words)}")
            raise

    def _note(self, evening: str) -> None:
        found: dict[str, Left] = {}
        for one in diary.read().people:
            has = self.account(one.id)
            pots = (has.available_tenths, has.saved_tenths, has.held_tenths, has.owed_tenths)
            found[one.id] = Left(*pots)
        self.left[evening] = found


def goods(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(SKU, figure) pairs at the beginning of `words`: `soap 2 salt 1 …`."""
    at = 0
    while at + 1 < len(words) and re.fullmatch(r"[+-]?[0-9]+(\.[0-9])?", words[at + 1]):
        yield words[at], words[at + 1]
        at += 2


def basket(words: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """`goods` with whole numbers."""
    return tuple((sku, int(pieces)) for sku, pieces in goods(words))


def word_behind(words: tuple[str, ...], name: str, default: str = "") -> str:
    """The word that follows `name`."""
    return words[words.index(name) + 1] if name in words else default
