"""Which terminal this is, as the county's enrolment said; kept beside the database, never inside it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosk.keys import write_private
from kiosk.ledger import cards
from kiosk.ledger.refusals import Refused

FILE = "identity.json"
KEY_FILE = "terminal.key"


class Identity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Number, place and keys given at enrolment."""

    terminal: int
    county: str
    centre: str
    epoch: int
    centre_key: str  # hex; for identity digests and PINs
    county_public: str  # hex; Ed25519
    origin: tuple[int, int, str] | None = None  # epoch, seq, hash in hex of the entry this epoch goes on from
    day: str = ""  # the county's calendar day at enrolment

    @property
    def issuer(self) -> str:
        """How this terminal signs in its epoch: `YS-37`, `YS-37B` in the second."""
        return cards.issuer_name(self.county, self.terminal, self.epoch)


def load(data_dir: Path) -> Identity:
    """The identity in `data_dir`. Raises `Refused("not-enrolled")` without one."""
    path = data_dir / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Identity)
    except FileNotFoundError:
        raise Refused("not-enrolled") from None
    except msgspec.DecodeError as error:
        raise Refused("identity-unreadable", path=path, reason=error) from None


def save(data_dir: Path, identity: Identity) -> None:
    """Write `identity`, whole or not at all, readable by this user only."""
    write_private(data_dir / FILE, msgspec.json.encode(identity))
