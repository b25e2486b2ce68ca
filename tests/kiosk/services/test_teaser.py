"""What the first page tells of collective days and notices."""

from __future__ import annotations

from kiosk.services import sessions
from kiosk.services.sessions import SessionGood
from kiosk.services.teaser import Teaser, teaser
from tests.scoring import LI, claim, pass_days, published, scoring_terminal
from tests.village import HandClock, Village


def test_the_next_day_and_what_hangs(village: Village) -> None:
    clock = HandClock("2026-11-25")
    terminal = scoring_terminal(village, clock)
    assert teaser(terminal) == Teaser()
    published(terminal, claim(LI))
    told = teaser(terminal)
    assert (told.notice_number, told.notice_until, told.notice_lines) == ("0037-001", "2026-11-30", 1)
    goods = (SessionGood(sku="soap", price_tenths=25),)
    sessions.open_new(terminal, "2026-12-20", "2026-11-26", "2026-12-10", 5, goods, "M037A")
    sessions.open_new(terminal, "2026-12-05", "2026-12-01", "2026-12-04", 5, goods, "M037A")
    assert (teaser(terminal).session_day, teaser(terminal).may_reserve) == ("2026-12-05", False)
    pass_days(terminal, clock, 1)
    assert (teaser(terminal).session_day, teaser(terminal).may_reserve) == ("2026-12-20", True)
    pass_days(terminal, clock, 6)
    assert (teaser(terminal).session_day, teaser(terminal).notice_number) == ("2026-12-05", "")
