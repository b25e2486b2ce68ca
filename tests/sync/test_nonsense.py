"""A county that answers nonsense, or somebody in its place: a clear state, nothing changed, nothing lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import msgspec
import pytest

from kiosk.keys import SigningKey
from kiosk.services import books
from kiosk.services.terminal import Terminal
from kiosk.store import cursors
from sync import protocol
from sync.client import exchange_once
from sync.county.database import County
from sync.county.enrolment import enrol_directly
from sync.county.serving import Serving
from sync.protocol import (
    ENROL_PATH,
    EXCHANGE_PATH,
    MAX_ANSWER_BYTES,
    MAX_REQUEST_BYTES,
    MEDIA_TYPE,
    Exchange,
    ExchangeAnswer,
    FeedPage,
)
from sync.squeeze import squeeze
from tests.sync.places import journal_at, journal_of

Answer = tuple[int, str, bytes]
ROWS = [b'[1,"rule",{"amount":1,"category":"a","rule":"evil","title":"b","version":1}]']


class LyingCounty:
    """Answers every request with what `answer(request bytes)` says."""

    def __init__(self) -> None:
        self.answer: Callable[[bytes], Answer] = lambda _: (200, "text/html", b"<html>hello</html>")
        lying = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["content-length"]))
                status, kind, body = lying.answer(asked)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                with contextlib.suppress(ConnectionError):  # the terminal may have hung up on us
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def liar() -> Iterator[LyingCounty]:
    running = LyingCounty()
    yield running
    running.stop()


@pytest.fixture
def terminal(liar: LyingCounty, make_terminal: Callable[..., Terminal]) -> Terminal:
    made = make_terminal("terminal", liar.url)
    with made.write():
        pass  # opens the epoch: something waits
    return made


def _answer(county: County, pages: list[FeedPage], **changes: object) -> ExchangeAnswer:
    plain = ExchangeAnswer("taken", 1, 0, bytes(32), pages, False, 1.0, 0, "2026-11-23")
    return msgspec.structs.replace(plain, **changes)


def _page(key: SigningKey, scope: str = "county") -> FeedPage:
    return FeedPage(scope, 1, ROWS, key.sign(protocol.page_part(scope, ROWS)))


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", b"<html>captive portal</html>"),
        (200, MEDIA_TYPE, b"<html>captive portal</html>"),
        (200, MEDIA_TYPE, b""),
        (200, MEDIA_TYPE, b"\x94\x01\xa2YS\xc4\x00\xc4\x00"),
        (200, MEDIA_TYPE, msgspec.msgpack.encode([99, "YS", b"x", b"y"])),
        (200, MEDIA_TYPE, b"\x91" * 10_000),
        (200, MEDIA_TYPE, bytes(MAX_ANSWER_BYTES + 1)),
        (302, "text/html", b""),
        (404, "text/plain", b"not found"),
        (500, "text/plain", b"Internal Server Error"),
    ],
)
def test_nonsense_is_named_and_changes_nothing(
    terminal: Terminal, liar: LyingCounty, status: int, kind: str, body: bytes
) -> None:
    before = journal_of(terminal)
    liar.answer = lambda _: (status, kind, body)
    result = exchange_once(terminal)
    assert (result.ok, result.code, result.waiting) == (False, "county-nonsense", len(before))
    assert journal_of(terminal) == before
    assert not books.line_state(terminal).online


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_county_is_no_nonsense(terminal: Terminal, liar: LyingCounty, status: int) -> None:
    liar.answer = lambda _: (status, "text/plain", b"later")
    assert exchange_once(terminal).code == "county-busy"


def test_a_refusal_is_shown_by_its_code(terminal: Terminal, liar: LyingCounty) -> None:
    liar.answer = lambda _: (409, MEDIA_TYPE, protocol.refusal("needs-epoch", ""))
    assert exchange_once(terminal).code == "refused:needs-epoch"


def test_an_answer_from_somebody_else_changes_nothing(
    county: County, terminal: Terminal, liar: LyingCounty
) -> None:
    other = SigningKey(bytes([1]) * 32)
    message = _answer(county, [_page(county.key)])
    liar.answer = lambda asked: (200, MEDIA_TYPE, protocol.seal(other, "YS", message, answers=asked))
    _assert_untouched(terminal)
    liar.answer = lambda _: (200, MEDIA_TYPE, protocol.seal(county.key, "YS", message, answers=b"another"))
    _assert_untouched(terminal)


@pytest.mark.parametrize("wrong", ["unsigned", "other key", "other rows", "other scope", "empty"])
def test_a_page_that_is_not_the_countys_changes_nothing(
    county: County, terminal: Terminal, liar: LyingCounty, wrong: str
) -> None:
    good = _page(county.key)
    page = {
        "unsigned": msgspec.structs.replace(good, signature=b""),
        "other key": _page(SigningKey(bytes([1]) * 32)),
        "other rows": msgspec.structs.replace(good, rows=[ROWS[0].replace(b"evil", b"also")]),
        "other scope": _page(county.key, "terminal:99"),
        "empty": FeedPage("county", 1, [], county.key.sign(protocol.page_part("county", []))),
    }[wrong]
    message = _answer(county, [page])
    liar.answer = lambda asked: (200, MEDIA_TYPE, protocol.seal(county.key, "YS", message, answers=asked))
    _assert_untouched(terminal)


def test_a_feed_with_a_gap_stores_nothing(county: County, terminal: Terminal, liar: LyingCounty) -> None:
    rows = [ROWS[0].replace(b"[1,", b"[7,")]
    page = FeedPage("county", 7, rows, county.key.sign(protocol.page_part("county", rows)))
    message = _answer(county, [page])
    liar.answer = lambda asked: (200, MEDIA_TYPE, protocol.seal(county.key, "YS", message, answers=asked))
    assert exchange_once(terminal).code == "feed-gap"
    assert _position(terminal) == 0


def test_an_acknowledgement_of_what_we_never_wrote_stops_the_line(
    county: County, terminal: Terminal, liar: LyingCounty
) -> None:
    more = _answer(county, [], acknowledged=99, acknowledged_hash=bytes(32))
    liar.answer = lambda asked: (200, MEDIA_TYPE, protocol.seal(county.key, "YS", more, answers=asked))
    assert exchange_once(terminal).code == "needs-epoch"
    other = _answer(county, [], acknowledged=1, acknowledged_hash=bytes(32))
    liar.answer = lambda asked: (200, MEDIA_TYPE, protocol.seal(county.key, "YS", other, answers=asked))
    assert exchange_once(terminal).code == "fork"
    assert books.line_state(terminal).waiting == len(journal_of(terminal))


def test_a_bomb_is_refused(county: County, terminal: Terminal, liar: LyingCounty) -> None:
    body = squeeze(bytes(300_000_000))
    assert len(body) < MAX_ANSWER_BYTES
    sealed = protocol.Sealed(protocol.VERSION, "YS", body, bytes(64))
    liar.answer = lambda _: (200, MEDIA_TYPE, msgspec.msgpack.encode(sealed))
    assert exchange_once(terminal).code == "county-nonsense"


def test_a_time_out_halves_the_next_batch(county: County, terminal: Terminal, liar: LyingCounty) -> None:
    from sync.client import Exchanger
    from sync.transport import Line

    release = threading.Event()

    def stall(_: bytes) -> Answer:
        release.wait(20)
        return 503, "text/plain", b""

    liar.answer = stall
    with Line(liar.url, 0.2) as line:
        exchanger = Exchanger(terminal, line, lambda job, *args: job(*args))
        before = exchanger.budget_bytes
        assert exchanger.run().code == "timed-out"
        assert exchanger.run().code == "timed-out"
        assert exchanger.budget_bytes == before // 4
        release.set()


def test_the_server_refuses_what_is_no_message(county: County, serving: Serving) -> None:
    for data in (b"", b"<html>", bytes(1_000), b"\x91" * 5_000, msgspec.msgpack.encode([2, "37", b"", b""])):
        for path in (EXCHANGE_PATH, ENROL_PATH):
            answered = httpx2.post(serving.url + path, content=data)
            refusal = protocol.read_refusal(answered.content)
            assert answered.status_code == 400
            assert refusal is not None and refusal.code == "bad-message"
    assert httpx2.post(serving.url + EXCHANGE_PATH, content=bytes(MAX_REQUEST_BYTES + 1)).status_code == 413
    key = SigningKey(bytes([2]) * 32)
    enrol_directly(county, "038", key)
    odd = protocol.seal(key, "38", Exchange(38, 7, None, {"county": 3}, 0, 0))
    assert httpx2.post(serving.url + EXCHANGE_PATH, content=odd).status_code == 409
    assert journal_at(county, 38) == []


def _assert_untouched(terminal: Terminal) -> None:
    result = exchange_once(terminal)
    assert (result.ok, result.code) == (False, "county-nonsense")
    assert _position(terminal) == 0
    assert terminal.county_day == ""


def _position(terminal: Terminal) -> int:
    with terminal.read() as conn:
        return cursors.get(conn, "feed:county")
