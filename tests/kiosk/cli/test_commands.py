"""The commands as a script uses them: answers, exit codes, the same request twice."""

from __future__ import annotations

import json

from tests.kiosk.cli.conftest import Kiosk
from tests.village import ID_NUMBER, PIN


def test_account(kiosk: Kiosk) -> None:
    ran = kiosk("account", kiosk.card(), "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["available_tenths"] == 385
    assert ran.json["name"] == "张＊山"
    assert "38.5" in kiosk("account", kiosk.card()).out


def test_redeem_and_the_same_request_again(kiosk: Kiosk) -> None:
    words = ("--card", kiosk.card(), "--item", "soap=2", "--item", "rice5=1", "--request-id", "a")
    first = kiosk.redeem(*words)
    assert first.code == 0
    assert first.json | {"check_code": ""} == {
        "slip": "0037-000001",
        "entry": first.json["entry"],
        "check_code": "",
        "charged_tenths": 260,
        "available_tenths": 125,
    }
    before = kiosk.books()
    again = kiosk.redeem(*words)
    assert (again.code, again.out) == (0, first.out)
    assert kiosk.books() == before
    other = kiosk.redeem("--card", kiosk.card(), "--item", "soap=1", "--request-id", "a")
    assert (other.code, other.json["refused"]) == (3, "request-mismatch")
    assert kiosk.books() == before


def test_the_question(kiosk: Kiosk) -> None:
    words = ("--card", kiosk.card(), "--item", "soap=1")
    assert kiosk.redeem(*words).code == 0
    asked = kiosk.redeem(*words)
    assert (asked.code, asked.json["question"]) == (4, "duplicate-charge")
    assert kiosk.redeem(*words, "--yes", "duplicate-charge").code == 0


def test_a_refusal_in_json_and_in_words(kiosk: Kiosk) -> None:
    words = ("--card", kiosk.card(), "--item", "oil5=2")
    ran = kiosk.redeem(*words)
    assert (ran.code, ran.json["refused"]) == (3, "not-enough-points")
    assert "31.5" in ran.json["message"]
    spoken = kiosk("redeem", "--staff", "M037A", *words)
    assert (spoken.code, spoken.out) == (3, "")
    assert spoken.err == f"{ran.json['message']} [not-enough-points]\n"
    english = kiosk("--locale", "en", "redeem", "--staff", "M037A", *words)
    assert "31.5 points are missing" in english.err


def test_batch(kiosk: Kiosk) -> None:
    lines = [
        {"card": kiosk.card("0370900"), "items": {"soap": 1}, "staff": "M037A", "request_id": "1"},
        {"card": kiosk.card("0370302"), "items": {"soap": 1}, "staff": "M037A", "request_id": "2"},
        {"card": kiosk.card("0370900"), "items": {"soap": 1}, "staff": "M037A", "request_id": "1"},
        {"card": kiosk.card("0370900"), "items": {"soap": 1}, "staff": "M037A"},
    ]
    given = "\n\n".join(json.dumps(line) for line in lines).encode()  # no newline at the end
    ran = kiosk("redeem", "--batch", "-", given=given)
    first, refused, again, own = ran.lines
    assert ran.code == 3
    assert refused["refused"] == "not-enough-points"
    assert first == again
    assert own["slip"] == "0037-000002"
    file = kiosk.config.with_name("batch.jsonl")
    file.write_bytes(json.dumps(lines[0]).encode() + b"\n")
    assert (kiosk("redeem", "--batch", str(file)).code, kiosk("redeem", "--batch", str(file)).lines) == (
        0,
        [first],
    )


def test_points_void_stock_and_verify(kiosk: Kiosk) -> None:
    two = ("--staff", "R037A", "--second", "M037A", "--json")
    earned = kiosk("points", "earn", "0370217", "tidy-yard", "2.5", *two)
    assert earned.code == 0
    assert kiosk("points", "reverse", earned.json["entry"], *two).code == 0
    assert kiosk("points", "reverse", earned.json["entry"], *two).json["refused"] == "already-reversed"
    done = kiosk.redeem("--card", kiosk.card(), "--item", "soap=2")
    assert kiosk("void", done.json["entry"], *two).code == 0
    assert kiosk("account", kiosk.card(), "--json").json["available_tenths"] == 385
    assert kiosk("stock", "receive", "soap", "7", "--staff", "M037A", "--second", "R037A").code == 0
    stock = {item["sku"]: item["stock"] for item in kiosk("stock", "--json").json["items"]}
    assert stock["soap"] == 407
    found = kiosk("verify", "--json")
    assert (found.code, found.json["ok"], found.json["problems"]) == (0, True, [])
    assert kiosk("verify", "--rebuild", "--json").json == found.json


def test_find_at_the_desk(kiosk: Kiosk) -> None:
    found = kiosk("find", "--staff", "M037A", "--reason", "forgot", "--number", "0217", "--json")
    assert [one["household"] for one in found.json["households"]] == ["0370217"]
    by_identity = kiosk("find", "--staff", "M037A", "--identity", "--json", given=f"{ID_NUMBER}\n".encode())
    assert by_identity.json["households"][0]["household"] == "0370217"
    assert (
        kiosk("find", "--staff", "M037A", "--number", "9999", "--json").json["refused"] == "unknown-household"
    )


def test_the_pin_from_standard_input(kiosk: Kiosk) -> None:
    kiosk._patch.delenv("KIOSK_PIN")
    words = ("--card", kiosk.card(), "--item", "soap=1")
    assert kiosk.redeem(*words, given=f"{PIN}\n".encode()).code == 0
    assert kiosk.redeem(*words).json["refused"] == "pin-missing"


def test_check_slip(kiosk: Kiosk) -> None:
    from kiosk.services import printing

    kiosk.redeem("--card", kiosk.card(), "--item", "soap=2")
    job = printing.take(kiosk.terminal)
    assert job is not None
    true = kiosk("check-slip", job.content.qr, "--json")
    assert (true.code, true.json["verdict"], true.json["charge_tenths"]) == (0, "true", 60)
    altered = kiosk("check-slip", job.content.qr.replace(":60:", ":90:"), "--json")
    assert (altered.code, altered.json["verdict"]) == (1, "altered")


def test_the_day_is_for_training_only(kiosk: Kiosk) -> None:
    ran = kiosk("--day", "2030-01-01", "account", kiosk.card(), "--json")
    assert (ran.code, ran.json["refused"]) == (3, "day-not-training")


def test_help(kiosk: Kiosk) -> None:
    from kiosk.cli import COMMANDS, main

    assert main(["--help"]) == 0
    assert main([]) == 2
    for name in COMMANDS:
        assert kiosk(name, "--help").code == 0
