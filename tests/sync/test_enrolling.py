"""Enrolling by a code; and again: over a line that breaks, with entries that wait, what is not taken in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kiosk import cli, config
from kiosk.ledger.refusals import Refused
from kiosk.services import epochs, identity
from kiosk.services import terminal as terminals
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import exchange_once
from sync.county import own
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.enrolling import enrol, enrol_machine
from sync.protocol import ENROL_PATH
from sync.transport import Line, LineError
from tests.sync.epochs import (
    FIRST,
    SECOND,
    Reopen,
    all_clean,
    elsewhere,
    enrol_again,
    entries_of,
    has_the_countys_balances,
    refused_with,
    spend,
)
from tests.sync.places import journal_at, journal_of
from tests.sync.proxy import DOWN, UP, CuttingProxy


def test_enrolment_by_code_over_the_line(county: County, serving: Serving, tmp_path: Path) -> None:
    code = make_code(county, "038")
    who = enrol(serving.url, code.lower(), tmp_path / "new")
    assert (who.terminal, who.centre, who.epoch, who.issuer) == (38, "038", 1, "YS-38")
    assert enrol(serving.url, code, tmp_path / "new") == who  # the answer may have been lost
    with pytest.raises(Refused, match="enrol-refused") as used:
        enrol(serving.url, code, tmp_path / "other")
    assert used.value.params == {"reason": "enrol-code-used"}
    assert enrol(serving.url, make_code(county, "038"), tmp_path / "new").epoch == 2


@pytest.mark.parametrize("code", ["", "ABCD", "é" * 32, "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-456"])
def test_a_malformed_code_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(Refused, match="enrol-code-malformed"):
        enrol("http://127.0.0.1:9", code, tmp_path)


def test_another_countys_answer_is_refused(county: County, serving: Serving, tmp_path: Path) -> None:
    code = make_code(county, "038")
    last = "0" if code[-1] != "0" else "1"
    with pytest.raises(Refused, match="county-forged"):
        enrol(serving.url, code[:-1] + last, tmp_path / "new")
    assert not (tmp_path / "new" / "identity.json").exists()


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
    settings = elsewhere(shop, tmp_path / "replacement")
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
                assert refused_with(terminal) == "needs-entries"
            terminal.close()
            if result.ok:
                break
            assert result.code in ("no-line", "county-nonsense"), result
    assert held == sorted(held)
    assert len(set(held)) > 3, "it went on from where it had come"
    replacement = open_terminal(settings)
    has_the_countys_balances(county, replacement)
    assert spend(replacement, FIRST, "r1").slip == "0037B-000001"
    replacement.settings = config.with_county_url(settings, serving.url)
    assert exchange_once(replacement).ok
    all_clean(county, replacement)
    replacement.close()


# --- enrolling a healthy terminal ---------------------------------------------------------------------


def test_a_healthy_terminal_pushes_before_it_enrols(
    county: County, serving: Serving, shop: Terminal, reopen: Reopen
) -> None:
    spend(shop, FIRST, "waits")
    running = reopen(shop)
    result = enrol_again(county, serving, shop, close=False).result
    assert result is not None
    assert (result.ok, result.taken_back, result.waiting) == (True, 0, 0)
    with pytest.raises(Refused, match="needs-epoch"):  # the process that was running all the while
        spend(running, SECOND, "old-epoch")
    running.close()
    again = reopen(shop)
    assert spend(again, SECOND, "new").slip == "0037B-000001"
    assert exchange_once(again).ok
    all_clean(county, again)


def test_entries_that_wait_are_never_left_behind(
    county: County, shop: Terminal, reopen: Reopen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spend(shop, FIRST, "waits")
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
    spend(again, SECOND, "goes on")


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
    assert (stopped.identity.epoch, refused_with(stopped)) == (1, "needs-epoch")
    stopped.close()
    assert enrol_machine(shop.settings, serving.url, code).who.epoch == 2
    assert spend(reopen(shop), SECOND, "new").slip == "0037B-000001"


def test_a_lost_database_comes_back(county: County, serving: Serving, shop: Terminal, reopen: Reopen) -> None:
    shop.close()
    for name in ("", "-wal", "-shm"):
        (shop.settings.data_dir / f"{terminals.DATABASE_FILE}{name}").unlink(missing_ok=True)
    with pytest.raises(Refused, match="database-missing"):
        open_terminal(shop.settings)
    result = enrol_again(county, serving, shop).result
    assert result is not None
    assert (result.ok, result.taken_back) == (True, len(journal_at(county, 37)))
    assert spend(reopen(shop), SECOND, "new").slip == "0037B-000001"


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
    assert {entry.terminal for entry in entries_of(moved)} == {38}


# --- what is not taken in -----------------------------------------------------------------------------


def test_only_our_own_chain_is_taken_in(
    county: County, serving: Serving, shop: Terminal, tmp_path: Path
) -> None:
    settings = elsewhere(shop, tmp_path / "replacement")
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
    assert refused_with(old) == "needs-entries"
    old.close()
