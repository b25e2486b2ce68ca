"""Journeys at the manager's desk on the real village: real services, real touches, one window for many."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk import config
from kiosk.demo import seed
from kiosk.ledger.entries import Entry, decode_own
from kiosk.services import verify
from kiosk.services.terminal import DATABASE_FILE
from kiosk.store.database import Database
from kiosk.store.tables import journal
from kiosk.ui.inspect_client import texts
from tests.kiosk.ui.desk_walk import WHOLE, door, sign_in
from tests.kiosk.ui.real import STICK, Place, village
from tests.kiosk.ui.rig import Rig, shows


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return village(tmp_path_factory.mktemp("village") / "village")


@pytest.fixture(scope="module")
def rig(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    opened = place.opened(tmp_path_factory.mktemp("window"), 1280, 800)
    yield opened
    data = data_of(opened)
    opened.close()
    database = Database(data / "terminal" / DATABASE_FILE, read_only=True)
    found = verify.verify_database(database, seed.TERMINAL)
    database.close()
    assert found.ok, found.problems


@pytest.fixture(autouse=True)
def _at_the_start(rig: Rig) -> Iterator[None]:
    yield
    leave(rig)


def data_of(rig: Rig) -> Path:
    return rig.log.parent / "data"


def leave(rig: Rig) -> None:
    """Sign out from wherever a journey ended."""
    ways = ("ok", "no", "later", "home", "cancel", "nobody", "back", "sign-out")
    while (state := rig.window.state())["screen"] != "attract":
        here = {w["id"] for w in state["widgets"] if w["visible"] and w["enabled"]}
        rig.window.tap(next(way for way in ways if way in here))
        rig.window.wait_for(where=lambda now, before=state["screen"]: now["screen"] != before)


def entries(rig: Rig, kind: str) -> list[Entry]:
    """The journal's entries of a kind, oldest first."""
    database = Database(data_of(rig) / "terminal" / DATABASE_FILE, read_only=True)
    try:
        with database.read() as conn:
            rows = conn.execute(select(journal.c.data).order_by(journal.c.epoch, journal.c.seq))
            return [one for row in rows if (one := decode_own(row.data)).kind == kind]
    finally:
        database.close()


def test_three_goods_take_a_card_three_scans_and_two_taps(rig: Rig, place: Place) -> None:
    sign_in(rig, place, "M037A")
    before = len(entries(rig, "redeem"))
    rig.do("scan", place.cards["0370217"])  # 1 the card
    for sku in ("soap", "salt", "vinegar"):  # 2, 3, 4 the goods
        rig.do("scan", place.barcodes[sku])
    rig.window.wait_for("redeem", where=shows("confirm"))
    rig.window.tap("confirm")  # the manager's tap
    rig.window.tap("yes")  # the resident's own
    rig.window.wait_for("done", text="凭条已经打好")
    made = entries(rig, "redeem")
    assert len(made) == before + 1
    assert [line[:2] for line in made[-1].body["lines"]] == [["salt", 1], ["soap", 1], ["vinegar", 1]]


def test_scanning_again_adds_one_and_takes_away(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "M037A")
    rig.do("scan", place.cards["0370101"])
    window.wait_for("redeem")
    rig.do("scan", place.barcodes["soap"])
    rig.do("scan", place.barcodes["soap"])
    window.wait_for("redeem", text="2", where=shows("less-soap"))
    window.tap("less-soap")
    window.tap("less-soap")
    window.wait_for("redeem", text="请扫第一件商品", where=shows("clear", enabled=False))
    rig.do("scan", "6999999999994")  # no such barcode: the good is chosen by its picture
    window.wait_for("shelf", where=lambda s: "不认识这个条码" in s["toast"])
    window.tap("good-oil5")
    window.tap("back")
    window.wait_for("redeem", where=shows("less-oil5"))


def test_no_card_by_one_letter_shows_a_list(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "M037A")
    door(rig, "find")
    window.tap("by-name")
    window.tap("key-Z")
    window.tap("search")
    window.tap("found-0106")
    window.wait_for("redeem", text="尾号 0106")


def test_a_member_and_a_neighbour_collect_and_the_entry_says_so(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "M037A")
    rig.do("scan", place.cards["0370217"])
    rig.do("scan", place.barcodes["salt"])
    window.wait_for("redeem", where=shows("confirm"))
    window.tap("collector")
    window.wait_for("collector")
    rig.do("scan", place.cards["0370102"])  # not the one shown below: the same one held up is one scan
    window.wait_for("collector", text="请先选关系")
    window.tap("relation-member")
    window.tap("person-1")
    window.wait_for("redeem", text="代领人：刘＊英（家庭成员）")
    window.tap("collector")
    window.tap("relation-neighbour")
    window.wait_for("collector", where=shows("key-1", enabled=True))  # a card is quicker than a finger
    rig.do("scan", place.cards["0370101"])
    window.wait_for("redeem", text="代领人：李＊兰（邻居）")
    window.tap("confirm")
    window.wait_for("confirm", text="代领人：李＊兰")
    window.tap("yes")
    window.wait_for("done")
    taker = entries(rig, "redeem")[-1].body["taker"]
    assert (taker["rel"], taker["card"]) == ("neighbour", "0370101")
    window.tap("next")
    window.wait_for("next")
    rig.do("scan", place.cards["0370217"])
    window.wait_for("redeem")
    assert not any("代领人" in w["text"] for w in window.state()["widgets"]), "the next one collects himself"


def test_the_households_pin_is_asked_for(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "M037A")
    rig.do("scan", place.cards["0370103"])
    rig.do("scan", place.barcodes["salt"])
    window.wait_for("redeem", where=shows("confirm"))
    window.tap("confirm")
    window.wait_for("confirm", text="请输入本户密码", where=shows("yes", enabled=False))
    for digit in "111111":
        window.tap(f"key-{digit}")
    window.tap("yes")
    window.wait_for("confirm", text="忘了请按“忘了密码，签字”", where=shows("yes", enabled=False))
    for digit in "135246":
        window.tap(f"key-{digit}")
    window.tap("yes")
    window.wait_for("done")
    assert entries(rig, "redeem")[-1].body["confirm"] == "pin"
    window.tap("next")
    window.wait_for("next")
    rig.do("scan", place.cards["0370103"])
    rig.do("scan", place.barcodes["soap"])
    window.wait_for("redeem", where=shows("confirm"))
    window.tap("confirm")
    window.tap("sign")
    window.wait_for("done")
    assert entries(rig, "redeem")[-1].body["confirm"] == "sign"


def test_a_collective_day_is_called_and_handed_out_by_scan(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "M037A")
    door(rig, "session")
    window.wait_for("session", text="还没叫号", where=shows("bag-1"))
    window.tap("print-list")
    window.wait_for("session", where=lambda s: "备货单送去打印了" in s["toast"])
    window.tap("call-next")
    window.wait_for("session", text="张＊山家 · 尾号 0217")
    assert rig.said[-1] == ["请 1 号到柜台领取", "zh-CN"]
    rig.do("scan", place.slips[1])
    window.wait_for("confirm", text="领走预约的商品", where=lambda s: s["household_tail"] == "0217")
    window.tap("yes")
    window.wait_for("done")
    window.tap("next")
    window.wait_for("session", text="已领 1 户 · 还有 3 户")
    window.tap("call-next")
    window.wait_for("session", text="尾号 0101")
    rig.do("scan", place.cards["0370101"])
    window.wait_for("confirm", text="领走预约的商品")
    window.tap("no")
    window.wait_for("session", text="已领 1 户")
    rig.do("scan", place.slips[1])
    window.wait_for("message", text="这笔预约已领取")
    window.tap("ok")
    window.wait_for("session")
    rig.do("scan", place.cards["0370104"])
    window.wait_for("message", text="没有可领的预约")
    window.tap("ok")
    window.wait_for("session")
    window.tap("show-collected")
    window.wait_for("session", text="1 号  张＊山家", where=shows("show-collected"))
    assert len(entries(rig, "collect")) == 1


def test_books_go_to_the_stick_and_a_missing_stick_is_said(rig: Rig, place: Place) -> None:
    window, stick = rig.window, data_of(rig) / STICK
    sign_in(rig, place, "M037A")
    door(rig, "books")
    window.tap("book-points-ledger")
    window.tap("period-year")
    window.tap("as-page")
    window.tap("write")
    window.wait_for("books", text="可以拔优盘", timeout_s=60)
    (page,) = stick.glob("037-points-ledger-*.pdf")
    assert page.read_bytes()[:5] == b"%PDF-"
    window.tap("as-sheet")
    window.tap("write")
    window.wait_for("books", text="正在整理账", where=shows("write", enabled=False))
    window.wait_for("books", text="可以拔优盘", where=shows("write"), timeout_s=60)
    (sheet,) = stick.glob("037-points-ledger-*.xlsx")
    with zipfile.ZipFile(sheet) as parts:
        assert parts.testzip() is None and "xl/workbook.xml" in parts.namelist()
    away = stick.rename(stick.with_name("pulled"))
    window.tap("write")
    window.wait_for("message", text="没有找到优盘")
    window.tap("ok")
    window.wait_for("books")
    away.rename(stick)


def test_each_device_is_tried_and_says_in_words_whether_it_works(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "T037A")
    door(rig, "devices")
    window.tap("test-camera")
    window.wait_for("device-test", text="等着读")
    rig.do("scan", place.cards["0370217"], 0, "scanner")
    window.wait_for("device-test", text="这是扫码枪读到的，不算")
    rig.do("scan", place.cards["0370101"], 0, "camera", "QR")
    state = window.wait_for("device-test", text="好用，摄像头读到了")
    assert any("读到积分卡：QR" in text and "完整" in text for text in texts(state))
    rig.do("health", "camera", "camera", "lost", "unplugged")
    window.wait_for("device-test", text="不好用，摄像头没插好")
    rig.do("health", "camera", "camera", "ok", "")
    window.wait_for("device-test", text="等着读")
    window.tap("back")
    window.tap("test-scanner")
    window.wait_for("device-test", text="试一试：扫码枪")
    rig.do("scan", place.barcodes["soap"], 0, "scanner", "EAN13")
    window.wait_for("device-test", text="EAN13，13 个字，完整")
    rig.do("short test", 0.2)
    window.tap("try")
    window.wait_for("device-test", text="没有读到")
    rig.do("short test", 30.0)
    window.tap("back")
    window.tap("test-idcard")  # there is none in this village
    window.wait_for("device-test", text="没有设置身份证机", where=shows("try", enabled=False))
    rig.do("identity", "99999919500229004X")
    state = window.wait_for("device-test", text="读到身份证")
    assert not any("9999" in text or "004X" in text for text in texts(state)), "never the number"
    window.tap("back")
    window.tap("test-printer")
    window.tap("try")
    window.wait_for("device-test", text="测试条打好了")
    window.tap("back")
    window.tap("test-speech")
    for answer, words in (("bad", "没有声音"), ("good", "好用，音箱出声了")):
        window.tap("try")
        window.wait_for("device-test", text="听到了吗")
        assert "音箱好用" in rig.said[-1][0]
        window.tap(answer)
        window.wait_for("device-test", text=words)


def test_a_device_is_put_at_another_port_in_the_configuration(rig: Rig, place: Place) -> None:
    window, path = rig.window, data_of(rig) / seed.CONFIG_FILE
    before = path.read_text("utf-8")
    log = data_of(rig) / "terminal" / "log" / "kiosk.log"
    log.parent.mkdir()
    log.write_text("2026-11-26 09:00:00,1 INFO kiosk: first\n2026-11-26 09:00:01,1 ERROR drivers: lost\n")
    sign_in(rig, place, "M037A")
    door(rig, "devices")
    window.tap("view-log")
    window.wait_for("devices", text="ERROR drivers: lost")
    window.tap("view-ports")
    window.wait_for("devices", text="插口 ttyUSB1", where=shows("use-idcard-4"))
    window.tap("use-scanner-3")
    window.wait_for(where=lambda s: s["dialog"])
    window.tap("dialog-no")
    window.wait_for("devices", where=lambda s: not s["dialog"])
    assert path.read_text("utf-8") == before
    window.tap("use-scanner-3")
    window.tap("dialog-yes")
    window.wait_for("devices", text="重新启动后生效")
    window.wait_for("devices", text="重启后不用")
    assert config.load(path).scanner.address == "serial:/dev/ttyUSB1"
    assert path.with_name(path.name + ".old").read_text("utf-8") == before
    path.write_text("[scanner\n", "utf-8")
    window.tap("use-speech")
    window.tap("dialog-yes")
    window.wait_for("message", text="设置文件坏了")
    path.write_text(before, "utf-8")
    window.tap("ok")
    window.wait_for("devices")
    window.tap("view-ports")
    path.with_name(path.name + ".new").mkdir()  # holds also for root, whom no permission stops
    window.tap("use-speech")
    window.tap("dialog-yes")
    window.wait_for("message", text="设置文件写不进去")
    assert path.read_text("utf-8") == before


def test_the_line_is_told_in_words(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "T037A")
    door(rig, "line")
    window.wait_for("line", text="等着上传的")
    window.tap("exchange")
    window.wait_for("line", text="已联网", where=lambda s: "和上级对过了" in s["toast"])


def test_an_inspector_checks_the_books_and_takes_the_pack_along(rig: Rig, place: Place) -> None:
    window = rig.window
    sign_in(rig, place, "S037A")
    assert not shows("start")(window.state()), "an inspector redeems nothing"
    door(rig, "inspect")
    window.wait_for("inspect", text="八、公示公开")
    window.tap("verify")
    window.wait_for("inspect", text=WHOLE[0], timeout_s=60)
    window.tap("pack")
    window.wait_for("inspect", text="可以拔优盘", timeout_s=60)
    (pack,) = (data_of(rig) / STICK).glob("037-audit-*.zip")
    assert zipfile.ZipFile(pack).testzip() is None


def test_an_altered_entry_is_named_in_words(rig: Rig, place: Place) -> None:
    window, path = rig.window, data_of(rig) / "terminal" / DATABASE_FILE
    with closing(sqlite3.connect(path, timeout=15)) as books:
        epoch, seq, data = books.execute(
            "select epoch, seq, data from journal order by epoch, seq limit 1 offset 5"
        ).fetchone()
        guards = books.execute(
            "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'journal'"
        ).fetchall()

        def put(content: bytes) -> None:
            """As somebody with the file in hands could: past what guards it."""
            for name, _ in guards:
                books.execute(f"drop trigger {name}")
            books.execute("update journal set data = ? where epoch = ? and seq = ?", (content, epoch, seq))
            for _, guard in guards:
                books.execute(guard)
            books.commit()

        put(data[:-1] + bytes([data[-1] ^ 1]))
        try:
            sign_in(rig, place, "S037A")
            door(rig, "inspect")
            window.tap("verify")
            window.wait_for("inspect", text=f"第 {epoch}-{seq} 笔被改过或接不上", timeout_s=60)
        finally:
            put(data)
