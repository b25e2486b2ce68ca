"""Codes on cards and slips: exact forms, nothing near them; letters of epochs never meet."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import cards

SIGNATURE = "A" * 103


def test_a_household_card_reads_back() -> None:
    text = f"{cards.household_card_text('YS', '0370217', 3)}:{SIGNATURE}"
    assert cards.household_card(text) == cards.HouseholdCard("YS", "0370217", 3, SIGNATURE)
    assert cards.signed_part(text) == b"P1:YS:0370217:3"
    assert cards.kind_of(text) == "household"


def test_a_staff_card_reads_back() -> None:
    text = f"{cards.staff_card_text('YS', 'M037A', 1)}:{SIGNATURE}"
    assert cards.staff_card(text) == cards.StaffCard("YS", "M037A", 1, SIGNATURE)
    assert cards.kind_of(text) == "staff"


def test_a_slip_reads_back() -> None:
    text = f"{cards.slip_text('YS-37', '0037-001284', '7F3A-91C2', 280, '2026-11-23')}:{SIGNATURE}"
    assert text.startswith("L1:YS-37:0037-001284:7F3A91C2:280:20261123:")
    assert cards.slip_code(text) == cards.SlipCode(
        "YS-37", "0037-001284", "7F3A91C2", 280, "2026-11-23", SIGNATURE
    )
    assert cards.kind_of(text) == "slip"


def test_codes_stay_inside_the_qr_alphanumeric_alphabet() -> None:
    texts = [
        cards.household_card_text("YS-37", "0370217", 99_999),
        cards.staff_card_text("YS", "M037A", 1),
        cards.slip_text("YS-37", "0037BB-000001", "7F3A-91C2", 9_999_999, "2026-11-23"),
    ]
    for text in texts:
        assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", f"{text}:{SIGNATURE}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P1:",
        "P1:YS:0370217:3",
        f"P1:YS:037021:3:{SIGNATURE}",
        f"P1:YS:0370217:3:{SIGNATURE}A",
        f"P1:YS:0370217:3:{SIGNATURE[:-1]}",
        f"P1:YS:0370217:3:{SIGNATURE[:-1]}a",
        f"P1:YS:0370217:3:{SIGNATURE[:-1]}0",
        f"P1:ys:0370217:3:{SIGNATURE}",
        f"P1:YS:０３７０２１７:3:{SIGNATURE}",
        f"P1:YS:0370217:٣:{SIGNATURE}",
        f"P1:YS:0370217:3:{SIGNATURE}\n",
        f"P1:YS:0370217:-3:{SIGNATURE}",
        f"P2:YS:0370217:3:{SIGNATURE}",
        f"P1:YS:0370217:3:{SIGNATURE}" * 40,
        "P1:YS:0370217:3:" + "A" * 4096,
    ],
)
def test_near_misses_are_no_cards(text: str) -> None:
    assert cards.household_card(text) is None
    assert cards.staff_card(text) is None
    assert cards.slip_code(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert cards.household_card(text) is None
    assert cards.staff_card(text) is None
    assert cards.slip_code(text) is None
    assert cards.kind_of(text) in ("", "household", "staff", "slip")


def test_epoch_letters_are_never_the_same() -> None:
    letters = [cards.epoch_letter(epoch) for epoch in range(1, 20_000)]
    assert letters[:3] == ["", "B", "C"]
    assert letters[25] == "Z"
    assert letters[26] == "BB"
    assert len(set(letters)) == len(letters)
    assert all(re.fullmatch("[B-Z]*", text) for text in letters)
    assert [len(text) for text in letters] == sorted(len(text) for text in letters)


@given(st.integers(1, 9999), st.integers(1, 2000), st.integers(1, 999_999))
def test_slip_numbers_fit_the_form_on_slips(terminal: int, epoch: int, number: int) -> None:
    text = cards.slip_number(terminal, epoch, number)
    code = f"{cards.slip_text('YS-37', text, '7F3A-91C2', 1, '2026-11-23')}:{SIGNATURE}"
    read = cards.slip_code(code)
    assert read is not None
    assert read.number == text


def test_slip_numbers_as_people_read_them() -> None:
    assert cards.slip_number(37, 1, 1284) == "0037-001284"
    assert cards.slip_number(37, 2, 1) == "0037B-000001"


def test_an_issuer_names_its_epoch() -> None:
    assert [cards.issuer_name("YS", 37, epoch) for epoch in (1, 2, 3, 27)] == [
        "YS-37",
        "YS-37B",
        "YS-37C",
        "YS-37BB",
    ]


@given(
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.integers(1, 2_000),
    st.integers(1, 2_000),
    st.sampled_from(("YS", "A1B2C3")),
)
def test_a_terminal_issues_its_own_slips_of_this_epoch_and_before(
    terminal: int, other: int, epoch: int, later: int, county: str
) -> None:
    issuer = cards.issuer_name(county, terminal, later)
    assert cards.may_issue(issuer, cards.slip_number(terminal, epoch, 1)) == (epoch <= later)
    assert cards.may_issue(issuer, cards.slip_number(other, epoch, 1)) == (
        other == terminal and epoch <= later
    )
    text = cards.slip_text(issuer, "0037-000001", "7F3A91C2", 5, "2026-11-23")
    read = cards.slip_code(f"{text}:{SIGNATURE}")
    assert read is not None
    assert read.issuer == issuer


@pytest.mark.parametrize("issuer", ["YS", "", "YS-", "YS-A", "YS-00371"])
def test_the_county_itself_issues_no_slips(issuer: str) -> None:
    assert not cards.may_issue(issuer, "0037-000001")


def test_a_code_signed_anew_says_the_same_otherwise() -> None:
    text = cards.slip_text("YS-37", "0037-000001", "7F3A91C2", 280, "2026-11-23")
    assert cards.signed_anew(text, "YS-37B") == "L1:YS-37B:0037-000001:7F3A91C2:280:20261123"
