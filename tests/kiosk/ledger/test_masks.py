"""Masked names."""

import pytest

from kiosk.ledger.masks import mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张＊"),
        ("张大山", "张＊山"),
        ("欧阳修", "欧阳＊"),
        ("欧阳娜娜", "欧阳＊"),
        ("司马", "司＊"),
        ("乌云其其格", "乌＊＊"),
        ("阿拉坦乌拉", "阿＊＊"),
        ("买买提·阿卜杜拉", "买＊＊"),
        ("Anna Smith", "A＊＊"),
        ("𠮷野家", "𠮷＊家"),
        ("朱镕䶮", "朱＊䶮"),
        ("葛\U000e0100城", "葛＊"),
        (" 张三 ", "张＊"),
        ("张", "＊"),
        ("", ""),
    ],
)
def test_masks_follow_the_rule(name: str, masked: str) -> None:
    assert mask_name(name) == masked
