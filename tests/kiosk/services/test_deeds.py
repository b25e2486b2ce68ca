"""Points given and taken: owed, repaid first, reversed once into the same buckets."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Account
from kiosk.services.void import void
from kiosk.store.tables import bucket
from tests.village import HandClock, Village, proof

HOUSE, POOR = "0370217", "0370302"
TWO = ("G037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_earned_points_end_in_a_year(terminal: Terminal) -> None:
    deeds.earn(terminal, POOR, "tidy-yard", 20, *TWO)
    assert _buckets(terminal, POOR) == {"2027-11-23": 20}


def test_a_deduction_is_never_refused(terminal: Terminal) -> None:
    deeds.earn(terminal, POOR, "tidy-yard", 20, *TWO)
    deeds.deduct(terminal, POOR, "tidy-yard", 50, *TWO)
    account = _account(terminal, POOR)
    assert (account.available_tenths, account.owed_tenths) == (0, 30)
    assert verify.verify(terminal).ok


def test_what_is_owed_is_repaid_first(terminal: Terminal) -> None:
    deeds.deduct(terminal, POOR, "tidy-yard", 50, *TWO)
    deeds.earn(terminal, POOR, "tidy-yard", 20, *TWO)
    assert (_account(terminal, POOR).available_tenths, _account(terminal, POOR).owed_tenths) == (0, 30)
    deeds.earn(terminal, POOR, "tidy-yard", 45, *TWO)
    assert (_account(terminal, POOR).available_tenths, _account(terminal, POOR).owed_tenths) == (15, 0)
    assert verify.verify(terminal).ok


def test_a_reversed_deduction_goes_back_into_the_same_buckets(terminal: Terminal) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 20, *TWO)
    before = _buckets(terminal, HOUSE)
    entry = deeds.deduct(terminal, HOUSE, "tidy-yard", 30, *TWO)
    assert _buckets(terminal, HOUSE) == {"": 375, "2027-11-23": 0}
    _reverse(terminal, entry)
    assert _buckets(terminal, HOUSE) == before
    assert _refused(terminal, entry) == "already-reversed"
    assert verify.verify(terminal).ok


def test_a_reversed_earning_takes_its_own_bucket_first(terminal: Terminal) -> None:
    first = deeds.earn(terminal, HOUSE, "tidy-yard", 20, *TWO)
    _reverse(terminal, first)
    assert _buckets(terminal, HOUSE) == {"": 385, "2027-11-23": 0}
    assert _account(terminal, HOUSE).honour_tenths == 385


def test_a_reversed_earning_that_was_spent_becomes_owed(terminal: Terminal) -> None:
    entry = deeds.earn(terminal, POOR, "tidy-yard", 30, *TWO)
    redeem(terminal, proof(POOR), (("soap", 1),), "M037A", "r1")
    _reverse(terminal, entry)
    assert (_account(terminal, POOR).available_tenths, _account(terminal, POOR).owed_tenths) == (0, 30)
    assert verify.verify(terminal).ok


def test_a_reversed_deduction_whose_debt_was_repaid_gives_points(terminal: Terminal) -> None:
    entry = deeds.deduct(terminal, POOR, "tidy-yard", 50, *TWO)
    deeds.earn(terminal, POOR, "tidy-yard", 20, *TWO)
    _reverse(terminal, entry)
    assert (_account(terminal, POOR).available_tenths, _account(terminal, POOR).owed_tenths) == (20, 0)
    assert verify.verify(terminal).ok


def test_an_ended_bucket_lives_thirty_days_more(terminal: Terminal, clock: HandClock) -> None:
    earned = deeds.earn(terminal, POOR, "tidy-yard", 40, *TWO)
    entry = deeds.deduct(terminal, POOR, "tidy-yard", 30, *TWO)
    terminal.county_day = "2027-11-30"
    clock.move(days=372)
    _reverse(terminal, entry)
    assert _buckets(terminal, POOR) == {"2027-11-23": 10, "2027-12-30": 30}
    _reverse(terminal, earned)
    assert _account(terminal, POOR).available_tenths == 0


def test_what_can_not_be_reversed(terminal: Terminal) -> None:
    done = redeem(terminal, proof(), (("soap", 1),), "M037A", "r1")
    assert _refused(terminal, done.entry) == "not-reversible"
    assert _refused(terminal, "1-1") == "not-reversible"
    assert _refused(terminal, "1-999") == "unknown-entry"
    assert _refused(terminal, "9-1") == "unknown-entry"


@pytest.mark.parametrize("amount", [0, -5, deeds.MOST_TENTHS + 1, 10**30])
def test_absurd_amounts(terminal: Terminal, amount: int) -> None:
    for act in (deeds.earn, deeds.deduct):
        with pytest.raises(Refused) as no:
            act(terminal, HOUSE, "tidy-yard", amount, *TWO)
        assert no.value.code == "absurd-amount"


@pytest.mark.parametrize(
    ("household", "rule", "second", "code"),
    [
        ("9999999", "tidy-yard", "R037A", "unknown-household"),
        (HOUSE, "tidy-road", "R037A", "unknown-rule"),
        (HOUSE, "tidy-yard", "", "second-needed"),
        (HOUSE, "tidy-yard", "G037A", "second-needed"),
    ],
)
def test_refusals(terminal: Terminal, household: str, rule: str, second: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        deeds.earn(terminal, household, rule, 20, "G037A", second)
    assert no.value.code == code


def test_a_void_restores_points_goods_and_nothing_twice(terminal: Terminal) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 20, *TWO)
    before = _buckets(terminal, HOUSE)
    done = redeem(terminal, proof(), (("soap", 2), ("rice5", 1)), "M037A", "r1")
    epoch, seq = map(int, done.entry.split("-"))
    void(terminal, epoch, seq, "mistake", "M037A", "R037A")
    assert _buckets(terminal, HOUSE) == before
    for code, who in (("already-reversed", "R037A"), ("second-needed", "M037A"), ("second-needed", "")):
        with pytest.raises(Refused) as no:
            void(terminal, epoch, seq, "mistake", "M037A", who)
        assert no.value.code == code
    assert verify.verify(terminal).ok


def test_only_todays_redemptions_are_voided(terminal: Terminal, clock: HandClock) -> None:
    done = redeem(terminal, proof(), (("soap", 2),), "M037A", "r1")
    clock.move(days=1)
    with pytest.raises(Refused) as no:
        void(terminal, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    assert no.value.code == "not-today"


def _account(terminal: Terminal, household: str) -> Account:
    return find.account(terminal, proof(household))


def _buckets(terminal: Terminal, household: str) -> dict[str, int]:
    with terminal.read() as conn:
        rows = conn.execute(bucket.select().where(bucket.c.household == household))
        return {row.expires: row.tenths for row in rows}


def _reverse(terminal: Terminal, entry: str) -> str:
    epoch, seq = map(int, entry.split("-"))
    return deeds.reverse(terminal, epoch, seq, "mistake", *TWO)


def _refused(terminal: Terminal, entry: str) -> str:
    with pytest.raises(Refused) as no:
        _reverse(terminal, entry)
    return no.value.code
