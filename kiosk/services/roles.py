"""What each role may do at a terminal: one table to read; who somebody is, is in `staff`."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["manager", "grid", "reviewer", "supervisor", "panel", "technician"]
ROLES: tuple[Role, ...] = get_args(Role)

MANAGER, GRID, REVIEWER, SUPERVISOR, PANEL, TECHNICIAN = ROLES
_OFFICE = (MANAGER, REVIEWER, SUPERVISOR)

# act → roles that may do it; where two must sign, each of them needs the act
ACTS: dict[str, tuple[Role, ...]] = {
    # redeeming
    "redeem": (MANAGER,),
    "find": (MANAGER, GRID, REVIEWER, SUPERVISOR),
    "reprint": (MANAGER,),
    "void": (MANAGER, REVIEWER),
    "return": (MANAGER, REVIEWER),
    "deliver": (MANAGER, GRID),
    "session": (MANAGER,),
    "reserve": (MANAGER, GRID),
    "move": (MANAGER,),
    "pin": (MANAGER,),
    # points
    "deed": (MANAGER, GRID, REVIEWER, PANEL),
    "loan": (MANAGER, GRID, REVIEWER),
    "repay": (MANAGER,),
    "save": (MANAGER,),
    "close-year": (MANAGER, REVIEWER, SUPERVISOR),
    "activity": (MANAGER, GRID),
    "declare": (GRID, PANEL),
    "review": (REVIEWER,),
    "score": (PANEL,),
    "look": (MANAGER, GRID, REVIEWER, SUPERVISOR, PANEL),  # at declarations, sheets and cases, names masked
    "sign-committees": (MANAGER, REVIEWER),
    "sign-supervision": (SUPERVISOR,),
    "sign-township": (MANAGER, SUPERVISOR),
    "publish": (MANAGER, SUPERVISOR),
    "appeal": (MANAGER, GRID),
    "decide": _OFFICE,
    "honour": (REVIEWER, SUPERVISOR),
    # goods
    "receive": (MANAGER,),
    "accept": _OFFICE,
    "issue": _OFFICE,
    "write-off": _OFFICE,
    "count": (MANAGER, GRID, REVIEWER, SUPERVISOR),
    "send": (MANAGER,),
    "order": (MANAGER,),
    "order-confirm": (MANAGER, SUPERVISOR),  # what the township wrote on paper
    "label": (MANAGER, GRID),
    # people and days
    "card": (MANAGER,),
    "card-agree": _OFFICE,
    "staff": (MANAGER, SUPERVISOR),  # staff cards and forgotten PINs of others
    "staff-agree": _OFFICE,
    "day": (MANAGER,),
    "day-close": (MANAGER,),
    # books
    "export": _OFFICE,
    "inspect": (SUPERVISOR,),
    "fix": (MANAGER,),
    "audit": (SUPERVISOR,),
    "erase": (MANAGER, SUPERVISOR),
    "devices": (MANAGER, TECHNICIAN),
    "verify": (MANAGER, REVIEWER, SUPERVISOR, TECHNICIAN),
}


def may(role: str, act: str) -> bool:
    """Whether `role` may do `act`; an unknown role may do nothing."""
    return role in ACTS[act]
