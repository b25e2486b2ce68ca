"""What the first page tells everybody: the next collective day and the notice that hangs; names nobody."""

from __future__ import annotations

import msgspec

from kiosk.services import notices, sessions
from kiosk.services.terminal import Terminal


class Teaser(msgspec.Struct, frozen=True, kw_only=True):
    """Empty strings and zeros for what there is not."""

    session_day: str = ""
    session_opens: str = ""
    session_closes: str = ""
    may_reserve: bool = False
    notice_number: str = ""
    notice_until: str = ""
    notice_lines: int = 0


def teaser(terminal: Terminal) -> Teaser:
    """As it stands on the business day."""
    days = sessions.upcoming(terminal)
    day = next((one for one in days if one.may_reserve), days[0] if days else None)
    hanging = next((one for one in notices.notices(terminal) if not one.over), None)
    return Teaser(
        session_day=day.day if day else "",
        session_opens=day.opens if day else "",
        session_closes=day.closes if day else "",
        may_reserve=bool(day and day.may_reserve),
        notice_number=hanging.number if hanging else "",
        notice_until=hanging.until if hanging else "",
        notice_lines=hanging.lines if hanging else 0,
    )
