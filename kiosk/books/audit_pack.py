"""One zip for an inspector: every book, the raw journal, its signed head, flags, hashes, an index to read.

No identity digest and no PIN hash is in it: an entry that carries one stands there by its hash alone, so
that the chain holds. Checking a pack is in `audit_check`, which needs no terminal.
"""

from __future__ import annotations

import hashlib
import html
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from kiosk.books import flagged, sheet
from kiosk.books.catalogue import BOOKS, Asked
from kiosk.books.forms import Desk
from kiosk.keys import fingerprint, to_base32
from kiosk.ledger.entries import decode_own
from kiosk.services import audit, staff
from kiosk.services.terminal import Terminal
from kiosk.store import journal

JOURNAL, HEAD, SUMS, SIGNATURE, INDEX = "journal.jsonl", "head.json", "SHA256SUMS", "SIGNATURE", "index.html"
FLAGS, BOOK_FOLDER = "flags.json", "books"
WITHHELD = ("pin-set",)  # kinds that carry what must not leave the terminal
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # a zip's earliest: the pack says itself when it was made


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the chain ends with, signed by the terminal's key."""

    issuer: str
    terminal: int
    centre: str
    epoch: int
    seq: int
    hash: str  # hex
    public: str  # hex; compare its fingerprint with the county's
    signature: str  # base32 over `head_part`
    made: str
    by: str  # staff id


class Packed(NamedTuple):
    """What was written."""

    files: int
    entries: int
    flags: int


def write(
    terminal: Terminal, path: Path, actor: str, told: Callable[[int, int], None] = lambda _done, _of: None
) -> Packed:
    """Write the pack to `path`; `told(done, of)` hears of each book. Raises `Refused`: `role-may-not`."""
    with terminal.read() as conn, tempfile.TemporaryDirectory() as folder:
        staff.require(conn, actor, "audit")
        files = _files(terminal, conn, Path(folder), actor, told)
        sums = "".join(
            f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
        )
        signature = to_base32(terminal.key.sign(sums_part(sums.encode())))
        files |= {SUMS: sums.encode(), SIGNATURE: f"{signature}\n".encode()}
        draft = path.with_name(f"{path.name}.new")  # a full disk leaves no half pack under the name
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, data in sorted(files.items()):
                pack.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
        draft.replace(path)
        flags = msgspec.json.decode(files[FLAGS])
        return Packed(len(files), files[JOURNAL].count(b"\n"), len(flags))


def head_part(issuer: str, epoch: int, seq: int, digest: str) -> bytes:
    """What is signed of the journal's head."""
    return f"AUDIT-HEAD:{issuer}:{epoch}-{seq}:{digest}".encode()


def sums_part(sums: bytes) -> bytes:
    """What is signed of the list of hashes, and so of every file."""
    return b"AUDIT-SUMS:" + hashlib.sha256(sums).hexdigest().encode()


def _files(
    terminal: Terminal, conn: Connection, folder: Path, actor: str, told: Callable[[int, int], None]
) -> dict[str, bytes]:
    desk = Desk(terminal, conn)
    files = {JOURNAL: b"".join(_lines(conn))}
    head = _head(terminal, desk, actor)
    files[HEAD] = msgspec.json.format(msgspec.json.encode(head), indent=1) + b"\n"
    found = audit.found(terminal, conn, FIRST_DAY, LAST_DAY)
    files[FLAGS] = msgspec.json.encode(found) + b"\n"
    first, last = _days(conn)
    titles: dict[str, str] = {}
    for done, (name, form) in enumerate(BOOKS.items()):
        told(done, len(BOOKS) + 1)
        tables = form(desk, Asked(first, last))
        titles[name] = tables[0].title
        sheet.write(tables, folder / name)
        files[f"{BOOK_FOLDER}/{name}.xlsx"] = (folder / name).read_bytes()
    told(len(BOOKS), len(BOOKS) + 1)
    table = flagged.flags(desk, first, last)
    titles["flags"] = table.title
    sheet.write([table], folder / "flags")
    files[f"{BOOK_FOLDER}/flags.xlsx"] = (folder / "flags").read_bytes()
    files[INDEX] = _index(desk, head, titles, files).encode()
    return files


def _lines(conn: Connection) -> Iterator[bytes]:
    """The journal as JSON lines; `entry` is the canonical bytes as they were hashed."""
    for row in journal.everything(conn):
        kind = decode_own(row.data).kind
        if kind in WITHHELD:
            fields = {"epoch": row.epoch, "seq": row.seq, "withheld": kind}
            yield b'{"hash":"%b",%b\n' % (row.hash.hex().encode(), msgspec.json.encode(fields)[1:])
        else:
            yield b'{"hash":"%b","entry":%b}\n' % (row.hash.hex().encode(), row.data)


def _head(terminal: Terminal, desk: Desk, actor: str) -> Head:
    last = journal.head(desk.conn)
    epoch, seq, digest = (last.epoch, last.seq, last.hash.hex()) if last else (0, 0, "")
    who = terminal.identity
    signature = to_base32(terminal.key.sign(head_part(who.issuer, epoch, seq, digest)))
    return Head(
        issuer=who.issuer,
        terminal=who.terminal,
        centre=who.centre,
        epoch=epoch,
        seq=seq,
        hash=digest,
        public=terminal.key.public.hex(),
        signature=signature,
        made=desk.made(),
        by=actor,
    )


def _days(conn: Connection) -> tuple[str, str]:
    first, last = next(journal.everything(conn), None), journal.head(conn)
    return (decode_own(first.data).day if first else FIRST_DAY, last.day if last else LAST_DAY)


def _index(desk: Desk, head: Head, titles: dict[str, str], files: dict[str, bytes]) -> str:
    say, place = desk.say, desk.terminal.settings.place
    rows = [(f"{BOOK_FOLDER}/{name}.xlsx", title) for name, title in titles.items()]
    rows += [(name, say(f"books.pack-{name.partition('.')[0].lower()}")) for name in (JOURNAL, HEAD, FLAGS)]
    rows += [(SUMS, say("books.pack-sums")), (SIGNATURE, say("books.pack-signature"))]
    items = "".join(
        f'<tr><td><a href="{name}">{html.escape(title)}</a></td><td>{name}</td></tr>\n'
        for name, title in rows
    )
    facts = {
        "pack-where": f"{place.township_name} {place.centre_name} {head.centre}",
        "pack-made": head.made,
        "pack-by": desk.staff.get(head.by, head.by),
        "pack-entries": str(files[JOURNAL].count(b"\n")),
        "pack-last": f"{head.epoch}-{head.seq} {head.hash}",
        "pack-key": f"{head.issuer} {fingerprint(bytes.fromhex(head.public))}",
    }
    told = "".join(
        f"<dt>{say(f'books.{key}')}</dt><dd>{html.escape(value)}</dd>\n" for key, value in facts.items()
    )
    return _PAGE.format(title=say("books.pack-title"), facts=told, items=items, how=say("books.pack-how"))


_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:18px sans-serif;max-width:60em;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}}
td{{padding:.3em 1em .3em 0;border-bottom:1px solid #ccc}}dt{{font-weight:bold}}</style></head>
<body><h1>{title}</h1>
<dl>
{facts}</dl>
<table>
{items}</table>
<p>{how}</p>
</body></html>
"""
