"""Who takes the goods for a household (代领), in words; draws nothing."""

from __future__ import annotations

from typing import Any

from kiosk.ui import form
from kiosk.ui.i18n import Tr


def sentence(tr: Tr, collector: Any) -> str:
    """A `services.collectors.Collector` as anybody may read it; "" for none."""
    if collector is None:
        return ""
    return tr("desk.taker", name=form.masked(collector.name), relation=tr(f"relation.{collector.relation}"))
