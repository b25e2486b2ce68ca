"""Prepared statements: what they fix stands in their text, what is asked comes in by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, literal, select

from kiosk.store.database import Database
from kiosk.store.prepared import Prepared, insert_or_add, insert_or_set
from kiosk.store.tables import cursor, total


@pytest.mark.parametrize("text", ["it's", "a:b_name", "''", "积分 50%", "\\n"])
def test_a_fixed_text_is_that_text_whatever_is_in_it(tmp_path: Path, text: str) -> None:
    base = Database(tmp_path / "a.db")
    statement = Prepared(select(literal(text).label("text"), bindparam("b_name").label("asked")))
    with base.read() as conn:
        row = statement.first(conn, {"b_name": "asked"})
    assert (row.text, row.asked) == (text, "asked")
    base.close()


def test_fixed_bytes_and_numbers_are_themselves(tmp_path: Path) -> None:
    base = Database(tmp_path / "a.db")
    with base.read() as conn:
        assert Prepared(select(literal(b"\x00'\xff").label("bytes"))).scalar(conn) == b"\x00'\xff"
        assert Prepared(select(literal(True).label("yes"), literal(-3).label("less"))).first(conn) == (1, -3)
    base.close()


def test_a_limit_is_planned_once() -> None:
    assert "?" not in Prepared(select(cursor.c.name).order_by(cursor.c.name).limit(1)).sql


def test_rows_are_set_or_added_to(tmp_path: Path) -> None:
    base = Database(tmp_path / "a.db")
    with base.write() as conn:
        Prepared(insert(cursor)).run(conn, {"name": "a", "value": 1})
        insert_or_set(cursor).run(conn, {"name": "a", "value": 7})
        insert_or_add(total).many(conn, [{"pot": "spent", "tenths": 5}, {"pot": "spent", "tenths": 6}])
    with base.read() as conn:
        assert Prepared(select(cursor.c.value)).all(conn) == [(7,)]
        assert Prepared(select(total.c.tenths).where(total.c.pot == "spent")).scalar(conn) == 11
    base.close()


def test_what_is_asked_goes_where_its_name_stands_however_often(tmp_path: Path) -> None:
    base = Database(tmp_path / "a.db")
    columns = [bindparam("b_two").label("a"), bindparam("b_one").label("b"), bindparam("b_two").label("c")]
    with base.read() as conn:
        assert Prepared(select(*columns)).first(conn, {"b_one": 1, "b_two": 2, "more": 3}) == (2, 1, 2)
        with pytest.raises(KeyError, match="b_two"):
            Prepared(select(*columns)).first(conn, {"b_one": 1})
    base.close()
