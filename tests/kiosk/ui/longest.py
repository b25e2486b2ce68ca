"""The longest words that a village may have, in place of the demo's short ones: for each screen's worst case.

Invented, but as long as what banners really write: Mongolian names of two words, sumu and gacha with their
titles in full, goods with origin, make and weight.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any

import msgspec

WORDS = {
    # places
    "示范镇": "巴彦温都尔苏木",
    "柳泉村党群服务中心": "阿尔山宝力格嘎查党群服务中心",
    "杏花嘎查党群服务中心": "乌兰哈达嘎查新时代文明实践站",
    "周一至周六 8:30—17:30": "周一至周五 8:30—12:00、14:30—17:30",
    # people
    "张大山": "阿拉坦其其格·乌云毕力格",
    "欧阳春花": "萨仁图雅·额尔敦巴特尔",
    "乌日娜高娃": "斯琴高娃·哈斯额尔德尼",
    "其木格": "娜仁托娅·苏日嘎拉图",
    "王福顺": "阿古达木·呼和巴特尔",
    "李秀梅": "乌仁其其格·巴雅尔图",
    "王长河": "额尔德木图·朝鲁门",
    "赵小云": "奥云塔娜·格日勒图雅",
    "张＊山": "阿＊＊",
    # goods
    "大米 5公斤": "兴安盟有机稻花香大米 5公斤真空装",
    "肥皂": "草本植物透明洗衣皂 202克×4块装",
    "陈醋 500毫升": "五年陈酿手工老陈醋 500毫升玻璃瓶",
    "大豆油 5升": "非转基因一级压榨大豆油 5升家庭装",
    "鸡蛋 10枚": "林下散养土鸡蛋 10枚礼盒装",
    # deeds
    "参加志愿服务 · 打扫村道": "参加志愿服务 · 清理河道垃圾并打扫村道和文化广场",
    "庭院整洁 · 月评优秀": "庭院整洁 · 月评优秀 · 柴草杂物码放整齐、棚圈干净",
    "大米 5公斤、肥皂 ×2": "兴安盟有机稻花香大米 5公斤真空装、草本植物透明洗衣皂 202克×4块装 ×2",
    "门前堆放杂物，提醒后未清理": "门前堆放柴草、农机和建筑杂物，经两次提醒后仍未清理",
    "帮助邻里照看老人，连续一个月": "帮助邻里照看独居老人、接送上学儿童，连续一个月以上",
    "勤劳致富带动邻里": "勤劳致富，并带动三户以上邻里发展庭院经济",
}


def said(value: Any) -> Any:
    """The same with every word of `WORDS` in its long form, however deep it lies in it."""
    if isinstance(value, str):
        return WORDS.get(value, value)
    if isinstance(value, dict):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, list):
        return [said(one) for one in value]
    if isinstance(value, tuple):  # a named one is made of its parts one by one
        parts = [said(one) for one in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(
            value, **{name: said(getattr(value, name)) for name in value.__struct_fields__}
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = {one.name: said(getattr(value, one.name)) for one in dataclasses.fields(value) if one.init}
        return dataclasses.replace(value, **told)
    return value


def services(short: SimpleNamespace) -> SimpleNamespace:
    """Those services, answering in long words."""
    return SimpleNamespace(
        **{
            module: SimpleNamespace(**{name: _answers(one) for name, one in vars(functions).items()})
            for module, functions in vars(short).items()
        }
    )


def _answers(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def long(*args: Any, **more: Any) -> Any:
        return said(function(*args, **more))

    return long
