"""Which doors somebody sees: their own, each with words, and none for what they may not do."""

from __future__ import annotations

import pytest

from kiosk.services.roles import ROLES, may
from kiosk.ui import doors
from kiosk.ui.flow import PAGES
from kiosk.words import Words


@pytest.mark.parametrize("role", ROLES)
def test_every_role_finds_its_way(role: str) -> None:
    seen = doors.of(role)
    assert seen, "somebody who may sign in has something to do"
    assert all(door.page in PAGES for door in seen)
    assert ("start" in {door.name for door in seen}) == may(role, "redeem")


def test_the_first_door_is_what_a_role_mostly_comes_for() -> None:
    first = {role: doors.of(role)[0].name for role in ("manager", "supervisor", "technician")}
    assert first == {"manager": "start", "supervisor": "inspect", "technician": "devices"}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_door_has_words(locale: str) -> None:
    words = Words(locale)
    missing = [
        key
        for door in doors.DOORS
        for key in (f"ui.door.{door.name}", f"ui.door.{door.name}_how")
        if key not in words
    ]
    assert not missing
