"""The terminal's end of the line: push what waits, then pull what is new, again and again, on one thread.

A time-out means nobody knows whether the county took a batch: the same is sent again and the county
answers the same. Nothing an unsigned or ill-signed answer says changes anything here.
"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec

from kiosk.events import Bus
from kiosk.keys import verify
from kiosk.ledger.refusals import Refused
from kiosk.services import books, epochs, feed, lease
from kiosk.services.clock import is_day
from kiosk.services.feedrows import is_redacted
from kiosk.services.identity import Identity
from kiosk.services.terminal import Terminal
from kiosk.services.views import LineState
from kiosk.store import cursors, journal
from sync import beside, outbox, protocol
from sync.devices import Devices
from sync.outbox import Waiting
from sync.protocol import (
    EXCHANGE_PATH,
    MAX_BATCH_BYTES,
    MAX_PAGE_ROWS,
    Exchange,
    ExchangeAnswer,
    FeedPage,
    ProtocolError,
)
from sync.takeback import TakenBack, take_back
from sync.transport import Line, LineError

R = TypeVar("R")
MAX_ROUNDS = 10_000  # of one `exchange_once`; each moves entries or rows, so it ends long before
FIRST_BACKOFF_S = 2.0
MAX_BACKOFF_S = 600.0
MIN_NEXT_S, MAX_NEXT_S = 0.05, 3_600.0
ONLINE = books.ONLINE
LAST_EXCHANGE = books.LAST_EXCHANGE


class Call(Protocol):
    """How database work gets onto the thread that owns the database: `Worker.call`, or at once."""

    def __call__(self, job: Callable[..., R], *args: Any) -> R:
        """Run `job(*args)` there and return what it returns, or raise what it raises."""


class ExchangeResult(msgspec.Struct, frozen=True, kw_only=True):
    """How an exchange ended. `code` is "" when all went well; else what stopped it, nothing lost."""

    ok: bool
    code: str = ""
    detail: str = ""
    sent: int = 0  # entries the county newly acknowledged
    received: int = 0  # feed rows stored
    orders: int = 0  # orders carried out or refused
    taken_back: int = 0  # own entries that came back, before anything else
    set_aside: str = ""  # the file the old database was put into when it went another way
    waiting: int = 0  # entries still not acknowledged
    bytes_out: int = 0
    bytes_in: int = 0
    next_s: float = 0.0  # when the county wants to hear again


class _Round(msgspec.Struct, frozen=True):
    sent: int
    received: int
    more: bool
    next_s: float


class _StopError(Exception):
    """The exchange can't go on; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Exchanger:
    """Exchanges of one opened terminal over one line; keeps the batch budget between them."""

    def __init__(self, terminal: Terminal, line: Line, call: Call, *, may_set_aside: bool = False) -> None:
        """`may_set_aside`: nothing else in this process uses the database, so that it may be exchanged."""
        self._may_set_aside = may_set_aside
        self._terminal = terminal
        self._line = line
        self._call = call
        self._devices = Devices(terminal.settings.data_dir)
        self.budget_bytes = MAX_BATCH_BYTES
        self.state = LineState(online=False, waiting=0, last_exchange_at_ms=0)

    def run(self, stop: Callable[[], bool] = lambda: False) -> ExchangeResult:
        """Push everything that waits, pull everything that is new, carry out orders, push what they wrote.

        In a new epoch what is missing of the old ones comes back first.
        Never raises for what the line, the county or the disk do: the result names it.
        """
        sent = received = orders = 0
        next_s, code, detail = 0.0, "", ""
        back = TakenBack()
        out, into = self._line.bytes_out, self._line.bytes_in
        try:
            back = take_back(
                self._terminal,
                self._post,
                self._call,
                lambda: self.budget_bytes,
                may_set_aside=self._may_set_aside,
            )
            for _ in range(MAX_ROUNDS):
                done = self._round()
                sent, received, next_s = sent + done.sent, received + done.received, done.next_s
                carried = self._carry_out()
                orders += carried
                if stop() or not (done.more or carried):
                    break
        except (LineError, _StopError) as error:
            code, detail = error.code, error.detail
        except Refused as refused:
            code = refused.code
        except queue.Full:  # the database thread is swamped: later
            code = "terminal-busy"
        waiting = self._note(code)
        return ExchangeResult(
            ok=not code,
            code=code,
            detail=detail,
            sent=sent,
            received=received,
            orders=orders,
            taken_back=back.entries,
            set_aside=back.set_aside,
            waiting=waiting,
            bytes_out=self._line.bytes_out - out,
            bytes_in=self._line.bytes_in - into,
            next_s=next_s,
        )

    def _round(self) -> _Round:
        """One request and its answer."""
        who = self._terminal.identity
        waiting, positions, marks = self._call(self._gather)
        batch = outbox.batch(self._terminal.key, who.terminal, waiting, self.budget_bytes)
        pieces = self._call(beside.waiting, self._terminal, waiting.epoch, batch)
        news = self._devices.news()
        message = Exchange(
            who.terminal,
            waiting.epoch,
            batch,
            positions,
            waiting.behind - (batch.count if batch else 0),
            self._terminal.clock.now_ms(),
            marks,
            pieces,
            news,
        )
        request = protocol.seal(self._terminal.key, str(who.terminal), message)
        data = self._post(EXCHANGE_PATH, request)
        answer = _open_answer(data, request, who, waiting.epoch)
        self.budget_bytes = min(MAX_BATCH_BYTES, self.budget_bytes * 2)
        acknowledged = self._call(self._take_acknowledgement, waiting, answer)
        self._devices.told(news)
        self._terminal.county_day = answer.day
        for scope in answer.anew:
            self._call(feed.begin_anew, self._terminal, scope)
        received = sum(self._call(self._store_page, page) for page in answer.pages)
        left = waiting.behind - (answer.acknowledged - waiting.acknowledged)
        more = left > 0 or answer.more or waiting.epoch != who.epoch
        if answer.beside >= 0:
            more |= self._call(beside.taken, self._terminal, waiting.epoch, answer.beside)
        return _Round(acknowledged, received, more, min(max(answer.next_s, MIN_NEXT_S), MAX_NEXT_S))

    def _post(self, path: str, request: bytes) -> bytes:
        try:
            return self._line.post(path, request)
        except LineError as error:
            if error.code == "timed-out":
                self.budget_bytes = max(outbox.MIN_BATCH_BYTES, self.budget_bytes // 2)
            raise

    def _gather(self) -> tuple[Waiting, dict[str, int], dict[str, bytes]]:
        who = self._terminal.identity
        with self._terminal.read() as conn:
            positions = {
                scope: feed.position(conn, scope) for scope in protocol.scopes(who.terminal, who.centre)
            }
            last = {scope: feed.stored(conn, scope, pos) for scope, pos in positions.items()}
            marks = {
                scope: protocol.row_mark(row)
                for scope, row in last.items()
                if row is not None and not is_redacted(row)
            }
            return outbox.read(conn, who.epoch), positions, marks

    def _take_acknowledgement(self, waiting: Waiting, answer: ExchangeAnswer) -> int:
        """Move the cursor to what the county has, after checking that it has what we have; keep its day.

        Where it has not, the epoch ends here for good: nothing is written in it any more.
        """
        epoch, seq = waiting.epoch, answer.acknowledged
        late = answer.state == "closed" and epoch < self._terminal.identity.epoch
        with self._terminal.db.write() as conn:
            row = journal.get(conn, epoch, seq) if seq else None
            stop = _verdict(answer, row.hash if row else None, late=late)
            cursors.put_county_day(conn, answer.day)
            if stop is not None:
                epochs.end(conn, self._terminal.identity.terminal, epoch)
            elif seq != waiting.acknowledged:
                outbox.acknowledge(conn, epoch, seq)
                lease.ease(conn, epoch, self._terminal.settings)
        if stop is not None:
            raise stop
        return max(0, seq - waiting.acknowledged)

    def _store_page(self, page: FeedPage) -> int:
        with self._terminal.read() as conn:
            have = feed.position(conn, page.scope)
        now = feed.store_page(self._terminal, page.scope, page.first_position, page.rows)
        return now - have

    def _carry_out(self) -> int:
        carried = 0
        while count := self._call(feed.carry_out, self._terminal):
            carried += count
        return carried

    def _note(self, code: str) -> int:
        """Remember how the line stands, for screens after a restart; returns what waits."""
        try:
            self.state = self._call(self._write_state, not code)
        except (Refused, queue.Full):  # a full or read-only disk: what was known stays shown, as off line
            self.state = msgspec.structs.replace(self.state, online=False)
        return self.state.waiting

    def _write_state(self, online: bool) -> LineState:
        if online or books.line_state(self._terminal).online:
            with self._terminal.db.write() as conn:
                cursors.put(conn, ONLINE, int(online))
                if online:
                    cursors.put(conn, LAST_EXCHANGE, self._terminal.clock.now_ms())
        return books.line_state(self._terminal)


class SyncClient:
    """The `sync` thread: exchanges when the county asked for it, when nudged, and after failures."""

    def __init__(
        self,
        terminal: Terminal,
        call: Call,
        bus: Bus,
        random_s: Callable[[float, float], float] | None = None,
    ) -> None:
        """Raises `transport.BadUrlError` when the configured address can't be used."""
        county = terminal.settings.county
        self._terminal = terminal
        self._call = call
        self._bus = bus
        self._poll_s = county.poll_s
        self._line = Line(county.url, county.timeout_s)
        self._exchanger = Exchanger(terminal, self._line, call)
        self._uniform = random_s or random.uniform
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self.last: ExchangeResult | None = None

    def start(self) -> None:
        """Begin exchanging."""
        self._thread.start()

    def nudge(self) -> None:
        """Something waits or the line is back: exchange now. From any thread."""
        self._wake.set()

    def stop(self, timeout_s: float = 20.0) -> None:
        """End after the request under way."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._line.close()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._wake.clear()
            self.last = self._exchanger.run(self._stopping.is_set)
            self._bus.publish(self._exchanger.state)
            failures = 0 if self.last.ok else failures + 1
            self._wake.wait(self._pause_s(self.last, failures))

    def _pause_s(self, result: ExchangeResult, failures: int) -> float:
        """What the county named, at most the configured pause; after failures back-off with full jitter."""
        if not failures:
            return min(result.next_s, self._poll_s)
        return self._uniform(0, min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2 ** min(failures, 20)))


def exchange_once(terminal: Terminal, call: Call | None = None) -> ExchangeResult:
    """Push and pull until nothing is left to do: `kiosk sync --once`.

    Raises `transport.BadUrlError` when the configured address can't be used; everything else is in the
    result.
    """
    county = terminal.settings.county
    with Line(county.url, county.timeout_s) as line:
        return Exchanger(terminal, line, call or _at_once, may_set_aside=call is None).run()


def _open_answer(data: bytes, request: bytes, who: Identity, epoch: int) -> ExchangeAnswer:
    """The county's answer to exactly this request, every signature in it checked."""
    public = bytes.fromhex(who.county_public)
    try:
        answer = protocol.unseal(protocol.open_seal(data), public, ExchangeAnswer, answers=request)
    except ProtocolError as error:
        raise LineError("county-nonsense", str(error)) from None
    own = protocol.scopes(who.terminal, who.centre)
    for page in answer.pages:
        if page.scope not in own or not 0 < len(page.rows) <= MAX_PAGE_ROWS:
            raise LineError("county-nonsense", "a feed page that is not ours")
        if not verify(public, page.signature, protocol.page_part(page.scope, page.rows)):
            raise LineError("county-nonsense", "a feed page without the county's signature")
    if not set(answer.anew) <= set(own):
        raise LineError("county-nonsense", "a feed scope that is not ours")
    if answer.epoch != epoch:
        raise LineError("county-nonsense", "an answer for another epoch")
    if not is_day(answer.day):
        raise LineError("county-nonsense", "no day of the calendar")
    return answer


def _verdict(answer: ExchangeAnswer, own_hash: bytes | None, *, late: bool) -> _StopError | None:
    """Why our epoch is over, if it is; `own_hash` is ours of the entry that the county acknowledges."""
    if answer.state == "fork" or (own_hash is not None and own_hash != answer.acknowledged_hash):
        return _StopError("fork")
    if answer.state == "closed" and not late:
        return _StopError("needs-epoch")
    if answer.acknowledged and own_hash is None and not late:
        return _StopError("needs-epoch", "the county knows more of us than we do")
    return None


def _at_once(job: Callable[..., R], *args: Any) -> R:
    return job(*args)
