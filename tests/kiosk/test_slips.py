"""Redemption slips as they come out of a printer, at 48 and at 32 columns."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp

from drivers.printer.columns import text_lines
from drivers.printer.document import Qr, dump, load
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import profile
from drivers.printer.simulated import PrinterFarEnd
from drivers.printer.simulated_paper import Slip, TextLine
from kiosk.slips.parts import Copy, SlipLine
from kiosk.slips.redemption import SlipData, redemption_slip, redemption_slips
from kiosk.words import Words

DATA = SlipData(
    scheme_name="党群积分超市",
    township_name="示范镇",
    centre_name="柳泉村党群服务中心",
    slip="0037-001284",
    at="2026-11-23 14:05:09",
    clerk_name="李秀梅",
    household="0370217",
    head_name="张大山",
    members=4,
    lines=(
        SlipLine(name="大米 5公斤", qty=1, unit="袋", price_tenths=200, total_tenths=200),
        SlipLine(name="肥皂", qty=2, unit="块", price_tenths=30, total_tenths=60),
        SlipLine(name="陈醋 500毫升", qty=1, unit="瓶", price_tenths=20, total_tenths=20),
    ),
    charge_tenths=280,
    before_tenths=385,
    after_tenths=105,
    check_code="7F3A-91C2",
    qr="L1:YS-37:0037-001284:7F3A91C2:280:20261123:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 3 + "ABCDEFG",
    offline=True,
    ending_day="2026-12-31",
    supervision_phone="0000-0000000",
)
LOOK_STUB = """\
凭条号 0037-001284                        存根联
2026-11-23 14:05:09                经办人 李秀梅
户主 张大山（4口）                 户号尾号 0217
领取人 户主本人                  与户主关系 ——
------------------------------------------------
品名                    数量  每件积分  积分小计
大米 5公斤               1袋        20        20
肥皂                     2块         3         6
陈醋 500毫升             1瓶         2         2
------------------------------------------------
本次扣分                                      28
兑换前余额                                  38.5
兑换后余额                                  10.5
------------------------------------------------
网络不通，已记账，通网后自动上传
领取人签字：________________
                校验码 7F3A-91C2"""
LOOK_RESIDENT = """\
凭条号 0037-001284                        居民联
2026-11-23 14:05:09                经办人 李＊梅
户主 张＊山（4口）                 户号尾号 0217
------------------------------------------------
品名                    数量  每件积分  积分小计
大米 5公斤               1袋        20        20
肥皂                     2块         3         6
陈醋 500毫升             1瓶         2         2
------------------------------------------------
本次扣分                                      28
兑换前余额                                  38.5
兑换后余额                                  10.5
------------------------------------------------
网络不通，已记账，通网后自动上传
经办人签字：________________
                校验码 7F3A-91C2
余额中没有 12月31日 到期的积分（先花快到期的）
对扣分有异议，请在15日内找村务监督委员会，受理后
7个工作日内答复。
监督电话 0000-0000000"""
HARD = msgspec.structs.replace(
    DATA,
    head_name="朱镕䶮𠮷",
    clerk_name="乌云其其格",
    collector_name="㐂",
    relation="邻居",
    lines=(
        *DATA.lines,
        SlipLine(
            name="草原特产手撕风干牛肉干礼盒装（大号）",
            qty=12,
            unit="盒",
            price_tenths=405,
            total_tenths=4860,
        ),
    ),
)


def lines(data: SlipData, copy: Copy, columns: int = 48, **options: Any) -> list[str]:
    return [line for line in text_lines(redemption_slip(data, copy, **options), columns) if line]


@pytest.mark.parametrize(("copy", "look"), [("stub", LOOK_STUB), ("resident", LOOK_RESIDENT)])
def test_a_slip_reads_as_it_was_drawn(copy: Copy, look: str) -> None:
    head, rest = lines(DATA, copy)[:3], lines(DATA, copy)[3:]
    assert [line.strip() for line in head] == ["党群积分超市", "示范镇 柳泉村党群服务中心", "积分兑换凭条"]
    assert "\n".join(rest) == look


def printed(data: SlipData, model_name: str, reprint: bool = False) -> tuple[list[Slip], PrinterFarEnd]:
    model = profile(model_name)
    document = load(dump(redemption_slips(data, resident_copy=True, reprint=reprint)))
    with PrinterFarEnd(paper_dots=model.dots, font_set=model.font_set, cutter=model.cutter) as far:
        printer = EscposPrinter("printer", far.address, model)
        assert printer.print(encode(document, model), data.slip.encode()).state == "printed"
        printer.close()
        assert far.complaints == []
        return far.slips(), far


@pytest.mark.parametrize("model", ["epson-tm80", "china-80", "china-58"])
@pytest.mark.parametrize("data", [DATA, HARD], ids=["plain", "hard"])
def test_on_paper_every_line_lines_up_and_every_code_reads(data: SlipData, model: str) -> None:
    slips, far = printed(data, model)
    dots = profile(model).dots
    for slip in slips:
        for item in slip.items:
            if not isinstance(item, TextLine) or not item.marks:
                continue
            spans = item.spans(dots)
            assert spans[-1][2] <= dots
            text = item.text.strip()
            if text.startswith(("凭条号", "品名", "肥皂", "本次扣分", "兑换前余额", "兑换后余额", "---")):
                assert spans[-1][2] == dots, text
        found = zxingcpp.read_barcodes(far.picture(slip).convert("L"))
        assert {code.text for code in found} == {data.qr}
    assert sum(len(slip.codes) for slip in slips) == 2


def test_right_edges_of_numbers_are_equal_in_all_rows() -> None:
    for model in ("epson-tm80", "china-58"):
        slips, _ = printed(HARD, model)
        dots = profile(model).dots
        rows = [
            item
            for slip in slips
            for item in slip.items
            if isinstance(item, TextLine) and item.text.endswith((" 积分小计", " 20", " 6", " 2", " 486"))
        ]
        assert len(rows) == 2 * 5
        gap = 2 if dots == 576 else 1
        for row in rows:
            ends = {end for char, _, end in row.spans(dots) if char != " "}
            assert {dots, dots - 12 * (8 + gap), dots - 12 * (16 + 2 * gap)} <= ends, row.text


def test_rare_names_are_complete_and_the_copy_is_masked() -> None:
    slips, _ = printed(HARD, "epson-tm80")
    stub, resident = ("\n".join(slip.lines) for slip in slips)
    assert "户主 朱镕䶮▨（4口）" in stub
    assert "领取人 ▨" in stub and "与户主关系 邻居" in stub
    assert "经办人 乌云其其格" in stub
    assert "户主 朱＊＊（4口）" in resident
    assert "经办人 乌＊＊" in resident
    for hidden in ("镕", "云其", "邻居", "领取人 "):
        assert hidden not in resident


def test_a_reprint_says_so_twice_on_both_copies() -> None:
    for copy in ("stub", "resident"):
        text = "\n".join(lines(DATA, copy, reprint=True))  # type: ignore[arg-type]
        assert "积分兑换凭条（补打）" in text
        assert f"{'存根联' if copy == 'stub' else '居民联'} 补打\n" in text
        assert "补打" not in "\n".join(lines(DATA, copy))  # type: ignore[arg-type]


def test_the_offline_line_stands_only_on_slips_made_offline() -> None:
    online = msgspec.structs.replace(DATA, offline=False)
    assert any("网络不通" in line for line in lines(DATA, "stub"))
    assert not any("网络不通" in line for line in lines(online, "stub"))


@pytest.mark.parametrize(
    ("day", "tenths", "expected"),
    [
        ("", 0, None),
        ("2026-12-31", 35, "余额中有 3.5 分 12月31日 到期（先花快到期的）"),
        ("2027-01-05", 100, "余额中有 10 分 2027年1月5日 到期（先花快到期的）"),
    ],
)
def test_when_points_end(day: str, tenths: int, expected: str | None) -> None:
    data = msgspec.structs.replace(DATA, ending_day=day, ending_tenths=tenths)
    found = [line for line in lines(data, "resident", 80) if "到期" in line]
    assert found == ([expected] if expected else [])


def test_what_is_not_known_leaves_no_empty_label() -> None:
    bare = msgspec.structs.replace(DATA, township_name="", centre_name="", supervision_phone="")
    text = lines(bare, "resident")
    assert not any("监督电话" in line for line in text)
    assert text[1].strip() == "积分兑换凭条"


def test_the_same_data_gives_the_same_bytes_and_survives_the_queue() -> None:
    assert msgspec.json.decode(msgspec.json.encode(HARD), type=SlipData) == HARD
    document = redemption_slip(HARD, "stub")
    assert dump(document) == dump(redemption_slip(HARD, "stub"))
    assert Qr(HARD.qr) in document


def test_one_copy_where_the_centre_wants_one() -> None:
    assert redemption_slips(DATA, resident_copy=False) == redemption_slip(DATA, "stub")


@pytest.mark.parametrize("columns", [32, 48])
def test_every_language_fits_the_paper(columns: int) -> None:
    for locale in ("zh-CN", "en"):
        for copy in ("stub", "resident"):
            found = lines(HARD, copy, columns, words=Words(locale))  # type: ignore[arg-type]
            assert any("0037-001284" in line for line in found)


def test_english_has_every_word_of_the_slip() -> None:
    folder = Path(__file__).parents[2] / "assets" / "locale"
    keys = [
        {
            line.partition(" = ")[0]
            for line in (folder / f"slip.{name}.toml").read_text("utf-8").splitlines()
            if " = " in line
        }
        for name in ("zh-CN", "en")
    ]
    assert keys[0] == keys[1]
