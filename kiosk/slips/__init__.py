"""From what happened to what is printed of it: pure, knows no printer, no database and no clock."""

from __future__ import annotations

from drivers.printer.document import Document, Text
from kiosk.slips.labels import Label, label_document
from kiosk.slips.paper import Paper, paper_slip
from kiosk.slips.parts import Copy, chinese
from kiosk.slips.redemption import SlipData, redemption_slip
from kiosk.words import Words

Content = SlipData | Paper | Label  # what the print queue keeps, as JSON with its kind


def document(
    content: Content, copy: Copy, reprint: bool = False, *, training: bool = False, words: Words | None = None
) -> Document:
    """One copy of a slip of any kind, in Chinese. Equal arguments give equal documents.

    `training`: it says first of all that it counts for nothing.
    """
    say = words or chinese()
    slip = _document(content, copy, reprint, say)
    if not training:
        return slip
    return (
        Text(say("slip.training"), align="center", bold=True, big=True),
        Text(say("slip.training_how")),
        *slip,
    )


def _document(content: Content, copy: Copy, reprint: bool, say: Words) -> Document:
    if isinstance(content, SlipData):
        return redemption_slip(content, copy, reprint, say)
    if isinstance(content, Label):
        return label_document(content, say)
    return paper_slip(content, copy, reprint, say)
