"""Rules and measures of the county: versions given, bounds kept, told to terminals; reads no file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, insert, select

from kiosk.ledger import rules
from kiosk.ledger.rules import Rule
from kiosk.services.feedrows import MeasureRow, RuleRow
from sync.county import feed
from sync.county.database import County, CountyError
from sync.county.registry import COUNTY
from sync.county.tables import centres, measures, rule_versions
from sync.county.upserts import upsert


class Scope(NamedTuple):
    """Whose rules they are: everybody's, one township's, one centre's."""

    owner: Literal["banner", "township", "centre"] = "banner"
    name: str = ""  # the township's name or the centre


class Change(msgspec.Struct, frozen=True):
    """What taking a rule or measure in does; `fields` are those that are other than before."""

    name: str
    what: Literal["new", "changed", "same"]
    version: int
    fields: tuple[str, ...] = ()


EVERYBODY = Scope()
_NOT_COMPARED = ("version", "counts_from")


def import_rules(
    county: County,
    added: Iterable[RuleRow],
    scope: Scope = EVERYBODY,
    *,
    starts: str = "",
    dry_run: bool = False,
) -> list[Change]:
    """Take rules in, all or none: those that are as before stay, others get the next version.

    `starts` is the day new versions count from where a rule names none. A township's or centre's rule must
    be one of the banner's and keep to its bounds. With `dry_run` nothing is written. Raises `CountyError`.
    """
    changes: list[Change] = []
    told: list[feed.Row] = []
    with county.write() as conn:
        _require_scope(conn, county, scope)
        banner = _latest(conn, county, EVERYBODY)
        known = _latest(conn, county, scope)
        for one in added:
            row = replace(one, owner=scope.owner, scope=scope.name, counts_from=one.counts_from or starts)
            if scope != EVERYBODY:
                _require_within(banner.get(row.rule), row)
            before = known.get(row.rule)
            fields = _differing(before, row)
            if before is not None and not fields:
                changes.append(Change(row.rule, "same", before.version))
                continue
            row = replace(row, version=before.version + 1 if before else 1)
            changes.append(Change(row.rule, "changed" if before else "new", row.version, fields))
            if not dry_run:
                _store(conn, county.code, row)
                told.append(("rule", msgspec.to_builtins(row)))
        feed.append(conn, county.code, COUNTY, told)
    return changes


def import_measures(county: County, added: Iterable[MeasureRow], *, dry_run: bool = False) -> list[Change]:
    """Take measures in, as `import_rules` does; they are everybody's."""
    changes: list[Change] = []
    told: list[feed.Row] = []
    with county.write() as conn:
        rows = conn.execute(select(measures.c.row).where(measures.c.county == county.code)).scalars()
        known = {one.measure: one for one in (msgspec.json.decode(row, type=MeasureRow) for row in rows)}
        for one in added:
            before = known.get(one.measure)
            row = replace(one, version=before.version + 1 if before else 1)
            if before is not None and replace(row, version=before.version) == before:
                changes.append(Change(one.measure, "same", before.version))
                continue
            changes.append(Change(one.measure, "changed" if before else "new", row.version))
            if not dry_run:
                values = {"measure": row.measure, "version": row.version, "row": _json(row)}
                conn.execute(upsert(conn, measures), {"county": county.code, **values})
                told.append(("measure", msgspec.to_builtins(row)))
        feed.append(conn, county.code, COUNTY, told)
    return changes


def listing(county: County) -> list[RuleRow]:
    """The latest version of every rule of every owner."""
    with county.read() as conn:
        return _rows(conn, county)


def _require_scope(conn: Connection, county: County, scope: Scope) -> None:
    if scope == EVERYBODY:
        return
    column = centres.c.township if scope.owner == rules.TOWNSHIP else centres.c.centre
    where = (centres.c.county == county.code, column == scope.name)
    if not scope.name or conn.execute(select(centres.c.centre).where(*where)).first() is None:
        raise CountyError(f"there is no {scope.owner} {scope.name!r}")


def _require_within(banner: RuleRow | None, own: RuleRow) -> None:
    if banner is None:
        raise CountyError(
            f"{own.rule}: the banner has no such rule; a {own.owner} sets the amount of those it has"
        )
    if not rules.within(_rule(banner), _rule(own)):
        least, most = rules.bounds(_rule(banner))
        raise CountyError(f"{own.rule}: the banner allows {least / 10:g} to {most / 10:g} points")


def _rule(row: RuleRow) -> Rule:
    values = {name: getattr(row, name) for name in Rule._fields if name not in ("id", "caps")}
    return Rule(id=row.rule, caps=(), **values)


def _differing(before: RuleRow | None, row: RuleRow) -> tuple[str, ...]:
    names = [name for name in row.__struct_fields__ if name not in _NOT_COMPARED]
    return tuple(name for name in names if before is not None and getattr(before, name) != getattr(row, name))


def _store(conn: Connection, county: str, row: RuleRow) -> None:
    key = {"rule": row.rule, "owner": row.owner, "scope": row.scope, "version": row.version}
    conn.execute(insert(rule_versions), {"county": county, **key, "row": _json(row)})


def _latest(conn: Connection, county: County, scope: Scope) -> dict[str, RuleRow]:
    return {one.rule: one for one in _rows(conn, county) if (one.owner, one.scope) == scope}


def _rows(conn: Connection, county: County) -> list[RuleRow]:
    order = (rule_versions.c.rule, rule_versions.c.owner, rule_versions.c.scope, rule_versions.c.version)
    found = conn.execute(
        select(rule_versions.c.row).where(rule_versions.c.county == county.code).order_by(*order)
    ).scalars()
    latest: dict[tuple[str, str, str], RuleRow] = {}
    for text in found:
        one = msgspec.json.decode(text, type=RuleRow)
        latest[one.rule, one.owner, one.scope] = one
    return list(latest.values())


def _json(row: msgspec.Struct) -> str:
    return msgspec.json.encode(row).decode()
