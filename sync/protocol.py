"""The messages between a terminal and its county, how they are signed and how large they may get.

A request is sealed with the terminal's Ed25519 key; an answer with the county's, over the request too, so
that an answer fits one request only. Feed pages and batch heads carry signatures of their own: they stay
provable after they have left their message. HTTP carries the messages; nothing here does.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

from kiosk.keys import SigningKey, fingerprint, verify
from sync.squeeze import SqueezeError, expand, squeeze

VERSION = 1
EXCHANGE_PATH = "/sync/v1/exchange"
ENROL_PATH = "/sync/v1/enrol"
OWN_PATH = "/sync/v1/own"
MEDIA_TYPE = "application/vnd.points-kiosk.sync"

MAX_BATCH_ENTRIES = 2_000
MAX_BATCH_BYTES = 256_000  # packed
MAX_OWN_ENTRIES = 500  # taken back at a time: one transaction at the terminal, where people look things up
MAX_REQUEST_BYTES = 300_000
MAX_ANSWER_BYTES = 1_000_000  # on the wire
MAX_BODY_BYTES = 4_000_000  # of a message once expanded
MAX_DEVICES = 16  # in a message
MAX_PAGE_ROWS = 500
MAX_PAGE_BYTES = 400_000  # of the rows of one page before compression; one row may exceed it alone

_MOST = 1 << 53  # of a number in a message: what every language and database holds exactly
Count = Annotated[int, msgspec.Meta(ge=0, le=_MOST)]
Word = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{0,40}$")]
WallMs = Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)]

M = TypeVar("M", bound=msgspec.Struct)


class ProtocolError(ValueError):
    """What came over the line is no message of this protocol, or not from whom it should be."""


class Sealed(msgspec.Struct, array_like=True, frozen=True):
    """Every message on the wire: `body` is a squeezed msgpack message."""

    version: int
    sender: str  # terminal number, or county code
    body: bytes
    signature: bytes


class Batch(msgspec.Struct, array_like=True, frozen=True):
    """Consecutive entries of one epoch; `signature` is the terminal's over the head."""

    first_seq: Annotated[int, msgspec.Meta(ge=1, le=_MOST)]
    count: Count
    previous: bytes  # hash before the first
    head: bytes  # hash of the last
    signature: bytes
    packed: bytes


class Piece(msgspec.Struct, array_like=True, frozen=True):
    """Words that an entry names by a reference: what an activity is called, a frozen notice, a note."""

    at: Annotated[int, msgspec.Meta(ge=1, le=_MOST)]  # the terminal's own count, only upward in an epoch
    ref: str
    kind: str
    household: str  # whose they are, "" for nobody's
    day: str
    salt: bytes
    data: bytes


class Device(msgspec.Struct, array_like=True, frozen=True):
    """One device of the terminal: what it last said of itself, never what it read."""

    name: Word
    kind: Word
    state: Literal["ok", "lost", "absent", "warning"]  # as the drivers say, whom the county does not know
    detail: Word  # short code, "" when all is well
    at_ms: WallMs  # the terminal's wall clock when it said so


class Exchange(msgspec.Struct, array_like=True, frozen=True):
    """Terminal → county: what is new here, and how far the feed has come."""

    terminal: Count
    epoch: Count  # of the batch, and of what is asked to be acknowledged
    batch: Batch | None
    positions: dict[str, Count]  # feed scope → last stored position
    waiting: Count  # entries that stay behind after this batch
    at_ms: WallMs  # this machine's wall clock
    marks: dict[str, bytes] = {}  # feed scope → `row_mark` of the row at that position
    beside: list[Piece] = []  # what lies beside the chain and is new
    devices: Annotated[list[Device], msgspec.Meta(max_length=MAX_DEVICES)] = []  # who said something new


class FeedPage(msgspec.Struct, array_like=True, frozen=True):
    """Rows of one scope from `first_position` on, without gap; signed by the county."""

    scope: str
    first_position: Annotated[int, msgspec.Meta(ge=1, le=_MOST)]
    rows: list[bytes]
    signature: bytes


class ExchangeAnswer(msgspec.Struct, array_like=True, frozen=True):
    """County → terminal: what it has of the epoch for ever, and what is new for the terminal."""

    state: str  # "taken", "gap" (send from acknowledged + 1), "fork" or "closed" (a new epoch is needed)
    epoch: Count
    acknowledged: Count  # last seq, 0 for none
    acknowledged_hash: bytes
    pages: list[FeedPage]
    more: bool  # the feed goes on
    next_s: float  # when to come again if nothing happens
    at_ms: WallMs  # the county's wall clock
    day: str  # the county's calendar day
    anew: list[str] = []  # scopes in which the county's rows are others than the terminal's: from 1 again
    beside: int = -1  # the last piece it has of the epoch; -1 from a county that keeps none


class EnrolRequest(msgspec.Struct, array_like=True, frozen=True):
    """Terminal → county, sealed with the key it asks to be known by."""

    secret: str
    public: bytes


class EnrolAnswer(msgspec.Struct, array_like=True, frozen=True):
    """County → terminal: who it is from now on."""

    terminal: Count
    county: str
    centre: str
    epoch: Count
    centre_key: bytes
    county_public: bytes
    origin: tuple[Count, Count, str] | None = None  # epoch, seq, hash in hex: the acknowledged end before
    day: str = ""  # the county's calendar day


class OwnRequest(msgspec.Struct, array_like=True, frozen=True):
    """Terminal → county: which of my own entries come behind this one, up to what my epoch goes on from?"""

    terminal: Count
    epoch: Count  # the one that was given last
    at_epoch: Count  # 0: I have none
    at_seq: Count
    at_hash: bytes
    budget_bytes: Count  # of the packed entries; one entry may exceed it alone


class OwnAnswer(msgspec.Struct, array_like=True, frozen=True):
    """County → terminal: the next entries of one epoch, packed as for pushing."""

    state: str  # "part" (these come next), "all" (nothing comes behind) or "differs" (that is not our entry)
    epoch: Count
    first_seq: Count
    packed: bytes


class Refusal(msgspec.Struct, array_like=True, frozen=True):
    """County → anybody, unsigned: why a message was not taken. Changes nothing at the terminal."""

    version: int
    code: str
    message: str


def seal(key: SigningKey, sender: str, message: msgspec.Struct, answers: bytes = b"") -> bytes:
    """`message` sealed by `key`; `answers` are the bytes of the request it answers."""
    body = squeeze(_encoder.encode(message))
    return _encoder.encode(Sealed(VERSION, sender, body, key.sign(_sealed_part(sender, body, answers))))


def open_seal(data: bytes) -> Sealed:
    """The seal around a message, not yet checked. Raises `ProtocolError`."""
    try:
        sealed = _sealed.decode(data)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ProtocolError(f"not a sealed message: {error}") from None
    if sealed.version != VERSION:
        raise ProtocolError(f"version {sealed.version} of the protocol, this program speaks {VERSION}")
    return sealed


def unseal(sealed: Sealed, public: bytes, kind: type[M], answers: bytes = b"") -> M:
    """The message inside, from the holder of `public`. Raises `ProtocolError`; nothing is expanded before
    the signature has held."""
    if not verify(public, sealed.signature, _sealed_part(sealed.sender, sealed.body, answers)):
        raise ProtocolError("the signature does not hold")
    return read_body(sealed, kind)


def read_body(sealed: Sealed, kind: type[M]) -> M:
    """The message inside, whoever it is from: only for finding the key to check it with."""
    try:
        return msgspec.msgpack.decode(expand(sealed.body, MAX_BODY_BYTES), type=kind)
    except (msgspec.MsgspecError, SqueezeError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error}") from None


def refusal(code: str, message: str) -> bytes:
    """A refusal for the wire."""
    return _encoder.encode(Refusal(VERSION, code, message))


def read_refusal(data: bytes) -> Refusal | None:
    """The refusal in `data`; None when it is something else (an error page of a proxy, say)."""
    try:
        return _refusal.decode(data)
    except (msgspec.MsgspecError, RecursionError):
        return None


def head_part(terminal: int, epoch: int, seq: int, head: bytes) -> bytes:
    """What a terminal signs of the last entry of a batch."""
    return b"head:%d/%d/%d/" % (terminal, epoch, seq) + head.hex().encode()


def page_part(scope: str, rows: Sequence[bytes]) -> bytes:
    """What the county signs of a feed page; rows carry their positions."""
    return b"feed:" + scope.encode() + b":" + hashlib.sha256(b"\n".join(rows)).hexdigest().encode()


def row_mark(row: bytes) -> bytes:
    """Tells a stored feed row from another at its position; no two rows the county ever wrote are alike."""
    return hashlib.sha256(row).digest()[:8]


def scopes(terminal: int, centre: str) -> tuple[str, str, str]:
    """The feed scopes a terminal follows."""
    return "county", f"centre:{centre}", f"terminal:{terminal}"


def write_code(secret: bytes, county_public: bytes) -> str:
    """An enrolment code for people: a secret of 10 bytes, then the fingerprint of the county's key."""
    text = base64.b32encode(secret).decode().rstrip("=") + fingerprint(county_public).upper()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def read_code(code: str) -> tuple[str, str]:
    """(secret, fingerprint) of an enrolment code. Raises `ProtocolError` when it can't be one."""
    text = "".join(code.upper().replace("-", " ").split())
    if len(text) != 32 or not text.isascii() or not text.isalnum():
        raise ProtocolError("an enrolment code has 32 letters and digits")
    return text[:16], text[16:].lower()


def _sealed_part(sender: str, body: bytes, answers: bytes) -> bytes:
    asked = hashlib.sha256(answers).hexdigest() if answers else ""
    return f"sealed:{VERSION}:{sender}:{asked}:{hashlib.sha256(body).hexdigest()}".encode()


_encoder = msgspec.msgpack.Encoder()
_sealed = msgspec.msgpack.Decoder(Sealed)
_refusal = msgspec.msgpack.Decoder(Refusal)
