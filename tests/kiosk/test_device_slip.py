"""The test slip fits every printer that ships and says the same in both languages."""

from __future__ import annotations

import pytest

from drivers.printer.document import Cut, Text
from drivers.printer.escpos import encode
from drivers.printer.profile import profile, profiles
from kiosk.device_slip import RARE, device_test_slip
from kiosk.words import Words


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_ruler_is_as_wide_as_the_paper(name: str, locale: str) -> None:
    kind = profile(name)
    document = device_test_slip(Words(locale), kind.columns, name, "2026-11-23 14:05:09")
    lines = [part.text for part in document if isinstance(part, Text)]
    (ruler,) = [line for line in lines if line.startswith("12345")]
    assert len(ruler) == kind.columns
    assert lines[lines.index(ruler) - 1].split() == [
        str(ten * 10) for ten in range(1, kind.columns // 10 + 1)
    ]
    assert RARE in lines
    assert document[-1] == Cut()
    assert len(encode(document, kind)) > 400
