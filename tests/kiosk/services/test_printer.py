"""The printer's thread against a far end on TCP: it prints what waits and outlives what goes wrong."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from drivers.base import Health
from drivers.printer.printer import Outcome
from drivers.printer.simulated import PrinterFarEnd
from drivers.wire import open_wire
from kiosk.config import PrinterSettings
from kiosk.ledger.refusals import Refused
from kiosk.services import printer as printer_service
from kiosk.services import printing
from kiosk.services.printer import LOCK_FILE, MOST_ATTEMPTS, PrintThread
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import PrintState
from kiosk.store.only_one import OnlyOne
from kiosk.worker import Worker
from tests.village import Village, proof

WAIT_S = 20.0


@pytest.fixture
def printer() -> Iterator[PrinterFarEnd]:
    with PrinterFarEnd("tcp") as far_end:
        yield far_end


@pytest.fixture
def terminal(village: Village, printer: PrinterFarEnd) -> Terminal:
    one = village.stocked()
    settings = PrinterSettings(address=printer.address, profile="epson-tm80")
    one.settings = msgspec.structs.replace(one.settings, printer=settings)
    return one


@contextmanager
def printing_thread(terminal: Terminal) -> Iterator[queue.Queue[object]]:
    told: queue.Queue[object] = queue.Queue()
    worker = Worker()
    worker.start()
    thread = PrintThread(terminal, worker, told.put)
    thread.start()
    try:
        yield told
    finally:
        thread.stop()
        worker.stop()


def wait_for(told: queue.Queue[object], wanted: object) -> None:
    """Until the thread tells `wanted`: a slip's state, or the detail of the printer's health."""
    end_s = time.monotonic() + WAIT_S
    while (left_s := end_s - time.monotonic()) > 0:
        news = told.get(timeout=left_s)
        if isinstance(news, PrintState) and news.state == wanted:
            return
        if isinstance(news, Health) and news.detail == wanted:
            return
    raise AssertionError(f"{wanted!r} was not told")


def cut(printer: PrinterFarEnd) -> int:
    return sum(slip.cut for slip in printer.slips())


def test_both_copies_come_out_once(terminal: Terminal, printer: PrinterFarEnd) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    with printing_thread(terminal) as told:
        wait_for(told, "printed")
    assert (cut(printer), printing.waiting(terminal)) == (2, 0)


def test_a_full_disk_stops_the_paper_and_not_the_thread(terminal: Terminal, printer: PrinterFarEnd) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    terminal.db._no_writing = "disk-full"  # what the database says of itself on a full disk
    with printing_thread(terminal) as told:
        wait_for(told, "disk-full")
        assert cut(printer) == 0
        terminal.db._no_writing = ""
        wait_for(told, "printed")
    assert (cut(printer), printing.waiting(terminal)) == (2, 0)


def test_an_outcome_that_cannot_be_noted_is_not_printed_again(
    terminal: Terminal, printer: PrinterFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    finish, refused = printing.finish, []

    def finish_on_a_full_disk(*words: object) -> PrintState:
        if not refused:
            refused.append(True)
            raise Refused("disk-full")
        return finish(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(printing, "finish", finish_on_a_full_disk)
    with printing_thread(terminal) as told:
        wait_for(told, "printed")
    assert refused
    assert (cut(printer), printing.waiting(terminal)) == (2, 0)


def test_a_printer_that_another_program_drives_is_left_alone(
    terminal: Terminal, printer: PrinterFarEnd
) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    lock = OnlyOne(terminal.settings.data_dir / LOCK_FILE, "printer-busy")
    with lock, printing_thread(terminal) as told:
        wait_for(told, "printer-busy")
        assert not printer.received


def test_a_printer_plugged_in_late_prints_the_last_slips_only(village: Village) -> None:
    terminal = village.stocked()
    terminal.settings = msgspec.structs.replace(terminal.settings, printer=PrinterSettings())
    copies = printing.MOST_CAUGHT_UP
    for number in range(copies):  # two copies each: twice as many as are caught up
        redeem(terminal, proof("0370900"), (("soap", 1),), "M037A", f"r{number}")
    assert printing.waiting(terminal) == copies
    assert printing.requeue_failed(terminal) == copies


def test_a_printer_that_never_says_a_word_still_gets_the_slip(terminal: Terminal) -> None:
    with PrinterFarEnd("tcp", answers=frozenset()) as mute:
        settings = PrinterSettings(address=mute.address, profile="epson-tm80")
        terminal.settings = msgspec.structs.replace(terminal.settings, printer=settings)
        redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
        with printing_thread(terminal) as told:
            wait_for(told, "no-answer")
            wait_for(told, "unknown")
            wait_for(told, "unknown")
        assert cut(mute) == 2


def test_what_tears_again_and_again_is_left_to_people(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer that seems well and never gets to the end must not eat the roll."""
    monkeypatch.setattr(
        "kiosk.services.printer.EscposPrinter.print", lambda *_: Outcome("failed", "error", 99)
    )
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    with printing_thread(terminal) as told:
        news = 0
        while printing.waiting(terminal):
            news += isinstance(told.get(timeout=WAIT_S), PrintState)
    assert news <= 2 * (MOST_ATTEMPTS + 1), "each attempt, and each copy once more when nothing comes of it"
    assert printing.state(terminal, "0037-000001").state == "unknown"


def test_a_slip_that_cannot_be_encoded_does_not_hold_up_the_others(
    terminal: Terminal, printer: PrinterFarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r2")
    real = printer_service.encode
    broken = iter([True, True])

    def encode(*args: object) -> bytes:
        if next(broken, False):
            raise ValueError("the code is too dense for this paper")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(printer_service, "encode", encode)
    with printing_thread(terminal) as told:
        wait_for(told, "printed")
    assert printing.state(terminal, "0037-000001").state == "unknown"
    assert cut(printer) == 2


def test_a_piece_left_from_before_a_restart_is_cut_off_first(
    terminal: Terminal, printer: PrinterFarEnd
) -> None:
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    job = printing.take(terminal)
    assert job is not None
    line = open_wire(printer.address)
    line.write(b"half a slip\n", 1.0)
    line.close()
    assert printer.wait_for_bytes(12)
    with printing_thread(terminal) as told:
        wait_for(told, "printed")
    assert cut(printer) == 3
    assert printer.slips()[1].lines[0] == "党群积分超市"
