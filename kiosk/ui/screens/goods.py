"""How a good's tile is filled for somebody with (or without) points; shared by the pages that show goods."""

from __future__ import annotations

from kiosk.services.views import ShelfItem
from kiosk.ui.i18n import Tr
from kiosk.ui.widgets.tile import TileGrid
from kiosk.words import points

FEW = 5


def fill(grid: TileGrid, shelf: tuple[ShelfItem, ...], have_tenths: int | None, tr: Tr) -> None:
    """Show `shelf` in `grid`; with `have_tenths` what is too dear is faded and says what is missing."""
    for tile, item in zip(grid.tiles(len(shelf)), shelf, strict=True):
        missing = 0 if have_tenths is None else item.price_tenths - have_tenths
        note, tone = left(tr, item)
        if item.on_hand > 0 and missing > 0:
            note, tone = tr("shelf.missing", points=points(missing)), "red_text"
        tile.fill(item, note, tone, item.on_hand <= 0 or missing > 0, grid.prefix)


def left(tr: Tr, item: ShelfItem) -> tuple[str, str]:
    """How many there are, in words, and the tone of the words."""
    if item.on_hand <= 0:
        return tr("shelf.gone"), "red_text"
    if item.on_hand <= FEW:
        return tr("shelf.few", n=item.on_hand, unit=item.unit), "gold_text"
    return tr("shelf.left", n=item.on_hand, unit=item.unit), "ink2"
