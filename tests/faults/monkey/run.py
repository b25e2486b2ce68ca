"""One run of the monkey from switching on to checked books: what it found, and what it may not find.

No page may be stuck, no log may have a mistake of ours, the program ends only when it is told to, and
`kiosk verify` finds the books clean, whatever was pulled and thrown.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.ui.flow import PAGES
from tests.faults.monkey.cage import Cage
from tests.faults.monkey.monkey import Monkey, Stuck, missing

POWER_EVERY_S = (40.0, 240.0)  # between power cuts and restarts
TRAINING_SHARE = 0.1  # of the time, at the end


@dataclass
class Report:
    """What a run did and found; `faults` must be empty."""

    seed: int
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    plugs: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)
    not_in: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    books: str = ""

    @property
    def missing(self) -> list[str]:
        """Pages not entered."""
        return missing(self.pages)

    @property
    def entered(self) -> float:
        """Share of the pages that were entered."""
        return 1 - len(self.missing) / len(PAGES)

    def __str__(self) -> str:
        def listed(what: Counter[str]) -> str:
            return ", ".join(f"{name} {count}" for name, count in what.most_common())

        lines = [
            f"monkey: seed {self.seed}, {self.seconds / 60:.1f} minutes, {sum(self.acts.values())} acts",
            f"pages entered: {100 * self.entered:.1f} % of {len(PAGES)}",
            f"pages missing: {', '.join(self.missing) or 'none'}",
            *(f"  {name:<16}{self.pages[name]}" for name in PAGES),
            f"roles: {listed(self.roles)}",
            f"acts: {listed(self.acts)}",
            f"plugs: {listed(self.plugs)}",
            f"shown: {listed(self.cards)}",
            f"slowest answer of the screen: {self.slowest_s:.2f} s",
            *(f"not signed in {count}x {what}" for what, count in self.not_in.most_common()),
            *(f"warning {count}x {what}" for what, count in self.warnings.most_common(30)),
            f"books: {self.books or 'clean'}",
            *(f"MISTAKE {count}x {what}" for what, count in self.mistakes.most_common()),
            *(f"FAULT {one}" for one in self.faults),
        ]
        return "\n".join(lines)


def run(
    cage: Cage, seed: int, seconds: float, *, training: bool = True, tell: Callable[[str], None] = print
) -> Report:
    """Let the monkey play for that long; the cage's terminal is off before and after."""
    report, monkey = Report(seed), Monkey(cage, seed)
    begun_s = time.monotonic()
    training_s = begun_s + seconds * (1 - TRAINING_SHARE if training else 1)
    cage.power_on()
    _play(monkey, report, training_s, tell)
    monkey.plugs.right()
    report.books = cage.verify()
    if training:
        cage.power_on(training=True)
        monkey.cards.practise()
        _play(monkey, report, begun_s + seconds, tell)
        monkey.plugs.right()
    report.seconds = time.monotonic() - begun_s
    report.mistakes, report.warnings = cage.mistakes(), cage.warnings()
    report.pages, report.roles, report.acts = monkey.pages, monkey.roles, monkey.acts
    report.plugs, report.cards, report.not_in = monkey.plugs.used, monkey.cards.used, monkey.not_in
    report.slowest_s = max(monkey.answers_s, default=0.0)
    return report


def _play(monkey: Monkey, report: Report, end_s: float, tell: Callable[[str], None]) -> None:
    """Visits until the time is over, with power cuts between and amidst; ends with the terminal off."""
    cage, chance = monkey.cage, monkey.chance
    cut_s = time.monotonic() + chance.uniform(*POWER_EVERY_S)
    while time.monotonic() < end_s:
        try:
            monkey.visit(min(end_s, cut_s))
        except Stuck as stuck:
            _note(report, monkey, str(stuck), tell)
            cage.pull_power()
        except (ConnectionError, BrokenPipeError) as gone:
            _note(report, monkey, f"the program has gone: {type(gone).__name__}", tell)
            cage.pull_power()
        if not cage.on:
            cage.power_on(training=cage.training)
        elif time.monotonic() >= cut_s and time.monotonic() < end_s:
            _power(monkey, report, tell)
            cut_s = time.monotonic() + chance.uniform(*POWER_EVERY_S)
    if wrong := cage.switch_off():
        _note(report, monkey, wrong, tell)


def _power(monkey: Monkey, report: Report, tell: Callable[[str], None]) -> None:
    """Off and on again: pulled in the middle of a few more acts, or in order."""
    cage = monkey.cage
    if monkey.chance.random() < 0.6:
        monkey.plugs.used["power"] += 1
        for _ in range(monkey.chance.randrange(8)):
            monkey.step()
        cage.pull_power()
    else:
        monkey.plugs.used["restart"] += 1
        if wrong := cage.switch_off():
            _note(report, monkey, wrong, tell)
    cage.power_on(training=cage.training)


def _note(report: Report, monkey: Monkey, what: str, tell: Callable[[str], None]) -> None:
    report.faults.append(what)
    tell(f"FAULT {what}\n  " + "\n  ".join(monkey.trail[-25:]))
