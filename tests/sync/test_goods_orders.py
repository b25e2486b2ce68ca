"""An order for goods over a real line: township and county say their word, the terminal notes it once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from kiosk.cli.void import entry_of
from kiosk.services import activities, ordering, verify
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from sync.client import exchange_once
from sync.county import acts, goodsbook, goodsorders, registry
from sync.county import verify as county_verify
from sync.county.cli import main
from sync.county.database import County, CountyError
from sync.county.tables import acts as acts_table
from sync.county.tables import flags, orders


def test_township_and_county_say_their_word(county: County, terminal: Terminal) -> None:
    for _ in range(2):
        assert exchange_once(terminal).ok
    at = ordering.draft(terminal, [("salt", 20)], "M037A").order
    with pytest.raises(CountyError, match=at):
        goodsorders.step(county, 37, at, "confirmed")
    ordering.send(terminal, *entry_of(at), "M037A")
    assert exchange_once(terminal).ok
    [found] = goodsorders.listing(county, township="示范镇")
    assert (found.centre, found.order, found.state, found.lines) == ("037", at, "sent", (("salt", 20),))
    assert goodsorders.listing(county, township="示范苏木") == []
    given = [goodsorders.step(county, 37, at, step) for step in ("confirmed", "ordered", "confirmed")]
    for _ in range(2):
        assert exchange_once(terminal).ok
    [own] = ordering.orders(terminal)
    assert own.state == goodsorders.listing(county)[0].state == "ordered"
    with county.read() as conn:
        states = {row.order_id: (row.state, row.code) for row in conn.execute(select(orders))}
        assert [states[one] for one in given] == [("done", ""), ("done", ""), ("refused", "order-step")]
        assert conn.execute(select(flags.c.code)).scalars().all() == []
    for wanted, why in (("confirmed", "funds"), ("returned", ""), ("returned", "because"), ("eaten", "")):
        with pytest.raises(CountyError):
            goodsorders.step(county, 37, at, wanted, why)
    assert county_verify.verify(county).ok
    assert verify.verify(terminal).ok
    assert verify.rebuild(terminal).problems == ()


def test_what_a_centre_did_is_listed_by_kind(county: County, terminal: Terminal) -> None:
    for _ in range(2):
        assert exchange_once(terminal).ok
    with terminal.read() as conn:
        today = str(journal.head(conn).day)  # type: ignore[union-attr]
    activities.announce(terminal, "yard", today, "09:30", "清扫", "广场", "M037A")
    ordering.draft(terminal, [("salt", 20)], "M037A")
    assert exchange_once(terminal).ok
    assert goodsorders.listing(county) == [], "a draft is nobody's but the centre's"
    kinds = ("activity", "goods-order")
    found = acts.listing(county, kinds, centre="037", first=today, last=today)
    assert sorted(found[0].words.values()) == ["广场", "清扫"]
    assert [one.kind for one in found] == list(kinds)
    assert acts.listing(county, kinds, centre="038") == []
    with pytest.raises(CountyError, match="redeem"):
        acts.listing(county, ["redeem"])
    with county.write() as conn:
        conn.execute(delete(acts_table))
    assert not county_verify.verify(county).ok
    acts.catch_up(county)
    assert acts.listing(county, kinds) == found
    assert county_verify.verify(county).ok


def test_limits_of_goods_are_in_the_countys_catalogue(county: County) -> None:
    tea = registry.Good(sku="tea", name="砖茶", unit="块", price_tenths=80, barcode="", most={"month": 2})
    registry.add_goods(county, [tea])
    registry.add_goods(county, [replace(tea, most={"week": 1}, most_each={"year": 4}, version=2)])
    [found] = [one for one in goodsbook.listing(county) if one.sku == "tea"]
    assert (found.version, found.price_tenths) == (2, 80)
    limits = [(one.of, one.period, one.pieces) for one in found.limits]
    assert limits == [("household", "week", 1), ("member", "year", 4)]


def test_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "county")]
    assert main([*data, "init"]) == 0
    capsys.readouterr()
    assert main([*data, "--json", "acts", "appeal", "publish"]) == 0
    assert json.loads(capsys.readouterr().out) == {"acts": []}
    assert main([*data, "--json", "goods", "list"]) == 0
    assert json.loads(capsys.readouterr().out) == {"orders": []}
    assert main([*data, "--json", "goods", "catalogue"]) == 0
    assert json.loads(capsys.readouterr().out) == {"goods": []}
    assert main([*data, "goods", "return", "37", "1-5", "--why", "funds"]) == 3
