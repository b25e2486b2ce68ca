"""What the story holds against what it sees: the raw journal, codes in slip pictures, counts at the wires."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.scanner.decode import read_image
from kiosk.demo.village import Village
from kiosk.ledger import points
from kiosk.ledger.entries import decode
from kiosk.ledger.postings import postings
from kiosk.services.terminal import DATABASE_FILE

if TYPE_CHECKING:
    from PIL.Image import Image

QUIET_ZONE = 12  # the four modules of white around a slip's code of 49 modules: a twelfth of its side


class Wires:
    """Counts at the far ends what crossed each wire, whatever the terminal says of it."""

    def __init__(self, village: Village) -> None:
        self._village = village
        self._frames = 0
        self._codes = 0
        film = village.camera.next_frame

        def served(after: int) -> tuple[int, bytes] | None:
            found = film(after)
            self._frames += found is not None
            return found

        village.camera.next_frame = served  # type: ignore[method-assign]  # every viewer's frame passes here

    def scan(self, text: str) -> None:
        """Send one code on the scanner's serial line."""
        self._village.scanner.scan(text)
        self._codes += 1

    def counts(self) -> dict[str, dict[str, int]]:
        """For each simulator what passed it so far; the county's by its own books."""
        database = self._village.folder / "county" / "county.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
            (exchanges,) = conn.execute("SELECT count(DISTINCT received_at_ms) FROM heads").fetchone()
        printer = self._village.printer
        return {
            "camera": {"frames_served": self._frames},
            "scanner": {"codes_sent": self._codes},
            "idcard": {"cards_read": self._village.idcard.cards_read},
            "printer": {
                "bytes_received": len(printer.received),
                "slips_cut": sum(slip.cut for slip in printer.slips()),
            },
            "county": {"exchanges_with_entries": exchanges},
        }


def journal_balance(database: Path, household: str) -> int:
    """Available tenths of a household, folded from the raw journal without any table that is kept."""
    with _look(database) as conn:
        rows = conn.execute("SELECT data FROM journal ORDER BY epoch, seq").fetchall()
    entries = [decode(data) for (data,) in rows]
    return sum(
        posting.tenths
        for entry in entries
        for posting in postings(entry.kind, entry.body)
        if posting.household == household and posting.pot == points.AVAILABLE
    )


def journal_length(database: Path) -> int:
    """How many entries the journal has."""
    with _look(database) as conn:
        count: int = conn.execute("SELECT count(*) FROM journal").fetchone()[0]
    return count


def copies_waiting(database: Path) -> int:
    """How many copies of slips are still to be printed."""
    with _look(database) as conn:
        waiting = "SELECT count(*) FROM print_job WHERE state IN ('queued', 'printing')"
        count: int = conn.execute(waiting).fetchone()[0]
    return count


def copy_database(database: Path, to: Path) -> None:
    """A whole copy of a database in use, as a person's backup would be."""
    with _look(database) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def put_back(copy: Path, folder: Path, aside: Path) -> None:
    """Put an older copy where the terminal's database is; the true one goes to `aside`, log and all."""
    aside.mkdir()
    for path in folder.glob(f"{DATABASE_FILE}*"):
        path.rename(aside / path.name)
    shutil.copy(copy, folder / DATABASE_FILE)


def undo_put_back(folder: Path, aside: Path) -> None:
    """Away with the older copy, back with what `put_back` put aside."""
    for path in folder.glob(f"{DATABASE_FILE}*"):
        path.unlink()
    for path in aside.iterdir():
        path.rename(folder / path.name)
    aside.rmdir()


def code_on(picture: Path) -> str:
    """What the one QR code in the picture of a slip says."""
    codes = [text for symbology, text in read_image(picture) if symbology == "QR"]
    assert len(codes) == 1, f"{picture.name}: {len(codes)} QR codes where one is printed"
    return codes[0]


def cut_out_code(picture: Path) -> Image:
    """The pixels of the QR code in the picture of a slip, with the white around it."""
    import zxingcpp
    from PIL import Image as Images

    sheet = Images.open(picture).convert("L")
    (found,) = zxingcpp.read_barcodes(sheet)
    at = found.position
    left, right = min(at.top_left.x, at.bottom_left.x), max(at.top_right.x, at.bottom_right.x)
    top, bottom = min(at.top_left.y, at.top_right.y), max(at.bottom_left.y, at.bottom_right.y)
    white = (right - left) // QUIET_ZONE
    return sheet.crop((left - white, top - white, right + white, bottom + white))


def one_digit_changed(code: str) -> str:
    """The same slip's code with one more point charged (one less after a nine): a single digit differs."""
    kind, issuer, number, check, charge, day, signature = code.split(":")
    digit = int(charge[-2]) if len(charge) > 1 else int(charge)
    other = str(digit + 1 if digit < 9 else digit - 1)
    altered = charge[:-2] + other + charge[-1] if len(charge) > 1 else other
    return ":".join((kind, issuer, number, check, altered, day, signature))


def _look(database: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True))
