"""A terminal with a household that has much, a configuration file for it, and the killer beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.services import feed
from kiosk.services.terminal import Terminal
from tests.faults.killer import Killer
from tests.village import PIN, Village, order, receive, send

RICH = "0370900"  # limits off


@dataclass
class Ground:
    """What every kill test stands on."""

    village: Village
    terminal: Terminal
    config: Path
    killer: Killer

    def line(self, request_id: str, sku: str = "vinegar", pieces: int = 1) -> str:
        """One request of a batch."""
        fields = {"card": self.village.card(RICH), "items": {sku: pieces}, "staff": "M037A"}
        return json.dumps({**fields, "request_id": request_id}) + "\n"

    @property
    def argv(self) -> list[str]:
        return ["--config", str(self.config), "redeem", "--batch", "-"]

    @property
    def env(self) -> dict[str, str]:
        return {"KIOSK_PIN": PIN}


@pytest.fixture
def ground(village: Village, tmp_path: Path) -> Iterator[Ground]:
    terminal = village.stocked()
    send(terminal, "terminal:37", ("order", order("much", RICH, 5_000_000)))
    feed.carry_out(terminal)
    for _ in range(3):
        receive(terminal, "vinegar", 10_000, "", "finance", "M037A", "R037A")
    config = tmp_path / "config.toml"
    data_dir = terminal.settings.data_dir
    config.write_text(f'[terminal]\ndata_dir = "{data_dir}"\n[printer]\naddress = "tcp://127.0.0.1:9"\n')
    with Killer(tmp_path) as killer:
        yield Ground(village, terminal, config, killer)
