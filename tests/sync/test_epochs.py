"""After an older copy was put back or a machine replaced: a new epoch goes on from what the county has."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import epochs, feed, find, printing, slipcheck
from kiosk.services import terminal as terminals
from kiosk.services import verify as own_verify
from kiosk.services.redeem import next_request_id
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.store import journal, mark
from sync.client import exchange_once
from sync.county import orderbook
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.county.tables import flags, orders, set_aside
from sync.county.verify import verify
from sync.enrolling import enrol, enrol_machine
from tests.sync.epochs import (
    FIRST,
    RICE_TENTHS,
    SECOND,
    Reopen,
    all_clean,
    copy_to,
    elsewhere,
    enrol_again,
    entries_of,
    has_the_countys_balances,
    put_back,
    refused_with,
    spend,
)
from tests.sync.places import HOUSEHOLDS, OPENING_TENTHS, journal_at, journal_of

# --- an older copy put back ---------------------------------------------------------------------------


def test_what_an_older_copy_lost_comes_back(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    copy_to(shop, tmp_path / "older.db")
    lost = [spend(shop, FIRST, f"after-{number}") for number in range(2)]  # everything FIRST had
    order = orderbook.give_order(county, 37, do="earn", household=SECOND, amount_tenths=30, rule="yard")
    assert exchange_once(shop).ok
    shop.close()
    put_back(shop, tmp_path / "older.db")
    older = reopen(shop)
    assert older.blocked() == "needs-epoch"
    assert refused_with(older) == "needs-epoch"
    assert find.by_number(older, FIRST, "forgot")[0].available_tenths == OPENING_TENTHS - RICE_TENTHS
    older.close()

    enrolled = enrol_again(county, serving, shop)
    head = journal_at(county, 37)[-1]
    assert enrolled.who.epoch == 2
    assert enrolled.who.origin is not None and enrolled.who.origin[:2] == head[1:3]
    result = enrolled.result
    assert result is not None
    assert (result.ok, result.code, result.set_aside) == (True, "", "")
    assert result.taken_back == 2 + 1  # the two redemptions, the order
    assert result.orders == 0, "the order had been carried out"

    again = reopen(shop)
    has_the_countys_balances(county, again)
    with pytest.raises(Refused, match="not-enough-points"):
        spend(again, FIRST, "twice")
    with pytest.raises(Refused, match="request-mismatch"):  # known, though made after the copy
        spend(again, SECOND, "after-0")
    assert spend(again, FIRST, "after-0", pieces=1).slip == lost[0].slip
    assert "B" in next_request_id(again), "the counter is the older copy's, the epoch is not"
    done = spend(again, SECOND, "new")
    assert done.slip == "0037B-000001"
    opened = next(entry for entry in entries_of(again) if entry.epoch == 2)
    assert (opened.kind, opened.body) == ("open", {"from": list(enrolled.who.origin)})
    assert exchange_once(again).ok
    all_clean(county, again)
    with county.read() as conn:
        assert conn.execute(select(orders.c.state).where(orders.c.order_id == order)).scalar() == "done"
        assert conn.execute(select(flags)).all() == []


def test_an_order_the_copy_had_open_is_not_carried_out_again(
    county: County,
    serving: Serving,
    shop: Terminal,
    reopen: Reopen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orderbook.give_order(county, 37, do="earn", household=SECOND, amount_tenths=30, rule="yard")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(feed, "carry_out", lambda _terminal: 0)
        assert exchange_once(shop).ok
    copy_to(shop, tmp_path / "older.db")
    assert exchange_once(shop).orders == 1
    shop.close()
    put_back(shop, tmp_path / "older.db")
    result = enrol_again(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.orders, result.taken_back) == (True, 0, 1)
    again = reopen(shop)
    has_the_countys_balances(county, again)
    assert exchange_once(again).orders == 0
    spend(again, SECOND, "new")
    assert exchange_once(again).ok
    all_clean(county, again)


def test_slips_made_here_must_still_have_their_stubs(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    copy_to(shop, tmp_path / "older.db")
    lost = spend(shop, FIRST, "after")
    assert exchange_once(shop).ok
    shop.close()
    put_back(shop, tmp_path / "older.db")
    enrol_again(county, serving, shop)
    again = reopen(shop)
    with pytest.raises(Refused, match="unknown-slip"):
        printing.state(again, lost.slip)
    assert own_verify.verify(again).ok
    with again.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM print_job")
    assert own_verify.verify(again).problems == ("queue: slip 0037-000001 has no stub",)


def test_a_code_used_before_makes_no_older_copy_good(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    shop.close()
    code = make_code(county, "037")
    first = enrol_machine(shop.settings, serving.url, code)
    assert enrol_machine(shop.settings, serving.url, code).who == first.who  # nothing written yet: the same
    second = reopen(shop)
    spend(second, SECOND, "s1")
    copy_to(second, tmp_path / "older.db")
    spend(second, SECOND, "s2")
    second.close()
    put_back(second, tmp_path / "older.db")
    enrol(serving.url, code, shop.settings.data_dir)  # the county knows of nothing in the epoch: the same
    assert reopen(shop).blocked() == "needs-epoch"
    exchange_once(reopen(shop))
    with pytest.raises(Refused, match="enrol-refused") as used:
        enrol(serving.url, code, shop.settings.data_dir)
    assert used.value.params == {"reason": "enrol-code-used"}


def test_without_its_mark_a_further_epoch_is_not_written(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen
) -> None:
    shop.close()
    enrol_again(county, serving, shop)
    (shop.settings.data_dir / terminals.MARK_FILE).unlink()
    assert refused_with(reopen(shop)) == "needs-epoch"


# --- another machine ----------------------------------------------------------------------------------


def test_a_clone_on_another_machine_does_not_write(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = elsewhere(shop, shop.settings.data_dir.with_name("clone"))
    shop.close()
    shutil.copytree(shop.settings.data_dir, settings.data_dir)
    with monkeypatch.context() as there:
        _on_another_machine(there)
        clone = open_terminal(settings)
        assert refused_with(clone) == "needs-epoch"
        clone.close()
        assert enrol_machine(settings, serving.url, make_code(county, "037")).who.epoch == 2
        clone = open_terminal(settings)
        assert spend(clone, SECOND, "clone").slip == "0037B-000001"
        assert exchange_once(clone).ok
        clone.close()
    original = reopen(shop)
    assert original.may_write(), "it can't know yet"
    late = spend(original, FIRST, "late")
    _is_stopped_for_good(original, reopen)
    with county.read() as conn:
        assert {row.why for row in conn.execute(select(set_aside))} == {"closed"}
        assert "after-close" in {row.code for row in conn.execute(select(flags))}
    assert late.slip == "0037-000002"
    assert verify(county).ok


def test_a_replacement_starts_from_nothing(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    """And the machine it replaces, with a key the county no longer knows, is told so and stops."""
    settings = elsewhere(shop, tmp_path / "replacement")
    enrolled = enrol_machine(settings, serving.url, make_code(county, "037"))
    assert enrolled.result is not None
    assert (enrolled.result.ok, enrolled.result.orders) == (True, 0)
    assert enrolled.result.taken_back == len(journal_at(county, 37))
    replacement = open_terminal(settings)
    assert journal_of(replacement) == journal_at(county, 37)
    has_the_countys_balances(county, replacement)
    assert spend(replacement, FIRST, "r1").slip == "0037B-000001"
    assert exchange_once(replacement).ok
    all_clean(county, replacement)
    for machine in (shop, replacement):  # a slip stays true, whatever machine printed it
        assert slipcheck.check(replacement, _code_on_the_slip(machine)).verdict == "true"
    forged = _code_on_the_slip(shop).replace(":200:", ":100:")
    assert slipcheck.check(replacement, forged).verdict == "altered"
    replacement.close()

    spend(shop, SECOND, "late")
    _is_stopped_for_good(shop, reopen)
    with county.read() as conn:
        assert [decode(bytes(row.bytes)).kind for row in conn.execute(select(set_aside))] == ["redeem"]


def test_the_replaced_machine_comes_back(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    """Its journal is ahead of what the county took of its epoch, and lacks the one between."""
    spend(shop, FIRST, "never-pushed")
    shop.close()
    between = elsewhere(shop, tmp_path / "between")
    enrol_machine(between, serving.url, make_code(county, "037"))
    other = open_terminal(between)
    spend(other, SECOND, "between")
    assert exchange_once(other).ok
    other.close()
    result = enrol_again(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.set_aside) == (True, "terminal.db.set-aside-1-1")
    back = reopen(shop)
    assert journal_of(back) == journal_at(county, 37)
    has_the_countys_balances(county, back)
    assert spend(back, FIRST, "new").slip == "0037C-000001"
    assert exchange_once(back).ok
    all_clean(county, back)


# --- a journal that went another way ------------------------------------------------------------------


def test_a_diverged_copy_is_set_aside_whole(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    """The whole disk was put back, the mark too: only the county can notice."""
    shop.close()
    folder = shop.settings.data_dir
    shutil.copytree(folder, tmp_path / "image")
    real = reopen(shop)
    spend(real, FIRST, "real")
    assert exchange_once(real).ok
    real.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "image", folder)
    diverged = reopen(shop)
    spend(diverged, FIRST, "other")
    result = exchange_once(diverged)
    assert (result.ok, result.code) == (False, "fork")
    assert refused_with(reopen(diverged)) == "needs-epoch"
    assert find.by_number(reopen(diverged), SECOND, "forgot")[0].available_tenths == OPENING_TENTHS

    again = enrol_again(county, serving, reopen(diverged)).result
    assert again is not None
    assert (again.ok, again.set_aside) == (True, "terminal.db.set-aside-1-1")
    assert again.taken_back == len(journal_at(county, 37))
    old = sqlite3.connect(folder / again.set_aside)
    requests = {row[0] for row in old.execute("SELECT id FROM request")}
    old.close()
    assert requests == {"before", "other"}
    back = reopen(shop)
    assert journal_of(back) == journal_at(county, 37)
    has_the_countys_balances(county, back)
    assert spend(back, FIRST, "new").slip == "0037B-000001"
    assert exchange_once(back).ok
    all_clean(county, back)


def test_a_database_in_use_is_not_set_aside(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    spend(shop, FIRST, "never-pushed")
    shop.close()
    between = elsewhere(shop, tmp_path / "between")
    enrol_machine(between, serving.url, make_code(county, "037"))
    user = reopen(shop)
    with user.read() as conn:
        journal.head(conn)
    result = enrol_again(county, serving, shop, close=False).result
    assert result is not None
    assert (result.ok, result.code, result.set_aside) == (False, "database-busy", "")
    assert refused_with(user) == "needs-epoch"  # it still thinks itself in the old epoch
    user.close()
    later = reopen(shop)
    assert refused_with(later) == "needs-entries"
    done = exchange_once(later)
    assert (done.ok, done.set_aside) == (True, "terminal.db.set-aside-1-1")
    assert later.may_write()


def test_a_power_cut_while_the_database_is_set_aside(
    county: County,
    serving: Serving,
    shop: Terminal,
    reopen: Reopen,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The old file is away, the new one not there yet; the next start goes on, on its own thread too."""
    spend(shop, FIRST, "never-pushed")
    shop.close()
    enrol_machine(elsewhere(shop, tmp_path / "between"), serving.url, make_code(county, "037"))
    enrol(serving.url, make_code(county, "037"), shop.settings.data_dir)
    terminal = reopen(shop)
    with monkeypatch.context() as cut:
        cut.setattr(epochs, "Database", _no_power)
        with pytest.raises(KeyboardInterrupt):
            exchange_once(terminal)
    assert not (shop.settings.data_dir / terminals.DATABASE_FILE).exists()
    again = reopen(shop)
    assert refused_with(again) == "needs-entries"
    result = exchange_once(again, lambda job, *args: job(*args))
    assert (result.ok, result.taken_back) == (True, len(journal_at(county, 37)))
    assert spend(again, SECOND, "new").slip == "0037C-000001"


def test_a_running_terminal_leaves_the_exchange_of_files_to_the_technician(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    spend(shop, FIRST, "never-pushed")
    shop.close()
    enrol_machine(elsewhere(shop, tmp_path / "between"), serving.url, make_code(county, "037"))
    enrol(serving.url, make_code(county, "037"), shop.settings.data_dir)
    running = reopen(shop)
    before = journal_of(running)
    result = exchange_once(running, lambda job, *args: job(*args))
    assert (result.ok, result.code) == (False, "needs-entries")
    assert journal_of(running) == before


# --- helpers ---------------------------------------------------------------------------------------


def _no_power(_path: Path) -> None:
    raise KeyboardInterrupt


def _code_on_the_slip(terminal: Terminal) -> str:
    printing.requeue_failed(terminal)  # there was no printer
    job = printing.take(terminal)
    assert job is not None
    return job.content.qr


def _is_stopped_for_good(terminal: Terminal, reopen: Reopen) -> None:
    """The county says that the epoch is over; look-ups go on, writes do not, whatever is restarted."""
    result = exchange_once(terminal)
    assert (result.ok, result.code) == (False, "needs-epoch")
    for one in (terminal, reopen(terminal), reopen(terminal)):
        assert one.blocked() == "needs-epoch"
        assert refused_with(one) == "needs-epoch"
        assert find.by_number(one, HOUSEHOLDS[5], "forgot")[0].available_tenths == OPENING_TENTHS
        assert own_verify.verify(one).ok


def _on_another_machine(there: pytest.MonkeyPatch) -> None:
    there.setattr(terminals, "machine_id", lambda: "another")
    there.setattr(mark, "machine_id", lambda: "another")
