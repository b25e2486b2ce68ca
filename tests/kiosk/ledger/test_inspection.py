"""A drawn sample can be drawn again, and nobody's wish is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.inspection import draw

NAMES = st.lists(st.integers(1, 10_000).map(lambda seq: f"1-{seq}"), unique=True, max_size=60)


@given(st.text(max_size=10), NAMES, st.integers(1, 80))
def test_it_is_of_its_size_in_order_and_repeats(seed: str, names: list[str], size: int) -> None:
    drawn = draw(seed, names, size)
    assert drawn == draw(seed, iter(names), size)
    assert len(drawn) == min(size, len(names))
    assert [name for name in names if name in drawn] == list(drawn)
    assert set(draw(seed, reversed(names), size)) == set(drawn), "the order of the books changes nothing"


def test_another_head_draws_others() -> None:
    names = [f"1-{seq}" for seq in range(200)]
    assert draw("a", names, 20) != draw("b", names, 20)
    assert len({draw(str(seed), names, 1) for seed in range(100)}) > 50
