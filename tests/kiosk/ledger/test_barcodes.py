"""Barcodes: check digits of known goods, our own codes, bars another decoder reads."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.ledger.barcodes import bars, check_digit, is_ean13, is_own, own_code


def test_check_digits() -> None:
    assert check_digit("400638133393") == "1"  # the example everybody knows: 4006381333931
    assert check_digit("590123412345") == "7"
    assert not is_ean13("6901234000018")
    for nothing in ("", "690123400001", "69012340000170", "690123400001x", "６901234000017"):
        assert not is_ean13(nothing)


@given(st.text(min_size=1, max_size=30))
def test_our_own_codes_are_of_the_range_for_use_inside(sku: str) -> None:
    code = own_code(sku)
    assert is_own(code)
    assert code == own_code(sku)
    assert 20 <= int(code[:2]) <= 29


def test_no_two_goods_of_a_large_catalogue_share_a_code() -> None:
    assert len({own_code(f"sku{number}") for number in range(5000)}) == 5000


@given(st.integers(0, 10**12 - 1))
def test_another_decoder_reads_the_bars(number: int) -> None:
    body = f"{number:012}"
    code = body + check_digit(body)
    modules = "0" * 11 + bars(code) + "0" * 11
    line = Image.new("L", (len(modules), 1), 255)
    line.putdata([0 if module == "1" else 255 for module in modules])
    found = zxingcpp.read_barcodes(line.resize((len(modules) * 3, 60), Image.Resampling.NEAREST))
    assert [one.text for one in found] == [code]


def test_what_is_no_code_has_no_bars() -> None:
    with pytest.raises(ValueError, match="EAN-13"):
        bars("6901234000018")
