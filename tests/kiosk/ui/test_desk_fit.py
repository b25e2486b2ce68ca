"""Every page of the desk on the real village in the tightest windows; the banner of training."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.ui.desk_walk import SCROLLS, walk
from tests.kiosk.ui.fits import faults, walls
from tests.kiosk.ui.real import Place, village
from tests.kiosk.ui.rig import shows

SIZES = [(1024, 600, "en", "large"), (1080, 1920, "zh-CN", "largest")]  # the tightest of either shape


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return village(tmp_path_factory.mktemp("village") / "village")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "height", "locale", "text_size"), SIZES)
def test_every_page_of_the_desk_fits(
    place: Place, tmp_path: Path, width: int, height: int, locale: str, text_size: str
) -> None:
    opened = place.opened(tmp_path, width, height, locale, text_size=text_size)
    try:
        found: list[str] = []
        for name, _ in walk(opened, place):
            seen = faults(name, opened.window.settled(), SCROLLS) + walls(name, opened.window)
            # what is scrolled out of sight lies under what stays there
            found += [one for one in seen if not (name in SCROLLS and one.endswith("overlap"))]
    finally:
        opened.close()
    assert not found, "\n".join(found)


def test_training_has_a_banner_on_every_page_and_the_pin_pad_is_shuffled_where_configured(
    place: Place, tmp_path: Path
) -> None:
    opened = place.opened(tmp_path, 1024, 600, training=1, shuffle_pin=1)
    window = opened.window
    try:
        orders = set()
        for times in range(3):
            window.wait_for("attract", text="演练 · 不算数")
            window.tap("practice")
            window.wait_for("practice", text="密码 246810")
            assert times or not faults("practice", window.settled(), ("practice",))
            window.tap("card-M037A" if times % 2 == 0 else "card-S037A")  # the same held up is one scan
            state = window.wait_for("sign-in", text="演练 · 不算数", where=shows("key-1"))
            keys = [w for w in state["widgets"] if w["id"].startswith("key-")]
            orders.add(tuple(w["id"] for w in sorted(keys, key=lambda w: (w["y"], w["x"]))))
            if times < 2:
                window.tap("back")
        assert len(orders) > 1
        for digit in place.pins["M037A"]:
            window.tap(f"key-{digit}")
        window.tap("sign-in")
        window.wait_for("manager", text="演练 · 不算数")
        assert not faults("manager", window.settled())
        window.tap("practice")
        window.tap("card-0370217")
        window.wait_for("redeem", text="尾号 0217")
        window.wait_for("redeem", text="演练 · 不算数")
    finally:
        opened.close()
