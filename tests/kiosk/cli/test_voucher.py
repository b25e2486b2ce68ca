"""`kiosk voucher` between two terminals, as a script uses it: answers, words, exit codes, two processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killer import Killer
from tests.kiosk.cli.conftest import Kiosk
from tests.kiosk.services.moving import introduce
from tests.kiosk.services.two import both
from tests.village import PIN

HOUSE = "0370217"
ONE = ("--staff", "M037A", "--json")


@pytest.fixture
def there(kiosk: Kiosk, tmp_path: Path) -> Path:
    """The configuration of a terminal at another centre."""
    other = kiosk.village.terminal(38)
    introduce(kiosk.terminal, other)
    config = tmp_path / "there.toml"
    config.write_text(f'[terminal]\ndata_dir = "{other.settings.data_dir}"\n')
    return config


def test_out_and_in(kiosk: Kiosk, there: Path) -> None:
    sent = kiosk("voucher", "out", HOUSE, "12.5", "--to", "038", *ONE)
    assert (sent.code, sent.json["amount_tenths"], sent.json["left_tenths"], sent.json["to"]) == (
        0,
        125,
        260,
        "双井村",
    )
    code = sent.json["code"]
    came = kiosk("voucher", "in", code, "--card", kiosk.card(), *ONE, config=there)
    assert (came.code, came.json["available_tenths"], came.json["origin"], came.json["home"]) == (
        0,
        125,
        "柳泉村",
        False,
    )
    again = kiosk("voucher", "in", code, "--card", kiosk.card(), *ONE, config=there)
    assert (again.code, again.json["refused"]) == (3, "move-known")
    account = kiosk("account", kiosk.card(), "--json", config=there).json
    assert (
        account["home_here"],
        account["home_name"],
        account["may_spend"],
        account["available_tenths"],
    ) == (
        False,
        "柳泉村",
        True,
        125,
    )
    assert [one["state"] for one in kiosk("voucher", "list", *ONE).json["moves"]] == ["away"]
    assert [one["state"] for one in kiosk("voucher", "list", *ONE, config=there).json["moves"]] == ["in"]
    for config in (None, there):
        assert kiosk("verify", "--json", config=config).json["problems"] == []


def test_in_words(kiosk: Kiosk, there: Path) -> None:
    assert kiosk("voucher", "list", "--staff", "M037A").out == "没有转出转入。\n"
    sent = kiosk("voucher", "out", HOUSE, "10", "--to", "038", "--staff", "M037A")
    assert "10 分已转往双井村，这里还剩 28.5 分" in sent.out
    assert "…0217  双井村  已转出" in kiosk("voucher", "list", "--staff", "M037A").out
    code = kiosk("voucher", "out", HOUSE, "5", "--to", "038", *ONE).json["code"]
    declined = kiosk("voucher", "decline", code, "--staff", "M037A", config=there)
    assert "没有转入，联网后退回" in declined.out
    assert "declined" in kiosk("--locale", "en", "voucher", "list", "--staff", "M037A", config=there).out
    refused = kiosk("voucher", "in", code, "--card", kiosk.card(), *ONE, config=there)
    assert (refused.code, refused.json["refused"]) == (3, "move-was-declined")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("out", HOUSE, "1", "--to", "999"), "move-nowhere"),
        (("out", HOUSE, "1", "--to", "037"), "move-here"),
        (("out", HOUSE, "x", "--to", "038"), "absurd-amount"),
        (("out", HOUSE, "99", "--to", "038"), "not-enough-points"),
        (("home", HOUSE), "home-stays"),
        (("decline", "M1:"), "move-forged"),
        (("decline", "hello"), "move-unreadable"),
    ],
)
def test_refusals(kiosk: Kiosk, there: Path, words: tuple[str, ...], code: str) -> None:
    before = kiosk.books()
    ran = kiosk("voucher", *words, *ONE)
    assert (ran.code, ran.json["refused"]) == (3, code)
    assert kiosk.books() == before


def test_one_balance_leaves_twice_never(kiosk: Kiosk, there: Path, tmp_path: Path) -> None:
    """Two processes send nearly all of it at once: one does, the other is refused."""
    done, refused = both(
        tmp_path, kiosk.terminal, "voucher", "out", HOUSE, "30", "--to", "038", "--staff", "M037A"
    )
    assert (done["left_tenths"], refused["refused"]) == (85, "not-enough-points")
    assert kiosk("verify", "--json").json["problems"] == []


def test_one_slip_in_two_hands(kiosk: Kiosk, there: Path, tmp_path: Path) -> None:
    code = kiosk("voucher", "out", HOUSE, "30", "--to", "038", *ONE).json["code"]
    argv = ["--config", str(there), "voucher", "in", code, "--card", kiosk.card(), *ONE]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Killer(tmp_path / "a") as one, Killer(tmp_path / "b") as two:
        one.run(["--help"])
        two.run(["--help"])
        pin = {"KIOSK_PIN": PIN}
        with one.start(argv, env=pin) as first, two.start(argv, env=pin) as second:
            said = ["".join(child.out) for child in (first, second)]
            assert sorted(child.end() for child in (first, second)) == [0, 3]
    assert sum("refused" in text for text in said) == 1
    account = kiosk("account", kiosk.card(), "--json", config=there).json
    assert account["available_tenths"] == 300
    assert kiosk("verify", "--json", config=there).json["problems"] == []
