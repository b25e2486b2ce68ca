"""The business day, the clock that jumps, the epoch and the mark outside the database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.ledger.entries import Entry, decode
from kiosk.ledger.refusals import Refused
from kiosk.services import find, identity, verify
from kiosk.services import terminal as terminals
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.mark import Mark
from tests.village import HandClock, Village, proof


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


# --- the day ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 2, 7])
def test_the_clock_moves_the_day_by_itself(terminal: Terminal, clock: HandClock, days: int) -> None:
    clock.move(days=days)
    _spend(terminal, "r1")
    opened = _entries(terminal)[-2]
    assert (opened.kind, opened.day, opened.body) == ("day-open", clock.today(), {"by": "clock"})
    assert _entries(terminal)[-1].day == clock.today()


@pytest.mark.parametrize("days", [8, 30, 3653])
def test_further_ahead_it_takes_the_county(terminal: Terminal, clock: HandClock, days: int) -> None:
    clock.move(days=days)
    _spend(terminal, "r1")
    kinds = [entry.kind for entry in _entries(terminal)[-2:]]
    assert kinds == ["clock", "redeem"]
    assert _entries(terminal)[-1].day == "2026-11-23"  # work goes on under the last day
    terminal.county_day = clock.today()
    _spend(terminal, "r2", "vinegar")
    opened = _entries(terminal)[-2]
    assert (opened.kind, opened.day, opened.body) == ("day-open", clock.today(), {"by": "county"})


@pytest.mark.parametrize(
    ("clock", "county", "due"),
    [
        ("2026-11-24", "", ("2026-11-24", "clock")),
        ("2026-11-30", "2026-11-23", ("2026-11-30", "clock")),
        ("2026-12-01", "2026-11-23", ("2026-11-23", "")),
        ("2026-12-01", "2026-11-24", ("2026-12-01", "county")),
        ("2026-12-31", "2026-12-31", ("2026-12-31", "county")),
        ("2026-12-31", "2026-12-23", ("2026-11-23", "")),
        ("2026-12-31", "2027-01-01", ("2026-11-23", "")),
        ("2036-11-23", "2026-11-25", ("2026-11-25", "county")),
        ("1970-01-01", "2026-11-30", ("2026-11-30", "county")),
        ("1970-01-01", "2026-12-01", ("2026-11-23", "")),
        ("1970-01-01", "1970-01-01", ("2026-11-23", "")),
        ("2026-11-22", "", ("2026-11-23", "")),
    ],
)
def test_two_that_agree_move_the_day_further_than_one(clock: str, county: str, due: tuple[str, str]) -> None:
    assert terminals.due_day("2026-11-23", clock, county) == due


@pytest.mark.parametrize("days", [-1, -30, -3653])
def test_the_day_never_goes_back(terminal: Terminal, clock: HandClock, days: int) -> None:
    was_ms = _entries(terminal)[-1].at_ms
    clock.move(days=days)
    terminal.county_day = clock.today()
    _spend(terminal, "r1")
    jump, spent = _entries(terminal)[-2:]
    assert (jump.kind, jump.body) == ("clock", {"why": "jump", "was_ms": was_ms})
    assert (spent.kind, spent.day) == ("redeem", "2026-11-23")
    _spend(terminal, "r2", "vinegar")
    assert _entries(terminal)[-1].kind == "redeem"  # the jump is written down once
    assert verify.verify(terminal).ok


def test_a_clock_thrown_to_and_fro_moves_nothing(terminal: Terminal, clock: HandClock) -> None:
    for number, days in enumerate((3653, -7306, 3653)):
        clock.move(days=days)
        _spend(terminal, f"r{number}", ("soap", "vinegar", "rice5")[number])
    assert {entry.day for entry in _entries(terminal)} == {"2026-11-23"}
    assert find.account(terminal, proof()).ending is None
    assert verify.verify(terminal).ok


def test_a_minute_back_is_no_jump(terminal: Terminal, clock: HandClock) -> None:
    clock.move(seconds=-59)
    _spend(terminal, "r1")
    assert _entries(terminal)[-2].kind != "clock"


# --- the mark -----------------------------------------------------------------------------------------


def test_an_older_copy_is_noticed_and_look_ups_go_on(
    village: Village, terminal: Terminal, tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    _copy(terminal, older)
    _spend(terminal, "r1")
    terminal.close()
    _put_back(terminal, older)
    again = village.open(terminal.settings, terminal.clock)
    assert not again.may_write()
    assert _refused(again) == "needs-epoch"
    assert find.by_card(again, village.card("0370217")).available_tenths == 385
    assert verify.verify(again).ok


def test_a_new_epoch_goes_on_from_the_older_copy(
    village: Village, terminal: Terminal, tmp_path: Path
) -> None:
    _spend(terminal, "r0", "vinegar")
    older = tmp_path / "older.db"
    _copy(terminal, older)
    _spend(terminal, "r1")
    terminal.close()
    _put_back(terminal, older)
    village.enrol(37, epoch=2)
    again = village.open(terminal.settings, terminal.clock)
    assert again.may_write()
    with again.read() as conn:
        head = journal.head(conn)
    assert head is not None
    done = redeem(again, proof(), (("soap", 1),), "M037A", "r2")
    assert done.slip == "0037B-000001"
    opened, day, spent = _entries(again)[-3:]
    assert (opened.kind, opened.epoch, opened.seq) == ("open", 2, 1)
    assert opened.body == {"from": [head.epoch, head.seq, head.hash.hex()]}
    assert (day.kind, spent.kind) == ("day-open", "redeem")
    assert again.may_write()
    assert verify.verify(again).ok
    assert verify.rebuild(again).problems == ()


def test_an_old_identity_does_not_write_into_a_later_epoch(village: Village, terminal: Terminal) -> None:
    terminal.close()
    village.enrol(37, epoch=2)
    later = village.open(terminal.settings, terminal.clock)
    _spend(later, "r1")
    later.close()
    village.enrol(37, epoch=1)
    assert _refused(village.open(terminal.settings, terminal.clock)) == "needs-epoch"


@pytest.mark.parametrize("damage", ["missing", "empty", "torn", "bit"])
def test_a_mark_that_can_not_be_read(village: Village, terminal: Terminal, damage: str) -> None:
    path = terminal.settings.data_dir / terminals.MARK_FILE
    record = path.read_bytes()
    terminal.close()
    if damage == "missing":
        path.unlink()
    else:
        changed = {
            "empty": b"",
            "torn": record[:60],
            "bit": record[:9] + bytes([record[9] ^ 1]) + record[10:],
        }
        path.write_bytes(changed[damage])
    again = village.open(terminal.settings, terminal.clock)
    assert not again.may_write()
    assert _refused(again) == "needs-epoch"
    assert find.by_card(again, village.card("0370217")).available_tenths == 385


def test_another_machine(village: Village, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.close()
    monkeypatch.setattr(terminals, "machine_id", lambda: "another")
    again = village.open(terminal.settings, terminal.clock)
    assert _refused(again) == "needs-epoch"
    again.close()
    village.enrol(37, epoch=2)
    moved = village.open(terminal.settings, terminal.clock)
    _spend(moved, "r1")
    assert moved.may_write()


def test_a_mark_that_lags_is_a_power_cut(village: Village, terminal: Terminal) -> None:
    path = terminal.settings.data_dir / terminals.MARK_FILE
    record = path.read_bytes()
    _spend(terminal, "r1")
    terminal.close()
    path.write_bytes(record)
    again = village.open(terminal.settings, terminal.clock)
    assert again.may_write()
    _spend(again, "r2", "vinegar")


def test_a_power_cut_right_after_the_first_commit_of_all(
    village: Village, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = village.terminal(clock=clock)
    with monkeypatch.context() as cut:
        cut.setattr(terminal, "_remember", lambda head: None)
        with terminal.write():
            pass
    terminal.close()
    again = village.open(terminal.settings, clock)
    assert again.may_write()
    with again.write():
        pass


def test_another_history_of_the_same_length(village: Village, terminal: Terminal, tmp_path: Path) -> None:
    """A cloned disk that went its own way and is further than the mark."""
    clone = tmp_path / "clone.db"
    _copy(terminal, clone)
    _spend(terminal, "r1")
    terminal.close()
    own_way = village.enrol(37)
    data = own_way.data_dir
    mark = (data / terminals.MARK_FILE).read_bytes()
    _put_back(terminal, clone)
    (data / terminals.MARK_FILE).unlink()
    head = village.open(own_way, terminal.clock)
    head._mark.write(_mark_of(head))  # the clone's own mark, as on its own disk
    _spend(head, "x1", "vinegar")
    _spend(head, "x2", "soap")
    head.close()
    (data / terminals.MARK_FILE).write_bytes(mark)
    back = village.open(own_way, terminal.clock)
    assert not back.may_write()
    assert _refused(back) == "needs-epoch"


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense", b"\xff\xff", b'{"terminal":"x"}'])
def test_a_registration_that_can_not_be_read(village: Village, terminal: Terminal, content: bytes) -> None:
    terminal.close()
    (terminal.settings.data_dir / identity.FILE).write_bytes(content)
    with pytest.raises(Refused) as no:
        village.open(terminal.settings)
    assert no.value.code == "identity-unreadable"


def test_no_registration(village: Village, terminal: Terminal) -> None:
    terminal.close()
    (terminal.settings.data_dir / identity.FILE).unlink()
    with pytest.raises(Refused) as no:
        village.open(terminal.settings)
    assert no.value.code == "not-enrolled"


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_can_not_be_read(village: Village, terminal: Terminal, content: bytes) -> None:
    terminal.close()
    (terminal.settings.data_dir / identity.KEY_FILE).write_bytes(content)
    with pytest.raises(Refused) as no:
        village.open(terminal.settings)
    assert no.value.code == "identity-unreadable"


def _spend(terminal: Terminal, request_id: str, sku: str = "soap") -> None:
    redeem(terminal, proof(), ((sku, 1),), "M037A", request_id, yes=frozenset({"duplicate-charge"}))


def _refused(terminal: Terminal) -> str:
    before = _entries(terminal)
    with pytest.raises(Refused) as no:
        _spend(terminal, "again")
    assert _entries(terminal) == before
    return no.value.code


def _entries(terminal: Terminal) -> list[Entry]:
    with terminal.read() as conn:
        return [decode(row.data) for row in journal.everything(conn)]


def _copy(terminal: Terminal, to: Path) -> None:
    with terminal.read() as conn:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql(f"VACUUM INTO '{to}'")
        conn.exec_driver_sql("BEGIN")


def _put_back(terminal: Terminal, copy: Path) -> None:
    folder = terminal.settings.data_dir
    for name in ("", "-wal", "-shm"):
        (folder / f"{terminals.DATABASE_FILE}{name}").unlink(missing_ok=True)
    shutil.copy(copy, folder / terminals.DATABASE_FILE)


def _mark_of(terminal: Terminal) -> Mark:
    with terminal.read() as conn:
        head = journal.head(conn)
    assert head is not None
    who = terminal.identity
    return Mark(who.terminal, head.epoch, head.seq, head.hash.hex(), terminal._machine)
