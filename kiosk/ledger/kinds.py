"""Every entry kind there is, and whose word it needs: the table of the design as code; no bodies, no rules.

Who may sign in which role is in `kiosk.services.roles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Signed = Literal["self", "one", "two"]

# self: the terminal by itself, or a person where the day is unsure · one: a member of staff
# two: two of them, each with an own PIN, or the county's order, or a notice nobody objected to
KINDS: dict[str, Signed] = {
    # the terminal
    "open": "self",
    "clock": "self",
    "day-open": "self",
    "order-refused": "self",
    "day-close": "one",
    "month-close": "one",
    # points
    "earn": "two",
    "deduct": "two",
    "correct": "two",
    "reverse": "two",
    "borrow": "two",
    "repay": "one",
    "save": "one",
    "unsave": "one",
    "expire": "two",
    # redeeming
    "redeem": "one",
    "deliver": "one",
    "void": "two",
    "void-ask": "one",
    "void-grant": "one",  # the second person of the one who asked
    "void-deny": "one",
    "return": "two",
    "session": "one",
    "hold": "self",  # the resident alone by card, or staff
    "collect": "one",
    "release": "self",
    "pin-set": "one",  # the resident's own PIN, set at the desk with card or identity
    # moves
    "move-out": "one",
    "move-in": "one",
    "move-declined": "one",
    "move-back": "self",
    # goods
    "stock-receive": "two",
    "stock-donate": "two",
    "stock-issue": "two",
    "stock-write-off": "two",
    "stock-count": "two",
    "stock-send": "one",
    "stock-arrive": "two",
    "stock-place": "one",
    "count-open": "one",
    "count-write": "one",
    "count-drop": "one",
    "wish": "self",
    "goods-order": "one",
    # the way of a point
    "declare": "self",
    "review": "one",
    "sheet": "one",
    "sign-off": "one",
    "publish": "one",
    "object": "self",
    "appeal": "self",
    "decide": "two",
    "award": "self",
    "activity": "one",
    "activity-off": "one",
    "sign-in": "self",
    "credit": "two",
    # people
    "honour": "two",
    "card-lost": "one",
    "card-bind": "one",
    "staff-pin": "one",  # one's own
    "staff-reset": "two",  # somebody else's, who types the new one
    "staff-card": "two",
    "staff-stop": "one",
    "inspect": "one",
    "erase": "two",
}


def signed_enough(kind: str, actor: str, second: str, body: Mapping[str, Any]) -> bool:
    """Whether an entry of `kind` carries the signatures it needs."""
    if KINDS[kind] == "self" or "order" in body or "notice" in body:
        return True
    if KINDS[kind] == "one":
        return bool(actor)
    return bool(actor) and bool(second) and actor != second
