"""Labels, shelf tags and goods documents as they come out of a printer, read back by another program."""

from __future__ import annotations

import msgspec
import pytest
import zxingcpp

from drivers.printer.columns import text_lines
from drivers.printer.document import dump, load
from drivers.printer.escpos import encode
from drivers.printer.profile import profile, profiles
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import Slip, picture
from kiosk.ledger import barcodes, documents
from kiosk.slips import Content, document
from kiosk.slips.labels import Label, label_document
from kiosk.slips.paper import Fact, Paper
from kiosk.slips.parts import Copy

LABEL = Label(
    form="label",
    name="散装鸡蛋",
    unit="枚",
    price_tenths=5,
    code=barcodes.own_code("egg"),
    place="B-1",
    scheme_name="党群积分超市",
)
TAG = msgspec.structs.replace(LABEL, form="tag")
GOODS = [documents.Sent(f"sku-{number}", 12, "2027-01-31", 2) for number in range(8)]
CODE = documents.text("YS-37", (1, 284), 38, "0037-000012", "2026-11-23", GOODS)
SENT = Paper(
    scheme_name="党群积分超市",
    township_name="示范镇",
    centre_name="柳泉村",
    title="stock.title.send",
    slip="0037-000012",
    at="2026-11-23 14:05:09",
    clerk_name="李秀梅",
    facts=(Fact(label="stock.slip.to", value="杨柳村"),),
    rows=(("肥皂 12块", "保质期至 2027-01-31"),),
    signs=("stock.sign.sender", "stock.sign.carrier"),
    second_copy="stock.copy.goes-along",
    check_code="7F3A-91C2",
    qr=f"{CODE}:" + "A" * 103,
)


def printed(content: Content, model_name: str, copy: Copy = "single") -> Slip:
    model = profile(model_name)
    kept = msgspec.json.decode(msgspec.json.encode(content), type=Content)
    engine = Engine(model.dots, model.font_set, model.cutter)
    engine.buffer += encode(load(dump(document(kept, copy))), model)
    while engine.step() is not None:
        pass
    assert not engine.buffer, "an incomplete command"
    assert (engine.unknown, engine.overflows) == ([], 0)
    return engine.slips[0]


@pytest.mark.parametrize("model", profiles())
@pytest.mark.parametrize("label", [LABEL, TAG], ids=["label", "tag"])
def test_the_bars_are_read_from_paper(label: Label, model: str) -> None:
    [found] = zxingcpp.read_barcodes(picture(printed(label, model)).convert("L"))
    assert (found.text, found.format) == (label.code, zxingcpp.BarcodeFormat.EAN13)


def test_a_label_says_what_it_is_and_a_tag_where_it_stands() -> None:
    assert [line.strip() for line in text_lines(label_document(LABEL), 48) if line] == [
        "散装鸡蛋",
        "0.5 分/枚",
        LABEL.code,
    ]
    assert [line.strip() for line in text_lines(label_document(TAG), 48) if line] == [
        "党群积分超市",
        "散装鸡蛋",
        "0.5 分/枚",
        "位置 B-1",
        LABEL.code,
    ]
    bare = msgspec.structs.replace(TAG, place="", scheme_name="")
    assert len([line for line in text_lines(label_document(bare), 48) if line]) == 3


@pytest.mark.parametrize("model", profiles())
def test_the_longest_document_that_is_sent_is_read_from_paper(model: str) -> None:
    assert documents.MOST_CHARS - 15 < len(CODE) <= documents.MOST_CHARS
    slip = printed(SENT, model, "resident")
    [found] = zxingcpp.read_barcodes(picture(slip).convert("L"))
    read = documents.read(found.text)
    assert read is not None and list(read.lines) == GOODS
    assert "随货联" in "\n".join(slip.lines)
    assert "存根联" in "\n".join(printed(SENT, model, "stub").lines)


def test_one_line_across_the_paper_before_rows() -> None:
    sheet = msgspec.structs.replace(SENT, facts=(), rows=(("肥皂（块）", "________"),))
    lines = [line for line in text_lines(document(sheet, "stub"), 32) if line]
    assert [line for line in lines if set(line) == {"-"}] == ["-" * 32]
