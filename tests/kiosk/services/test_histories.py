"""Random histories on a real database: no pot below zero, sums that hold, reversals that restore."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.ledger.refusals import Question, Refused
from kiosk.services import deeds, feed, find, shelf, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import DATABASE_FILE
from kiosk.services.void import void
from kiosk.store.database import sqlite_module
from kiosk.store.tables import FOLD_TABLES
from tests.depth import often
from tests.village import GOODS, HOUSEHOLDS, HandClock, Village, order, proof, receive, send

TWO = ("G037A", "R037A")
households = st.sampled_from([row[0] for row in HOUSEHOLDS])
skus = st.sampled_from([row[0] for row in GOODS])
amounts = st.integers(1, 400)


class History(RuleBasedStateMachine):
    """What may happen on one terminal, in any order; a plain model of pots runs beside it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="history-"))
        self.clock = HandClock()
        self.village = Village(self.folder)
        self.terminal = self.village.stocked(clock=self.clock)
        self.entries: dict[str, tuple[str, Any]] = {}  # entry → kind, what undoing must restore
        self.model = {row[0]: [row[4], 0] for row in HOUSEHOLDS}  # available, owed
        self.stock = dict.fromkeys((row[0] for row in GOODS), 400)
        self.count = 0

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            found = verify.verify(self.terminal)
            assert found.ok, found.problems
            before = self._dump()
            rebuilt = verify.rebuild(self.terminal)
            assert rebuilt.ok, rebuilt.problems
            assert rebuilt.problems == ()
            assert self._dump() == before
        finally:
            self.village.close()
            shutil.rmtree(self.folder)

    @rule(household=households, amount=amounts)
    def earn(self, household: str, amount: int) -> None:
        entry = deeds.earn(self.terminal, household, "tidy-yard", amount, *TWO)
        self.entries[entry] = ("earn", (household, amount))
        self._give(household, amount)

    @rule(household=households, amount=amounts)
    def deduct(self, household: str, amount: int) -> None:
        entry = deeds.deduct(self.terminal, household, "tidy-yard", amount, *TWO)
        self.entries[entry] = ("deduct", (household, amount))
        self._take(household, amount)

    @rule(household=households, amount=amounts)
    def county_orders(self, household: str, amount: int) -> None:
        self.count += 1
        send(self.terminal, "terminal:37", ("order", order(f"x{self.count}", household, amount)))
        assert feed.carry_out(self.terminal) == 1
        self._give(household, amount)

    @rule(household=households, items=st.lists(st.tuples(skus, st.integers(1, 99)), min_size=1, max_size=3))
    def redeem(self, household: str, items: list[tuple[str, int]]) -> None:
        self.count += 1
        request = f"r{self.count}"
        act = self._redeem(household, tuple(items), request)
        prices = {row[0]: row[3] for row in GOODS}
        try:
            done = act()
        except Refused as no:
            assert no.code in ("not-enough-points", "not-enough-stock", "over-limit", "absurd-quantity"), (
                no.code
            )
            return
        except Question as asked:
            assert asked.code == "duplicate-charge"
            return
        charge = sum(prices[sku] * pieces for sku, pieces in items)
        assert done.charged_tenths == charge
        self.model[household][0] -= charge
        for sku, pieces in items:
            self.stock[sku] -= pieces
        self.entries[done.entry] = ("redeem", (household, charge, tuple(items), self.clock.today()))
        again = act()
        assert (again.repeated, again.entry, again.slip) == (True, done.entry, done.slip)

    @rule(sku=skus, pieces=st.integers(1, 50))
    def receive(self, sku: str, pieces: int) -> None:
        receive(self.terminal, sku, pieces, "", "finance", "M037A", "R037A")
        self.stock[sku] += pieces

    @rule(days=st.integers(1, 6))
    def another_day(self, days: int) -> None:
        self.clock.move(days=days)
        with self.terminal.write():
            pass

    @rule(choice=st.integers(0, 10_000))
    def undo(self, choice: int) -> None:
        if not self.entries:
            return
        name = sorted(self.entries)[choice % len(self.entries)]
        kind, facts = self.entries[name]
        epoch, seq = map(int, name.split("-"))
        try:
            if kind == "redeem":
                void(self.terminal, epoch, seq, "mistake", "M037A", "R037A")
            else:
                deeds.reverse(self.terminal, epoch, seq, "mistake", *TWO)
        except Refused as no:
            assert (no.code, kind) == ("not-today", "redeem")
            assert facts[3] != self.clock.today()
            return
        self._undone(kind, facts)
        del self.entries[name]
        try:
            if kind == "redeem":
                void(self.terminal, epoch, seq, "mistake", "M037A", "R037A")
            else:
                deeds.reverse(self.terminal, epoch, seq, "mistake", *TWO)
        except Refused as no:
            assert no.code == "already-reversed"
        else:
            raise AssertionError("undone twice")

    @invariant()
    def figures_are_those_of_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        for household, (available, owed) in self.model.items():
            account = find.account(self.terminal, proof(household))
            assert (account.available_tenths, account.owed_tenths) == (available, owed)
        assert {item.sku: item.on_hand for item in shelf.shelf(self.terminal)} == self.stock

    @invariant()
    def no_pot_is_below_zero_and_everything_sums_up(self) -> None:
        if not hasattr(self, "folder"):
            return
        with closing(self._sqlite()) as conn:
            below = "SELECT count(*) FROM pot WHERE available<0 OR saved<0 OR held<0 OR owed<0"
            assert conn.execute(below).fetchone() == (0,)
            assert conn.execute("SELECT count(*) FROM bucket WHERE tenths<0").fetchone() == (0,)
            assert conn.execute("SELECT count(*) FROM lot WHERE pieces<0").fetchone() == (0,)
            unequal = "SELECT household FROM posting GROUP BY household HAVING sum(tenths)<>0"
            assert conn.execute(unequal).fetchall() == []
            assert conn.execute("SELECT coalesce(sum(tenths),0) FROM total").fetchone() == (0,)

    def _redeem(self, household: str, items: tuple[tuple[str, int], ...], request: str) -> Callable[[], Any]:
        return lambda: redeem(self.terminal, proof(household), items, "M037A", request)

    def _give(self, household: str, amount: int) -> None:
        pots = self.model[household]
        repaid = min(amount, pots[1])
        pots[0], pots[1] = pots[0] + amount - repaid, pots[1] - repaid

    def _take(self, household: str, amount: int) -> None:
        pots = self.model[household]
        taken = min(amount, pots[0])
        pots[0], pots[1] = pots[0] - taken, pots[1] + amount - taken

    def _undone(self, kind: str, facts: Any) -> None:
        if kind == "earn":
            self._take(*facts)
        elif kind == "redeem":
            household, charge, items, _day = facts
            self.model[household][0] += charge
            for sku, pieces in items:
                self.stock[sku] += pieces
        else:
            self._undo_deduction(*facts)

    def _undo_deduction(self, household: str, amount: int) -> None:
        """What was taken comes back as available; what became owed and still is, is forgiven."""
        before = self.model[household]
        account = find.account(self.terminal, proof(household))
        gained, forgiven = account.available_tenths - before[0], before[1] - account.owed_tenths
        assert gained >= 0
        assert forgiven >= 0
        assert gained + forgiven == amount
        self.model[household] = [account.available_tenths, account.owed_tenths]

    def _sqlite(self) -> Any:
        return sqlite_module().connect(self.terminal.settings.data_dir / DATABASE_FILE)

    def _dump(self) -> Any:
        with closing(self._sqlite()) as conn:
            return [conn.execute(f"SELECT * FROM {table.name}").fetchall() for table in FOLD_TABLES]


TestHistories = History.TestCase
TestHistories.settings = settings(
    max_examples=often(7, 80), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
