"""How facts are written for eyes: names masked, days, clock, grounds of pictures; draws nothing."""

from __future__ import annotations

import time
import tomllib
from datetime import date
from functools import cache

from kiosk.ledger.masks import mask_name
from kiosk.paths import assets_dir
from kiosk.ui.i18n import Tr
from kiosk.ui.theme import Colour as Colour
from kiosk.ui.theme import rgb
from kiosk.words import points

LONGEST_GOODS = 40  # characters; a basket of many goods is named by its first ones


@cache
def _grounds() -> dict[str, str]:
    return tomllib.loads((assets_dir() / "goods" / "tiles.toml").read_text("utf-8"))


def goods_ground(picture: str) -> Colour:
    """The pale ground behind a good's picture; plain for a picture that has none of its own."""
    return rgb(_grounds().get(picture, "#F2ECE2"))


def day(tr: Tr, iso: str) -> str:
    """ "2026-12-31" → 12月31日."""
    _year, month, number = (int(part) for part in iso.split("-"))
    return tr("form.day", month=month, day=number, month_name=tr(f"form.month{month}"))


def weekday(tr: Tr, iso: str) -> str:
    """ "2026-11-23" → 星期一."""
    return tr(f"form.weekday{date.fromisoformat(iso).weekday()}")


def today(tr: Tr, at_s: float) -> tuple[str, str]:
    """The wall clock as (11月23日 星期一, 14:05)."""
    now = time.localtime(at_s)
    date = day(tr, f"{now.tm_year}-{now.tm_mon}-{now.tm_mday}")
    return (
        tr("form.weekday_line", day=date, weekday=tr(f"form.weekday{now.tm_wday}")),
        f"{now.tm_hour:02}:{now.tm_min:02}",
    )


def clock(at_ms: int) -> str:
    """Wall clock of a moment, 14:05."""
    now = time.localtime(at_ms / 1000)
    return f"{now.tm_hour:02}:{now.tm_min:02}"


def moment(at_ms: int) -> str:
    """A moment of the wall clock: 14:05 today, 11-23 14:05 else."""
    at, now = time.localtime(at_ms / 1000), time.localtime()
    day = "" if at[:3] == now[:3] else f"{at.tm_mon:02}-{at.tm_mday:02} "
    return day + clock(at_ms)


def masked(name: str) -> str:
    """A person's name as anybody may read it: 张＊山."""
    return mask_name(name)


def who(tr: Tr, name: str) -> str:
    """A household's head as anybody may read it; a guest's name may not be known here."""
    return mask_name(name) or tr("account.nameless")


def tail(household: str) -> str:
    """The last four digits, by which a resident knows the household number."""
    return household[-4:]


def category(tr: Tr, code: str) -> str:
    """The public name of a rule category; a county's own code without words stands for itself."""
    return tr(f"category.{code}") if tr.has(f"category.{code}") else code


def kind(tr: Tr, code: str) -> str:
    """What an entry's kind is called; a kind without words stands for itself."""
    return tr(f"kind.{code}") if tr.has(f"kind.{code}") else code


def change(tenths: int) -> str:
    """How points changed, with its sign: +2.5, −26."""
    return f"{'+' if tenths >= 0 else '−'}{points(abs(tenths))}"


def goods(tr: Tr, names: str) -> str:
    """Names of goods joined by 、, or any other title; of many goods the first and how many there are."""
    each = names.split("、")
    if len(names) <= LONGEST_GOODS or len(each) == 1:
        return names
    kept: list[str] = []
    while each[len(kept)] and len("、".join([*kept, each[len(kept)]])) <= LONGEST_GOODS - 8:
        kept.append(each[len(kept)])
    return tr("history.more", goods="、".join(kept or each[:1]), n=len(each))
