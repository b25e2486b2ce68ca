"""One table of a book: headings, rows, sums, who signs; the same for Excel and paper, pure values."""

from __future__ import annotations

from typing import Literal

import msgspec

MOST_ROWS = 1_000_000  # Excel ends at 1,048,576
WIDE_FROM = 7  # columns: the page lies on its side

Cell = str | int  # an int in a column of points is tenths


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column; `weight` is its share of the paper's width."""

    heading: str
    weight: int = 10
    kind: Literal["text", "count", "points"] = "text"
    summed: bool = False  # its sum stands under the table


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table with everything around it, ready to read in the language of the books."""

    title: str
    place: str  # township and centre
    period: str  # as people read it, "" for none
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    number: str = ""  # of a frozen snapshot
    facts: tuple[tuple[str, str], ...] = ()  # (label, value) above the table
    notes: tuple[str, ...] = ()  # sentences below
    signs: tuple[str, ...] = ()  # who signs, below
    made: str = ""  # when, as people read it
    source: str = ""  # the journal's head it was made from: epoch-seq and check code
    total: str = ""  # stands before the row of sums
    follows: bool = False  # on paper it stands below the table before, under a smaller title
    paged: str = ""  # below each page, with {page} and {pages}

    def sums(self) -> tuple[Cell, ...] | None:
        """The row of sums behind the word for it, None where no column has one; "" in columns without."""
        if not any(column.summed for column in self.columns):
            return None
        sums: list[Cell] = [
            sum(int(row[at]) for row in self.rows if row[at] != "") if column.summed else ""
            for at, column in enumerate(self.columns)
        ]
        return (self.total, *sums[1:]) if sums[0] == "" else tuple(sums)


def checked(table: Table) -> Table:
    """`table`, whose rows have as many cells as there are columns and no more than `MOST_ROWS`."""
    assert all(len(row) == len(table.columns) for row in table.rows), f"{table.title}: a row of another width"
    assert len(table.rows) <= MOST_ROWS, f"{table.title}: {len(table.rows)} rows"
    return table
