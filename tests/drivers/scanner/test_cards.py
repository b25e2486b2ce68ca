"""Of 200 simulated photographs of our own card nearly all are read within a second, none wrongly."""

from __future__ import annotations

import random

from drivers.scanner.cascade import Cascade, Presence
from tests.drivers import codes

PHOTOGRAPHS = 200
FRAMES_MOST = 15  # one second
READ_LEAST = 0.95


def test_200_photographs_of_a_card() -> None:
    rng = random.Random(2026)
    read = at_first = 0
    for number in range(PHOTOGRAPHS):
        text = codes.card_text(number, rng)
        card, shot = codes.draw_card(text), codes.any_shot(rng)
        cascade, presence = Cascade(), Presence()
        for frame in range(FRAMES_MOST):
            taken = codes.jitter(shot, rng) if frame else shot
            shown = presence.seen(cascade.look(codes.photograph(card, taken, rng)), frame / 15)
            assert all(code.text == text for code in shown), "a card was misread"
            if shown:
                read += 1
                at_first += frame == 0
                break
    print(f"cards read: {read} of {PHOTOGRAPHS}, {at_first} at the first frame")
    assert read >= READ_LEAST * PHOTOGRAPHS
