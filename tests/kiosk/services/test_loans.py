"""Loans: limit, term, two signatures, one open; repaid early or by itself; overdue by the business day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, expiry, find, loans, printing, saved, verify
from kiosk.services.history import history
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Account, LoanDue
from kiosk.store.tables import bucket, loan, total
from tests.depth import often
from tests.faults import books
from tests.kiosk.papers import papers
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof

HOUSE, POOR = "0370217", "0370302"
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_loan_makes_points_and_a_debt(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 300)
    made = loans.borrow(terminal, HOUSE, 90, *TWO)
    assert (made.amount_tenths, made.left_tenths, made.due) == (90, 90, "2027-02-21")
    assert (made.closed, made.overdue, made.name) == ("", False, "张大山")
    account = _account(terminal, HOUSE)
    assert (account.available_tenths, account.owed_tenths, account.honour_tenths) == (775, 90, 685)
    line = history(terminal, HOUSE, 1)[0]
    assert (line.kind, line.amount_tenths, line.title, line.entry) == ("borrow", 90, "", made.entry)
    assert loans.loans(terminal) == (made,)
    assert verify.verify(terminal).ok


def test_the_agreement_is_printed_and_signed_by_three(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 300)
    papers(terminal)
    made = loans.borrow(terminal, HOUSE, 90, *TWO)
    for model in ("china-80", "china-58"):
        stub, resident = papers(terminal, model)
        text = "\n".join(stub.lines)
        assert f"凭条号 {made.slip}" in text
        for line in ("借分协议", "户主 张大山", "居民签字：", "经办人签字：", "复核人签字："):
            assert line in text
        rows = {line.split()[0]: line.split()[-1] for line in stub.lines if len(line.split()) > 1}
        assert (rows["借分"], rows["归还期限"], rows["复核人"]) == ("9", "2027-02-21", "王长河")
        assert "王长河" not in "\n".join(resident.lines)
        assert stub.codes[0].split(":")[4] == "90"
        printing.reprint(terminal, made.slip, "M037A")
    assert verify.verify(terminal).ok


def test_a_repayment_is_printed(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 300)
    loans.borrow(terminal, HOUSE, 90, *TWO)
    papers(terminal)
    repaid = loans.repay(terminal, HOUSE, 40, "M037A")
    stub, _resident = papers(terminal)
    rows = {line.split()[0]: line.split()[-1] for line in stub.lines if len(line.split()) > 1}
    assert (rows["本次归还"], rows["还剩待还"], rows["可用积分"]) == ("4", "5", "73.5")
    assert f"凭条号 {repaid.slip}" in "\n".join(stub.lines)


def test_the_account_names_the_open_loan(terminal: Terminal, clock: HandClock) -> None:
    _earn(terminal, HOUSE, 300)
    assert _account(terminal, HOUSE).loan is None
    loans.borrow(terminal, HOUSE, 90, *TWO)
    assert _account(terminal, HOUSE).loan == LoanDue(left_tenths=90, due="2027-02-21", overdue=False)
    clock.move(days=91)
    assert not _account(terminal, HOUSE).loan.overdue, "the business day counts, not the clock"  # type: ignore[union-attr]
    terminal.county_day = "2027-02-22"
    with terminal.write():
        pass
    assert _account(terminal, HOUSE).loan == LoanDue(left_tenths=90, due="2027-02-21", overdue=True)
    loans.repay(terminal, HOUSE, None, "M037A")
    assert _account(terminal, HOUSE).loan is None


def test_the_limit(terminal: Terminal, clock: HandClock) -> None:
    assert _refused(loans.borrow, terminal, HOUSE, 1, *TWO) == "loan-over-limit"  # only an opening balance
    _earn(terminal, HOUSE, 301)
    room = loans.room(terminal, HOUSE)
    assert (room.most_tenths, room.earned_tenths, room.refused) == (90, 301, "")
    with pytest.raises(Refused) as no:
        loans.borrow(terminal, HOUSE, 91, *TWO)
    assert (no.value.code, no.value.params) == ("loan-over-limit", {"most_tenths": 90})
    _earn(terminal, HOUSE, 5_000)
    assert loans.room(terminal, HOUSE).most_tenths == 200
    terminal.county_day = "2027-11-01"
    clock.move(days=343)  # the twelfth month after that of the earning
    _earn(terminal, POOR, 10)
    assert loans.room(terminal, HOUSE).most_tenths == 0


def test_a_reversed_earning_is_no_earning(terminal: Terminal) -> None:
    entry = _earn(terminal, HOUSE, 300)
    deeds.reverse(terminal, *_place(entry), "mistake", *TWO)
    assert loans.room(terminal, HOUSE).most_tenths == 0


def test_one_open_loan(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 3_000)
    loans.borrow(terminal, HOUSE, 50, *TWO)
    assert _refused(loans.borrow, terminal, HOUSE, 10, *TWO) == "loan-open"
    assert loans.room(terminal, HOUSE).refused == "loan-open"
    loans.repay(terminal, HOUSE, 50, "M037A")
    assert loans.borrow(terminal, HOUSE, 10, *TWO).left_tenths == 10


def test_a_second_loan_is_refused_by_the_database_itself(terminal: Terminal) -> None:
    body = {"hh": POOR, "amount": 50, "expires": "", "due": "2027-02-21"}
    with terminal.write() as writing:
        writing.append("borrow", body, *TWO)
    with pytest.raises(Refused) as no, terminal.write() as writing:
        writing.append("borrow", body, *TWO)
    assert no.value.code == "changed-meanwhile"
    assert _account(terminal, POOR).owed_tenths == 50
    assert verify.verify(terminal).ok


def test_nobody_borrows_who_owes(terminal: Terminal) -> None:
    _earn(terminal, POOR, 300)
    deeds.deduct(terminal, POOR, "tidy-yard", 310, *TWO)
    assert _refused(loans.borrow, terminal, POOR, 10, *TWO) == "owes-already"


@pytest.mark.parametrize(
    ("household", "amount", "actor", "second", "code"),
    [
        (HOUSE, 10, "M037A", "", "second-needed"),
        (HOUSE, 10, "M037A", "M037A", "second-needed"),
        (HOUSE, 10, "M037A", "Z037A", "staff-unknown"),
        (HOUSE, 0, *TWO, "absurd-amount"),
        (HOUSE, -10, *TWO, "absurd-amount"),
        (HOUSE, 10**30, *TWO, "absurd-amount"),
        ("9999999", 10, *TWO, "unknown-household"),
    ],
)
def test_refusals(
    terminal: Terminal, household: str, amount: int, actor: str, second: str, code: str
) -> None:
    _earn(terminal, HOUSE, 300)
    assert _refused(loans.borrow, terminal, household, amount, actor, second) == code
    assert loans.loans(terminal, closed=True) == ()


def test_what_is_earned_repays_by_itself(terminal: Terminal, clock: HandClock) -> None:
    _earn(terminal, POOR, 300)
    loans.borrow(terminal, POOR, 90, *TWO)
    clock.move(days=1)
    _earn(terminal, POOR, 40)
    assert loans.loans(terminal)[0].left_tenths == 50
    clock.move(days=1)
    _earn(terminal, POOR, 70)
    (closed,) = loans.loans(terminal, closed=True)
    assert (closed.left_tenths, closed.closed) == (0, "2026-11-25")
    assert loans.loans(terminal) == ()
    account = _account(terminal, POOR)
    assert (account.available_tenths, account.owed_tenths) == (300 + 90 + 20, 0)
    assert verify.verify(terminal).ok


def test_early_repayment(terminal: Terminal) -> None:
    _earn(terminal, POOR, 300)
    loans.borrow(terminal, POOR, 90, *TWO)
    first = loans.repay(terminal, POOR, 30, "M037A")
    assert (first.repaid_tenths, first.owed_tenths) == (30, 60)
    assert loans.loans(terminal)[0].left_tenths == 60
    with pytest.raises(Refused) as no:
        loans.repay(terminal, POOR, 61, "M037A")
    assert (no.value.code, no.value.params) == ("more-than-owed", {"owed_tenths": 60})
    rest = loans.repay(terminal, POOR, None, "M037A")
    assert (rest.repaid_tenths, rest.owed_tenths) == (60, 0)
    assert _refused(loans.repay, terminal, POOR, None, "M037A") == "nothing-owed"
    line = history(terminal, POOR, 1)[0]
    assert (line.kind, line.amount_tenths) == ("repay", -60)
    assert verify.verify(terminal).ok


def test_repaying_takes_what_is_there(terminal: Terminal) -> None:
    _earn(terminal, POOR, 40)
    loans.borrow(terminal, POOR, 12, *TWO)
    redeem(terminal, proof(POOR), (("soap", 1), ("vinegar", 1)), "M037A", "r1")
    with pytest.raises(Refused) as no:
        loans.repay(terminal, POOR, 12, "M037A")
    assert (no.value.code, no.value.params) == ("not-enough-points", {"missing_tenths": 10})
    assert loans.repay(terminal, POOR, None, "M037A").repaid_tenths == 2
    with pytest.raises(Refused) as no:
        loans.repay(terminal, POOR, None, "M037A")
    assert (no.value.code, no.value.params) == ("not-enough-points", {"missing_tenths": 10})
    assert _refused(loans.repay, terminal, POOR, 0, "M037A") == "absurd-amount"
    assert _refused(loans.repay, terminal, POOR, 1, "R037A") == "role-may-not"


def test_a_reversed_deduction_leaves_the_loan(terminal: Terminal) -> None:
    _earn(terminal, POOR, 100)
    loans.borrow(terminal, POOR, 30, *TWO)
    entry = deeds.deduct(terminal, POOR, "tidy-yard", 150, *TWO)
    assert _account(terminal, POOR).owed_tenths == 50
    deeds.reverse(terminal, *_place(entry), "mistake", *TWO)
    assert (_account(terminal, POOR).owed_tenths, loans.loans(terminal)[0].left_tenths) == (30, 30)
    assert verify.verify(terminal).ok


def test_overdue_goes_by_the_business_day(terminal: Terminal, clock: HandClock) -> None:
    _earn(terminal, POOR, 300)
    loans.borrow(terminal, POOR, 90, *TWO)
    clock.move(days=3_650)  # a clock gone wild: nobody has confirmed that day
    _earn(terminal, HOUSE, 10)
    assert not loans.loans(terminal)[0].overdue
    clock.move(days=-3_650 + 90)
    terminal.county_day = clock.today()
    _earn(terminal, HOUSE, 10)
    assert (loans.loans(terminal)[0].due, loans.loans(terminal)[0].overdue) == (clock.today(), False)
    clock.move(days=1)
    _earn(terminal, HOUSE, 10)
    assert loans.loans(terminal)[0].overdue


def test_verify_finds_a_loan_that_was_changed(terminal: Terminal) -> None:
    _earn(terminal, POOR, 300)
    loans.borrow(terminal, POOR, 90, *TWO)
    with terminal.db.write() as conn:
        conn.execute(loan.update().values(remaining=10))
    assert verify.verify(terminal).problems == ("loans: 1 differ from what the entries say",)
    verify.rebuild(terminal)
    assert verify.verify(terminal).ok
    assert loans.loans(terminal)[0].left_tenths == 90


acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["earn", "deduct", "reverse", "borrow", "repay", "save", "unsave", "redeem", "close", "later"]
        ),
        st.sampled_from([HOUSE, POOR]),
        st.integers(1, 400),
    ),
    min_size=8,
    max_size=30,
)


@settings(
    max_examples=often(7, 100),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts)
def test_random_histories(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, str, int]]
) -> None:
    """No pot below zero, the pot equation, one open loan a household, and a rebuild that changes nothing."""
    clock = HandClock()
    village = Village(tmp_path_factory.mktemp("village"))
    terminal = village.stocked(clock=clock)
    made: list[str] = []
    try:
        for number, (act, household, tenths) in enumerate(history):
            try:
                _act(terminal, clock, made, act, household, tenths, f"r{number}")
            except Refused as no:
                assert no.code in MAY_BE_REFUSED, no.code  # anything else is a fault
            _holds(terminal)
        before = _figures(terminal)
        rebuilt = verify.rebuild(terminal)
        assert (rebuilt.ok, rebuilt.problems) == (True, ())
        assert _figures(terminal) == before
    finally:
        village.close()


MAY_BE_REFUSED = {
    "loan-open",
    "owes-already",
    "loan-over-limit",
    "nothing-owed",
    "more-than-owed",
    "not-enough-points",
    "saved-too-few",
    "saved-full",
    "saved-not-enough",
    "nothing-ended",
    "over-limit",
}


def _act(
    terminal: Terminal, clock: HandClock, made: list[str], act: str, household: str, tenths: int, name: str
) -> None:
    if act == "earn":
        made.append(_earn(terminal, household, tenths))
    elif act == "deduct":
        made.append(deeds.deduct(terminal, household, "tidy-yard", tenths, *TWO))
    elif act == "reverse" and made:
        deeds.reverse(terminal, *_place(made.pop(tenths % len(made))), "mistake", *TWO)
    elif act == "borrow":
        loans.borrow(terminal, household, min(tenths, 200), *TWO)
    elif act == "repay":
        loans.repay(terminal, household, tenths if tenths % 2 else None, "M037A")
    elif act == "save":
        saved.save(terminal, household, tenths, "M037A")
    elif act == "unsave":
        saved.unsave(terminal, household, tenths, "M037A")
    elif act == "redeem":
        redeem(terminal, proof(household), (("soap", 1 + tenths % 3),), "M037A", name, yes=YES)
    elif act == "later":
        clock.move(days=tenths)
        terminal.county_day = clock.today()
    elif act == "close":
        expiry.preview(terminal)
        expiry.close_year(terminal, *TWO)


YES = frozenset({"duplicate-charge"})


def _holds(terminal: Terminal) -> None:
    found = verify.verify(terminal)
    assert found.ok, found.problems
    with terminal.read() as conn:
        sums = {row.pot: row.tenths for row in conn.execute(total.select())}
        assert sum(sums.values()) == 0
        opened = [row.household for row in conn.execute(loan.select().where(loan.c.remaining > 0))]
    assert len(opened) == len(set(opened))
    for household in (HOUSE, POOR):
        account = _account(terminal, household)
        assert min(account.available_tenths, account.saved_tenths, account.owed_tenths) >= 0
        assert sum(_buckets(terminal, household).values()) == account.available_tenths
        left = sum(one.left_tenths for one in loans.loans(terminal) if one.household == household)
        assert left <= account.owed_tenths
        assert account.saved_tenths <= terminal.settings.rules.saved_most_points * 10


def _figures(terminal: Terminal) -> list[Any]:
    return [_account(terminal, HOUSE), _account(terminal, POOR), loans.loans(terminal, closed=True)]


def test_two_processes_can_not_both_borrow(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    _earn(terminal, HOUSE, 3_000)
    words = ("loan", "borrow", HOUSE, "15", "--staff", "M037A", "--second", "R037A")
    done, refused = both(tmp_path, terminal, *words)
    assert (done["amount_tenths"], refused["refused"]) == (150, "loan-open")
    data_dir = terminal.settings.data_dir
    assert books.rows(data_dir, "SELECT count(*) FROM journal WHERE kind='borrow'") == [(1,)]
    assert books.rows(data_dir, f"SELECT owed FROM pot WHERE household='{HOUSE}'") == [(150,)]
    assert verify.verify(terminal).ok


def test_two_processes_can_not_both_repay(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    deeds.deduct(terminal, HOUSE, "tidy-yard", 400, *TWO)
    deeds.earn(terminal, HOUSE, "tidy-yard", 15, *TWO)
    _earn(terminal, HOUSE, 100)
    loans.borrow(terminal, HOUSE, 30, *TWO)
    done, refused = both(tmp_path, terminal, "loan", "repay", HOUSE, "3", "--staff", "M037A")
    assert (done["owed_tenths"], refused["refused"]) == (0, "nothing-owed")
    assert _account(terminal, HOUSE).available_tenths == 100
    assert verify.verify(terminal).ok


def _earn(terminal: Terminal, household: str, tenths: int) -> str:
    return deeds.earn(terminal, household, "tidy-yard", tenths, *TWO)


def _account(terminal: Terminal, household: str) -> Account:
    return find.account(terminal, proof(household))


def _buckets(terminal: Terminal, household: str) -> dict[str, int]:
    with terminal.read() as conn:
        rows = conn.execute(bucket.select().where(bucket.c.household == household))
        return {row.expires: row.tenths for row in rows}


def _place(entry: str) -> tuple[int, int]:
    epoch, seq = map(int, entry.split("-"))
    return epoch, seq


def _refused(act: Any, *words: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*words)
    return no.value.code
