"""What single kinds of entries change beside points and goods, one noun a module; `fold` calls them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from kiosk.ledger.entries import Entry

Fold = Callable[[Connection, Entry], None]


class OverdrawnError(Exception):
    """A guarded row does not hold what the entry takes; the transaction must be rolled back."""
