"""Random histories of goods at two terminals: of each lot, what came is what went and what is there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.ledger.refusals import Question, Refused
from kiosk.services import balances, counting, issuing, printing, stock, transfers, verify
from kiosk.services.clock import day_after
from kiosk.services.issuing import Wanted
from kiosk.services.redeem import redeem
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.slips.paper import Paper
from kiosk.store.tables import FOLD_TABLES
from tests.depth import often
from tests.faults import books
from tests.kiosk.services.goods import TWO
from tests.village import GOODS, HandClock, Village, proof, send

SKUS = [row[0] for row in GOODS]
skus = st.sampled_from(SKUS)
pieces = st.integers(1, 60)
numbers = st.sampled_from([37, 38])
lives = st.sampled_from([None, 0, 2, 8])  # days a delivery is good for


class GoodsHistory(RuleBasedStateMachine):
    """What may happen to goods, in any order; pieces by good run beside it."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="goods-"))
        self.clock = HandClock()
        self.village = Village(self.folder)
        self.ends = {37: self.village.stocked(clock=self.clock), 38: self.village.terminal(38, self.clock)}
        for number, other in ((37, 38), (38, 37)):
            end = self.ends[other]
            key = {"issuer": end.identity.issuer, "public": end.key.public.hex(), "terminal": other}
            centre = {"centre": f"0{other}", "name": f"第{other}村", "township": "镇", "terminal": other}
            send(self.ends[number], "county", ("key", key), ("centre", centre))
        self.model = {37: dict.fromkeys(SKUS, 400), 38: dict.fromkeys(SKUS, 0)}
        self.documents: list[tuple[int, str, dict[str, int]]] = []  # for whom, code, pieces
        self.arrived: set[str] = set()
        self.redeemed: list[tuple[str, str, int, str]] = []
        self.count = 0

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            for end in self.ends.values():
                assert verify.verify(end).problems == ()
                before = _dump(end)
                assert verify.rebuild(end).problems == ()
                assert _dump(end) == before
                self._balances_hold(end)
        finally:
            self.village.close()
            shutil.rmtree(self.folder)

    @rule(number=numbers, sku=skus, count=pieces, life=lives, given=st.booleans())
    def come(self, number: int, sku: str, count: int, life: int | None, given: bool) -> None:
        best_before = "" if life is None else day_after(self.clock.today(), life)
        lines = (Delivered(sku=sku, pieces=count, best_before=best_before), Delivered(sku=sku, pieces=1))
        if given:
            stock.donate(self.ends[number], lines, "赵老板", *TWO)
        else:
            stock.receive(self.ends[number], lines, Source(fund="market"), *TWO)
        self.model[number][sku] += count + 1

    @rule(number=numbers, sku=skus, count=pieces, why=st.sampled_from(["issue", "expired", "damaged"]))
    def go(self, number: int, sku: str, count: int, why: str) -> None:
        wanted = (Wanted(sku=sku, pieces=count),)
        try:
            if why == "issue":
                issuing.issue(self.ends[number], wanted, "care", "", *TWO)
            else:
                issuing.write_off(self.ends[number], wanted, why, b"photo", *TWO)
        except Refused as no:
            assert no.code in ("not-enough-stock", "goods-expired", "stock-not-expired")
            assert no.params["left"] < count  # type: ignore[operator]
            return
        self.model[number][sku] -= count

    @rule(sku=skus, count=st.integers(1, 20))
    def redeem(self, sku: str, count: int) -> None:
        self.count += 1
        try:
            done = redeem(self.ends[37], proof("0370900"), ((sku, count),), "M037A", f"r{self.count}")
        except Refused as no:
            assert no.code in ("not-enough-stock", "goods-expired", "not-enough-points")
            return
        except Question as asked:
            raise AssertionError(asked.code) from None  # limits are off
        self.model[37][sku] -= count
        self.redeemed.append((done.entry, sku, count, self.clock.today()))

    @rule()
    def take_back(self) -> None:
        if not self.redeemed:
            return
        entry, sku, count, day = self.redeemed.pop()
        epoch, seq = map(int, entry.split("-"))
        try:
            void(self.ends[37], epoch, seq, "mistake", *TWO)
        except Refused as no:
            assert no.code == "not-today"
            assert day != self.clock.today()
            return
        self.model[37][sku] += count

    @rule(number=numbers, sku=skus, count=pieces, both=st.booleans())
    def send_away(self, number: int, sku: str, count: int, both: bool) -> None:
        wanted = [Wanted(sku=sku, pieces=count)]
        if both and sku != "soap":
            wanted.append(Wanted(sku="soap", pieces=1))
        other = 75 - number
        try:
            done = transfers.send(self.ends[number], other, wanted, "M037A")
        except Refused as no:
            assert no.code in ("not-enough-stock", "goods-expired", "stock-document-too-long")
            return
        sent = {one.sku: one.pieces for one in wanted}
        for one, gone in sent.items():
            self.model[number][one] -= gone
        self.documents.append((other, _code(self.ends[number], done.slip), sent))

    @rule(choice=st.integers(0, 99), short=st.integers(0, 3))
    def arrive(self, choice: int, short: int) -> None:
        """Also documents that were taken in before: they come in once for ever."""
        if not self.documents:
            return
        number, code, sent = self.documents[choice % len(self.documents)]
        sku = next(iter(sent))
        came = {sku: max(0, sent[sku] - short)}
        try:
            done = transfers.arrive(self.ends[number], code, came, *TWO)
        except Refused as no:
            assert no.code == "stock-arrived-already"
            assert code in self.arrived
            return
        assert code not in self.arrived
        self.arrived.add(code)
        assert bool(done.differences) == bool(sent[sku] - came[sku])
        for one, pieces_sent in sent.items():
            self.model[number][one] += came.get(one, pieces_sent)

    @rule(number=numbers, which=st.lists(skus, max_size=2, unique=True))
    def begin_count(self, number: int, which: list[str]) -> None:
        try:
            counting.open_sheet(self.ends[number], which, "G037A")
        except Refused as no:
            assert no.code in ("count-open-already", "stock-empty")

    @rule(number=numbers, wrong=st.integers(-3, 3))
    def count_all(self, number: int, wrong: int) -> None:
        """Everything on the sheet, as it stands on the shelf, but for a miscounted first good."""
        try:
            sheet = counting.sheet(self.ends[number])
        except Refused as no:
            assert no.code == "count-none-open"
            return
        found = [(one.sku, self.model[number][one.sku]) for one in sheet.lines]
        found[0] = (found[0][0], max(0, found[0][1] + wrong))
        written = counting.write(self.ends[number], found, "G037A")
        asked = {one.sku for one in written.lines if one.state == "again"}
        assert asked <= {found[0][0]}  # the books are right: only the miscounted is asked for again

    @rule(number=numbers, drop=st.booleans())
    def end_count(self, number: int, drop: bool) -> None:
        end = self.ends[number]
        try:
            if drop:
                counting.drop(end, "G037A")
                return
            found = counting.result(end, "M037A")
            counting.approve(end, *TWO)
        except Refused as no:
            assert no.code in ("count-none-open", "count-not-done", "count-recount")
            return
        for one in found:
            self.model[number][one.sku] += one.difference

    @rule(days=st.integers(1, 6))
    def another_day(self, days: int) -> None:
        self.clock.move(days=days)
        for end in self.ends.values():
            with end.write():
                pass

    @invariant()
    def the_shelf_is_that_of_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        for number, end in self.ends.items():
            rows = books.rows(end.settings.data_dir, "SELECT sku, sum(pieces) FROM lot GROUP BY sku")
            assert dict.fromkeys(SKUS, 0) | dict(rows) == self.model[number]

    @invariant()
    def each_lot_has_what_came_less_what_went(self) -> None:
        if not hasattr(self, "model"):
            return
        unequal = """
            SELECT lot.sku, lot.lot FROM lot
            LEFT JOIN stock_move AS m ON m.sku = lot.sku AND m.lot = lot.lot
            GROUP BY lot.sku, lot.lot
            HAVING sum(CASE WHEN m.pieces > 0 THEN m.pieces ELSE 0 END)
                <> sum(CASE WHEN m.pieces < 0 THEN -m.pieces ELSE 0 END) + lot.pieces + lot.held
                OR lot.pieces < 0 OR lot.held < 0
        """
        for end in self.ends.values():
            assert books.rows(end.settings.data_dir, unequal) == []

    def _balances_hold(self, end: Terminal) -> None:
        found = balances.between(end, "2000-01-01", "2100-01-01")
        rows = books.rows(end.settings.data_dir, "SELECT sku, lot, pieces + held FROM lot")
        there = {(sku, lot): left for sku, lot, left in rows}
        assert {(one.sku, one.lot): one.closing for one in found} == there
        half = balances.between(end, "2000-01-01", "2026-11-26")
        rest = {(one.sku, one.lot): one for one in balances.between(end, "2026-11-27", "2100-01-01")}
        for one in half:
            if one.closing:
                assert rest[one.sku, one.lot].opening == one.closing


def _code(end: Terminal, slip: str) -> str:
    while job := printing.take(end):
        printing.finish(end, job, "printed", "", 900)
        if job.slip == slip:
            assert isinstance(job.content, Paper)
            return job.content.qr
    raise AssertionError("the document is not queued")


def _dump(end: Terminal) -> list[object]:
    return [books.rows(end.settings.data_dir, f"SELECT * FROM {table.name}") for table in FOLD_TABLES]


TestGoodsHistories = GoodsHistory.TestCase
TestGoodsHistories.settings = settings(
    max_examples=often(6, 40), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
