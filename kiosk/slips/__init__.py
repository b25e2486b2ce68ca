"""From what happened to what is printed of it: pure, knows no printer, no database and no clock."""

from __future__ import annotations

from drivers.printer.document import Document
from kiosk.slips.labels import Label, label_document
from kiosk.slips.paper import Paper, paper_slip
from kiosk.slips.parts import Copy
from kiosk.slips.redemption import SlipData, redemption_slip

Content = SlipData | Paper | Label  # what the print queue keeps, as JSON with its kind


def document(content: Content, copy: Copy, reprint: bool = False) -> Document:
    """One copy of a slip of any kind, in Chinese. Equal arguments give equal documents."""
    if isinstance(content, SlipData):
        return redemption_slip(content, copy, reprint)
    if isinstance(content, Label):
        return label_document(content)
    return paper_slip(content, copy, reprint)
