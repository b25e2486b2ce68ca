"""The basket at the manager's desk: scan, scan, scan, then the resident confirms."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import collecting, form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import namelabel, scroll, stepper  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.stepper import BasketRow
from kiosk.words import points


class RedeemPage(Page):
    """Shows `app.desk`; every change comes through `desk.changed`."""

    who = StringProperty("")
    detail = StringProperty("")
    before = StringProperty("")
    charge = StringProperty("")
    after = StringProperty("")
    trouble = StringProperty("")
    line_note = StringProperty("")
    printer_note = StringProperty("")
    taker = StringProperty("")
    over = BooleanProperty(False)
    ready = BooleanProperty(False)
    empty = BooleanProperty(True)

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()

    def news(self) -> None:
        self.render()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        account = desk.account
        if account is None:
            return
        self.who = tr("account.family", name=form.who(tr, account.name))
        family = "redeem.family" if account.members else "redeem.family_guest"
        self.detail = tr(family, n=account.members, tail=form.tail(account.household))
        self.before, self.charge = points(account.available_tenths), points(desk.charge_tenths)
        self.over = desk.after_tenths < 0
        self.after = points(desk.after_tenths).replace("-", "−")
        self.empty = not desk.lines
        self.trouble = self._trouble()
        self.ready = bool(desk.lines) and not self.trouble and not desk.busy
        line = self.app.line
        offline = not line.online and not self.app.bar.alone
        self.line_note = tr("redeem.offline") if offline else ""
        self.printer_note = self._printer()
        self.taker = collecting.sentence(tr, desk.collector)
        self._rows()

    def forget(self) -> None:
        self.who = self.detail = self.before = self.charge = self.after = ""
        self.trouble = self.line_note = self.taker = ""
        self.ready, self.empty = False, True
        self.ids.rows.clear_widgets()

    def spoken(self) -> str:
        return self.app.tr("speech.redeem", points=self.charge)

    def _trouble(self) -> str:
        desk, tr = self.app.desk, self.app.tr
        if desk.account is not None and not desk.account.may_spend:
            return tr.refusal("not-home", {"home": desk.account.home_name})
        if desk.after_tenths < 0:
            return tr("redeem.short", missing=points(-desk.after_tenths))
        if desk.quote is not None and desk.quote.refused:
            return tr.refusal(desk.quote.refused, dict(desk.quote.refused_params))
        return ""

    def _printer(self) -> str:
        tr = self.app.tr
        printers = [health for health in self.app.health.values() if health.kind == "printer"]
        if not printers:
            return tr("redeem.printer_none")
        health = printers[0]
        if health.state == "ok":
            key = "printer_ok" if self.app.backend.settings.printer.resident_copy else "printer_ok_one"
            return tr(f"redeem.{key}")
        detail = f"device.{health.detail}"
        if health.state == "warning":
            return tr("redeem.printer_soon", state=tr(detail if tr.has(detail) else "device.state_warning"))
        return tr(
            "redeem.printer_bad", state=tr(detail if tr.has(detail) else f"device.state_{health.state}")
        )

    def _rows(self) -> None:
        box, lines, tr = self.ids.rows, self.app.desk.lines, self.app.tr
        grown = len(box.children) < len(lines)
        while len(box.children) < len(lines):
            row = BasketRow()
            row.bind(on_step=lambda _row, sku, by: self.app.desk.step(sku, by))
            box.add_widget(row)
        while len(box.children) > len(lines):
            box.remove_widget(box.children[0])
        each = "redeem.each_short" if self.app.theme.full else "redeem.each"
        for row, (item, qty) in zip(reversed(box.children), lines.values(), strict=True):
            row.fill(item, qty, tr(each, points=points(item.price_tenths), code=item.barcode))
        if grown:
            self._newest()

    def _newest(self) -> None:
        basket, height = self.ids.scroll, sum(row.height for row in self.ids.rows.children)
        basket.scroll_y = 0 if height > basket.height else 1


kv.load(__file__)
