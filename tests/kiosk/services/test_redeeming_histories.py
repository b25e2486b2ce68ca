"""Random histories of reserving, collecting, taking back and returning: pots and lots always balance."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.ledger.refusals import Question, Refused
from kiosk.services import collect, deeds, due, reserve, returns, sessions, verify, void
from kiosk.services.clock import day_after
from kiosk.services.redeem import redeem
from kiosk.services.sessions import SessionGood
from kiosk.services.terminal import DATABASE_FILE
from kiosk.store.database import sqlite_module
from kiosk.store.tables import FOLD_TABLES
from tests.depth import often
from tests.village import GOODS, HOUSEHOLDS, HandClock, Village, proof, receive

households = st.sampled_from([row[0] for row in HOUSEHOLDS])
skus = st.sampled_from([row[0] for row in GOODS])
cheap = st.sampled_from(("soap", "vinegar"))
baskets = st.lists(st.tuples(cheap | skus, st.integers(1, 4)), min_size=1, max_size=3)
choices = st.integers(0, 10_000)
EXPECTED = {
    *("not-enough-points", "not-enough-stock", "over-limit", "absurd-quantity", "not-today"),
    *("partly-returned", "already-reversed", "return-too-late", "return-too-many", "void-decided"),
    *("session-closed", "session-not-open", "session-full", "session-quota", "session-most"),
    *("session-good", "session-not-yet", "reserved-already", "reservation-over"),
}


class Redeeming(RuleBasedStateMachine):
    """What may happen at one desk, in any order; every refusal must be one that people are told of."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="redeeming-"))
        self.clock = HandClock()
        self.village = Village(self.folder)
        self.terminal = self.village.stocked(clock=self.clock)
        for sku, *_rest in GOODS:  # a second lot, so that baskets span lots
            receive(self.terminal, sku, 5, "2027-01-01", "donation", "M037A", "R037A")
        for household, *_about in HOUSEHOLDS:
            deeds.earn(self.terminal, household, "tidy-yard", 9_000, "G037A", "R037A")
        self.redeemed: list[str] = []
        self.holds: list[str] = []
        self.asked: list[str] = []
        self.sessions: list[str] = []
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

    @rule(household=households, items=baskets)
    def redeem(self, household: str, items: list[tuple[str, int]]) -> None:
        self._redeem(household, items)

    def _redeem(self, household: str, items: list[tuple[str, int]]) -> None:
        self._try(
            lambda: self.redeemed.append(
                redeem(self.terminal, proof(household), tuple(items), "M037A", self._request()).entry
            )
        )

    @rule(household=households, items=baskets, choice=choices, in_session=st.booleans())
    def reserve(self, household: str, items: list[tuple[str, int]], choice: int, in_session: bool) -> None:
        session = self._one(self.sessions, choice) if in_session and self.sessions else None
        request = self._request()

        def act() -> None:
            args = (self.terminal, proof(household), tuple(items), "M037A", request)
            made = reserve.reserve(*args, session=session)
            self.holds.append(made.entry)
            again = reserve.reserve(*args, session=session)
            assert (again.entry, again.available_tenths, again.repeated) == (
                made.entry,
                made.available_tenths,
                True,
            )

        self._try(act)

    @rule(household=households, items=baskets, choice=choices)
    def walk_in(self, household: str, items: list[tuple[str, int]], choice: int) -> None:
        if self.sessions:
            session = self._one(self.sessions, choice)
            request = self._request()

            def act() -> None:
                args = (self.terminal, proof(household), tuple(items), "M037A", request, session)
                done = collect.walk_in(*args)
                self.redeemed.append(done.entry)
                again = collect.walk_in(*args)
                assert (again.entry, again.slip, again.repeated) == (done.entry, done.slip, True)

            self._try(act)

    @rule(choice=choices)
    def collect(self, choice: int) -> None:
        if not self.holds or choice % 2:
            self.reserve("0370900", [("soap", 1 + choice % 7)], choice, in_session=False)
        if self.holds:
            held, request = self._one(self.holds, choice), self._request()

            def act() -> None:
                done = collect.collect(self.terminal, held, "slip", "M037A", request)
                self.redeemed.append(done.entry)
                assert collect.collect(self.terminal, held, "slip", "M037A", request).repeated

            self._try(act)

    @rule(choice=choices)
    def release(self, choice: int) -> None:
        if self.holds:
            held = self._one(self.holds, choice)
            self._try(lambda: reserve.release(self.terminal, *held, "M037A"))

    @rule(choice=choices, kind=st.sampled_from(("at once", "ask")))
    def take_back(self, choice: int, kind: str) -> None:
        if not self.redeemed or choice % 3 == 0:
            self._redeem("0370900", [("soap", 1 + choice % 7)])
        entry = self._one(self.redeemed, choice)
        if kind == "ask":
            self._try(lambda: self.asked.append(void.ask(self.terminal, *entry, "mistake", "M037A")))
        else:
            self._try(lambda: void.void(self.terminal, *entry, "mistake", "M037A", "R037A"))

    @rule(choice=choices, yes=st.booleans())
    def decide(self, choice: int, yes: bool) -> None:
        if not self.asked:
            self.take_back(choice * 3, "ask")
        if self.asked:
            asked = self._one(self.asked, choice)
            self._try(lambda: (void.grant if yes else void.deny)(self.terminal, *asked, "R037A"))

    @rule(choice=choices, sku=skus, pieces=st.integers(1, 5), condition=st.sampled_from(returns.CONDITIONS))
    def bring_back(self, choice: int, sku: str, pieces: int, condition: str) -> None:
        if not self.redeemed or choice % 3 == 0:
            self._redeem("0370900", [(sku, 1 + choice % 7), ("soap", 2)])
        if self.redeemed:
            entry = self._one(self.redeemed, choice)
            back = [returns.Back(sku, pieces, condition)]
            self._try(lambda: returns.take_back(self.terminal, *entry, back, "goods", "M037A", "R037A"))

    @rule(
        days=st.integers(0, 5),
        quota=st.integers(0, 8),
        most=st.sampled_from((0, 0, 3)),
        places=st.integers(1, 4),
    )
    def announce(self, days: int, quota: int, most: int, places: int) -> None:
        today = self.clock.today()
        goods = [
            SessionGood(sku="soap", price_tenths=25, quota=quota, most=most),
            SessionGood(sku="vinegar", price_tenths=0),
            *(SessionGood(sku=sku, price_tenths=100) for sku in ("oil5", "rice5")),
        ]
        self._try(
            lambda: self.sessions.append(
                sessions.open_new(
                    self.terminal, day_after(today, days), today, today, places, goods, "M037A"
                ).entry
            )
        )

    @rule(choice=choices)
    def close(self, choice: int) -> None:
        if self.sessions and choice % 3 == 0:
            session = self._one(self.sessions, choice)
            self._try(lambda: sessions.close(self.terminal, *session, "M037A"))

    @rule(days=st.sampled_from((1, 2, 6)))
    def another_day(self, days: int) -> None:
        self.clock.move(days=days)
        with self.terminal.write():
            pass
        due.follow(self.terminal)
        late = self._rows("SELECT count(*) FROM hold WHERE state='open' AND until < ?", self.clock.today())
        assert late == [(0,)]

    @precondition(lambda self: self.holds)
    @rule(years=st.sampled_from((-10, 10)))
    def a_thrown_clock(self, years: int) -> None:
        """The clock runs wild and a task runs; nothing is let go."""
        before = self._rows("SELECT * FROM pot"), self._rows("SELECT * FROM hold")
        day = self.clock.day
        self.clock.day = day.replace(year=day.year + years, day=1)
        due.run(self.terminal)
        with self.terminal.write():
            pass
        due.follow(self.terminal)
        assert (self._rows("SELECT * FROM pot"), self._rows("SELECT * FROM hold")) == before
        self.clock.day = day

    @invariant()
    def points_balance(self) -> None:
        if not hasattr(self, "folder"):
            return
        below = "SELECT count(*) FROM pot WHERE available<0 OR saved<0 OR held<0 OR owed<0"
        assert self._rows(below) == [(0,)]
        unequal = "SELECT household FROM posting GROUP BY household HAVING sum(tenths)<>0"
        assert self._rows(unequal) == []
        waiting = (
            "SELECT (SELECT coalesce(sum(held),0) FROM pot),"
            " (SELECT coalesce(sum(amount),0) FROM hold WHERE state='open')"
        )
        held, reserved = self._rows(waiting)[0]
        asked = self._rows(
            "SELECT data FROM journal j JOIN void_case v ON v.epoch=j.epoch AND v.seq=j.seq"
            " WHERE v.state='open'"
        )
        assert held == reserved + sum(json.loads(data)[9]["amount"] for (data,) in asked)

    @invariant()
    def every_lot_balances(self) -> None:
        """in = on the shelf + set aside + out, told from the entries by a fold of the test's own."""
        if not hasattr(self, "folder"):
            return
        out = _out_by_lot(json.loads(data)[5:] for (data,) in self._rows("SELECT data FROM journal"))
        for sku, lot, pieces, held in self._rows("SELECT sku, lot, pieces, held FROM lot"):
            came, gone = out[sku, lot]
            assert came == pieces + held + gone, (sku, lot)
            assert min(pieces, held, gone) >= 0

    @invariant()
    def no_quota_and_no_place_is_given_twice(self) -> None:
        if not hasattr(self, "folder"):
            return
        for session in sessions.sessions(self.terminal):
            assert session.taken <= session.places
            for good in session.goods:
                assert not good.quota or session.reserved.get(good.sku, 0) <= good.quota
        numbers = "SELECT session, queue FROM hold WHERE session<>'' GROUP BY 1, 2 HAVING count(*)>1"
        assert self._rows(numbers) == []

    def _request(self) -> str:
        self.count += 1
        return f"r{self.count}"

    def _one(self, entries: list[str], choice: int) -> tuple[int, int]:
        epoch, seq = entries[-1 - choice % min(len(entries), 5)].split("-")  # the latest, mostly
        return int(epoch), int(seq)

    def _try(self, act: Any) -> None:
        before = self._dump()
        try:
            act()
        except Refused as no:
            assert no.code in EXPECTED, no.code
            assert self._dump() == before
        except Question as asked:
            assert asked.code == "duplicate-charge"
            assert self._dump() == before

    def _rows(self, statement: str, *params: Any) -> list[Any]:
        with closing(sqlite_module().connect(self.terminal.settings.data_dir / DATABASE_FILE)) as conn:
            return list(conn.execute(statement, params).fetchall())

    def _dump(self) -> Any:
        return [self._rows(f"SELECT * FROM {table.name} ORDER BY 1, 2") for table in FOLD_TABLES]


def _out_by_lot(entries: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """(came in, gone out) of every lot, by what entries say in words of their own."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for kind, _version, _actor, _second, body in entries:
        if kind == "stock-receive":
            for sku, lot, pieces, *_facts in body["lots"]:
                found[sku, lot] = (pieces, 0)
        sign = {"redeem": 1, "collect": 1, "void": -1, "void-ask": -1, "void-deny": 1, "return": -1}.get(
            kind, 0
        )
        lines = [(line[0], lot, pieces) for line in body.get("lines", ()) for lot, pieces in line[3]]
        if kind == "stock-write-off":
            sign, lines = 1, body["lots"]
        for sku, lot, pieces in lines:
            came, gone = found[sku, lot]
            found[sku, lot] = (came, gone + sign * pieces)
    return found


TestRedeeming = Redeeming.TestCase
TestRedeeming.settings = settings(
    max_examples=often(5, 60), stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
