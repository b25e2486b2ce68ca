"""Terminals cut off from each other, copied, put back and replaced: no point is ever spent twice.

A longer run: KIOSK_PARTITIONS=400 (histories), as `make faults` does.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from kiosk.ledger.refusals import Refused
from kiosk.services import arrivals, deeds, loans, moves, saved
from kiosk.services import verify as own_verify
from kiosk.services.redeem import next_request_id, redeem
from kiosk.services.views import Proof
from sync.county import registry
from sync.county import verify as county_verify
from sync.county.database import CountyError
from sync.county.tables import flags, move_ends
from tests.sync.scattered import HOUSEHOLDS, NUMBERS, Machine, build, county_in, truth
from tests.village import HandClock

HISTORIES = int(os.environ.get("KIOSK_PARTITIONS", "8"))
STEPS = 35
MOST_MACHINES = 6

# what may be refused in such a county, and nothing else
EXPECTED = {
    *("needs-epoch", "needs-entries", "not-home", "unknown-household", "not-enough-points", "card-unknown"),
    *("move-known", "move-was-declined", "move-old", "move-void", "move-elsewhere", "move-issuer-unknown"),
    *("move-nothing", "home-stays", "lease-over", "loan-open", "owes-already", "loan-over-limit"),
    *("saved-too-few", "saved-full", "saved-not-enough", "nothing-owed"),
}
households = st.sampled_from(sorted(HOUSEHOLDS))
choices = st.integers(0, 1_000)
breaks = st.tuples(st.sampled_from(("", "", "cut", "lost")), st.integers(0, 2))


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="partitions-template-"))
    build(folder)
    return folder


class Scattered(RuleBasedStateMachine):
    """Anything that may happen between three centres and their county, in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="partitions-"))
        shutil.copytree(_template(), self.folder, dirs_exist_ok=True)
        self.clock = HandClock()
        self.county = county_in(self.folder)
        self.machines = [Machine(number, self.folder / f"t{number}", self.clock) for number in NUMBERS]
        self.slips: list[tuple[str, str]] = []  # code, household
        self.lossy = False  # somewhere something may be lost that was never pushed
        self.count = 0

    # --- what people do ---

    @rule(choice=choices, household=households, tenths=st.integers(1, 300))
    def earn(self, choice: int, household: str, tenths: int) -> None:
        machine = self._machine(choice)
        self._may(lambda: deeds.earn(machine.terminal, household, "yard", tenths, *machine.staff))

    @rule(choice=choices, household=households, tenths=st.integers(1, 300))
    def deduct(self, choice: int, household: str, tenths: int) -> None:
        machine = self._machine(choice)
        self._may(lambda: deeds.deduct(machine.terminal, household, "yard", tenths, *machine.staff))

    @rule(
        choice=choices,
        household=households,
        tenths=st.integers(10, 100),
        what=st.sampled_from(("save", "borrow")),
    )
    def put_aside_or_borrow(self, choice: int, household: str, tenths: int, what: str) -> None:
        machine = self._machine(choice)
        if what == "save":
            self._may(lambda: saved.save(machine.terminal, household, tenths, machine.staff[0]))
        else:
            self._may(lambda: loans.borrow(machine.terminal, household, tenths, *machine.staff))

    @rule(choice=choices, household=households, pieces=st.integers(1, 20))
    def redeem(self, choice: int, household: str, pieces: int) -> None:
        self._redeem(self._machine(choice), household, pieces)

    @rule(household=households, pieces=st.integers(1, 14))
    def redeem_wherever_there_is_any(self, household: str, pieces: int) -> None:
        """The resident goes from centre to centre with the same card."""
        for machine in self.machines:
            self._redeem(machine, household, pieces)

    @rule(choice=choices, household=households, tenths=st.integers(1, 400), dest=st.sampled_from(NUMBERS))
    def move_out(self, choice: int, household: str, tenths: int, dest: int) -> None:
        machine = self._machine(choice)
        if machine.number == dest:
            return
        sent = self._may(lambda: moves.move_out(machine.terminal, household, tenths, dest, machine.staff[0]))
        if sent is not None and sent.code:
            self.slips.append((sent.code, household))

    @rule(choice=choices, household=households)
    def change_home_by_hand(self, choice: int, household: str) -> None:
        machine = self._machine(choice)
        sent = self._may(lambda: moves.change_home(machine.terminal, household, machine.staff[0]))
        if sent is not None and sent.code:
            self.slips.append((sent.code, household))

    @rule(slip=choices)
    def show_a_slip_everywhere(self, slip: int) -> None:
        """Any slip ever printed, at every centre, as often as somebody likes."""
        if not self.slips:
            return
        code, household = self.slips[slip % len(self.slips)]
        for machine in self.machines:
            proof = Proof(household=household, how="card:1")
            self._may(
                lambda machine=machine, proof=proof: arrivals.move_in(
                    machine.terminal, code, proof, machine.staff[0]
                )
            )

    @rule(slip=choices)
    def decline_a_slip(self, slip: int) -> None:
        if not self.slips:
            return
        code, _household = self.slips[slip % len(self.slips)]
        for machine in self.machines:
            self._may(lambda machine=machine: arrivals.decline(machine.terminal, code, machine.staff[0]))

    @rule(household=households, home=st.sampled_from(NUMBERS))
    def the_county_names_a_new_home(self, household: str, home: int) -> None:
        try:
            registry.change_home(self.county, household, home)
        except CountyError as error:
            assert "at home" in str(error)

    @rule(days=st.integers(1, 4))
    def days_go_by(self, days: int) -> None:
        self.clock.move(days=days)

    # --- what lines and disks do ---

    @rule(choice=choices, line=breaks)
    def exchange(self, choice: int, line: tuple[str, int]) -> None:
        self._machine(choice).exchange(self.county, *line)

    @rule()
    def everybody_exchanges(self) -> None:
        for machine in self.machines:
            machine.exchange(self.county)

    @rule(choice=choices)
    def back_up(self, choice: int) -> None:
        self._machine(choice).back_up()

    @rule(choice=choices, copy=choices)
    def put_an_older_copy_back(self, choice: int, copy: int) -> None:
        machine = self._machine(choice)
        if machine.backups:
            self.lossy = True
            machine.put_back(copy)

    @rule(choice=choices)
    def clone(self, choice: int) -> None:
        if len(self.machines) < MOST_MACHINES:
            self.lossy = True
            self.count += 1
            self.machines.append(self._machine(choice).clone(self.folder / f"clone-{self.count}"))

    @rule(choice=choices)
    def enrol_anew(self, choice: int) -> None:
        """Without waiting for what was not pushed: as after a disk failed, or in a hurry."""
        self.lossy = True
        self._machine(choice).enrol(self.county)

    # --- what must hold ---

    @invariant()
    def no_point_is_spent_twice(self) -> None:
        """Whichever of several machines of one number is the one whose entries will count."""
        if not hasattr(self, "machines"):
            return
        of_number = [[one for one in self.machines if one.number == number] for number in NUMBERS]
        for chosen in itertools.product(*of_number):
            self._check_sums(list(chosen))

    @invariant()
    def no_pot_is_below_zero(self) -> None:
        for machine in getattr(self, "machines", ()):
            with machine.terminal.read() as conn:
                below = "SELECT count(*) FROM pot WHERE available<0 OR saved<0 OR held<0 OR owed<0"
                assert conn.exec_driver_sql(below).scalar() == 0
                assert conn.exec_driver_sql("SELECT coalesce(sum(tenths),0) FROM total").scalar() == 0

    @invariant()
    def every_move_ends_once(self) -> None:
        if not hasattr(self, "county"):
            return
        with self.county.read() as conn:
            came = [
                (row.terminal, row.epoch, row.seq)
                for row in conn.execute(select(move_ends).where(move_ends.c.state == "in"))
            ]
            assert len(came) == len(set(came))
            assert conn.execute(select(flags).where(flags.c.code == "move-twice")).all() == []

    def teardown(self) -> None:
        if not hasattr(self, "machines"):
            return
        try:
            self._heal()
            for machine in self.machines:
                found = own_verify.verify(machine.terminal)
                assert found.problems == (), found.problems
                rebuilt = own_verify.rebuild(machine.terminal)
                assert rebuilt.problems == (), rebuilt.problems
            report = county_verify.verify(self.county)
            assert report.problems == []
            lost = self._check_sums(self.machines)
            assert report.away_tenths == -lost, "nothing is on its way any more"
        finally:
            for machine in self.machines:
                machine.close()
            self.county.close()
            shutil.rmtree(self.folder)

    # --- helpers ---

    def _check_sums(self, machines: list[Machine]) -> int:
        """Σ spent ≤ Σ points and the pot equation; returns what arrived of moves lost at their sender, the
        county's loss: none where no disk ever failed."""
        stands = truth(self.county, machines)
        sent, ended, settled = stands.moves()
        open_, lost = dict.fromkeys(HOUSEHOLDS, 0), dict.fromkeys(HOUSEHOLDS, 0)
        for id_, moved in sent.items():
            if moved not in [what for _, what in ended.get(id_, [])]:
                open_[moved[0]] += moved[1]
        for id_, ends in ended.items():
            assert len(ends) == len({kind for kind, _ in ends}), "one move was taken in twice"
            assert len(ends) == len({what for _, what in ends}), "one move was taken in and back"
            for _, moved in ends:  # of another branch of a copied disk, perhaps, under that number
                lost[moved[0]] += 0 if sent.get(id_) == moved else moved[1]
        for household in HOUSEHOLDS:
            lost[household] -= settled[household]
        assert self.lossy or not any(lost.values())
        for household, pots in stands.sums().items():
            assert sum(pots.values()) == 0
            assert pots["away"] == open_[household] - lost[household]
            assert min(pots["available"], pots["saved"], pots["held"], -pots["owed"]) >= 0
            points = -pots["issued"] + lost[household] - pots["owed"]
            assert pots["spent"] + pots["deducted"] <= points
            assert open_[household] + pots["available"] + pots["saved"] + pots["held"] == (
                points - pots["spent"] - pots["deducted"]
            )
        return sum(lost.values())

    def _heal(self) -> None:
        """One machine a number stays, in a new epoch where it needs one; everybody exchanges until quiet."""
        for number in NUMBERS:
            first, *others = [one for one in self.machines if one.number == number]
            for other in others:
                other.close()
                self.machines.remove(other)
            if not first.exchange(self.county).ok or first.terminal.blocked():
                first.enrol(self.county)
                self.lossy = True
        for _ in range(4):
            for machine in self.machines:
                result = machine.exchange(self.county)
                assert result.ok, result.code

    def _machine(self, choice: int) -> Machine:
        return self.machines[choice % len(self.machines)]

    def _redeem(self, machine: Machine, household: str, pieces: int) -> None:
        proof = Proof(household=household, how="card:1")
        basket = (("soap", pieces),)
        self._may(
            lambda: redeem(
                machine.terminal, proof, basket, machine.staff[0], next_request_id(machine.terminal)
            )
        )

    def _may(self, act: Callable[[], Any]) -> Any:
        """What `act` did, None when it was refused for one of the reasons that may be."""
        try:
            return act()
        except Refused as no:
            assert no.code in EXPECTED, no.code
            return None


TestPartitions = Scattered.TestCase
TestPartitions.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
