"""What the manager has to look after now, in words, from what the terminal knows anyway; draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.services.views import ShelfItem
from kiosk.ui import form
from kiosk.ui.i18n import Tr

KINDS = ("camera", "serial-scanner", "hid-scanner", "idcard", "printer")  # in the order people read them
Thing = tuple[str, str, str]  # what it is, what to do about it, tone


def in_order(health: Mapping[str, Any]) -> list[Any]:
    """The devices as they are listed: camera, scanner, printer, then others."""

    def place(one: Any) -> tuple[int, str]:
        return (KINDS.index(one.kind) if one.kind in KINDS else len(KINDS), one.device)

    return sorted(health.values(), key=place)


def state(tr: Tr, health: Any) -> str:
    """A device's state in words, as exactly as there are words for it."""
    detail = f"device.{health.detail}"
    return tr(detail) if health.detail and tr.has(detail) else tr(f"device.state_{health.state}")


def reading(tr: Tr, noted: str) -> str:
    """What a device note (`kiosk.device_notes`) says of a reading, in people's words where there are some."""
    for word in ("household", "staff", "slip", "identity"):
        if word in noted:
            return tr(f"devices.read_{word}")
    return tr("devices.read_code")


def duty(tr: Tr, one: Any, today: str) -> Thing:
    """A duty (`services.duties.Duty`) in words: how many, and by when or what to do."""
    when = tr("duty.until", day=form.day(tr, one.due)) if one.due else tr(f"duty.{one.code}_how")
    if one.due == today != "":
        when = tr("duty.today")
    elif one.late:
        when = tr("duty.late", day=form.day(tr, one.due)) if one.due else tr("duty.late_now")
    return tr(f"duty.{one.code}", n=one.number), when, "red_text" if one.late else "teal"


def things(
    tr: Tr,
    health: Mapping[str, Any],
    line_well: bool,
    shelf: tuple[ShelfItem, ...],
    low: tuple[str, ...],
    duties: tuple[Any, ...] = (),
    today: str = "",
) -> list[Thing]:
    """What to look after, the most urgent first; `low` are the names of goods that run out."""
    found: list[Thing] = []
    for device in in_order(health):
        if device.state in ("lost", "warning") and tr.has(f"device.{device.kind}"):
            title = tr("todo.device", device=tr(f"device.{device.kind}"), state=state(tr, device))
            advice = f"todo.{device.detail}" if tr.has(f"todo.{device.detail}") else f"todo.{device.state}"
            found.append((title, tr(advice), "red_text" if device.state == "lost" else "gold_text"))
    found.sort(key=lambda thing: thing[2] != "red_text")
    found += [duty(tr, one, today) for one in duties]
    if not line_well:
        found.append((tr("todo.line"), tr("todo.goes_on"), "gold_text"))
    for item in shelf:
        if item.name in low:
            left = tr("todo.left", n=item.on_hand, unit=item.unit) if item.on_hand else tr("shelf.gone")
            found.append((tr("todo.low", name=item.name, left=left), tr("todo.order"), "gold_text"))
    return found
