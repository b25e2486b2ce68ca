"""What each verb of the diary does: one small function a verb, one call of a service where there is one.

Those about goods are in `steps_goods`.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services import (
    activities,
    appeals,
    cards,
    closing,
    collect,
    crediting,
    deeds,
    delivery,
    due,
    evidence,
    expiry,
    loans,
    notices,
    redeem,
    reserve,
    returns,
    rules,
    saved,
    scoring,
    sessions,
    sheets,
    signing,
    verdicts,
    void,
)
from kiosk.services import day as days
from kiosk.services import declare as declaring
from kiosk.services.collectors import Collector
from kiosk.services.evidence import Evidence
from kiosk.services.views import Proof
from tests.kiosk.books import raw
from tests.kiosk.services.desk import place
from tests.scoring import PHOTO
from tests.year import steps_goods
from tests.year.diary import Line, tenths, two
from tests.year.runner import Year, basket, goods, word_behind

MANAGER, REVIEWER, GRID = "M037A", "R037A", "G037A"
BOTH = (MANAGER, REVIEWER)


# the way of a point


def declares(year: Year, line: Line) -> None:
    rule, points, *rest = line.words
    himself = "himself" in rest
    claim = declaring.Claim(
        rule=rule,
        amount_tenths=tenths(points),
        household="" if himself else line.who,
        member=int(word_behind(line.words, "member", "0")),
        evidence=PHOTO if "photo" in rest else b"",
    )
    if himself:
        declaring.declare(year.terminal, claim, card=year.card(line.who))
    else:
        declaring.declare(year.terminal, claim, actor=GRID)


def sends_back(year: Year, line: Line) -> None:
    household, rule, why = line.words
    (found,) = [
        one
        for one in declaring.declarations(year.terminal, "declared")
        if (one.household, one.rule) == (household, rule)
    ]
    declaring.review(year.terminal, [place(found.entry)], False, why, line.who)


def reviews(year: Year, line: Line) -> None:
    waiting = [place(one.entry) for one in declaring.declarations(year.terminal, "declared")]
    for first in range(0, len(waiting), declaring.MOST_REVIEWED):
        some = waiting[first : first + declaring.MOST_REVIEWED]
        declaring.review(year.terminal, some, True, "", line.who)


def makes_sheet(year: Year, line: Line) -> None:
    year.sheet = place(scoring.make(year.terminal, line.words[0], line.who).entry)


def is_given(year: Year, line: Line) -> None:
    rule, points, why = line.words
    year.off[line.who] = (rule, tenths(points), why)


def scores(year: Year, line: Line) -> None:
    _about, lines = sheets.show(year.terminal, year.sheet)
    titles = _titles(year)
    off = {
        one.line: year.off[one.household][1:]
        for one in lines
        if one.household in year.off and one.title == titles[year.off[one.household][0]]
    }
    scoring.score_sheet(year.terminal, year.sheet, off, line.who)


def counts_scores(year: Year, line: Line) -> None:
    scoring.close(year.terminal, year.sheet, line.who)
    year.off.clear()


def signs(year: Year, line: Line) -> None:
    signing.sign(year.terminal, year.sheet, line.words[0], True, "", line.who)


def publishes(year: Year, line: Line) -> None:
    year.notice = place(notices.publish(year.terminal, year.sheet, line.who).entry)


def objects(year: Year, line: Line) -> None:
    household, rule, why = line.words
    _about, lines = notices.show(year.terminal, year.notice)
    title = _titles(year)[rule]
    (found,) = [one for one in lines if one.tail == household[-notices.TAIL :] and one.title == title]
    case = appeals.object_to(year.terminal, year.notice, found.line, why, card=year.card(line.who))
    year.case = place(case.entry)


def appeals_(year: Year, line: Line) -> None:
    kind, rule, why = line.words
    at = _last_entry(year, line.who, kind, rule)
    year.case = place(appeals.appeal(year.terminal, at, why, card=year.card(line.who)).entry)


def decide(year: Year, line: Line) -> None:
    outcome, *rest = line.words
    amount = tenths(rest[0]) if len(rest) == 2 else None
    verdicts.decide(year.terminal, year.case, outcome, amount, rest[-1], *two(line))


def reverse(year: Year, line: Line) -> None:
    household, kind, rule = line.words
    deeds.reverse(year.terminal, *_last_entry(year, household, kind, rule), "mistake", *two(line))


def fine(year: Year, line: Line) -> None:
    _fine(year, line.words[0], line.words[1:], two(line))


def is_fined(year: Year, line: Line) -> None:
    _fine(year, line.who, line.words, BOTH)


def _fine(year: Year, household: str, words: tuple[str, ...], two: tuple[str, str]) -> None:
    rule, points, proof = words
    shown = evidence.note("two saw it") if proof == "note" else Evidence("photo", PHOTO)
    deeds.deduct(year.terminal, household, rule, tenths(points), *two, deeds.Deed(evidence=(shown,)))


def announces_activity(year: Year, line: Line) -> None:
    rule, day = line.words
    made = activities.announce(year.terminal, rule, day, "09:00", "a meeting", "the hall", line.who)
    year.activity = place(made.entry)


def signs_in(year: Year, line: Line) -> None:
    activities.sign_in_by_card(year.terminal, year.activity, year.card(line.who))


def credit(year: Year, line: Line) -> None:
    done = crediting.credit(year.terminal, year.activity, *two(line))
    assert done.households and not done.left


# points at the desk


def saves(year: Year, line: Line) -> None:
    saved.save(year.terminal, line.who, tenths(line.words[0]), MANAGER)


def unsaves(year: Year, line: Line) -> None:
    saved.unsave(year.terminal, line.who, tenths(line.words[0]), MANAGER)


def borrows(year: Year, line: Line) -> None:
    loans.borrow(year.terminal, line.who, tenths(line.words[0]), *BOTH)


def repays(year: Year, line: Line) -> None:
    loans.repay(year.terminal, line.who, tenths(line.words[0]), MANAGER)


def preview_ended(year: Year, line: Line) -> None:
    expiry.preview(year.terminal, line.words[0])


def close_ended(year: Year, line: Line) -> None:
    expiry.close_year(year.terminal, *two(line), line.words[0])


# goods for points


def redeems(year: Year, line: Line) -> None:
    collector = None
    if "taken" in line.words:
        at = line.words.index("taken")
        collector = Collector(name=line.words[at + 1], relation=line.words[at + 2])
    proof = year.account(line.who).proof
    items = basket(line.words)
    asked = redeem.quote(year.terminal, proof, items)
    assert not asked.refused, f"{asked.refused} {asked.refused_params}"
    done = redeem.redeem(
        *(year.terminal, proof, items, MANAGER, year.request()),
        confirmed_tenths=asked.charge_tenths,
        collector=collector,
        deliver="delivered" in line.words,
    )
    year.redeemed[line.who] = place(done.entry)


def void_(year: Year, line: Line) -> None:
    void.void(year.terminal, *year.redeemed[line.words[0]], "mistake", *two(line))


def is_voided(year: Year, line: Line) -> None:
    void.void(year.terminal, *year.redeemed[line.who], "mistake", *BOTH)


def asks_void(year: Year, line: Line) -> None:
    year.asked = place(void.ask(year.terminal, *year.redeemed[line.words[0]], "mistake", line.who))


def grants_void(year: Year, line: Line) -> None:
    void.grant(year.terminal, *year.asked, line.who)


def denies_void(year: Year, line: Line) -> None:
    void.deny(year.terminal, *year.asked, line.who)


def brings_back(year: Year, line: Line) -> None:
    sku, pieces, condition = line.words
    back = [returns.Back(sku, int(pieces), condition)]
    returns.take_back(year.terminal, *year.redeemed[line.who], back, "other", *BOTH)


def delivers(year: Year, line: Line) -> None:
    delivery.deliver(year.terminal, *year.redeemed[line.words[0]], None, line.who)


def announces(year: Year, line: Line) -> None:
    day, _from, opens, _to, closes, *offered = line.words
    wanted = [
        sessions.SessionGood(sku=sku, price_tenths=tenths(price)) for sku, price in goods(tuple(offered))
    ]
    made = sessions.open_new(year.terminal, day, opens, closes, 1000, wanted, line.who)
    year.session = place(made.entry)


def books(year: Year, line: Line) -> None:
    _reserve(year, line, year.session)


def reserves(year: Year, line: Line) -> None:
    _reserve(year, line, None)


def _reserve(year: Year, line: Line, session: tuple[int, int] | None) -> None:
    proof = year.account(line.who).proof
    items = basket(line.words)
    done = reserve.reserve(year.terminal, proof, items, MANAGER, year.request(), session=session)
    year.held[line.who] = place(done.entry)


def collects(year: Year, line: Line) -> None:
    proof = year.account(line.who).proof
    held = collect.of_household(year.terminal, line.who)
    assert held == year.held[line.who]
    done = collect.collect(year.terminal, held, proof.how, MANAGER, year.request())
    year.redeemed[line.who] = place(done.entry)


def lets_go(year: Year, line: Line) -> None:
    reserve.release(year.terminal, *year.held[line.who], MANAGER)


def walks_in(year: Year, line: Line) -> None:
    proof = year.account(line.who).proof
    done = collect.walk_in(*(year.terminal, proof, basket(line.words), MANAGER, year.request(), year.session))
    year.redeemed[line.who] = place(done.entry)


# cards and days


def loses_card(year: Year, line: Line) -> None:
    cards.report_lost(year.terminal, line.who, MANAGER)


def gets_card(year: Year, line: Line) -> None:
    proof = Proof(household=line.who, how="desk:other")
    year.cards[line.who] = cards.issue(year.terminal, proof, "lost", *BOTH).text


def opens_day(year: Year, line: Line) -> None:
    days.open_by_person(year.terminal, line.day, line.who)
    due.follow(year.terminal)


def closes_month(year: Year, line: Line) -> None:
    closing.close(year.terminal, line.words[0], None, line.who)


def _titles(year: Year) -> dict[str, str]:
    return {one.id: one.title for one in rules.listing(year.terminal)}


def _last_entry(year: Year, household: str, kind: str, rule: str) -> tuple[int, int]:
    """The last entry of that kind and rule of a household."""
    found = [
        (line.epoch, line.seq)
        for line in raw.journal(year.terminal.settings.data_dir)
        if line.kind == kind and line.body["hh"] == household and line.body.get("rule") == rule
    ]
    return found[-1]


VERBS: dict[str, Callable[[Year, Line], None]] = {
    "announces": announces,
    "announces-activity": announces_activity,
    "appeals": appeals_,
    "approve-count": steps_goods.approve_count,
    "asks-void": asks_void,
    "books": books,
    "borrows": borrows,
    "brings-back": brings_back,
    "close-ended": close_ended,
    "closes-month": closes_month,
    "collects": collects,
    "counts": steps_goods.counts,
    "counts-again": steps_goods.counts_again,
    "counts-scores": counts_scores,
    "credit": credit,
    "decide": decide,
    "declares": declares,
    "delivers": delivers,
    "denies-void": denies_void,
    "donate": steps_goods.donate,
    "fine": fine,
    "gets-card": gets_card,
    "grants-void": grants_void,
    "is-fined": is_fined,
    "is-given": is_given,
    "is-voided": is_voided,
    "issue": steps_goods.issue,
    "lets-go": lets_go,
    "loses-card": loses_card,
    "makes-sheet": makes_sheet,
    "objects": objects,
    "opens-count": steps_goods.opens_count,
    "opens-day": opens_day,
    "preview-ended": preview_ended,
    "publishes": publishes,
    "receive": steps_goods.receive,
    "redeems": redeems,
    "repays": repays,
    "reserves": reserves,
    "reverse": reverse,
    "reviews": reviews,
    "saves": saves,
    "scores": scores,
    "sends-back": sends_back,
    "signs": signs,
    "signs-in": signs_in,
    "unsaves": unsaves,
    "void": void_,
    "walks-in": walks_in,
    "writes-off": steps_goods.writes_off,
}
