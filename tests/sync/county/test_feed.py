"""The feed's positions have no gap and readers lose no row, whoever writes beside them."""

from __future__ import annotations

import json
import threading

import pytest

from kiosk.keys import verify
from sync.county import feed
from sync.county.database import County
from sync.protocol import MAX_PAGE_BYTES, MAX_PAGE_ROWS, page_part

WRITERS, ROUNDS = 6, 40


def test_a_reader_beside_writers_loses_no_row(county: County) -> None:
    failed: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for number in range(ROUNDS):
                with county.write() as conn:
                    feed.append(
                        conn,
                        "YS",
                        "centre:999",
                        [("note", {"from": [writer, number, part]}) for part in (1, 2)],
                    )
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: list[bytes] = []
    while any(thread.is_alive() for thread in threads) or _read(county, seen):
        _read(county, seen)
    assert failed == []
    rows = [json.loads(row) for row in seen]
    assert [row[0] for row in rows] == list(range(1, WRITERS * ROUNDS * 2 + 1))
    assert len({tuple(row[2]["from"]) for row in rows}) == WRITERS * ROUNDS * 2


def test_a_rolled_back_writer_leaves_no_gap(county: County) -> None:
    with pytest.raises(KeyError), county.write() as conn:
        feed.append(conn, "YS", "terminal:5", [("note", {})])
        raise KeyError("changed my mind")
    with county.write() as conn:
        assert feed.append(conn, "YS", "terminal:5", [("note", {})]) == 1


def test_pages_are_signed_and_end_at_their_maxima(county: County) -> None:
    with county.write() as conn:
        feed.append(
            conn, "YS", "centre:999", [("note", {"n": number}) for number in range(MAX_PAGE_ROWS + 20)]
        )
        feed.append(conn, "YS", "centre:998", [("note", {"text": "x" * 100_000}) for _ in range(6)])
    with county.read() as conn:
        (page,), more = feed.pages(county, conn, [("centre:999", 0)])
        assert (len(page.rows), page.first_position, more) == (MAX_PAGE_ROWS, 1, True)
        assert verify(county.key.public, page.signature, page_part("centre:999", page.rows))
        (page,), more = feed.pages(county, conn, [("centre:999", MAX_PAGE_ROWS)])
        assert (len(page.rows), page.first_position, more) == (20, MAX_PAGE_ROWS + 1, False)
        (page,), more = feed.pages(county, conn, [("centre:998", 0)])
        assert more and sum(map(len, page.rows)) <= MAX_PAGE_BYTES
        assert feed.pages(county, conn, [("centre:998", 6), ("centre:997", 0)]) == ([], False)


def _read(county: County, seen: list[bytes]) -> bool:
    with county.read() as conn:
        pages, _ = feed.pages(county, conn, [("centre:999", len(seen))], most_rows=7)
    for page in pages:
        seen += page.rows
    return bool(pages)
