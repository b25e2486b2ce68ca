"""A terminal enrolled anew with another key: what was signed before stays checkable everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from kiosk import config
from kiosk.keys import SigningKey, to_base32
from kiosk.ledger import cards
from kiosk.services import find, identity, printing
from kiosk.services.redeem import redeem
from kiosk.services.slipcheck import check
from kiosk.services.terminal import DATABASE_FILE, Terminal, open_terminal
from kiosk.services.views import Proof
from sync.client import exchange_once
from sync.county import cardbook
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.county.tables import feed_rows
from sync.county.verify import verify
from sync.enrolling import enrol_machine
from tests.sync.places import HOUSEHOLDS, journal_at
from tests.village import receive

MakeTerminal = Callable[..., Terminal]


def test_slips_and_cards_of_the_key_before(
    county: County, serving: Serving, make_terminal: MakeTerminal, tmp_path: Path
) -> None:
    before = _shop(make_terminal("before", serving.url))
    other = make_terminal("other", serving.url, "038")
    cardbook.issue_card(county, HOUSEHOLDS[0])
    old_slip, old_key = _slip(before, "r1"), before.key
    assert old_slip.startswith("L1:YS-37:0037-000001:")
    assert exchange_once(before).ok

    after = _enrolled_anew(county, serving, before, tmp_path / "after")
    assert after.key.public != old_key.public
    new_slip = _slip(after, "r2")
    assert new_slip.startswith("L1:YS-37B:0037B-000001:")
    assert exchange_once(after).ok
    for terminal in (other, after):
        assert exchange_once(terminal).ok
        for slip, number in ((old_slip, "0037-000001"), (new_slip, "0037B-000001")):
            found = check(terminal, slip)
            assert (found.verdict, found.slip, found.charge_tenths) == ("true", number, 200)
            assert check(terminal, slip.replace(":200:", ":100:")).verdict == "altered"
            assert check(terminal, slip.replace("-000001:", "-000002:")).verdict == "altered"
        mixed = old_slip.replace(":YS-37:", ":YS-37B:")
        assert check(terminal, mixed).verdict == "altered"

    for issuer, key in (("YS-37", old_key), ("YS-37B", after.key)):
        card = _signed(key, cards.household_card_text(issuer, HOUSEHOLDS[0], 1))
        assert find.by_card(after, card).household == HOUSEHOLDS[0]
    report = verify(county, after.settings.data_dir / DATABASE_FILE)
    assert (report.ok, report.problems, report.flags) == (True, [], [])
    assert report.compared == report.entries
    after.close()


def test_another_terminals_key_signs_no_slip_of_ours(serving: Serving, make_terminal: MakeTerminal) -> None:
    ours, other = make_terminal("ours", serving.url), make_terminal("other", serving.url, "038")
    assert exchange_once(ours).ok
    forged = cards.slip_text("YS-38", "0037-000001", "7F3A91C2", 200, "2026-11-23")
    assert check(ours, _signed(other.key, forged)).verdict == "altered"
    later = cards.slip_text("YS-38", "0038B-000001", "7F3A91C2", 200, "2026-11-23")
    assert check(ours, _signed(other.key, later)).verdict == "altered"
    own = cards.slip_text("YS-38", "0038-000001", "7F3A91C2", 200, "2026-11-23")
    assert check(ours, _signed(other.key, own)).verdict == "true"


def test_a_slip_queued_before_and_printed_after(
    county: County, serving: Serving, make_terminal: MakeTerminal, tmp_path: Path
) -> None:
    """The same machine with a new key: it signs the old slip by the name it has now."""
    before = _shop(make_terminal("machine", serving.url))
    _slip(before, "r1")
    assert exchange_once(before).ok
    before.close()
    (before.settings.data_dir / identity.KEY_FILE).rename(tmp_path / "lost.key")
    enrol_machine(before.settings, serving.url, make_code(county, "037"))
    after = open_terminal(before.settings)
    code = _next_code(after)
    assert code.startswith("L1:YS-37B:0037-000001:")
    other = make_terminal("other", serving.url, "038")
    assert exchange_once(other).ok
    assert [check(one, code).verdict for one in (after, other)] == ["true", "true"]
    after.close()


def test_every_epoch_is_told_with_its_key(
    county: County, serving: Serving, make_terminal: MakeTerminal
) -> None:
    terminal = make_terminal("same", serving.url)
    terminal.close()
    enrol_machine(terminal.settings, serving.url, make_code(county, "037"))
    with county.read() as conn:
        rows = [json.loads(bytes(data)) for data in conn.execute(select(feed_rows.c.row)).scalars()]
    told = [body for _, kind, body, _ in rows if kind == "key" and body["terminal"] == 37]
    assert [body["issuer"] for body in told] == ["YS-37", "YS-37", "YS-37B"]
    counted = [seq for _terminal, epoch, seq, _bytes in journal_at(county, 37) if epoch == 1]
    assert [body.get("last") for body in told] == [None, max(counted, default=0), None]
    assert {body["public"] for body in told} == {terminal.key.public.hex()}


def _shop(terminal: Terminal) -> Terminal:
    assert exchange_once(terminal).ok
    receive(terminal, "rice5", 50, "", "finance", "M037A", "R037A")
    return terminal


def _slip(terminal: Terminal, request: str) -> str:
    """The code on the slip of a new redemption."""
    proof = Proof(household=HOUSEHOLDS[0], how="desk:forgot")
    redeem(terminal, proof, (("rice5", 1),), "M037A", request)
    return _next_code(terminal)


def _next_code(terminal: Terminal) -> str:
    printing.requeue_failed(terminal)  # there was no printer
    job = printing.take(terminal)
    assert job is not None
    return job.content.qr


def _enrolled_anew(county: County, serving: Serving, before: Terminal, folder: Path) -> Terminal:
    settings = config.Settings(
        terminal=config.TerminalSettings(data_dir=str(folder)), county=before.settings.county
    )
    enrol_machine(settings, serving.url, make_code(county, "037"))
    return open_terminal(settings)


def _signed(key: SigningKey, text: str) -> str:
    return f"{text}:{to_base32(key.sign(text.encode()))}"
