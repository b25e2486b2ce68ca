"""Fills a book in and writes it where it was asked for; screens and the command line call it."""

from __future__ import annotations

from pathlib import Path

from kiosk.books import documents, page, sheet
from kiosk.books.catalogue import FORMS, Asked
from kiosk.books.documents import Document
from kiosk.books.forms import Desk
from kiosk.books.page import Faces
from kiosk.services import staff
from kiosk.services.terminal import Terminal
from kiosk.words import Words

TEXTS = (documents.RULES, documents.PRIVACY)
SHEET, PAGE = ".xlsx", ".pdf"


def book(terminal: Terminal, form: str, asked: Asked, path: Path, actor: str, faces: Faces) -> int:
    """Write the form to `path`, a page or a sheet by its ending; returns how many rows it has.

    Raises `Refused("role-may-not")`.
    """
    with terminal.read() as conn:
        staff.require(conn, actor, "export")
        tables = FORMS[form](Desk(terminal, conn), asked)
    if path.suffix == PAGE:
        page.write(tables, path, faces)
    else:
        sheet.write(tables, path)
    return sum(len(table.rows) for table in tables)


def text(terminal: Terminal, name: str, path: Path, actor: str, faces: Faces, say: Words) -> Document:
    """Write one of `TEXTS` to `path` as a page; returns it. Raises `Refused("role-may-not")`."""
    with terminal.read() as conn:
        staff.require(conn, actor, "export")
    document = documents.load(terminal, name, say.locale)
    below = say("books.version" if document.own else "books.version-example", version=document.version)
    page.write_text(document, path, faces, below, say("books.paged"))
    return document
