"""What comes out of each model of printer: both copies, drawn from the real bytes by the simulated paper."""

from __future__ import annotations

import itertools
from pathlib import Path

from drivers.printer.escpos import encode
from drivers.printer.profile import Profile, profile, profiles
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import Slip, picture
from kiosk.slips.parts import Copy, SlipLine
from kiosk.slips.redemption import SlipData, redemption_slip

RARE = "㐂𠮷䶮镕"  # beyond the font, of extension B, in GB 18030 alone, in GBK and not in GB 2312
MONGOLIAN = "ᠪᠠᠲᠤ"
LATIN = "Ärzu Bátor"

SLIP = SlipData(
    scheme_name="党群积分超市",
    township_name="示范镇",
    centre_name="柳泉村党群服务中心",
    slip="0037-001284",
    at="2026-11-23 14:05:09",
    clerk_name=f"王{RARE[3]}",
    household="0370217",
    head_name=RARE,
    members=4,
    lines=(
        SlipLine(name="大米 5公斤", qty=1, unit="袋", price_tenths=200, total_tenths=200),
        SlipLine(name="内蒙古草原特产手撕风干牛肉干", qty=12, unit="盒", price_tenths=405, total_tenths=4860),
        SlipLine(name="乌云·其木格奶豆腐", qty=1, unit="块", price_tenths=20, total_tenths=20),
    ),
    charge_tenths=5080,
    before_tenths=5385,
    after_tenths=305,
    check_code="7F3A-91C2",
    qr="L1:YS-37:0037-001284:7F3A91C2:5080:20261123:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 3 + "ABCDEFG",
    offline=True,
    collector_name=f"{MONGOLIAN} {LATIN}",
    relation="儿媳",
    ending_day="2026-12-31",
    ending_tenths=105,
    supervision_phone="0000-0000000",
)


def printed(model: Profile, copy: Copy, *, again: bool = False) -> Slip:
    """One copy as that model prints it."""
    engine = Engine(model.dots, model.font_set, model.cutter)
    engine.buffer += encode(redemption_slip(SLIP, copy, reprint=again), model)
    while engine.step() is not None:
        pass
    return engine.slips[0]


def take(folder: Path) -> list[Path]:
    """A picture of each copy from each model."""
    made = []
    copies: tuple[Copy, ...] = ("stub", "resident")
    for name, copy in itertools.product(profiles(), copies):
        made.append(folder / f"slip-{name}-{copy}.png")
        picture(printed(profile(name), copy, again=copy == "stub")).save(made[-1])
    return made
