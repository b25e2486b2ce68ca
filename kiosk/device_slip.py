"""The slip that shows a technician what a printer can do: ruler, Chinese, rare characters, code; pure."""

from __future__ import annotations

from drivers.printer.document import Cut, Document, Feed, Qr, Rule, Text
from kiosk.words import Words

# Outside GB2312, outside GBK, outside the two-byte range: what a font lacks comes as a picture.
RARE = "镕 䶮 㐂 𠮷"
LATIN = "Ulaan Өглөө ABC xyz 0123456789 ￥ ℃ ①"
CODE = "POINTS-KIOSK TEST 0123456789"


def device_test_slip(say: Words, columns: int, profile: str, at: str) -> Document:
    """One piece of paper as wide as `columns` characters; `at` is the time as it is to be printed."""
    tens = "".join(f"{ten * 10:>10}" for ten in range(1, columns // 10 + 1))
    ruler = ("1234567890" * (columns // 10 + 1))[:columns]
    return (
        Text(say("device.slip_title"), align="center", bold=True, big=True),
        Text(at, profile),
        Rule(),
        Text(tens),
        Text(ruler),
        Text(say("device.slip_text")),
        Text(say("device.slip_bold"), bold=True),
        Text(RARE),
        Text(LATIN),
        Text(say("device.slip_left"), say("device.slip_right")),
        Rule(),
        Qr(CODE),
        Feed(1),
        Cut(),
    )
