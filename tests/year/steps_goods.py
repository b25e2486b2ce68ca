"""What the verbs of the diary about goods do: received, given, written off and counted."""

from __future__ import annotations

from kiosk.services import alerts, counting, issuing, shelf, stock
from tests.scoring import PHOTO
from tests.year.diary import Line, two
from tests.year.runner import Year, basket, goods, word_behind


def receive(year: Year, line: Line) -> None:
    until = word_behind(line.words, "until")
    source = stock.Source(
        fund=word_behind(line.words, "by"),
        supplier=word_behind(line.words, "from"),
        resolution=word_behind(line.words, "resolution"),
        meeting=line.day if "resolution" in line.words else "",
    )
    came = [stock.Delivered(sku=sku, pieces=pieces, best_before=until) for sku, pieces in basket(line.words)]
    stock.receive(year.terminal, came, source, *two(line))


def donate(year: Year, line: Line) -> None:
    came = [stock.Delivered(sku=sku, pieces=pieces) for sku, pieces in basket(line.words)]
    stock.donate(year.terminal, came, word_behind(line.words, "from"), *two(line))


def issue(year: Year, line: Line) -> None:
    wanted = [issuing.Wanted(sku=sku, pieces=pieces) for sku, pieces in basket(line.words)]
    issuing.issue(year.terminal, wanted, word_behind(line.words, "for"), "", *two(line))


def writes_off(year: Year, line: Line) -> None:
    assert line.words == ("expired",)
    ended = alerts.alerts(year.terminal).expired
    wanted = [issuing.Wanted(sku=one.sku, pieces=one.pieces, lot=one.lot) for one in ended]
    issuing.write_off(year.terminal, wanted, "expired", PHOTO, *two(line))


def opens_count(year: Year, line: Line) -> None:
    counting.open_sheet(year.terminal, (), line.who)


def counts(year: Year, line: Line) -> None:
    """Everything on the sheet is as the books say but for what the line names."""
    other = {sku: int(pieces) for sku, pieces in goods(line.words)}
    there = {one.sku: one.on_hand for one in shelf.shelf(year.terminal)}
    counted = [
        (one.sku, there[one.sku] + other.get(one.sku, 0)) for one in counting.sheet(year.terminal).lines
    ]
    counting.write(year.terminal, counted, line.who)


def counts_again(year: Year, line: Line) -> None:
    other = {sku: int(pieces) for sku, pieces in goods(line.words)}
    there = {one.sku: one.on_hand for one in shelf.shelf(year.terminal)}
    again = [one.sku for one in counting.sheet(year.terminal).lines if one.state == "again"]
    assert sorted(again) == sorted(other), "what differs is asked for again, and nothing else"
    counting.write(year.terminal, [(sku, there[sku] + other[sku]) for sku in again], line.who)


def approve_count(year: Year, line: Line) -> None:
    counting.approve(year.terminal, *two(line))
