"""What every table is made of: one catalogue of tables, and columns that are never empty."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Text

metadata = MetaData()


def text(name: str, **options: object) -> Column[str]:
    """A column of text; "" where there is nothing to say."""
    return Column(name, Text, nullable=False, **options)  # type: ignore[arg-type]


def integer(name: str, **options: object) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, Integer, nullable=False, **options)  # type: ignore[arg-type]


def place(epoch: str = "epoch", seq: str = "seq") -> tuple[Column[int], Column[int]]:
    """The two key columns that name an entry of our own journal."""
    return (
        integer(epoch, primary_key=True, autoincrement=False),
        integer(seq, primary_key=True, autoincrement=False),
    )
