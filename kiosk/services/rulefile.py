"""Rules and measures as people write them in a file: read, checked, with the line of all that is wrong.

`assets/catalogue/rules.toml` and `measures.toml` are such files, shipped as examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from kiosk import tomlfile
from kiosk.config import RuleSettings
from kiosk.ledger.rules import CATEGORIES
from kiosk.paths import assets_dir
from kiosk.services.clock import is_day
from kiosk.services.feedrows import CapRow, MeasureRow, RuleRow
from kiosk.tomlfile import File, Item, UnreadableError

MOST_RULES = 500
MOST_POINTS = 10_000.0

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}$")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Points = Annotated[float, msgspec.Meta(ge=0, le=MOST_POINTS)]
Times = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Problem(NamedTuple):
    """Something wrong: `code` is the key of its sentence under `rulefile`, `params` fill it in."""

    line: int
    code: str
    params: dict[str, object]


class Sheet(NamedTuple):
    """What a file says; nothing of it counts while there are problems."""

    name: str
    rules: tuple[RuleRow, ...]
    measures: tuple[MeasureRow, ...]
    problems: tuple[Problem, ...]


class _Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    per: Literal["day", "week", "month", "quarter", "year"]
    of: Literal["household", "member"] = "household"
    points: Points = 0
    times: Times = 0


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: Name
    category: str
    title: Title
    points: Annotated[float, msgspec.Meta(ge=-MOST_POINTS, le=MOST_POINTS)]  # below 0: it takes
    least: Points = -1
    most: Points = -1
    caps: tuple[_Cap, ...] = ()
    group: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,40}$")] = ""
    evidence: Literal["", "note", "photo"] = ""
    sign_most: Points = 0
    measure: str = ""
    starts: str = msgspec.field(name="from", default="")
    state: Literal["active", "ended"] = "active"


class _Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measure: Name
    kind: Literal["add", "deduct", "borrow", "save"]
    title: Title
    text: Words
    settings: tuple[str, ...] = ()  # keys of [rules] in the terminal's settings that fill in the figures


def shipped() -> tuple[RuleRow, ...]:
    """The example rules that come with the program."""
    return _shipped("rules").rules


def shipped_measures() -> tuple[MeasureRow, ...]:
    """The example measures that come with the program."""
    return _shipped("measures").measures


def load(path: Path) -> Sheet:
    """What the file at `path` says, with everything that is wrong in it. Raises `OSError` without a file."""
    try:
        return check(tomlfile.read(path))
    except UnreadableError as error:
        return Sheet("", (), (), (Problem(error.line, "unreadable", {"reason": error.text}),))


def check(file: File) -> Sheet:
    """The rules and measures of `file`; a version number is given by who takes them in."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    found_rules: list[RuleRow] = []
    found_measures: list[MeasureRow] = []
    for item in file.items:
        problems += _twice(item, seen)
        if item.name == "rule" and (one := _form(item, _Rule, problems)):
            wrong = [Problem(item.line_of(key), code, params) for key, code, params in _odd(one)]
            problems += wrong
            if not wrong:
                found_rules.append(_rule_row(one))
        elif item.name == "measure" and (measure := _form(item, _Measure, problems)):
            problems += _odd_settings(item, measure)
            found_measures.append(_measure_row(measure))
        elif item.name not in ("rule", "measure"):
            problems.append(Problem(item.line, "unknown-table", {"name": item.name}))
    if not file.items:
        problems.append(Problem(1, "empty", {}))
    if len(file.items) > MOST_RULES:
        problems.append(Problem(file.items[MOST_RULES].line, "too-many", {"most": MOST_RULES}))
    problems += _unknown_measures(file, {one.measure for one in found_measures})
    name = file.head.values.get("name", "")
    ordered = tuple(sorted(problems, key=lambda one: one.line))
    return Sheet(str(name), tuple(found_rules), tuple(found_measures), ordered)


def _shipped(name: str) -> Sheet:
    sheet = load(assets_dir() / "catalogue" / f"{name}.toml")
    assert not sheet.problems, f"{name}.toml: {sheet.problems}"
    return sheet


def _form(item: Item, form: type[Any], problems: list[Problem]) -> Any:
    """The item as `form`; None, with the problem noted, where it has another form."""
    try:
        return msgspec.convert(item.values, form, strict=True)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$")
        key = _named_key(text, place)
        problems.append(Problem(item.line_of(key), "form", {"key": key or item.name, "reason": text}))
        return None


def _named_key(text: str, place: str) -> str:
    """The key a complaint is about: from its place, or from its words where a key is missing or unknown."""
    at = re.match(r"\.([A-Za-z0-9_]+)", place)
    named = re.search(r"field `([^`]+)`", text)
    return at[1] if at else named[1] if named else ""


def _twice(item: Item, seen: dict[tuple[str, str], int]) -> Iterator[Problem]:
    name = item.values.get(item.name)
    if isinstance(name, str):
        first = seen.setdefault((item.name, name), item.line_of(item.name))
        if first != item.line_of(item.name):
            yield Problem(item.line_of(item.name), "twice", {"name": name, "first": first})


def _odd(one: _Rule) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(key, code, params) of what has the right form and makes no sense."""
    amounts = {"points": abs(one.points), "sign_most": one.sign_most}
    amounts |= {key: value for key, value in (("least", one.least), ("most", one.most)) if value >= 0}
    for key, value in amounts.items():
        if round(value * 10) != round(value * 10, 6):
            yield key, "tenths", {"key": key}
    if not one.points:
        yield "points", "no-points", {}
    if one.category not in CATEGORIES:
        yield "category", "category", {"category": one.category, "known": " ".join(CATEGORIES)}
    least, most = _bounds(one)
    if one.points and not 0 < least <= abs(one.points) <= most:
        yield "least" if least > abs(one.points) else "most", "bounds", {}
    if one.starts and not is_day(one.starts):
        yield "from", "day", {}
    for cap in one.caps:
        if not (cap.points or cap.times):
            yield "caps", "cap-empty", {}
        elif round(cap.points * 10) != round(cap.points * 10, 6):
            yield "caps", "tenths", {"key": "caps"}
        elif cap.points and cap.points < least:
            yield "caps", "cap-below", {}


def _odd_settings(item: Item, measure: _Measure) -> Iterator[Problem]:
    known = {field.name for field in msgspec.structs.fields(RuleSettings)}
    for name in measure.settings:
        if name not in known:
            yield Problem(item.line_of("settings"), "setting", {"name": name})


def _unknown_measures(file: File, own: set[str]) -> Iterator[Problem]:
    """Rules that name a measure which neither this file nor, where it has none, the shipped one knows."""
    named = [(item, item.values.get("measure", "")) for item in file.items if item.name == "rule"]
    if not any(name for _, name in named):
        return
    known = own or {one.measure for one in shipped_measures()}
    for item, name in named:
        if name and name not in known:
            yield Problem(item.line_of("measure"), "measure", {"name": name})


def _bounds(one: _Rule) -> tuple[float, float]:
    usual = abs(one.points)
    return (usual if one.least < 0 else one.least), (usual if one.most < 0 else one.most)


def _rule_row(one: _Rule) -> RuleRow:
    least, most = _bounds(one)
    return RuleRow(
        rule=one.rule,
        category=one.category,
        title=one.title,
        amount=_tenths(abs(one.points)),
        version=1,
        counts_from=one.starts,
        least=_tenths(least),
        most=_tenths(most),
        sign="take" if one.points < 0 else "give",
        caps=tuple(CapRow(cap.per, cap.of, _tenths(cap.points), cap.times) for cap in one.caps),
        group=one.group,
        evidence=one.evidence,
        sign_most=_tenths(one.sign_most),
        measure=one.measure,
        state=one.state,
    )


def _measure_row(one: _Measure) -> MeasureRow:
    settings = " ".join(one.settings)
    return MeasureRow(measure=one.measure, kind=one.kind, title=one.title, text=one.text, settings=settings)


def _tenths(points: float) -> int:
    return round(points * 10)
