"""Rules: whose version counts, how much is left of a cap, which of several rules one act counts under."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import rules
from kiosk.ledger.rules import Cap, Rule, Use

YARD = Rule(
    "tidy-yard", "banner", "", "", 1, "庭院整洁", "civility", 20, 10, 50, "give", (), "", "", 0, "", "active"
)  # fmt: skip
days = st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(str)
caps = st.builds(
    Cap,
    st.sampled_from(rules.PERIODS),
    st.sampled_from(("household", "member")),
    st.integers(0, 100),
    st.integers(0, 5),
)
deeds = st.lists(st.tuples(days, st.integers(0, 3), st.integers(1, 60)), max_size=30)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("day", "2026-11-25", "2026-11-25"),
        ("week", "2026-11-23", "2026-11-29"),
        ("month", "2026-11-01", "2026-11-30"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods(period: str, first: str, last: str) -> None:
    assert rules.period_of("2026-11-25", period) == (first, last)


@given(days, st.sampled_from(rules.PERIODS))
def test_periods_follow_each_other(day: str, period: str) -> None:
    first, last = rules.period_of(day, period)
    assert first <= day <= last
    assert rules.period_of(first, period) == rules.period_of(last, period) == (first, last)
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert rules.period_of(after, period)[0] == after


@given(st.lists(caps, max_size=3), deeds)
def test_caps_hold_over_any_deeds(limits: list[Cap], wanted: list[tuple[str, int, int]]) -> None:
    done: list[Use] = []
    for day, member, tenths in wanted:
        if rules.full(limits, done, day, member, tenths) is None:
            done.append(Use("r", day, member, 1, tenths))
    for cap in limits:
        for use in done:
            first, last = rules.period_of(use.day, cap.period)
            same = [
                one
                for one in done
                if first <= one.day <= last and (cap.of == "household" or one.member == use.member)
            ]
            assert not cap.tenths or sum(one.tenths for one in same) <= cap.tenths
            assert not cap.times or len(same) <= cap.times


@given(st.lists(caps, min_size=1, max_size=3), days)
def test_the_reach_covers_every_period(limits: list[Cap], day: str) -> None:
    first, last = rules.reach(limits, day)
    assert all(
        first <= begin and end <= last for begin, end in (rules.period_of(day, cap.period) for cap in limits)
    )


def test_a_version_counts_from_its_day() -> None:
    later = YARD._replace(version=2, counts_from="2026-12-01", amount=30)
    assert _counting(YARD, later, day="2026-11-30") == YARD
    assert _counting(YARD, later, day="2026-12-01") == later
    assert _counting(later, day="2026-11-30") is None


def test_a_centre_sets_the_amount_within_bounds_and_nothing_else() -> None:
    own = YARD._replace(owner="centre", scope="037", version=4, amount=30, least=20, most=40, title="别的")
    found = _counting(YARD, own)
    assert found == YARD._replace(
        owner="centre", scope="037", version=4, amount=30, least=20, most=40, title="庭院整洁"
    )
    assert _counting(YARD, own._replace(scope="038")) == YARD
    assert _counting(YARD, own._replace(most=60)) == YARD
    assert _counting(YARD, own._replace(sign="take")) == YARD
    assert _counting(YARD, own._replace(state="ended")) == YARD
    assert _counting(own) is None
    ended = YARD._replace(state="ended")
    assert _counting(ended, own) == ended


def test_a_centre_keeps_within_its_township() -> None:
    town = YARD._replace(owner="township", scope="示范镇", amount=20, least=20, most=30)
    own = YARD._replace(owner="centre", scope="037", amount=40, least=40)
    assert _counting(YARD, town, own) == town
    narrow = own._replace(amount=25, least=25, most=30)
    found = _counting(YARD, town, narrow)
    assert found is not None
    assert (found.owner, found.amount) == ("centre", 25)


def test_without_bounds_a_rule_takes_any_amount_and_a_centre_none_but_its_own() -> None:
    free = YARD._replace(least=0, most=0)
    assert rules.fits(free, 9_999)
    assert not rules.fits(YARD, 9)
    assert not rules.fits(YARD, 51)
    own = YARD._replace(owner="centre", scope="037", amount=21, least=0, most=0)
    assert not rules.within(free, own)
    assert rules.within(free, own._replace(amount=20))


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50)), st.data())
def test_one_act_counts_under_its_highest_rule(worth: dict[str, int], data: st.DataObject) -> None:
    groups = {rule: data.draw(st.sampled_from(["", "x", "y"])) for rule in worth}
    kept = rules.highest(worth, groups)
    assert kept.items() <= worth.items()
    assert all(rule in kept for rule in worth if not groups[rule])
    for group in {"x", "y"} & set(groups.values()):
        inside = {rule: tenths for rule, tenths in worth.items() if groups[rule] == group}
        assert [kept[rule] for rule in kept if groups[rule] == group] == [max(inside.values())]


def test_what_an_entry_counts() -> None:
    body = {"rule": "tidy-yard", "deed": "2026-11-20", "amount": 20, "member": 2}
    earned = rules.use_of("earn", "2026-11-23", body)
    assert earned == Use("tidy-yard", "2026-11-20", 2, 1, 20)
    assert rules.use_of("reverse", "2026-11-24", {**body, "kind": "earn"}) == earned._replace(
        times=-1, tenths=-20
    )
    assert rules.use_of("correct", "2026-11-24", body) == earned._replace(times=0, tenths=-20)
    assert rules.use_of("reverse", "2026-11-24", {**body, "kind": "correct"}) == earned._replace(times=0)
    more = {**body, "amount": 5, "corrects": [1, 7], "was": "earn"}
    assert rules.use_of("earn", "2026-11-24", more) == earned._replace(times=0, tenths=5)
    less = {**body, "amount": 5, "corrects": [1, 7], "was": "deduct"}
    assert rules.use_of("earn", "2026-11-24", less) == earned._replace(times=0, tenths=-5)
    assert rules.use_of("deduct", "2026-11-24", less) == earned._replace(times=0, tenths=5)
    undone = rules.use_of("reverse", "2026-11-25", less | {"kind": "earn"})
    assert undone == earned._replace(times=0, tenths=5)
    assert rules.use_of("earn", "2026-11-23", {"amount": 20}) is None
    assert rules.use_of("earn", "2026-11-23", {"rule": "a", "deed": "", "amount": 5}) == Use(
        "a", "2026-11-23", 0, 1, 5
    )


def _counting(*versions: Rule, day: str = "2026-11-23") -> Rule | None:
    return rules.counting(versions, day, "示范镇", "037")
