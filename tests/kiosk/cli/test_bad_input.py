"""Bad input: an exit code, a sentence with the next step, nothing changed, no traceback, nobody's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from kiosk.cli.redeem import _request
from kiosk.ledger.refusals import Refused
from kiosk.services.terminal import DATABASE_FILE
from tests.kiosk.cli.conftest import Kiosk, Ran
from tests.village import HOUSEHOLDS, ID_NUMBER, STAFF

PRIVATE = (ID_NUMBER, *(row[1] for row in HOUSEHOLDS), *(row[1] for row in STAFF))


def _refused(kiosk: Kiosk, ran: Ran, code: str) -> None:
    assert (ran.code, ran.json["refused"]) == (3, code), ran
    assert len(ran.json["message"]) > 5
    _quiet(ran)


def _quiet(ran: Ran) -> None:
    assert "Traceback" not in ran.err
    for private in PRIVATE:
        assert private not in ran.err


CARDS = {
    "four kilobytes": "A" * 4096,
    "four kilobytes of card": "P1:YS:0370217:1:" + "A" * 4096,
    "control characters": "P1:YS:\x01\x1b[2J:1:\x7f",
    "Chinese": "张大山的卡",
    "nothing": "",
    "a barcode": "6901234000024",
}


@pytest.mark.parametrize("name", CARDS)
def test_cards_that_are_none(kiosk: Kiosk, name: str) -> None:
    before = kiosk.books()
    code = "card-forged" if CARDS[name].startswith("P1:") else "not-a-card"
    _refused(kiosk, kiosk("account", CARDS[name], "--json"), code)
    given = {"card": CARDS[name], "items": {"soap": 1}, "staff": "M037A"}
    _refused(kiosk, kiosk("redeem", "--batch", "-", given=json.dumps(given).encode()), code)
    assert kiosk.books() == before


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("soap=0", "absurd-quantity"),
        ("soap=-1", "absurd-quantity"),
        ("soap=100", "absurd-quantity"),
        ("soap=999999999", "absurd-quantity"),
        ("soap=9999999999", "item-unreadable"),
        ("soap=1.5", "item-unreadable"),
        ("soap=--5", "item-unreadable"),
        ("soap=²", "item-unreadable"),
        ("soap=٣", "item-unreadable"),
        ("soap=", "item-unreadable"),
        ("soap", "item-unreadable"),
        ("=1", "item-unreadable"),
        ("caviar=1", "unknown-goods"),
        ("'; DROP TABLE journal; --=1", "unknown-goods"),
        ("x" * 4096 + "=1", "unknown-goods"),
    ],
)
def test_quantities_and_goods(kiosk: Kiosk, item: str, code: str) -> None:
    before = kiosk.books()
    _refused(kiosk, kiosk.redeem("--card", kiosk.card(), "--item", item), code)
    assert kiosk.books() == before


BATCH: dict[str, bytes] = {
    "words": b"hello",
    "half": b'{"card": "P1',
    "list": b"[]",
    "null": b"null",
    "number": b"7",
    "empty": b"{}",
    "binary": bytes(range(128, 256)),
    "deep": b"[" * 60_000,
    "long": b'{"card": "' + b"A" * 500_000 + b'"}',
    "items a list": b'{"card": "x", "items": ["soap"], "staff": "M037A"}',
    "items null": b'{"card": "x", "items": null, "staff": "M037A"}',
    "pieces a text": b'{"card": "x", "items": {"soap": "1"}, "staff": "M037A"}',
    "pieces true": b'{"card": "x", "items": {"soap": true}, "staff": "M037A"}',
    "pieces a fraction": b'{"card": "x", "items": {"soap": 1.5}, "staff": "M037A"}',
    "staff a number": b'{"card": "x", "items": {"soap": 1}, "staff": 7}',
    "staff broken": b'{"card": "x", "items": {"soap": 1}, "staff": "\\ud800"}',
    "goods broken": b'{"card": "x", "items": {"\\ud800": 1}, "staff": "M037A"}',
    "request zero": b'{"card": "x", "items": {"soap": 1}, "staff": "M037A", "request_id": 0}',
    "request false": b'{"card": "x", "items": {"soap": 1}, "staff": "M037A", "request_id": false}',
    "request list": b'{"card": "x", "items": {"soap": 1}, "staff": "M037A", "request_id": []}',
}


@pytest.mark.parametrize("name", BATCH)
def test_garbage_in_a_batch_is_answered_and_the_next_line_counts(kiosk: Kiosk, name: str) -> None:
    good = {"card": kiosk.card("0370900"), "items": {"soap": 1}, "staff": "M037A", "request_id": "good"}
    ran = kiosk("redeem", "--batch", "-", given=BATCH[name] + b"\n" + json.dumps(good).encode() + b"\n")
    bad, fine = ran.lines
    assert (ran.code, bad["refused"]) == (3, "request-unreadable")
    assert fine["slip"] == "0037-000001"
    _quiet(ran)


FIELDS = st.sampled_from(["card", "items", "staff", "request_id"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(FIELDS, some),
)


@over(st.binary(max_size=300) | anything.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300)
def test_any_line_is_read_or_refused(line: bytes) -> None:
    try:
        card, items, staff, request_id = _request(line)
    except Refused as no:
        assert no.code == "request-unreadable"
        return
    assert isinstance(card, str)
    assert isinstance(staff, str)
    assert request_id is None or isinstance(request_id, str)
    assert all(isinstance(sku, str) and type(pieces) is int for sku, pieces in items)


def test_a_batch_never_eats_a_request_as_a_pin(kiosk: Kiosk) -> None:
    kiosk._patch.delenv("KIOSK_PIN")
    good = {"card": kiosk.card("0370900"), "items": {"soap": 1}, "staff": "M037A", "request_id": "good"}
    ran = kiosk("redeem", "--batch", "-", given=(json.dumps(good) + "\n").encode() * 2)
    assert [line["refused"] for line in ran.lines] == ["pin-missing", "pin-missing"]


def test_a_request_id_has_a_form(kiosk: Kiosk) -> None:
    for request_id in ("", "x" * 65, "a\x00b", "\x1b[2J"):
        ran = kiosk.redeem("--card", kiosk.card(), "--item", "soap=1", "--request-id", request_id)
        _refused(kiosk, ran, "request-unreadable")


@pytest.mark.parametrize(
    ("pin", "code"),
    [("000000", "pin-wrong"), ("", "pin-missing"), ("9" * 4096, "pin-wrong"), ("\udcff", "pin-wrong")],
)
def test_pins(kiosk: Kiosk, pin: str, code: str) -> None:
    kiosk._patch.setenv("KIOSK_PIN", pin)
    before = kiosk.books()
    _refused(kiosk, kiosk.redeem("--card", kiosk.card(), "--item", "soap=1"), code)
    assert kiosk.books() == before


def test_words_that_are_wrong(kiosk: Kiosk) -> None:
    before = kiosk.books()
    refused = {
        ("redeem",): "redeem-words-missing",
        ("redeem", "--card", "x"): "redeem-words-missing",
        ("stock", "receive"): "stock-words-missing",
        ("stock", "receive", "soap", "0", "--staff", "M037A", "--second", "R037A"): "absurd-quantity",
        ("void", "²-1", "--staff", "M037A", "--second", "R037A"): "unknown-entry",
        ("void", "9" * 40, "--staff", "M037A", "--second", "R037A"): "unknown-entry",
        ("void", "1-1", "--staff", "M037A", "--second", "M037A"): "second-needed",
        (
            "points",
            "earn",
            "0370217",
            "tidy-yard",
            "nan",
            "--staff",
            "R037A",
            "--second",
            "M037A",
        ): "absurd-amount",
        (
            "points",
            "earn",
            "0370217",
            "tidy-yard",
            "1e99",
            "--staff",
            "R037A",
            "--second",
            "M037A",
        ): "absurd-amount",
        (
            "points",
            "earn",
            "0370217",
            "tidy-yard",
            "0.05",
            "--staff",
            "R037A",
            "--second",
            "M037A",
        ): "absurd-amount",
        ("slip", "0037-999999"): "unknown-slip",
        ("find", "--staff", "M037A", "--number", "12"): "number-too-short",
        ("find", "--staff", "nobody", "--number", "0217"): "staff-unknown",
    }
    for words, code in refused.items():
        _refused(kiosk, kiosk(*words, "--json"), code)
    for words in (
        ("teleport",),
        ("redeem", "--no-such-word"),
        ("stock", "receive", "soap", "many"),
        ("account", "\udcff"),
        ("--locale", "tlh", "account", "x"),
        ("redeem", "--batch", "/nowhere/at/all"),
    ):
        ran = kiosk(*words)
        assert ran.code == 2, words
        assert ran.err.count("\n") >= 1
        _quiet(ran)
    assert kiosk.books() == before
    assert kiosk("account", kiosk.card(), "--history", "-5", "--json").json["history"] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[terminal]\nspeed = 3\n", "speed"),
        ("[warp]\nspeed = 3\n", "warp"),
        ('[screen]\nwidth = "wide"\n', "screen.width"),
        ("[screen]\nwidth = -1\n", "screen.width"),
        ('[screen]\ntheme = "pink"\n', "screen.theme"),
        ("[screen\n", "TOML"),
        ("\x00", "TOML"),
        ('folder = "/"\n', "folder"),
    ],
)
def test_configurations(kiosk: Kiosk, text: str, named: str) -> None:
    path = kiosk.config.with_name("broken.toml")
    path.write_text(text)
    ran = kiosk("account", kiosk.card(), config=path)
    assert ran.code == 2
    assert named in ran.err
    assert str(path) in ran.err
    assert "config.example.toml" in ran.err or "remove it" in ran.err
    _quiet(ran)


def test_configurations_that_are_no_text(kiosk: Kiosk) -> None:
    path = kiosk.config.with_name("broken.toml")
    for content in (b"\xff\xfe\x00", bytes(range(256))):
        path.write_bytes(content)
        assert kiosk("account", kiosk.card(), config=path).code == 2
    for missing in (kiosk.config.with_name("nowhere.toml"), kiosk.config.parent):
        ran = kiosk("account", kiosk.card(), config=missing)
        assert (ran.code, str(missing) in ran.err) == (2, True)


@contextmanager
def _every_connection(statement: str) -> Iterator[None]:
    def prepare(raw: Any, _record: Any) -> None:
        in_a_file = raw.execute("PRAGMA database_list").fetchone()[2]
        if in_a_file:  # what is folded beside, in memory, is on no disk
            raw.execute(statement)

    event.listen(Engine, "connect", prepare)
    try:
        yield
    finally:
        event.remove(Engine, "connect", prepare)


def test_a_full_disk(kiosk: Kiosk) -> None:
    batch = "".join(
        json.dumps(
            {"card": kiosk.card("0370900"), "items": {"vinegar": 1}, "staff": "M037A", "request_id": f"f{n}"}
        )
        + "\n"
        for n in range(200)
    )
    with _every_connection("PRAGMA max_page_count=70"):
        ran = kiosk("redeem", "--batch", "-", given=batch.encode())
        done = [line for line in ran.lines if "slip" in line]
        assert ran.code == 3
        assert {line.get("refused") for line in ran.lines} == {None, "disk-full"}
        looked = kiosk("account", kiosk.card("0370900"), "--json")
        assert (looked.code, looked.json["available_tenths"]) == (0, 50_000 - 20 * len(done))
        assert kiosk("verify").code == 0
    _quiet(ran)
    again = kiosk("redeem", "--batch", "-", given=batch.encode())
    assert again.code == 0
    assert again.lines[: len(done)] == done
    assert kiosk("verify").code == 0


def test_a_read_only_database(kiosk: Kiosk) -> None:
    before = kiosk.books()
    with _every_connection("PRAGMA query_only=ON"):
        ran = kiosk.redeem("--card", kiosk.card(), "--item", "soap=1", "--request-id", "a")
        _refused(kiosk, ran, "database-read-only")
        assert kiosk("account", kiosk.card(), "--json").json["available_tenths"] == 385
        assert kiosk("verify").code == 0
    assert kiosk.books() == before


@pytest.mark.parametrize("damage", ["garbage", "header", "cut", "foreign", "empty", "gone", "folder"])
def test_a_broken_database(kiosk: Kiosk, damage: str) -> None:
    path = kiosk.terminal.settings.data_dir / DATABASE_FILE
    kiosk.terminal.close()
    whole = path.read_bytes()
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    if damage == "gone":
        path.unlink()
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage == "foreign":
        from contextlib import closing

        from kiosk.store.database import sqlite_module

        path.unlink()
        with closing(sqlite_module().connect(path)) as conn:
            conn.execute("CREATE TABLE other (x)")
    else:
        page = 4096
        content = {
            "garbage": b"nonsense" * 1000,
            "header": bytes(100) + whole[100:],
            "cut": whole[: 3 * page],
            "empty": b"",
        }
        path.write_bytes(content[damage])
    ran = kiosk.redeem("--card", kiosk.card(), "--item", "soap=1")
    expected = {"foreign": "database-foreign", "empty": "database-missing", "gone": "database-missing"}
    _refused(kiosk, ran, expected.get(damage, "database-unreadable"))
    checked = kiosk("verify", "--json")
    assert checked.code in (1, 3)
    _quiet(checked)


def test_a_page_overwritten_in_the_middle(kiosk: Kiosk) -> None:
    path = kiosk.terminal.settings.data_dir / DATABASE_FILE
    kiosk.terminal.close()
    whole = bytearray(path.read_bytes())
    assert len(whole) > 20 * 4096
    for page in range(3, len(whole) // 4096, 2):
        whole[page * 4096 : page * 4096 + 2000] = b"\xa5" * 2000
    path.write_bytes(bytes(whole))
    ran = kiosk("verify", "--json")
    assert ran.code in (1, 3)
    _quiet(ran)
    looked = kiosk("account", kiosk.card(), "--json")
    assert looked.code in (0, 3)
    _quiet(looked)
