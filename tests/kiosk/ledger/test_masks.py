"""Masked names as the public may read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.masks import STAR, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张＊"),
        ("张大山", "张＊山"),
        ("欧阳春", "欧阳＊"),
        ("欧阳春花", "欧阳＊"),
        ("欧阳", "欧＊"),
        ("乌云其木格", "乌＊＊"),
        ("𠮷三", "𠮷＊"),
        ("龍", STAR),
        ("", ""),
        ("  张三 ", "张＊"),
        ("张\ufe00三", "张＊"),
    ],
)
def test_masks(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(max_size=12))
def test_a_mask_never_shows_more_than_two_characters_of_the_name(name: str) -> None:
    masked = mask_name(name)
    assert len(masked.replace(STAR, "")) <= 2
    assert len(masked) <= 3
