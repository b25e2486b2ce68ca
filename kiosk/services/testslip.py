"""A slip that only shows that the printer prints; goes through the queue like every other."""

from __future__ import annotations

import os
from datetime import datetime

from kiosk.services import printing, staff
from kiosk.services.terminal import Terminal
from kiosk.services.views import PrintState
from kiosk.slips.paper import Paper

RARE = "镕 䶮 㐂 𠮷"  # what a printer's own font lacks comes as a picture
LATIN = "ABC xyz 0123456789 Өглөө ￥ ℃ ①"


def print_one(terminal: Terminal, actor: str) -> PrintState:
    """Queue a test slip; its state comes like that of any slip. Raises `Refused("role-may-not")`."""
    with terminal.read() as conn:
        who = staff.require(conn, actor, "devices")
    place = terminal.settings.place
    now = datetime.fromtimestamp(terminal.clock.now_ms() / 1000).astimezone()
    name = f"TEST-{os.urandom(3).hex().upper()}"  # no entry numbers it
    content = Paper(
        scheme_name=place.scheme_name,
        township_name=place.township_name,
        centre_name=place.centre_name,
        title="device.slip_title",
        slip=name,
        at=f"{now:%Y-%m-%d %H:%M:%S}",
        clerk_name=who.name,
        notes=(RARE, LATIN),
        supervision_phone=place.supervision_phone,
    )
    printing.queue_label(terminal, name, content, 1)
    return printing.state(terminal, name)
