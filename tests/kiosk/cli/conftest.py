"""The command line in this process, on a village's terminal."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import main
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.village import PIN, Village


@dataclass
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON answer."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Every line's JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Kiosk:
    """`kiosk …` with the configuration of a terminal that has points and goods."""

    village: Village
    terminal: Terminal
    config: Path
    _capture: pytest.CaptureFixture[str]
    _patch: pytest.MonkeyPatch

    def __call__(self, *words: str, given: bytes = b"", config: Path | None = None) -> Ran:
        self._patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
        self._capture.readouterr()
        try:
            code = main(["--config", str(config or self.config), *words])
        except SystemExit as end:  # argparse on wrong words
            code = int(end.code or 0)
        out, err = self._capture.readouterr()
        return Ran(code, out, err)

    def card(self, household: str = "0370217") -> str:
        """Its card."""
        return self.village.card(household)

    def books(self) -> Any:
        """Everything that must not change when something is refused."""
        tables = ("journal", "pot", "bucket", "lot", "slip", "request", "print_job")
        folder = self.terminal.settings.data_dir
        return [books.rows(folder, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]

    def redeem(self, *words: str, **options: Any) -> Ran:
        """`kiosk redeem --json` by the manager."""
        return self("redeem", "--json", "--staff", "M037A", *words, **options)


@pytest.fixture
def kiosk(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Kiosk:
    terminal = village.stocked()
    config = tmp_path / "config.toml"
    config.write_text(
        f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n[printer]\naddress = "tcp://127.0.0.1:9"\n'
    )
    monkeypatch.setenv("KIOSK_PIN", PIN)
    monkeypatch.setenv("KIOSK_PIN_2", PIN)
    monkeypatch.delenv("KIOSK_LOCALE", raising=False)
    return Kiosk(village, terminal, config, capsys, monkeypatch)
