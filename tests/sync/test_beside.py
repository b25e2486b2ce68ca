"""Words beside the chain reach the county once, whatever happens to the line; pictures and erased never."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from kiosk.services import erase
from kiosk.services.terminal import Terminal
from kiosk.store import side
from sync import beside as sending
from sync.client import exchange_once
from sync.county import registry
from sync.county import verify as county_verify
from sync.county.database import County
from sync.county.tables import beside
from sync.protocol import Piece
from tests.sync.places import HOUSEHOLDS, PIN

HOUSE, OTHER = HOUSEHOLDS[:2]
DAY = "2026-11-25"


def _put(terminal: Terminal, *pieces: tuple[str, str, bytes]) -> None:
    with terminal.db.write() as conn:
        for kind, household, data in pieces:
            side.put(conn, kind, household, DAY, data)


def _there(county: County) -> list[tuple[Any, ...]]:
    with county.read() as conn:
        rows = conn.execute(select(beside).order_by(beside.c.at)).all()
        return [(row.kind, row.household, bytes(row.data), row.erased) for row in rows]


def test_words_travel_once_and_pictures_stay(
    county: County, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_BYTES", 40)
    words = [("note", HOUSE, b"about them"), ("activity", "", "清扫".encode()), ("supplier", "", b"x" * 50)]
    _put(terminal, *words, ("note", OTHER, b"\xff\xd8 a picture"), ("photo", OTHER, b"text"))
    _put(terminal, ("collector", OTHER, b"a name"))
    for _ in range(2):
        assert exchange_once(terminal).ok
        assert _there(county) == [(*one, 0) for one in words]
    with monkeypatch.context() as lost:  # the answer never came: the same is sent again
        _put(terminal, ("notice", "", b"frozen"))
        lost.setattr(sending, "taken", lambda *_args: False)
        assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    assert _there(county)[3:] == [("notice", "", b"frozen", 0)]
    with county.write() as conn:  # the county was put back from a backup
        conn.execute(delete(beside).where(beside.c.at > 1))
    assert exchange_once(terminal).ok
    assert [one[0] for one in _there(county)] == ["note", "activity", "supplier", "notice"]
    assert county_verify.verify(county).ok


def test_what_was_erased_is_erased_there_too(county: County, terminal: Terminal) -> None:
    registry.add_staff(county, "037", "S037A", "孙桂兰", "supervisor", PIN)
    _put(terminal, ("note", HOUSE, b"about them"), ("note", OTHER, b"about others"))
    assert exchange_once(terminal).ok
    _put(terminal, ("note", HOUSE, b"more about them"))
    erase.erase(terminal, HOUSE, "M037A", "S037A")
    assert exchange_once(terminal).ok
    assert _there(county) == [("note", HOUSE, b"", 1), ("note", OTHER, b"about others", 0)]
    assert county_verify.verify(county).ok
    with county.write() as conn:
        conn.execute(update(beside).values(data=b"altered"))
    assert not county_verify.verify(county).ok


@pytest.mark.parametrize(
    "odd", [{"ref": "0" * 32}, {"ref": "x\0"}, {"household": "37"}, {"kind": "\0"}, {"day": "soon"}]
)
def test_odd_pieces_are_passed_over(
    county: County, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, odd: dict[str, str]
) -> None:
    _put(terminal, ("note", "", b"words"))
    plain = sending.waiting

    def altered(*given: Any) -> list[Piece]:
        return [
            Piece(**({name: getattr(one, name) for name in Piece.__struct_fields__} | odd))
            for one in plain(*given)
        ]

    monkeypatch.setattr(sending, "waiting", altered)
    assert exchange_once(terminal).ok
    assert _there(county) == []
