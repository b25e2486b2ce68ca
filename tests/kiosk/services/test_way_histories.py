"""Random ways of many points beside a plain model: only what was signed, hung and not objected to counts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import appeals, declare, find, notices, scoring, sheets, signing, verdicts
from kiosk.services.clock import day_after
from tests.depth import often
from tests.scoring import (
    LI,
    OUYANG,
    PANEL,
    PHOTO,
    ZHANG,
    claim,
    holds,
    pass_days,
    published,
    rows,
    scoring_terminal,
)
from tests.village import HOUSEHOLDS, HandClock, Village, proof

TWO = ("M037A", "S037A")
households = st.sampled_from((LI, OUYANG, ZHANG))
tenths_off = st.integers(0, 10)
REFUSALS = {
    "declared-already",
    "reviewed-already",
    "nothing-to-score",
    "quorum-missing",
    "scored-already",
    "sheet-not-open",
    "sheet-not-closed",
    "sheet-not-signed",
    "sheet-published",
    "signed-already",
    "nothing-to-publish",
    "unknown-line",
    "stand-back",
    "notice-over",
    "appeal-open",
    "appeal-decided",
    "outcome-amount",
    "over-rule",
}


class Ways(RuleBasedStateMachine):
    """Anybody may try any step on anything at any time; the clock is thrown before some of them."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ways-"))
        self.clock = HandClock("2026-11-25")
        self.village = Village(self.folder)
        self.terminal = scoring_terminal(self.village, self.clock)
        self.before = {row[0]: row[4] for row in HOUSEHOLDS}
        self.count = 0
        for household in (LI, OUYANG):
            self.publish_one(household, 20)

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            holds(self.terminal)
        finally:
            self.village.close()
            shutil.rmtree(self.folder)

    def attempt(self, act: Any) -> Any:
        """`act`, which may be refused for one of the known reasons and then changes nothing."""
        before = rows(self.terminal, "SELECT count(*) FROM journal")
        try:
            return act()
        except Refused as no:
            assert no.code in REFUSALS, no.code
            assert rows(self.terminal, "SELECT count(*) FROM journal") == before
            return None

    @rule(household=households, tenths=st.integers(1, 10), back=st.integers(0, 3), taking=st.booleans())
    def declares(self, household: str, tenths: int, back: int, taking: bool) -> None:
        what: dict[str, Any] = {"what": "deduct", "evidence": PHOTO, "rule": "litter"} if taking else {}
        one = claim(household, tenths=tenths, deed=day_after("2026-11-20", -back), **what)
        self.attempt(lambda: declare.declare(self.terminal, one, actor="G037A"))

    @precondition(lambda self: declare.declarations(self.terminal, "declared"))
    @rule(choice=st.integers(0, 99), passes=st.sampled_from((True, True, True, False)))
    def reviews(self, choice: int, passes: bool) -> None:
        waiting = declare.declarations(self.terminal, "declared")
        at = entry_of(waiting[choice % len(waiting)].entry)
        why = "" if passes else "no-proof"
        self.attempt(lambda: declare.review(self.terminal, [at], passes, why, "R037A"))

    @rule()
    def makes_a_sheet(self) -> None:
        self.attempt(lambda: scoring.make(self.terminal, "2026-11", "P3"))

    @rule(
        choice=st.integers(0, 99),
        who=st.sampled_from(PANEL),
        line=st.integers(1, 4),
        tenths=st.integers(0, 10),
    )
    def scores(self, choice: int, who: str, line: int, tenths: int) -> None:
        at = self._sheet(choice)
        off = {line: (tenths, "wrong-amount")} if tenths < 6 else {}
        self.attempt(lambda: scoring.score_sheet(self.terminal, at, off, who))

    @rule(household=households, tenths=st.integers(11, 25))
    def goes_all_the_way_to_the_notice(self, household: str, tenths: int) -> None:
        self.publish_one(household, tenths)

    def publish_one(self, household: str, tenths: int) -> None:
        """Everybody agrees: declared, scored, signed, published."""
        one = claim(household, tenths=tenths, deed=day_after("2026-11-20", -self.count))
        self.count += 1
        self.attempt(lambda: published(self.terminal, one))

    @rule(choice=st.integers(0, 99))
    def all_score_and_count(self, choice: int) -> None:
        at = self._sheet(choice)
        for one in PANEL:
            self.attempt(lambda one=one: scoring.score_sheet(self.terminal, at, {}, one))
        self.attempt(lambda: scoring.close(self.terminal, at, "P3"))

    @rule(choice=st.integers(0, 99), by=st.sampled_from(("committees", "supervision")), ok=st.integers(0, 4))
    def signs(self, choice: int, by: str, ok: int) -> None:
        at = self._sheet(choice)
        who = "M037A" if by == "committees" else "S037A"
        why = "" if ok else "other"
        self.attempt(lambda: signing.sign(self.terminal, at, by, bool(ok), why, who))

    @rule(choice=st.integers(0, 99))
    def publishes(self, choice: int) -> None:
        at = self._sheet(choice)
        self.attempt(lambda: notices.publish(self.terminal, at, "M037A"))

    @rule(choice=st.integers(0, 99), line=st.integers(1, 4))
    def objects(self, choice: int, line: int) -> None:
        hung = notices.notices(self.terminal)
        at = entry_of(hung[choice % len(hung)].entry)
        self.attempt(lambda: appeals.object_to(self.terminal, at, line, "other", actor="M037A"))

    @precondition(lambda self: self._posted())
    @rule(choice=st.integers(0, 99))
    def appeals_a_posted_line(self, choice: int) -> None:
        posted = self._posted()
        at = posted[choice % len(posted)]
        self.attempt(lambda: appeals.appeal(self.terminal, at, "amount", actor="M037A"))

    @precondition(lambda self: appeals.cases(self.terminal))
    @rule(choice=st.integers(0, 99), outcome=st.sampled_from(verdicts.OUTCOMES), tenths=st.integers(1, 25))
    def decides(self, choice: int, outcome: str, tenths: int) -> None:
        waiting = appeals.cases(self.terminal)
        at = entry_of(waiting[choice % len(waiting)].entry)
        amount = tenths if outcome in ("less", "more") else None
        self.attempt(lambda: verdicts.decide(self.terminal, at, outcome, amount, "amount", *TWO))

    @rule(days=st.integers(1, 7))
    def days_pass(self, days: int) -> None:
        pass_days(self.terminal, self.clock, days)

    @rule(days=st.sampled_from((3653, -3653)))
    def the_clock_is_thrown(self, days: int) -> None:
        figures = self._figures()
        self.clock.move(days=days)
        pass_days(self.terminal, self.clock, 0)
        with self.terminal.write():
            pass
        self.clock.move(days=-days)
        assert self._figures() == figures

    @invariant()
    def points_are_those_of_the_posted_lines(self) -> None:
        """Signed, hung and not objected to; then as the cases left them."""
        if not hasattr(self, "before"):
            return
        wanted = dict(self.before)
        for household, what, amount, epoch, seq in rows(
            self.terminal,
            "SELECT household, what, amount, by_epoch, by_seq FROM notice_line WHERE state='posted'",
        ):
            stands = self._stands(amount, epoch, seq)
            wanted[household] += stands if what == "earn" else -stands
        for household, tenths in wanted.items():
            account = find.account(self.terminal, proof(household))
            assert account.available_tenths - account.owed_tenths == tenths, household

    @invariant()
    def what_is_posted_hung_its_days(self) -> None:
        if not hasattr(self, "before"):
            return
        early = """SELECT count(*) FROM notice_line l JOIN notice n ON n.epoch=l.epoch AND n.seq=l.seq
            JOIN journal j ON j.epoch=l.by_epoch AND j.seq=l.by_seq
            WHERE l.state='posted' AND j.day <= n.until"""
        assert rows(self.terminal, early) == [(0,)]

    def _stands(self, amount: int, epoch: int, seq: int) -> int:
        """What a posted entry comes to after its case: the decision's own word, from the journal."""
        decided = rows(
            self.terminal,
            f"""SELECT json_extract(j.data, '$[9].amount') FROM appeal_case c
            JOIN journal j ON j.epoch=c.by_epoch AND j.seq=c.by_seq
            WHERE c.of_epoch={epoch} AND c.of_seq={seq} AND c.of_line=0""",
        )
        return int(decided[0][0]) if decided else amount

    def _sheet(self, choice: int) -> tuple[int, int]:
        """The latest one most of the time: it is not published yet."""
        found = sheets.sheets(self.terminal)
        return entry_of(found[choice % len(found) if choice > 60 else 0].entry)

    def _posted(self) -> list[Any]:
        return rows(self.terminal, "SELECT by_epoch, by_seq FROM notice_line WHERE state='posted'")

    def _figures(self) -> list[Any]:
        tables = ("pot", "bucket", "sheet", "notice", "notice_line", "appeal_case", "state")
        return [rows(self.terminal, f"SELECT * FROM {table}") for table in tables]


TestWays = Ways.TestCase
TestWays.settings = settings(
    max_examples=often(4, 20), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
