"""The county server's HTTP face: four messages and a page; decides nothing itself."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
from sqlalchemy import exc, text
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sync import protocol
from sync.county import enrolment, intake, own, pages
from sync.county.database import County
from sync.protocol import (
    ENROL_PATH,
    EXCHANGE_PATH,
    MAX_REQUEST_BYTES,
    MEDIA_TYPE,
    OWN_PATH,
    ProtocolError,
    Sealed,
)

log = logging.getLogger("county")

DATABASE_ERRORS = (exc.DBAPIError, exc.TimeoutError)  # whatever it says; no free connection in time

_PAGE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
}


def make_app(county: County, next_s: float) -> Starlette:
    """The ASGI application of an opened county; `next_s`: when terminals come again."""

    async def exchange(request: Request) -> Response:
        return await _answered(
            request, lambda data: _taken(county, data, lambda sealed: intake.exchange(county, sealed, next_s))
        )

    async def own_entries(request: Request) -> Response:
        return await _answered(
            request, lambda data: _taken(county, data, lambda sealed: own.behind(county, sealed))
        )

    async def enrol(request: Request) -> Response:
        return await _answered(request, lambda data: _enrol(county, data))

    def health(_request: Request) -> Response:
        try:
            with county.read() as conn:
                conn.execute(text("SELECT 1"))
        except DATABASE_ERRORS as error:
            _log_database(error)
            return JSONResponse({"ok": False}, status_code=503)
        return JSONResponse({"ok": True, "county": county.code, "protocol": protocol.VERSION})

    def page(_request: Request) -> Response:
        try:
            return HTMLResponse(pages.front_page(county), headers=_PAGE_HEADERS)
        except DATABASE_ERRORS as error:
            _log_database(error)
            return HTMLResponse(pages.away_page(county), status_code=503, headers=_PAGE_HEADERS)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/health", health),
            Route(EXCHANGE_PATH, exchange, methods=["POST"]),
            Route(OWN_PATH, own_entries, methods=["POST"]),
            Route(ENROL_PATH, enrol, methods=["POST"]),
        ]
    )


async def _answered(request: Request, act: Callable[[bytes], Response]) -> Response:
    """The whole body within its cap, then `act` on a thread of its own: it waits for the database."""
    data = bytearray()
    try:
        async for part in request.stream():
            data += part
            if len(data) > MAX_REQUEST_BYTES:
                return _refused(413, "request-too-large")
    except ClientDisconnect:  # half a request is no request: nothing was taken
        return _refused(400, "cut-short")
    return await run_in_threadpool(act, bytes(data))


def _taken(county: County, data: bytes, act: Callable[[Sealed], msgspec.Struct]) -> Response:
    """The sealed answer of `act` to a terminal's message, or why there is none."""
    try:
        answer = act(protocol.open_seal(data))
    except ProtocolError as error:
        return _refused(400, "bad-message", str(error))
    except intake.NotTakenError as error:
        return _refused(409, error.code)
    except DATABASE_ERRORS as error:
        return _unavailable(error)
    return _sealed(protocol.seal(county.key, county.code, answer, answers=data))


def _enrol(county: County, data: bytes) -> Response:
    try:
        answer = enrolment.enrol(county, protocol.open_seal(data))
    except ProtocolError as error:
        return _refused(400, "bad-message", str(error))
    except enrolment.NotEnrolledError as error:
        return _refused(403, error.code)
    except DATABASE_ERRORS as error:
        return _unavailable(error)
    return _sealed(protocol.seal(county.key, county.code, answer, answers=data))


def _sealed(data: bytes) -> Response:
    return Response(data, media_type=MEDIA_TYPE)


def _refused(status: int, code: str, message: str = "") -> Response:
    return Response(protocol.refusal(code, message), status_code=status, media_type=MEDIA_TYPE)


def _unavailable(error: exc.SQLAlchemyError) -> Response:
    """The database is full, locked, damaged or gone: the terminal keeps everything and comes again."""
    _log_database(error)
    return _refused(503, "county-database")


def _log_database(error: exc.SQLAlchemyError) -> None:
    """One line: what was asked of the database may hold names, so its kind only."""
    original = getattr(error, "orig", None)
    log.error("database: %s", type(original or error).__name__)
