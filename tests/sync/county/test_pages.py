"""The county's page says how things are, in Chinese, with masked names."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from kiosk.words import Terms
from sync.county import registry
from sync.county.database import County
from sync.county.pages import front_page
from sync.county.registry import Household
from sync.county.tables import terminals
from tests.sync.county.messages import HandTerminal
from tests.sync.places import HOUSEHOLDS

BOUGHT = [["salt", 2, 20, [["L1", 2]]]]


def test_an_empty_county_has_a_page(county: County) -> None:
    page = front_page(county)
    assert "全旗一本账" in page
    assert "全县一本账" in front_page(replace(county, terms=Terms("县", "乡", "村")))
    assert "还没有兑换" in page
    assert "还没有登记" in page


def test_arrivals_totals_and_lines(county: County) -> None:
    registry.add_households(county, [Household(household="0370099", name="<b>欧阳春</b>", home=37)])
    hand = HandTerminal(county)
    body = {"hh": HOUSEHOLDS[0], "amount": 12_345, "repaid": 0, "expires": ""}
    bought: dict[str, object] = {"hh": HOUSEHOLDS[0], "lines": BOUGHT, "charge": 40, "from": [["", 40]]}
    bought |= {"slip": 7, "req": "1", "how": "card:1"}
    odd = {**bought, "hh": "0370099", "slip": 8, "req": "2"}
    lines = [hand.entry(1, "earn", body), hand.entry(2, "redeem", bought), hand.entry(3, "redeem", odd)]
    hand.send(hand.batch(lines))
    page = front_page(county)
    assert "张＊山家" in page and "张大山" not in page
    assert "尾号 0001" in page
    assert "0037-000007" in page
    assert "1,226.5" in page and "累计发放 1,234.5 分" in page
    assert "<b>" not in page
    assert "已联网" in page and "全部上传" in page
    assert "1 处" in page  # the second redemption was never covered
    with county.write() as conn:
        conn.execute(update(terminals).values(state="fork", waiting=3, offset_ms=3_600_000))
    assert "账目分叉" in front_page(county) and "待上传 3 笔" in front_page(county)
    assert "时钟快 60 分钟" in front_page(county)
