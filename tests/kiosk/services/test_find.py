"""Finding a household: by card, by identity number, at the desk; every wrong card has its own sentence."""

from __future__ import annotations

import pytest

from kiosk.keys import SigningKey, to_base32
from kiosk.ledger import cards
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find, staff
from kiosk.services.terminal import Terminal
from tests.village import ID_NUMBER, HandClock, Village, send


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_true_card_shows_the_account(village: Village, terminal: Terminal) -> None:
    account = find.by_card(terminal, village.card("0370217"))
    assert (account.household, account.name, account.members) == ("0370217", "张大山", 4)
    assert account.available_tenths == 385
    assert account.home_here
    assert account.proof.how == "card:1"


def test_any_one_changed_character_is_noticed(village: Village, terminal: Terminal) -> None:
    card = village.card("0370217")
    for at, letter in enumerate(card):
        for other in ("A", "B", "7", "3", "0", ":"):
            if other == letter:
                continue
            with pytest.raises(Refused) as no:
                find.by_card(terminal, card[:at] + other + card[at + 1 :])
            assert no.value.code in ("card-forged", "not-a-card", "foreign-county"), (at, other)


def test_every_other_last_character_is_noticed(village: Village, terminal: Terminal) -> None:
    """The last character of 103 carries three bits no signature needs; they must not be free."""
    card = village.card("0370217")
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
        if other != card[-1]:
            assert _refused(terminal, card[:-1] + other) == "card-forged"


def test_a_card_of_another_county(terminal: Terminal, village: Village) -> None:
    assert _refused(terminal, village.card("0370217", issuer="ZZ")) == "foreign-county"


def test_a_card_of_an_issuer_whose_key_is_not_here(terminal: Terminal, village: Village) -> None:
    assert _refused(terminal, village.card("0370217", issuer="YS-99")) == "card-forged"


def test_a_card_signed_by_somebody_else(terminal: Terminal, village: Village) -> None:
    text = cards.household_card_text("YS", "0370217", 1)
    signature = village.signed(cards.household_card_text("YS", "0370301", 1)).rpartition(":")[2]
    assert _refused(terminal, f"{text}:{signature}") == "card-forged"


@pytest.mark.parametrize(("state", "code"), [("lost", "card-lost"), ("revoked", "card-revoked")])
def test_a_card_that_counts_no_more(terminal: Terminal, village: Village, state: str, code: str) -> None:
    send(terminal, "county", ("card", {"hh": "0370217", "serial": 1, "state": state}))
    assert _refused(terminal, village.card("0370217")) == code
    send(terminal, "county", ("card", {"hh": "0370217", "serial": 2, "state": "active"}))
    assert find.by_card(terminal, village.card("0370217", 2)).available_tenths == 385


def test_a_serial_nobody_has_sent(terminal: Terminal, village: Village) -> None:
    assert _refused(terminal, village.card("0370217", 9)) == "card-unknown"


def test_a_household_that_is_not_here(terminal: Terminal, village: Village) -> None:
    send(terminal, "county", ("card", {"hh": "0990001", "serial": 1, "state": "active"}))
    assert _refused(terminal, village.card("0990001")) == "unknown-household"


@pytest.mark.parametrize(
    "text",
    ["", " ", "6901234000017", "https://example.org/?card=1", "\x00\x01\x02", "P" * 4096, "张大山", "\ud800"],
)
def test_other_texts_are_no_cards(terminal: Terminal, text: str) -> None:
    assert _refused(terminal, text) == "not-a-card"


def test_a_card_of_four_kilobytes(terminal: Terminal, village: Village) -> None:
    assert _refused(terminal, village.card("0370217") + "A" * 4096) == "card-forged"


def test_by_identity_number(terminal: Terminal) -> None:
    account = find.by_digest(terminal, ID_NUMBER)
    assert account.household == "0370217"
    assert account.proof.how == "digest"
    assert find.by_digest(terminal, f" {ID_NUMBER.lower()} ").household == "0370217"
    with pytest.raises(Refused) as no:
        find.by_digest(terminal, "340524198001010028")
    assert no.value.code == "unknown-identity"


def test_the_identity_number_is_nowhere_on_disk(terminal: Terminal) -> None:
    find.by_digest(terminal, ID_NUMBER)
    for path in terminal.settings.data_dir.iterdir():
        assert ID_NUMBER.encode() not in path.read_bytes()


def test_at_the_desk_by_number(terminal: Terminal) -> None:
    (found,) = find.by_number(terminal, "0217", "forgot")
    assert (found.household, found.proof.how) == ("0370217", "desk:forgot")
    assert [one.household for one in find.by_number(terminal, "0370301", "torn")] == ["0370301"]


@pytest.mark.parametrize(
    ("number", "reason", "code"),
    [
        ("217", "forgot", "number-too-short"),
        ("%%%%", "forgot", "number-too-short"),
        ("２１７０", "forgot", "number-too-short"),
        ("9999", "forgot", "unknown-household"),
        ("0217", "", "reason-needed"),
        ("0217", "because", "reason-needed"),
    ],
)
def test_at_the_desk_with_wrong_words(terminal: Terminal, number: str, reason: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        find.by_number(terminal, number, reason)
    assert no.value.code == code


def test_at_the_desk_by_name_or_initials(terminal: Terminal) -> None:
    assert [one.household for one in find.by_name(terminal, "大山", "torn")] == ["0370217"]
    assert [one.household for one in find.by_name(terminal, "OYC", "torn")] == ["0370301"]
    for nobody in ("%", "_", "王", ""):
        with pytest.raises(Refused) as no:
            find.by_name(terminal, nobody, "torn")
        assert no.value.code == "unknown-household"


def test_figures_of_the_month(terminal: Terminal) -> None:
    deeds.earn(terminal, "0370217", "tidy-yard", 20, "G037A", "R037A")
    deeds.earn(terminal, "0370301", "tidy-yard", 30, "G037A", "R037A")
    deeds.deduct(terminal, "0370217", "tidy-yard", 5, "G037A", "R037A")
    account = find.account(terminal, find.by_number(terminal, "0217", "torn")[0].proof)
    assert (account.month_earned_tenths, account.month_deducted_tenths) == (20, 5)
    assert dict(account.month_by_category)["civility"] == 20
    assert account.rank == 2
    assert account.honour_tenths == 385 + 20 - 5
    assert account.ending is not None
    assert (account.ending.day, account.ending.tenths) == ("2027-11-23", 15)  # the deduction took these first


def _refused(terminal: Terminal, text: str) -> str:
    with pytest.raises(Refused) as no:
        find.by_card(terminal, text)
    return no.value.code


def test_a_terminal_forges_no_card_of_another_centre(village: Village, terminal: Terminal) -> None:
    other = SigningKey(bytes([9]) * 32)
    key = ("key", {"issuer": "YS-38", "public": other.public.hex(), "terminal": 38})
    send(terminal, "county", key)
    for text, read, code in (
        ("P1:YS-38:0370217:1", find.by_card, "card-forged"),
        ("S1:YS-38:M037A:1", staff.by_card, "staff-card-forged"),
    ):
        card = f"{text}:{to_base32(other.sign(text.encode()))}"
        with pytest.raises(Refused) as refused:
            read(terminal, card)
        assert refused.value.code == code


def test_a_card_of_another_centre_is_told_where_its_points_are(village: Village, terminal: Terminal) -> None:
    told = [
        ("centre", {"centre": "038", "name": "杏花嘎查", "township": "示范镇", "terminal": 38}),
        ("card", {"hh": "0380001", "serial": 1, "state": "active"}),
    ]
    send(terminal, "county", *told)
    with pytest.raises(Refused) as refused:
        find.by_card(terminal, village.card("0380001"))
    assert (refused.value.code, refused.value.params) == ("not-home", {"home": "杏花嘎查"})
