"""A document with everything a slip has, for the printer's tests."""

from drivers.printer.document import Column, Cut, Document, Feed, Qr, Row, Rule, Text
from drivers.printer.simulated import PrinterFarEnd
from drivers.printer.simulated_paper import Slip

COLUMNS = (Column(), Column(4, "right"), Column(8, "right"), Column(8, "right"))
CODE = "L1:YS-37:0037-001284:7F3A91C2:280:20261123:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 3 + "ABCDEFG"
FIRST = "凭条号 0037-001284"
LAST = "监督电话 0000-0000000"

DOCUMENT: Document = (
    Text("党群积分超市", align="center", bold=True, big=True),
    Text("示范镇 柳泉村党群服务中心", align="center"),
    Feed(1),
    Text(FIRST, "存根联"),
    Text("户主 张大山（4口）", "户号尾号 0217"),
    Rule(),
    Row(("品名", "数量", "每件积分", "积分小计"), COLUMNS),
    Row(("大米 5公斤", "1袋", "20", "20"), COLUMNS),
    Row(("肥皂", "2块", "3", "6"), COLUMNS),
    Row(("内蒙古呼伦贝尔大草原特产手撕风干牛肉干", "12盒", "40.5", "486"), COLUMNS),
    Rule(),
    Text("本次扣分", "28", bold=True),
    Qr(CODE),
    Text("校验码 7F3A-91C2", align="center"),
    Text("对扣分有异议，请在15日内找村务监督委员会，受理后7个工作日内答复。"),
    Text(LAST),
    Cut(),
)


def is_whole(slip: Slip) -> bool:
    """Whether one piece of paper holds the slip from its first line to its last, with its code."""
    lines = slip.lines
    heads = [line.startswith(FIRST) for line in lines]
    return any(heads) and LAST in lines and bool(slip.codes) and slip.cut


def endings(far: PrinterFarEnd) -> int:
    """How often the slip's last line is on paper."""
    return sum(slip.lines.count(LAST) for slip in far.slips())
