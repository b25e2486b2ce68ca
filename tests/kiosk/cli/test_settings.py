"""Settings that can't be used: named by their key before anything starts."""

from __future__ import annotations

import pytest

from tests.kiosk.cli.conftest import Kiosk


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('[county]\nurl = "http://example.com"', "[county] url"),
        ('[county]\nurl = "http://[::"', "[county] url"),
        ('[screen]\nlocale = "xx"', "[screen] locale"),
        ('[scanner]\naddress = "/dev/ttyUSB0"', "[scanner] address"),
        ('[idcard]\naddress = "hid:/dev/hidraw0"', "[idcard] address"),
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor", "stock"])
def test_a_wrong_value_is_named(kiosk: Kiosk, lines: str, key: str, command: str) -> None:
    kiosk.config.write_text(kiosk.config.read_text() + lines)
    ran = kiosk(command)
    assert ran.code == 2
    assert key in ran.err
    assert "Traceback" not in ran.err


def test_an_unknown_printer_profile_is_named(kiosk: Kiosk) -> None:
    kiosk.config.write_text(kiosk.config.read_text() + 'profile = "nonsense"\n')
    ran = kiosk("print")
    assert (ran.code, "[printer] profile" in ran.err) == (2, True)


def test_http_to_this_machine_is_fine(kiosk: Kiosk) -> None:
    kiosk.config.write_text(kiosk.config.read_text() + '[county]\nurl = "http://127.0.0.1:8642"')
    assert kiosk("stock").code == 0
