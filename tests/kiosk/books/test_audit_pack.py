"""The audit pack: whole as written, any change found by the file alone, nothing secret inside."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.books import audit_check, audit_pack
from kiosk.ledger.refusals import Refused
from kiosk.services import household_pin
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.kiosk.books import raw
from tests.kiosk.books.conftest import HOUSE
from tests.village import proof

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
def pack(diary: Terminal, tmp_path: Path) -> Path:
    household_pin.set_pin(diary, proof(HOUSE), "135790", "M037A")
    path = tmp_path / "pack.zip"
    made = audit_pack.write(diary, path, "S037A")
    assert made.entries == len(raw.journal(diary.settings.data_dir))
    return path


def _files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_a_pack_is_whole_and_says_whose_it_is(diary: Terminal, pack: Path) -> None:
    found = audit_check.check(pack)
    assert (found.ok, found.problems, found.withheld) == (True, (), 1)
    assert found.issuer == diary.identity.issuer
    names = list(_files(pack))
    assert names == sorted(names)
    assert {"books/points-ledger.xlsx", "books/goods-ledger.xlsx", "books/flags.xlsx"} < set(names)
    index = _files(pack)["index.html"].decode()
    assert "审计资料包" in index and "books/points-ledger.xlsx" in index and found.fingerprint in index


def test_the_journal_in_it_is_the_journal(diary: Terminal, pack: Path) -> None:
    lines = [json.loads(line) for line in _files(pack)["journal.jsonl"].splitlines()]
    wanted = raw.journal(diary.settings.data_dir)
    assert [line["hash"] for line in lines] == [one.hash.hex() for one in wanted]
    assert [line["entry"][9] for line in lines if "entry" in line] == [
        one.body for one in wanted if one.kind != "pin-set"
    ]


def test_no_digest_and_no_pin_is_in_it(diary: Terminal, pack: Path) -> None:
    everything = b"".join(_files(pack).values())
    folder = diary.settings.data_dir
    for (digest,) in books.rows(folder, "SELECT digest FROM identity"):
        assert digest.encode() not in everything
    for (pin,) in books.rows(folder, "SELECT pin FROM staff UNION SELECT hash FROM household_pin"):
        assert pin and pin.encode() not in everything
    assert b"argon2" not in everything


def _other_amount(files: dict[str, bytes]) -> None:
    files["journal.jsonl"] = files["journal.jsonl"].replace(b'"charge":80', b'"charge":90')


def _lost_entry(files: dict[str, bytes]) -> None:
    files["journal.jsonl"] = b"\n".join(files["journal.jsonl"].split(b"\n")[:-2]) + b"\n"


def _lost_book(files: dict[str, bytes]) -> None:
    del files["books/points-ledger.xlsx"]


def _added(files: dict[str, bytes]) -> None:
    files["books/more.xlsx"] = b"more"


def _resummed(files: dict[str, bytes]) -> None:
    import hashlib

    files["index.html"] = b"<html></html>"
    names = sorted(files.keys() - {"SHA256SUMS", "SIGNATURE"})
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)
    files["SHA256SUMS"] = sums.encode()


@pytest.mark.parametrize("change", [_other_amount, _lost_entry, _lost_book, _added, _resummed])
def test_any_change_is_found(pack: Path, tmp_path: Path, change: Change) -> None:
    files = _files(pack)
    change(files)
    path = tmp_path / "changed.zip"
    with zipfile.ZipFile(path, "w") as changed:
        for name, data in files.items():
            changed.writestr(name, data)
    assert not audit_check.check(path).ok


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(Refused, match="pack-unreadable"):
        audit_check.check(path)
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("a.txt", b"a")
    with pytest.raises(Refused, match="pack-unreadable"):
        audit_check.check(path)


def test_only_a_supervisor_packs(diary: Terminal, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="role-may-not"):
        audit_pack.write(diary, tmp_path / "pack.zip", "M037A")
    assert not (tmp_path / "pack.zip").exists()
