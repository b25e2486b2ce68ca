"""`kiosk stock`, `wish`, `order` and `funds` as a script uses them: answers, words, exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.services import books, printing
from kiosk.slips.paper import Paper
from tests.kiosk.cli.conftest import Kiosk
from tests.village import Village, send

ONE = ("--staff", "M037A", "--json")
TWO = ("--staff", "M037A", "--second", "R037A", "--json")


def test_goods_come_and_go(kiosk: Kiosk, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a picture")
    behind = (
        "--fund",
        "collective",
        "--supplier",
        "柳泉粮油店",
        "--resolution",
        "2026-7",
        "--record",
        str(photo),
    )
    came = kiosk(*("stock", "receive", "--item", "soap=5@2027-06-01", "--item", "rice5=2"), *behind, *TWO)
    assert came.code == 0
    assert [line[2] for line in came.json["lots"]] == [5, 2]
    assert came.json["slip"] == "0037-000001"
    given = kiosk("stock", "donate", "vinegar", "6", "--donor", "赵老板", *TWO)
    assert given.json["slip"] == "0037-000002"
    gone = kiosk(*("stock", "issue", "--item", "soap=1", "--why", "care", "--note", "重阳"), *TWO)
    assert gone.json["lots"][0][1] == came.json["entry"]
    off = kiosk(*("stock", "write-off", "--item", f"soap=2@{came.json['entry']}", "--why", "damaged"), *TWO)
    assert (off.code, off.json["refused"]) == (3, "stock-evidence-needed")
    off = kiosk(
        *("stock", "write-off", "--item", f"soap=2@{came.json['entry']}", "--why", "damaged"),
        *("--evidence", str(photo)),
        *TWO,
    )
    assert off.code == 0
    stock = {item["sku"]: item["stock"] for item in kiosk("stock", "list", "--json").json["items"]}
    assert stock == {"soap": 402, "rice5": 402, "vinegar": 406, "oil5": 400}
    assert "402块" in kiosk("stock").out
    day = books.today(kiosk.terminal).day
    whole = kiosk("stock", "balance", "--from", day, "--to", day, "--json").json["lots"]
    lot = next(one for one in whole if one["lot"] == came.json["entry"] and one["sku"] == "soap")
    assert (lot["opening"], lot["came"], lot["went"], lot["closing"]) == (0, 5, 3, 2)
    assert f"肥皂 {lot['lot']}（块）" in kiosk("stock", "balance", "--from", day, "--to", day).out
    assert kiosk("verify", "--json").json["problems"] == []


def test_goods_to_another_centre(kiosk: Kiosk, village: Village) -> None:
    other = village.terminal(38)
    for one, end, number in ((kiosk.terminal, other, 38), (other, kiosk.terminal, 37)):
        key = {"issuer": end.identity.issuer, "public": end.key.public.hex(), "terminal": number}
        centre = {"centre": f"0{number}", "name": f"第{number}村", "township": "示范镇", "terminal": number}
        send(one, "county", ("key", key), ("centre", centre))
    config = kiosk.config.with_name("other.toml")
    config.write_text(f'[terminal]\ndata_dir = "{other.settings.data_dir}"\n')
    sent = kiosk("stock", "send", "38", "--item", "soap=10", "--item", "rice5=1", *ONE)
    assert sent.code == 0
    job = printing.take(kiosk.terminal)
    assert job is not None and isinstance(job.content, Paper)
    code = job.content.qr
    seen = kiosk("stock", "arrive", code, "--json", config=config).json
    assert (seen["sender"], seen["arrived"], [one["pieces"] for one in seen["lines"]]) == (
        "第37村",
        "",
        [10, 1],
    )
    came = kiosk("stock", "arrive", code, "--came", "soap=9", *TWO, config=config)
    assert (came.code, came.json["differences"]) == (0, [{"sku": "soap", "sent": 10, "came": 9}])
    again = kiosk("stock", "arrive", code, *TWO, config=config)
    assert (again.code, again.json["refused"]) == (3, "stock-arrived-already")
    assert came.json["entry"] in kiosk("stock", "arrive", code, config=config).out
    assert kiosk("verify", "--json", config=config).json["problems"] == []


def test_a_count(kiosk: Kiosk) -> None:
    opened = kiosk("stock", "count", "open", "soap", "rice5", "--staff", "G037A", "--json")
    assert [one["state"] for one in opened.json["lines"]] == ["todo", "todo"]
    written = kiosk("stock", "count", "write", "soap=398", "rice5=400", "--staff", "G037A", "--json")
    assert {one["sku"]: one["state"] for one in written.json["lines"]} == {"soap": "again", "rice5": "done"}
    assert "请复盘" in kiosk("stock", "count", "show").out
    early = kiosk("stock", "count", "approve", *TWO)
    assert (early.code, early.json["refused"]) == (3, "count-not-done")
    kiosk("stock", "count", "write", "soap=398", "--staff", "G037A")
    assert kiosk("stock", "count", "result", "--staff", "G037A", "--json").json["refused"] == "role-may-not"
    assert kiosk("stock", "count", "result", "--staff", "R037A").out == "肥皂  账 400 实 398 盘亏 2块\n"
    assert kiosk("stock", "count", "approve", *TWO).json["lots"][0][2] == -2
    kiosk("stock", "count", "open", "--staff", "G037A")
    assert kiosk("stock", "count", "drop", "--staff", "G037A", "--json").code == 0
    assert kiosk("stock", "count", "show", "--json").json["refused"] == "count-none-open"
    assert kiosk("verify", "--json").json["problems"] == []


def test_alerts_labels_and_places(kiosk: Kiosk) -> None:
    assert kiosk("stock", "alerts").out == "没有要注意的。\n"
    placed = kiosk("stock", "place", "soap", "A-2", "--level", "500", *ONE)
    assert (placed.code, placed.json["place"]) == (0, "A-2")
    kiosk("stock", "place", "soap", "A-3", "--staff", "M037A")
    kiosk("stock", "receive", "oil5", "1", "--best-before", "2000-01-01", *TWO)
    found = kiosk("stock", "alerts", "--json")
    assert (found.code, found.json["low"][0]["level"]) == (1, 500)
    assert found.json["expired"][0]["sku"] == "oil5"
    assert "快没有了 肥皂 剩 400块，警戒 500" in kiosk("stock", "alerts").out
    assert kiosk("stock", "label", "soap", "--copies", "3", *ONE).json == {
        "queued": "label:soap",
        "copies": 3,
    }
    assert kiosk("stock", "tag", "soap", *ONE).json == {"queued": "tag:soap", "copies": 1}
    assert kiosk("slip", "tag:soap", "--json").code == 0
    assert kiosk("verify", "--json").json["problems"] == []


def test_wishes_and_orders(kiosk: Kiosk) -> None:
    voted = kiosk("wish", "soap", "--card", kiosk.card(), "--price", "dear", "--json")
    assert voted.code == 0
    assert kiosk("wish", "soap", "--card", kiosk.card(), "--json").json["refused"] == "wish-already"
    assert kiosk("wish", "w:kettle", "--card", kiosk.card("0370301")).out == "已记下，谢谢。\n"
    assert "w:kettle" in kiosk("wish", "--list").out
    month = books.today(kiosk.terminal).day[:7]
    votes = kiosk("wish", "--votes", month, "--json").json["wishes"]
    assert [(one["about"], one["votes"], one["dear"]) for one in votes] == [
        ("soap", 1, 1),
        ("w:kettle", 1, 0),
    ]
    assert kiosk("order", "suggest").out == "现在不用点单。\n"
    kiosk("stock", "place", "soap", "--level", "410", "--staff", "M037A")
    suggested = kiosk("order", "suggest", "--json").json["lines"]
    assert [(one["sku"], one["pieces"]) for one in suggested] == [("soap", 11)]
    drafted = kiosk("order", "suggest", "--draft", *ONE)
    assert drafted.json["lines"] == [{"sku": "soap", "pieces": 11}]
    sent = kiosk("order", "send", drafted.json["order"], *ONE)
    assert (sent.code, sent.json["slip"]) == (0, "0037-000001")
    assert kiosk("order", "suggest", "--json").json["lines"] == []
    other = kiosk("order", "draft", "--item", "rice5=3", *ONE).json
    listed = kiosk("order", "list", "--json").json["orders"]
    assert [(one["order"], bool(one["sent"])) for one in listed] == [
        (other["order"], False),
        (drafted.json["order"], True),
    ]
    assert "草稿  rice5=3" in kiosk("order", "list").out
    assert kiosk("verify", "--json").json["problems"] == []


def test_funds(kiosk: Kiosk) -> None:
    kiosk("stock", "donate", "soap", "5", "--donor", "赵大老板", *TWO)
    found = kiosk("funds", "--json")
    assert found.code == 0
    assert {one["fund"]: one["came"] for one in found.json["funds"]}["donation"] == 5
    assert found.json["cover"]["warn"] is False
    assert "社会捐助：1 批，入 5 件" in kiosk("funds").out
    lots = kiosk("funds", "--lots", "--fund", "donation", "--json").json["lots"]
    assert [(one["sku"], one["supplier"]) for one in lots] == [("soap", "赵＊＊")]
    for sku in ("rice5", "oil5", "vinegar"):
        kiosk("stock", "issue", "--item", f"{sku}=400", "--why", "other", *TWO)
    text = kiosk.config.read_text()
    kiosk.config.write_text(text + "[stock]\ncover_percent = 90\n")
    bare = kiosk("funds")
    assert bare.code == 1
    assert "只够兑 24%" in bare.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("stock", "receive", *TWO), "stock-words-missing"),
        (("stock", "receive", "soap", *TWO), "stock-words-missing"),
        (("stock", "receive", "soap", "1", "--item", "soap=1", *TWO), "stock-words-missing"),
        (("stock", "receive", "--item", "soap", *TWO), "item-unreadable"),
        (("stock", "receive", "soap", "1", "--meeting", "today", *TWO), "day-unreadable"),
        (("stock", "issue", "--item", "soap=1", "--why", "care", "--json"), "stock-words-missing"),
        (("stock", "issue", "--why", "care", *TWO), "stock-empty"),
        (("stock", "send", "38", "--item", "soap=1", *ONE), "stock-no-such-centre"),
        (("stock", "arrive", "x", "--json"), "stock-document-unreadable"),
        (("stock", "balance", "--from", "x", "--to", "y", "--json"), "day-unreadable"),
        (("stock", "place", "soap", "货架", *ONE), "place-unreadable"),
        (("stock", "label", "caviar", *ONE), "unknown-goods"),
        (("order", "send", "1-1", *ONE), "order-no-draft"),
        (("wish", "--json"), "wish-unknown"),
        (("wish", "--votes", "x", "--json"), "month-unreadable"),
    ],
)
def test_refusals_end_with_3(kiosk: Kiosk, words: tuple[str, ...], code: str) -> None:
    before = kiosk.books()
    ran = kiosk(*words)
    assert (ran.code, ran.json["refused"]) == (3, code)
    assert kiosk.books() == before


def test_wrong_words_end_with_2(kiosk: Kiosk, tmp_path: Path) -> None:
    gone: Any = str(tmp_path / "nowhere.jpg")
    for words in (
        ("stock", "teleport"),
        ("stock", "count"),
        ("stock", "balance"),
        ("stock", "issue", "--item", "soap=1", "--why", "party", *TWO),
        ("stock", "write-off", "--item", "soap=1", "--why", "lost", "--evidence", gone, *TWO),
        ("order",),
        ("funds", "--fund", "lottery"),
    ):
        assert kiosk(*words).code == 2, words
