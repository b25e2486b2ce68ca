"""Lists of people from Excel or CSV: every row is checked first, then all or nothing is written.

Identity numbers and PINs are checked and never said again, in no message and no error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from kiosk.books import sheet
from kiosk.books.rows import Row, RowsUnreadable, read
from kiosk.books.table import Column, Table
from kiosk.initials import initials
from kiosk.ledger import identity_number
from kiosk.services.clock import is_day
from kiosk.services.roles import ROLES
from kiosk.services.staff import PIN_DIGITS, is_pin
from sync.county import cardbook, memberbook, registry
from sync.county.database import County, CountyError
from sync.county.memberbook import MOST_MEMBERS, Listed
from sync.county.registry import Household, Person
from sync.county.tables import cards, centres, households, staff

KINDS = ("households", "members", "cards", "staff")
MOST_ERRORS = 100
MOST_OPENING = 100_000  # points
MOST_NAME_CHARS = 40
Progress = Callable[[int, int], None]

# column → what people call it; the first is the heading of the template
_HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "households": {
        "household": ("户号",),
        "name": ("户主", "户主姓名"),
        "members": ("家庭成员数", "人口"),
        "pinyin": ("拼音首字母",),
        "phone_tail": ("电话尾号",),
        "identity": ("户主身份证号", "身份证号"),
        "opening": ("期初积分",),
        "expires": ("期初积分到期日",),
    },
    "members": {
        "household": ("户号",),
        "name": ("姓名",),
        "identity": ("身份证号",),
        "member": ("成员序号",),
        "born": ("出生年",),
        "state": ("状态",),
    },
    "cards": {"household": ("户号",)},
    "staff": {
        "staff": ("工号",),
        "centre": ("兑换点",),
        "name": ("姓名",),
        "role": ("角色",),
        "pin": ("初始密码",),
    },
}
_NEEDED = {
    "households": ("household", "name"),
    "members": ("household",),
    "cards": ("household",),
    "staff": ("staff", "centre", "name", "role", "pin"),
}
STATE_WORDS = {"在册": "active", "迁出": "gone"}
ROLE_WORDS = dict(zip(("管理员", "网格员", "复核人", "监督员", "评议组", "技术员"), ROLES, strict=True))


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong in one row; never the content of a cell."""

    row: int
    column: str  # its heading
    message: str


class RowsWrong(CountyError):  # noqa: N818 - it reads as the sentence it is
    """At least one row is wrong, so nothing was imported."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(
            f"{len(self.wrong)} rows are wrong, nothing was imported; correct them and try again"
        )


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or with a dry run would do."""

    kind: str
    rows: int
    opening_tenths: int  # ordered to the home terminals
    dry_run: bool
    cards: tuple[str, ...]  # texts of the cards that were issued, in the order of the rows


class _Known(NamedTuple):
    """What the registry has already."""

    centres: Mapping[str, int]  # terminal by centre
    households: frozenset[str]
    carded: frozenset[str]
    staff: frozenset[str]


def run(county: County, path: Path, kind: str, *, dry_run: bool, progress: Progress) -> Imported:
    """Import a list of `kind`. Raises `RowsWrong` with every wrong row, `CountyError` for another file."""
    try:
        rows = read(path, _HEADINGS[kind], _NEEDED[kind])
    except RowsUnreadable as error:
        raise CountyError(str(error)) from None
    known = _known(county)
    wrong: list[Wrong] = []
    made: list[Any] = []
    seen: set[str] = set()
    for at, row in enumerate(rows, 1):
        found, one = _CHECKS[kind](row, known, seen)
        wrong += [Wrong(row.number, _HEADINGS[kind][column][0], why) for column, why in found]
        made.append(one)
        progress(at, len(rows))
        if len(wrong) >= MOST_ERRORS:
            break
    if wrong:
        raise RowsWrong(wrong[:MOST_ERRORS])
    opening = sum(one.opening_tenths for one in made) if kind == "households" else 0
    texts = () if dry_run else tuple(_WRITE[kind](county, made, progress))
    return Imported(kind=kind, rows=len(rows), opening_tenths=opening, dry_run=dry_run, cards=texts)


def template(kind: str, path: Path) -> None:
    """An empty list with its headings, to be filled in; what must be filled in carries a star."""
    needed = _NEEDED[kind]
    columns = tuple(
        Column(heading=words[0] + ("*" if name in needed else ""), weight=14)
        for name, words in _HEADINGS[kind].items()
    )
    sheet.write([Table(title=_TITLES[kind], place="", period="", columns=columns, rows=())], path)


def _known(county: County) -> _Known:
    with county.read() as conn:
        own = [table.c.county == county.code for table in (centres, households, cards, staff)]
        return _Known(
            {row.centre: row.terminal for row in conn.execute(select(centres).where(own[0]))},
            frozenset(conn.execute(select(households.c.household).where(own[1])).scalars()),
            frozenset(
                conn.execute(select(cards.c.household).where(own[2], cards.c.state == "active")).scalars()
            ),
            frozenset(conn.execute(select(staff.c.staff).where(own[3])).scalars()),
        )


Found = list[tuple[str, str]]


def _household(row: Row, known: _Known, seen: set[str]) -> tuple[Found, Household | None]:
    wrong: Found = []
    cell = row.cells.get
    number = _number(row, seen, wrong)
    if number in known.households:
        wrong.append(("household", "is registered already"))
    home = known.centres.get(number[:3], 0)
    if number and not home:
        wrong.append(("household", f"there is no centre {number[:3]}"))
    _name(row, wrong)
    members = cell("members") or "1"
    if not (members.isascii() and members.isdigit() and 0 < int(members[:9]) <= MOST_MEMBERS):
        wrong.append(("members", f"a number from 1 to {MOST_MEMBERS}"))
    tail = cell("phone_tail") or ""
    if tail and not (tail.isascii() and tail.isdigit() and len(tail) <= 4):
        wrong.append(("phone_tail", "four digits at most"))
    identity = _identity(row, seen, wrong)
    opening = _tenths(cell("opening") or "0")
    if opening is None:
        wrong.append(("opening", f"points from 0 to {MOST_OPENING}, one decimal at most"))
    expires = cell("expires") or ""
    if expires and not is_day(expires):
        wrong.append(("expires", "a day as 2026-12-31"))
    if wrong:
        return wrong, None
    return wrong, Household(
        household=number,
        name=cell("name") or "",
        members=int(members),
        pinyin=(cell("pinyin") or initials(cell("name") or "")).lower(),
        phone_tail=tail,
        home=home,
        identity_numbers=(identity,) if identity else (),
        opening_tenths=opening or 0,
        opening_expires=expires,
    )


def _member(row: Row, known: _Known, seen: set[str]) -> tuple[Found, Listed | None]:
    """A name, an identity number, or both."""
    wrong: Found = []
    cell = row.cells.get
    number = _number(row, set(), wrong)
    if number and number not in known.households:
        wrong.append(("household", "is not registered; import the households first"))
    identity = _identity(row, seen, wrong)
    name, place, born = cell("name") or "", cell("member") or "0", cell("born") or "0"
    if not (name or identity) and not wrong:
        wrong.append(("name", "a name or an identity number"))
    if name:
        _name(row, wrong)
    if not (place.isascii() and place.isdigit() and int(place[:9]) <= MOST_MEMBERS):
        wrong.append(("member", f"a number from 1 to {MOST_MEMBERS}, or nothing"))
    elif place != "0" and f"{number}:{int(place)}" in seen:
        wrong.append(("member", "is in the list twice"))
    else:
        seen.add(f"{number}:{int(place)}")
    if born != "0" and not (
        born.isascii() and born.isdigit() and born[:2] in ("19", "20") and len(born) == 4
    ):
        wrong.append(("born", "a year as 1958"))
    state = STATE_WORDS.get(cell("state") or "", cell("state") or "active")
    if state not in STATE_WORDS.values():
        wrong.append(("state", f"one of {', '.join(STATE_WORDS)}, or nothing"))
    if wrong:
        return wrong, None
    return wrong, Listed(
        household=number, name=name, identity=identity, member=int(place), born=int(born), state=state
    )


def _card(row: Row, known: _Known, seen: set[str]) -> tuple[Found, str]:
    wrong: Found = []
    number = _number(row, seen, wrong)
    if number and number not in known.households:
        wrong.append(("household", "is not registered; import the households first"))
    if number in known.carded:
        wrong.append(("household", "has a card already"))
    return wrong, number


def _person(row: Row, known: _Known, seen: set[str]) -> tuple[Found, Person]:
    wrong: Found = []
    cell = row.cells.__getitem__
    who, role = cell("staff"), ROLE_WORDS.get(cell("role"), cell("role"))
    if not (who.isascii() and who.isalnum() and who.isupper() and len(who) <= 12):
        wrong.append(("staff", "capital letters and digits, twelve at most"))
    elif who in known.staff:
        wrong.append(("staff", "is registered already"))
    elif who in seen:
        wrong.append(("staff", "is in the list twice"))
    seen.add(who)
    centre = cell("centre").zfill(3)
    if centre not in known.centres:
        wrong.append(("centre", "there is no such centre; add it with `county enrol`"))
    if role not in ROLES:
        wrong.append(("role", f"one of {', '.join(ROLE_WORDS)}"))
    _name(row, wrong)
    if not is_pin(cell("pin")):
        wrong.append(("pin", f"{PIN_DIGITS.start} to {PIN_DIGITS.stop - 1} digits"))
    return wrong, Person(staff=who, centre=centre, name=cell("name"), role=role, pin=cell("pin"))


def _number(row: Row, seen: set[str], wrong: Found) -> str:
    """Seven digits; a spreadsheet takes the noughts in front away."""
    number = row.cells["household"]
    number = number.zfill(7) if number.isascii() and number.isdigit() else ""
    if len(number) != 7:
        wrong.append(("household", "seven digits"))
        return ""
    if number in seen:
        wrong.append(("household", "is in the list twice"))
    seen.add(number)
    return number


def _name(row: Row, wrong: Found) -> None:
    name = row.cells["name"]
    if not 0 < len(name) <= MOST_NAME_CHARS or not name.isprintable():
        wrong.append(("name", f"1 to {MOST_NAME_CHARS} characters"))


def _identity(row: Row, seen: set[str], wrong: Found) -> str:
    """An identity number whose check character is right (GB 11643-1999), once in a list; "" for none."""
    number = row.cells.get("identity", "").upper()
    if not number:
        return ""
    if "identity" in row.inexact:
        wrong.append(("identity", "was rounded by the spreadsheet; type it again in a column of text"))
    elif not (identity_number.plausible(number) or identity_number.on_card("foreigner", number)):
        wrong.append(("identity", "length or check character is wrong"))
    elif number in seen:
        wrong.append(("identity", "is in the list twice"))
    seen.add(number)
    return number


def _tenths(text: str) -> int | None:
    whole, dot, part = text.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdigit() and whole) or (dot and len(part) != 1) or len(whole) > 6:
        return None
    tenths = int(whole) * 10 + int(part or 0)
    return tenths if tenths <= MOST_OPENING * 10 else None


def _write_households(county: County, made: list[Household], _progress: Progress) -> list[str]:
    registry.add_households(county, made)
    return []


def _write_members(county: County, made: list[Listed], _progress: Progress) -> list[str]:
    memberbook.take_list(county, made)
    return []


def _write_cards(county: County, made: list[str], _progress: Progress) -> list[str]:
    return cardbook.issue_cards(county, made)


def _write_people(county: County, made: list[Person], progress: Progress) -> list[str]:
    return registry.add_people(county, made, progress)


_CHECKS: dict[str, Callable[[Row, _Known, set[str]], tuple[Found, Any]]] = {
    "households": _household,
    "members": _member,
    "cards": _card,
    "staff": _person,
}
_WRITE: dict[str, Callable[[County, list[Any], Progress], list[str]]] = {
    "households": _write_households,
    "members": _write_members,
    "cards": _write_cards,
    "staff": _write_people,
}
_TITLES = {"households": "住户名单", "members": "家庭成员名单", "cards": "发卡名单", "staff": "工作人员名单"}
