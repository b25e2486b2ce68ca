"""After an older copy was put back or a machine replaced: a new epoch goes on from what the county has."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk import cli, config
from kiosk.ledger.entries import Entry, decode
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, epochs, feed, find, identity, printing, slipcheck
from kiosk.services import terminal as terminals
from kiosk.services import verify as own_verify
from kiosk.services.redeem import next_request_id, redeem
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.services.views import Proof, Redeemed
from kiosk.store import journal, mark
from sync.client import enrol, exchange_once
from sync.county import books, orderbook, own
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.county.tables import epochs as epochs_table
from sync.county.tables import flags, orders, set_aside
from sync.county.verify import verify
from sync.enrolling import Enrolled, enrol_machine
from sync.protocol import ENROL_PATH
from sync.transport import Line, LineError
from tests.sync.places import HOUSEHOLDS, OPENING_TENTHS, journal_at, journal_of
from tests.sync.proxy import DOWN, UP, CuttingProxy
from tests.village import receive

FIRST, SECOND = HOUSEHOLDS[:2]
RICE_TENTHS = 200


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal with goods and points, everything at the county, one redemption made."""
    assert exchange_once(terminal).ok
    receive(terminal, "rice5", 50, "", "finance", "M037A", "R037A")
    _spend(terminal, FIRST, "before")
    assert exchange_once(terminal).ok
    return terminal


@pytest.fixture
def reopen() -> Iterator[Callable[[Terminal], Terminal]]:
    """The same settings opened anew, as after a restart: what was opened here before is closed."""
    opened: list[Terminal] = []

    def again(terminal: Terminal) -> Terminal:
        for one in (terminal, *opened):
            one.close()
        opened.append(open_terminal(terminal.settings))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


Reopen = Callable[[Terminal], Terminal]


# --- an older copy put back ---------------------------------------------------------------------------


def test_what_an_older_copy_lost_comes_back(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    _copy(shop, tmp_path / "older.db")
    lost = [_spend(shop, FIRST, f"after-{number}") for number in range(2)]  # everything FIRST had
    order = orderbook.give_order(county, 37, do="earn", household=SECOND, amount_tenths=30, rule="yard")
    assert exchange_once(shop).ok
    shop.close()
    _put_back(shop, tmp_path / "older.db")
    older = reopen(shop)
    assert older.blocked() == "needs-epoch"
    assert _refused(older) == "needs-epoch"
    assert find.by_number(older, FIRST, "forgot")[0].available_tenths == OPENING_TENTHS - RICE_TENTHS
    older.close()

    enrolled = _enrol(county, serving, shop)
    head = journal_at(county, 37)[-1]
    assert enrolled.who.epoch == 2
    assert enrolled.who.origin is not None and enrolled.who.origin[:2] == head[1:3]
    result = enrolled.result
    assert result is not None
    assert (result.ok, result.code, result.set_aside) == (True, "", "")
    assert result.taken_back == 2 + 1  # the two redemptions, the order
    assert result.orders == 0, "the order had been carried out"

    again = reopen(shop)
    _has_the_countys_balances(county, again)
    with pytest.raises(Refused, match="not-enough-points"):
        _spend(again, FIRST, "twice")
    with pytest.raises(Refused, match="request-mismatch"):  # known, though made after the copy
        _spend(again, SECOND, "after-0")
    assert _spend(again, FIRST, "after-0", pieces=1).slip == lost[0].slip
    assert "B" in next_request_id(again), "the counter is the older copy's, the epoch is not"
    done = _spend(again, SECOND, "new")
    assert done.slip == "0037B-000001"
    opened = next(entry for entry in _entries(again) if entry.epoch == 2)
    assert (opened.kind, opened.body) == ("open", {"from": list(enrolled.who.origin)})
    assert exchange_once(again).ok
    _all_clean(county, again)
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
    _copy(shop, tmp_path / "older.db")
    assert exchange_once(shop).orders == 1
    shop.close()
    _put_back(shop, tmp_path / "older.db")
    result = _enrol(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.orders, result.taken_back) == (True, 0, 1)
    again = reopen(shop)
    _has_the_countys_balances(county, again)
    assert exchange_once(again).orders == 0
    _spend(again, SECOND, "new")
    assert exchange_once(again).ok
    _all_clean(county, again)


def test_slips_made_here_must_still_have_their_stubs(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    _copy(shop, tmp_path / "older.db")
    lost = _spend(shop, FIRST, "after")
    assert exchange_once(shop).ok
    shop.close()
    _put_back(shop, tmp_path / "older.db")
    _enrol(county, serving, shop)
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
    _spend(second, SECOND, "s1")
    _copy(second, tmp_path / "older.db")
    _spend(second, SECOND, "s2")
    second.close()
    _put_back(second, tmp_path / "older.db")
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
    _enrol(county, serving, shop)
    (shop.settings.data_dir / terminals.MARK_FILE).unlink()
    assert _refused(reopen(shop)) == "needs-epoch"


# --- another machine ----------------------------------------------------------------------------------


def test_a_clone_on_another_machine_does_not_write(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _elsewhere(shop, shop.settings.data_dir.with_name("clone"))
    shop.close()
    shutil.copytree(shop.settings.data_dir, settings.data_dir)
    with monkeypatch.context() as there:
        _on_another_machine(there)
        clone = open_terminal(settings)
        assert _refused(clone) == "needs-epoch"
        clone.close()
        assert enrol_machine(settings, serving.url, make_code(county, "037")).who.epoch == 2
        clone = open_terminal(settings)
        assert _spend(clone, SECOND, "clone").slip == "0037B-000001"
        assert exchange_once(clone).ok
        clone.close()
    original = reopen(shop)
    assert original.may_write(), "it can't know yet"
    late = _spend(original, FIRST, "late")
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
    settings = _elsewhere(shop, tmp_path / "replacement")
    enrolled = enrol_machine(settings, serving.url, make_code(county, "037"))
    assert enrolled.result is not None
    assert (enrolled.result.ok, enrolled.result.orders) == (True, 0)
    assert enrolled.result.taken_back == len(journal_at(county, 37))
    replacement = open_terminal(settings)
    assert journal_of(replacement) == journal_at(county, 37)
    _has_the_countys_balances(county, replacement)
    assert _spend(replacement, FIRST, "r1").slip == "0037B-000001"
    assert exchange_once(replacement).ok
    _all_clean(county, replacement)
    for machine in (shop, replacement):  # a slip stays true, whatever machine printed it
        assert slipcheck.check(replacement, _code_on_the_slip(machine)).verdict == "true"
    forged = _code_on_the_slip(shop).replace(":200:", ":100:")
    assert slipcheck.check(replacement, forged).verdict == "altered"
    replacement.close()

    _spend(shop, SECOND, "late")
    _is_stopped_for_good(shop, reopen)
    with county.read() as conn:
        assert [decode(bytes(row.bytes)).kind for row in conn.execute(select(set_aside))] == ["redeem"]


def test_the_replaced_machine_comes_back(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    """Its journal is ahead of what the county took of its epoch, and lacks the one between."""
    _spend(shop, FIRST, "never-pushed")
    shop.close()
    between = _elsewhere(shop, tmp_path / "between")
    enrol_machine(between, serving.url, make_code(county, "037"))
    other = open_terminal(between)
    _spend(other, SECOND, "between")
    assert exchange_once(other).ok
    other.close()
    result = _enrol(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.set_aside) == (True, "terminal.db.set-aside-1-1")
    back = reopen(shop)
    assert journal_of(back) == journal_at(county, 37)
    _has_the_countys_balances(county, back)
    assert _spend(back, FIRST, "new").slip == "0037C-000001"
    assert exchange_once(back).ok
    _all_clean(county, back)


# --- a journal that went another way ------------------------------------------------------------------


def test_a_diverged_copy_is_set_aside_whole(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    """The whole disk was put back, the mark too: only the county can notice."""
    shop.close()
    folder = shop.settings.data_dir
    shutil.copytree(folder, tmp_path / "image")
    real = reopen(shop)
    _spend(real, FIRST, "real")
    assert exchange_once(real).ok
    real.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "image", folder)
    diverged = reopen(shop)
    _spend(diverged, FIRST, "other")
    result = exchange_once(diverged)
    assert (result.ok, result.code) == (False, "fork")
    assert _refused(reopen(diverged)) == "needs-epoch"
    assert find.by_number(reopen(diverged), SECOND, "forgot")[0].available_tenths == OPENING_TENTHS

    again = _enrol(county, serving, reopen(diverged)).result
    assert again is not None
    assert (again.ok, again.set_aside) == (True, "terminal.db.set-aside-1-1")
    assert again.taken_back == len(journal_at(county, 37))
    old = sqlite3.connect(folder / again.set_aside)
    requests = {row[0] for row in old.execute("SELECT id FROM request")}
    old.close()
    assert requests == {"before", "other"}
    back = reopen(shop)
    assert journal_of(back) == journal_at(county, 37)
    _has_the_countys_balances(county, back)
    assert _spend(back, FIRST, "new").slip == "0037B-000001"
    assert exchange_once(back).ok
    _all_clean(county, back)


def test_a_database_in_use_is_not_set_aside(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    _spend(shop, FIRST, "never-pushed")
    shop.close()
    between = _elsewhere(shop, tmp_path / "between")
    enrol_machine(between, serving.url, make_code(county, "037"))
    user = reopen(shop)
    with user.read() as conn:
        journal.head(conn)
    result = _enrol(county, serving, shop, close=False).result
    assert result is not None
    assert (result.ok, result.code, result.set_aside) == (False, "database-busy", "")
    assert _refused(user) == "needs-epoch"  # it still thinks itself in the old epoch
    user.close()
    later = reopen(shop)
    assert _refused(later) == "needs-entries"
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
    _spend(shop, FIRST, "never-pushed")
    shop.close()
    enrol_machine(_elsewhere(shop, tmp_path / "between"), serving.url, make_code(county, "037"))
    enrol(serving.url, make_code(county, "037"), shop.settings.data_dir)
    terminal = reopen(shop)
    with monkeypatch.context() as cut:
        cut.setattr(epochs, "Database", _no_power)
        with pytest.raises(KeyboardInterrupt):
            exchange_once(terminal)
    assert not (shop.settings.data_dir / terminals.DATABASE_FILE).exists()
    again = reopen(shop)
    assert _refused(again) == "needs-entries"
    result = exchange_once(again, lambda job, *args: job(*args))
    assert (result.ok, result.taken_back) == (True, len(journal_at(county, 37)))
    assert _spend(again, SECOND, "new").slip == "0037C-000001"


def test_a_running_terminal_leaves_the_exchange_of_files_to_the_technician(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, tmp_path: Path
) -> None:
    _spend(shop, FIRST, "never-pushed")
    shop.close()
    enrol_machine(_elsewhere(shop, tmp_path / "between"), serving.url, make_code(county, "037"))
    enrol(serving.url, make_code(county, "037"), shop.settings.data_dir)
    running = reopen(shop)
    before = journal_of(running)
    result = exchange_once(running, lambda job, *args: job(*args))
    assert (result.ok, result.code) == (False, "needs-entries")
    assert journal_of(running) == before


# --- the line breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_a_cut_line_costs_one_page(
    county: County,
    serving: Serving,
    shop: Terminal,
    tmp_path: Path,
    direction: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own, "MAX_OWN_ENTRIES", 4)
    settings = _elsewhere(shop, tmp_path / "replacement")
    enrol(serving.url, make_code(county, "037"), settings.data_dir)
    wanted = journal_at(county, 37)
    held: list[int] = []
    with CuttingProxy(serving.url) as proxy:
        settings = config.with_county_url(settings, proxy.url)
        while True:
            proxy.cut(direction, 450 + 40 * len(held))
            terminal = open_terminal(settings)
            result = exchange_once(terminal)
            had = journal_of(terminal)
            assert had == wanted[: len(had)]
            held.append(len(had))
            if len(had) < len(wanted):
                assert _refused(terminal) == "needs-entries"
            terminal.close()
            if result.ok:
                break
            assert result.code in ("no-line", "county-nonsense"), result
    assert held == sorted(held)
    assert len(set(held)) > 3, "it went on from where it had come"
    replacement = open_terminal(settings)
    _has_the_countys_balances(county, replacement)
    assert _spend(replacement, FIRST, "r1").slip == "0037B-000001"
    replacement.settings = config.with_county_url(settings, serving.url)
    assert exchange_once(replacement).ok
    _all_clean(county, replacement)
    replacement.close()


# --- enrolling a healthy terminal ---------------------------------------------------------------------


def test_a_healthy_terminal_pushes_before_it_enrols(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen
) -> None:
    _spend(shop, FIRST, "waits")
    running = reopen(shop)
    result = _enrol(county, serving, shop, close=False).result
    assert result is not None
    assert (result.ok, result.taken_back, result.waiting) == (True, 0, 0)
    with pytest.raises(Refused, match="needs-epoch"):  # the process that was running all the while
        _spend(running, SECOND, "old-epoch")
    running.close()
    again = reopen(shop)
    assert _spend(again, SECOND, "new").slip == "0037B-000001"
    assert exchange_once(again).ok
    _all_clean(county, again)


def test_entries_that_wait_are_never_left_behind(
    county: County, shop: Terminal, reopen: Reopen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spend(shop, FIRST, "waits")
    code = make_code(county, "037")
    shop.close()
    settings = tmp_path / "config.toml"
    data_dir = json.dumps(str(shop.settings.data_dir))
    settings.write_text(
        f'[terminal]\ndata_dir = {data_dir}\n[county]\nurl = "http://127.0.0.1:9"\n[printer]\naddress = ""\n'
    )
    words = ["--config", str(settings), "--locale", "zh-CN", "--json", "enrol", code]
    assert cli.main(words) == 3
    said = json.loads(capsys.readouterr().out)
    assert said == {"refused": "enrol-waiting", "message": "还有 1 笔没上传，请返回，先连上网再登记。"}
    again = reopen(shop)
    assert again.identity.epoch == 1
    _spend(again, SECOND, "goes on")


def test_an_enrolment_whose_answer_is_lost_stops_the_terminal(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The county has ended the epoch: no entry may be written into it; the same code goes on."""
    shop.close()
    code = make_code(county, "037")
    post = Line.post

    def lose_the_answer(line: Line, path: str, message: bytes) -> bytes:
        answer = post(line, path, message)
        if path == ENROL_PATH:
            raise LineError("timed-out")
        return answer

    with monkeypatch.context() as lossy:
        lossy.setattr(Line, "post", lose_the_answer)
        with pytest.raises(Refused, match="no-line"):
            enrol_machine(shop.settings, serving.url, code)
    stopped = reopen(shop)
    assert (stopped.identity.epoch, _refused(stopped)) == (1, "needs-epoch")
    stopped.close()
    assert enrol_machine(shop.settings, serving.url, code).who.epoch == 2
    assert _spend(reopen(shop), SECOND, "new").slip == "0037B-000001"


def test_a_lost_database_comes_back(county: County, serving: Serving, shop: Terminal, reopen: Reopen) -> None:
    shop.close()
    for name in ("", "-wal", "-shm"):
        (shop.settings.data_dir / f"{terminals.DATABASE_FILE}{name}").unlink(missing_ok=True)
    with pytest.raises(Refused, match="database-missing"):
        open_terminal(shop.settings)
    result = _enrol(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.taken_back) == (True, len(journal_at(county, 37)))
    assert _spend(reopen(shop), SECOND, "new").slip == "0037B-000001"


def test_a_refused_enrolment_changes_nothing(serving: Serving, shop: Terminal, reopen: Reopen) -> None:
    shop.close()
    code = "AAAA-AAAA-AAAA-AAAA-" + "0" * 16
    with pytest.raises(Refused, match="enrol-refused"):
        enrol_machine(shop.settings, serving.url, code)
    again = reopen(shop)
    assert (again.identity.epoch, again.blocked()) == (1, "")


def test_kiosk_enrol_says_what_came_back(
    county: County, serving: Serving, shop: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text(
        f'[terminal]\ndata_dir = "new"\n[county]\nurl = "{serving.url}"\n[printer]\naddress = ""\n'
    )
    words = ["--config", str(settings), "--json", "enrol", make_code(county, "037")]
    assert cli.main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["terminal"], said["epoch"], said["ok"], said["code"]) == (37, 2, True, "")
    assert (said["taken_back"], said["set_aside"]) == (len(journal_at(county, 37)), "")


def test_another_number_on_the_same_machine(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen
) -> None:
    """The books of the old number are put beside, not written on under the new one."""
    shop.close()
    enrolled = enrol_machine(shop.settings, serving.url, make_code(county, "038"))
    assert enrolled.result is not None
    assert (enrolled.who.terminal, enrolled.who.epoch) == (38, 1)
    assert (enrolled.result.ok, enrolled.result.set_aside) == (True, "terminal.db.set-aside-1-1")
    moved = reopen(shop)
    with moved.write():
        pass
    assert {entry.terminal for entry in _entries(moved)} == {38}


# --- what is not taken in -----------------------------------------------------------------------------


def test_only_our_own_chain_is_taken_in(
    county: County, serving: Serving, shop: Terminal, tmp_path: Path
) -> None:
    settings = _elsewhere(shop, tmp_path / "replacement")
    who = enrol(serving.url, make_code(county, "037"), settings.data_dir)
    assert who.origin is not None
    lines = [row[3] for row in journal_at(county, 37)]
    replacement = open_terminal(settings)
    changed = lines[-1].replace(b'"salt"', b'"rice"').replace(b'"hh":"0370001"', b'"hh":"0370002"')
    assert changed != lines[-1]
    bad = (
        lines[1:],  # a gap at the beginning
        [*lines[:5], *lines[6:]],  # or in the middle
        [b"[38" + lines[0][3:]],  # another terminal's
        [*lines[:-1], changed],  # not what the county named
        [*lines, lines[-1].replace(b"[37,1,%d," % who.origin[1], b"[37,1,%d," % (who.origin[1] + 1))],
        [b"nonsense"],
    )
    for wrong in bad:
        with pytest.raises(Refused, match="feed-unreadable"):
            epochs.take_in(replacement, wrong)
        assert journal_of(replacement) == []
    assert epochs.take_in(replacement, lines) == len(lines)
    assert replacement.may_write()
    replacement.close()


def test_an_identity_from_before_is_still_read(shop: Terminal) -> None:
    path = shop.settings.data_dir / identity.FILE
    fields = json.loads(path.read_text())
    assert fields.pop("origin") is None
    path.write_text(json.dumps(fields))
    assert identity.load(shop.settings.data_dir) == shop.identity


def test_the_county_gives_entries_to_their_terminal_only(
    county: County, serving: Serving, shop: Terminal, tmp_path: Path
) -> None:
    """A machine that was replaced gets nothing back under its old key."""
    old_folder = shop.settings.data_dir
    enrol(serving.url, make_code(county, "037"), tmp_path / "new")
    shutil.copy(tmp_path / "new" / identity.FILE, old_folder / identity.FILE)
    epochs.adopt(old_folder, identity.load(tmp_path / "new"))
    shop.close()
    for name in ("terminal.db", "terminal.db-wal", "terminal.db-shm"):
        (old_folder / name).unlink(missing_ok=True)
    old = open_terminal(shop.settings)
    result = exchange_once(old)
    assert (result.ok, result.code, result.taken_back) == (False, "refused:bad-message", 0)
    assert _refused(old) == "needs-entries"
    old.close()


# --- helpers ------------------------------------------------------------------------------------------


def _spend(terminal: Terminal, household: str, request: str, pieces: int = 1) -> Redeemed:
    return redeem(
        terminal, Proof(household=household, how="desk:forgot"), (("rice5", pieces),), "M037A", request
    )


def _no_power(_path: Path) -> None:
    raise KeyboardInterrupt


def _code_on_the_slip(terminal: Terminal) -> str:
    printing.requeue_failed(terminal)  # there was no printer
    job = printing.take(terminal)
    assert job is not None
    return job.content.qr


def _refused(terminal: Terminal) -> str:
    """The code with which every kind of write is refused."""
    before = journal_of(terminal)
    codes = set()
    for write in (
        lambda: _spend(terminal, SECOND, "refused"),
        lambda: deeds.earn(terminal, SECOND, "yard", 20, "M037A", "R037A"),
    ):
        with pytest.raises(Refused) as no:
            write()
        codes.add(no.value.code)
    assert journal_of(terminal) == before
    assert len(codes) == 1
    return codes.pop()


def _is_stopped_for_good(terminal: Terminal, reopen: Reopen) -> None:
    """The county says that the epoch is over; look-ups go on, writes do not, whatever is restarted."""
    result = exchange_once(terminal)
    assert (result.ok, result.code) == (False, "needs-epoch")
    for one in (terminal, reopen(terminal), reopen(terminal)):
        assert one.blocked() == "needs-epoch"
        assert _refused(one) == "needs-epoch"
        assert find.by_number(one, HOUSEHOLDS[5], "forgot")[0].available_tenths == OPENING_TENTHS
        assert own_verify.verify(one).ok


def _enrol(county: County, serving: Serving, terminal: Terminal, *, close: bool = True) -> Enrolled:
    if close:
        terminal.close()
    return enrol_machine(terminal.settings, serving.url, make_code(county, "037"))


def _elsewhere(terminal: Terminal, folder: Path) -> config.Settings:
    return config.Settings(
        terminal=config.TerminalSettings(data_dir=str(folder)), county=terminal.settings.county
    )


def _on_another_machine(there: pytest.MonkeyPatch) -> None:
    there.setattr(terminals, "machine_id", lambda: "another")
    there.setattr(mark, "machine_id", lambda: "another")


def _has_the_countys_balances(county: County, terminal: Terminal) -> None:
    with county.read() as conn:
        there = books.read_balances(conn, county.code, HOUSEHOLDS)
    sums = dict.fromkeys(HOUSEHOLDS, 0)
    for (household, pot, _expires), tenths in there.items():
        sums[household] += tenths if pot == "available" else 0
    here = {
        household: find.by_number(terminal, household, "forgot")[0].available_tenths
        for household in HOUSEHOLDS
    }
    assert here == sums


def _all_clean(county: County, terminal: Terminal) -> None:
    """Both ends verify, a rebuild finds nothing different, both hold the same journal."""
    assert journal_of(terminal) == journal_at(county, 37)
    assert own_verify.verify(terminal).problems == ()
    assert own_verify.rebuild(terminal).problems == ()
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems) == (True, [])
    with county.read() as conn:
        states = {row.epoch: row.state for row in conn.execute(select(epochs_table)) if row.terminal == 37}
    assert states.pop(max(states)) == "open"
    assert set(states.values()) == {"closed"}


def _entries(terminal: Terminal) -> list[Entry]:
    return [decode(row[3]) for row in journal_of(terminal)]


def _copy(terminal: Terminal, to: Path) -> None:
    copying = sqlite3.connect(terminal.db.path)
    copying.execute("VACUUM INTO ?", (str(to),))
    copying.close()


def _put_back(terminal: Terminal, copy: Path) -> None:
    for name in ("", "-wal", "-shm"):
        (terminal.settings.data_dir / f"{terminals.DATABASE_FILE}{name}").unlink(missing_ok=True)
    shutil.copy(copy, terminal.settings.data_dir / terminals.DATABASE_FILE)
