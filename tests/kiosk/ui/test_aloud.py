"""What is heard: every page has something to say, and each sound comes when it should."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kiosk.ui.flow import PAGES
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig

Open = Callable[..., Rig]
LONGEST = {"zh-CN": 60, "en": 160}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_page_has_something_to_say(open_rig: Open, locale: str) -> None:
    told = open_rig().aloud(locale)
    assert told.keys() == PAGES.keys()
    # these read out the sentence or the question they show, and nobody has asked one yet
    shows = {name for name in PAGES if name in ("message", "tasks") or name.startswith("task-")}
    for name, said in told.items():
        if name not in shows:
            assert re.search(r"\w", said), name
        assert len(said) <= LONGEST[locale] and "{" not in said, name
        assert locale == "zh-CN" or not re.search("[\u4e00-\u9fff]", said), name


def test_each_sound_when_it_should_be_heard(open_rig: Open) -> None:
    rig = open_rig()
    window, before = rig.window, len(rig.played)
    rig.do("scan", "nobody's code")
    window.wait_for("message", where=lambda s: s["code"] == "not-a-card")
    assert rig.played[before:] == ["beep", "error"]
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.wait_for("confirm")
    before = len(rig.played)
    rig.do("scan", fake.CARD_217)
    window.wait_for(where=lambda s: s["toast"])
    assert rig.played[before:] == ["error"], "a scan that is not taken does not sound as if it were"
    window.tap("yes")
    window.wait_for("done")
    assert rig.played[before:] == ["error", "done"]
