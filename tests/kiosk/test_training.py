"""The training village: a database of its own, made once, its slips say that they count for nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec

from drivers.printer.document import Text
from kiosk.config import CountySettings, PrinterSettings, Settings, TerminalSettings
from kiosk.demo import training
from kiosk.services import books, find, redeem
from kiosk.services.printing import requeue_failed, take
from kiosk.slips import document


def test_training_keeps_the_devices_and_nothing_else_of_the_real_terminal(tmp_path: Path) -> None:
    real = Settings(
        folder=str(tmp_path),
        terminal=TerminalSettings(data_dir="data"),
        county=CountySettings(url="https://county.example"),
        printer=PrinterSettings(address="tcp://127.0.0.1:1"),
    )
    settings = training.settings_of(real)
    assert settings.terminal.training
    assert settings.county.url == ""
    assert settings.printer == real.printer
    assert settings.data_dir == real.data_dir / "training" / "terminal"
    assert sorted(path.name for path in real.data_dir.iterdir()) == ["training"]
    about = msgspec.json.decode((settings.data_dir.parent / "demo.json").read_bytes())
    terminal = training.opened(settings)
    try:
        assert books.today(terminal).day == terminal.clock.today()
        account = find.by_card(terminal, about["households"][0]["card"])
        redeem.redeem(terminal, account.proof, (("soap", 1),), "M037A", "t1")
        requeue_failed(terminal)
        job = take(terminal)
        assert job is not None
    finally:
        terminal.close()
    practised = document(job.content, job.copy, job.again, training=True)
    earnest = document(job.content, job.copy, job.again)
    assert practised[2:] == earnest
    assert [part.text for part in practised[:2] if isinstance(part, Text)] == [
        "演练",
        "演练用，不是真的，不能领货。",
    ]
    assert training.settings_of(real) == settings, "its cards may have been printed: it is made once"
