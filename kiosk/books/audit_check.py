"""Whether an audit pack is whole and its chain holds: by the file alone, without a terminal."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.books.audit_pack import HEAD, JOURNAL, SIGNATURE, SUMS, WITHHELD, Head, head_part, sums_part
from kiosk.keys import fingerprint, verify_text
from kiosk.ledger.entries import GENESIS, BadEntryError, decode, link
from kiosk.ledger.refusals import Refused

MOST_PROBLEMS = 50
MOST_BYTES = 2_000_000_000  # of all files, unpacked


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `fingerprint` is of the key the pack is signed with: compare it with the county's."""

    ok: bool
    entries: int
    withheld: int  # entries that stand there by their hash alone
    issuer: str
    fingerprint: str
    problems: tuple[str, ...]


def check(path: Path) -> Checked:
    """Check hashes, signatures and chain. Raises `Refused("pack-unreadable")` for what is no audit pack."""
    try:
        with zipfile.ZipFile(path) as pack:
            if sum(one.file_size for one in pack.infolist()) > MOST_BYTES:
                raise Refused("pack-unreadable")
            names = pack.namelist()
            files = {name: pack.read(name) for name in names}
        head = msgspec.json.decode(files[HEAD], type=Head)
        public = bytes.fromhex(head.public)
        lines = files[JOURNAL].splitlines()
        sums, signature = files[SUMS], files[SIGNATURE].decode("ascii").strip()
    except (zipfile.BadZipFile, KeyError, ValueError, msgspec.DecodeError) as error:
        raise Refused("pack-unreadable") from error
    problems = ["zip: a name is there twice"] if len(files) != len(names) else []
    if not verify_text(public, signature, sums_part(sums)):
        problems.append(f"{SIGNATURE}: not the terminal's over {SUMS}")
    if not verify_text(public, head.signature, head_part(head.issuer, head.epoch, head.seq, head.hash)):
        problems.append(f"{HEAD}: not signed by the terminal")
    problems += [*_sums(files, sums), *_chain(lines, head)]
    return Checked(
        ok=not problems,
        entries=len(lines),
        withheld=sum(b'"withheld":' in line[:200] for line in lines),
        issuer=head.issuer,
        fingerprint=fingerprint(public),
        problems=tuple(problems[:MOST_PROBLEMS]),
    )


def _sums(files: dict[str, bytes], sums: bytes) -> Iterator[str]:
    listed: dict[str, str] = {}
    for line in sums.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    wanted = files.keys() - {SUMS, SIGNATURE}
    for name in sorted(wanted | listed.keys()):
        if name not in files:
            yield f"{name}: missing"
        elif name not in listed:
            yield f"{name}: not listed"
        elif hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield f"{name}: changed"


def _chain(lines: list[bytes], head: Head) -> Iterator[str]:
    epoch, seq, previous = 0, 0, GENESIS
    for number, line in enumerate(lines, 1):
        try:
            at, digest, data = _read(line)
        except (ValueError, KeyError, TypeError, BadEntryError) as error:
            yield f"{JOURNAL}:{number}: unreadable ({type(error).__name__})"
            return
        if at[0] != epoch:
            epoch, seq, previous = at[0], 0, GENESIS
        if at[1] != seq + 1:
            yield f"{JOURNAL}:{number}: {at[0]}-{at[1]} follows {epoch}-{seq}"
        if data is not None and link(previous, data) != digest:
            yield f"{JOURNAL}:{number}: {at[0]}-{at[1]} does not fit its hash"
        seq, previous = at[1], digest
    if (epoch, seq, previous.hex() if lines else "") != (head.epoch, head.seq, head.hash):
        yield f"{JOURNAL}: ends with {epoch}-{seq}, the signed head is {head.epoch}-{head.seq}"


def _read(line: bytes) -> tuple[tuple[int, int], bytes, bytes | None]:
    """(epoch, seq), hash and canonical bytes of a line; no bytes where they are withheld."""
    fields: dict[str, Any] = json.loads(line)
    digest = bytes.fromhex(fields["hash"])
    if fields.get("withheld") in WITHHELD:
        return (int(fields["epoch"]), int(fields["seq"])), digest, None
    data = json.dumps(fields["entry"], sort_keys=True, separators=(",", ":")).encode("ascii")
    entry = decode(data)
    return (entry.epoch, entry.seq), digest, data
