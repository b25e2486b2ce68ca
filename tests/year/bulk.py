"""What the households beside the twenty do: it follows from their number alone, by the rule told here.

The households are numbered n = 1, 2, 3 …; months m = 1 … 12; day k of a month is its k-th working day, and
"day k" means the remainder of k by the number of days there are. A household n

- brings 10 points and the remainder of n by 7 from the year before; they end on 30 June;
- declares in each month on day 11n + m (of those before the 25th) one deed, number n + m of `DEEDS`; where
  n + m is a multiple of 4, also two points of voluntary service the working day after;
- redeems every second month (n + m even) on day 7n + m one piece of good number n + m of `GOODS`; where
  n is 7 or 7 more than a multiple of 40, two people take that back at once;
- books for collective day s = 1 … 4 where n + s is a multiple of 3, on day n of those to book, one piece of
  that day's small good, and collects it, but for n with remainder 0 by 9, who stay away; comes without having
  booked where n + s has remainder 1 by 12;
- with remainder 5 by 12 borrows one point on 13 April; with remainder 5 by 24 repays it on 16 April, else the
  next deed does;
- with remainder 2 by 5 saves two points on 9 June, and takes one out again on 10 November;
- with remainder 9 by 50 is fined a point on 3 September, for litter;
- with remainder 11 by 60 loses the card on 20 October and gets another the day after;
- with remainder 4 by 20 comes to the four activities of the year.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.ledger.workdays import Calendar, is_working, next_working
from tests.year.diary import Line, Person

YEAR = 2026
FIRST_ID = 370_200
DEEDS = (
    ("tidy-yard", "2.5"),
    ("party-volunteer", "3"),
    ("study-lead", "3"),
    ("work-courtyard", "2"),
    ("law-mediation", "2.5"),
)
GOODS = ("soap", "vinegar", "toothbrush", "pen")
SESSIONS = (("2026-02-12", "sugar"), ("2026-05-15", "soap"), ("2026-09-23", "salt"), ("2026-12-18", "salt"))
TO_BOOK = (("02-02", "02-11"), ("05-06", "05-14"), ("09-14", "09-22"), ("12-10", "12-17"))
ACTIVITIES = ("2026-03-03", "2026-06-09", "2026-09-08", "2026-12-08")


def people(count: int) -> list[Person]:
    """The first `count` of them."""
    return [
        Person(f"{FIRST_ID + n:07}", f"n{n}", f"户{n}", 1 + n % 6, 100 + 10 * (n % 7))
        for n in range(1, count + 1)
    ]


def lines(count: int, calendar: Calendar) -> list[Line]:
    """What they do in the year, by day."""
    months = [_working_days(month, calendar) for month in range(1, 13)]
    found = [
        Line(day, f"{FIRST_ID + n:07}", verb, tuple(words.split()), f"bulk.py n={n}")
        for n in range(1, count + 1)
        for day, verb, words in (
            *_deeds(n, months, calendar),
            *_redemptions(n, months),
            *_collective(n, calendar),
            *_measures(n),
        )
    ]
    return sorted(found, key=lambda line: line.day)


def _deeds(n: int, months: list[list[str]], calendar: Calendar) -> Iterator[tuple[str, str, str]]:
    for m, days in enumerate(months, 1):
        before = [day for day in days if day[8:] < "24"]
        day = before[(11 * n + m) % len(before)]
        rule, points = DEEDS[(n + m) % len(DEEDS)]
        yield day, "declares", f"{rule} {points}"
        if (n + m) % 4 == 0:
            yield next_working(day, calendar), "declares", "party-volunteer 2 member 1"


def _redemptions(n: int, months: list[list[str]]) -> Iterator[tuple[str, str, str]]:
    for m, days in enumerate(months, 1):
        if (n + m) % 2 == 0:
            day = days[(7 * n + m) % len(days)]
            yield day, "redeems", f"{GOODS[(n + m) // 2 % len(GOODS)]} 1"
            if n % 40 == 7:
                yield day, "is-voided", ""


def _collective(n: int, calendar: Calendar) -> Iterator[tuple[str, str, str]]:
    for s, ((day, good), (first, last)) in enumerate(zip(SESSIONS, TO_BOOK, strict=True), 1):
        days = [one for one in _days(f"{YEAR}-{first}", f"{YEAR}-{last}") if is_working(one, calendar)]
        if (n + s) % 3 == 0:
            yield days[n % len(days)], "books", f"{good} 1"
            if n % 9:
                yield day, "collects", ""
        elif (n + s) % 12 == 1:
            yield day, "walks-in", f"{good} 1"


def _measures(n: int) -> Iterator[tuple[str, str, str]]:
    if n % 12 == 5:
        yield "2026-04-13", "borrows", "1"
        if n % 24 == 5:
            yield "2026-04-16", "repays", "1"
    if n % 5 == 2:
        yield "2026-06-09", "saves", "2"
        yield "2026-11-10", "unsaves", "1"
    if n % 50 == 9:
        yield "2026-09-03", "is-fined", "littering 1 photo"
    if n % 60 == 11:
        yield "2026-10-20", "loses-card", ""
        yield "2026-10-21", "gets-card", ""
    if n % 20 == 4:
        for day in ACTIVITIES:
            yield day, "signs-in", ""


def _working_days(month: int, calendar: Calendar) -> list[str]:
    last = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 28 if month == 2 else 30
    days = _days(f"{YEAR}-{month:02}-01", f"{YEAR}-{month:02}-{last}")
    return [day for day in days if is_working(day, calendar)]


def _days(first: str, last: str) -> list[str]:
    return [f"{first[:8]}{day:02}" for day in range(int(first[8:]), int(last[8:]) + 1)]
