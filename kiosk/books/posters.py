"""Two pages to hang up: how residents see and spend points, what a manager does; no figures of anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.books.page import Faces, opened
from kiosk.config import PlaceSettings
from kiosk.paths import assets_dir
from kiosk.words import Words
from kiosk.wrap import wrap

# the pictures of a page's four steps, as `assets/screens` names them
PICTURES = {
    "resident": ("attract", "account", "shelf", "confirm"),
    "manager": ("sign-in", "redeem", "not-printed", "manager"),
}
MARGIN_MM, GAP_MM, WIDTH_MM, HEIGHT_MM = 12.0, 7.0, 210.0, 297.0
BAND_MM, TITLE_PT, HEAD_PT, FOOT_PT = 34.0, 30, 20, 13
TEXTS_PT = (15, 14, 13, 12, 11)  # as large as fits; languages differ in length
LINE_MM_A_PT = 0.48
PICTURE_SHARE = 0.625  # height of a picture of 1280x800
RED, INK, PAPER, GOLD = (180, 40, 30), (42, 33, 26), (251, 247, 240), (255, 243, 217)


def write(page: str, path: Path, place: PlaceSettings, say: Words, faces: Faces) -> None:
    """Write one of `PICTURES` as a single A4 page, with the centre's name, hours and telephone."""
    pdf = opened(faces)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    for text_pt in TEXTS_PT:
        with pdf.offset_rendering() as trial:
            ends = _draw(trial, page, place, say, text_pt)
        if ends < HEIGHT_MM:
            break
    else:
        raise AssertionError(f"the words of {page} no longer fit one page")
    _draw(pdf, page, place, say, text_pt)
    pdf.output(str(path))


def _draw(pdf: Any, page: str, place: PlaceSettings, say: Words, text_pt: int) -> float:
    """Everything on the page, texts in that size; returns where it ends."""
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, WIDTH_MM, HEIGHT_MM, style="F")
    _band(pdf, say(f"poster.{page}.title"), f"{place.scheme_name}　{place.centre_name}")
    column = (WIDTH_MM - 2 * MARGIN_MM - GAP_MM) / 2
    down = BAND_MM + GAP_MM
    for row in ((1, 2), (3, 4)):
        ends = []
        for number, left in zip(row, (MARGIN_MM, MARGIN_MM + column + GAP_MM), strict=True):
            below = _step(pdf, page, number, left, down, column, say)
            ends.append(_text(pdf, say(f"poster.{page}.step{number}_how"), left, below, column, text_pt))
        down = max(ends) + GAP_MM
    down = _box(pdf, say(f"poster.{page}.more"), say(f"poster.{page}.more_how"), down, text_pt)
    return _foot(pdf, [say(f"poster.{page}.lost"), *_below(page, place, say)], down)


def _band(pdf: Any, title: str, below: str) -> None:
    pdf.set_fill_color(*RED)
    pdf.rect(0, 0, WIDTH_MM, BAND_MM, style="F")
    pdf.set_text_color(255, 255, 255)
    pdf.set_xy(0, 6)
    pdf.set_font("text", "B", TITLE_PT)
    pdf.cell(WIDTH_MM, 14, title, align="C")
    pdf.set_xy(0, 21)
    pdf.set_font("text", "", HEAD_PT - 4)
    pdf.cell(WIDTH_MM, 8, below, align="C")


def _step(pdf: Any, page: str, number: int, left: float, down: float, width: float, say: Words) -> float:
    """One numbered step's picture and name; returns where its text begins."""
    high = width * PICTURE_SHARE
    pdf.set_draw_color(*INK)
    pdf.image(str(assets_dir() / "screens" / f"{PICTURES[page][number - 1]}.png"), left, down, width, high)
    pdf.rect(left, down, width, high)
    down += high + 3
    pdf.set_fill_color(*RED)
    pdf.ellipse(left, down, 10, 10, style="F")
    pdf.set_text_color(255, 255, 255)
    pdf.set_font("text", "B", HEAD_PT)
    pdf.set_xy(left, down)
    pdf.cell(10, 10, str(number), align="C")
    pdf.set_text_color(*INK)
    pdf.set_xy(left + 13, down)
    pdf.cell(width - 13, 10, say(f"poster.{page}.step{number}"))
    return down + 11


def _text(pdf: Any, text: str, left: float, down: float, width: float, size_pt: int) -> float:
    """Words broken where Chinese is broken; returns where they end."""
    pdf.set_font("text", "", size_pt)
    pdf.set_xy(left, down)
    lines = wrap(text, width - 2 * pdf.c_margin, pdf.get_string_width)
    pdf.multi_cell(width, size_pt * LINE_MM_A_PT, lines, align="L", new_x="LEFT", new_y="NEXT")
    return float(pdf.get_y())


def _box(pdf: Any, title: str, text: str, down: float, size_pt: int) -> float:
    wide = WIDTH_MM - 2 * MARGIN_MM
    pdf.set_font("text", "", size_pt)
    lines = wrap(text, wide - 12 - 2 * pdf.c_margin, pdf.get_string_width).count("\n") + 1
    high = 16 + lines * size_pt * LINE_MM_A_PT
    pdf.set_fill_color(*GOLD)
    pdf.rect(MARGIN_MM, down, wide, high, style="F", round_corners=True, corner_radius=4)
    pdf.set_xy(MARGIN_MM + 6, down + 3)
    pdf.set_font("text", "B", HEAD_PT - 3)
    pdf.cell(wide - 12, 8, title)
    _text(pdf, text, MARGIN_MM + 6, down + 12, wide - 12, size_pt)
    return down + high


def _below(page: str, place: PlaceSettings, say: Words) -> list[str]:
    """What a resident is told besides; the manager knows who they are."""
    if page != "resident":
        return []
    who = (place.manager_name, place.manager_hours, place.manager_phone)
    keys = dict(zip(("name", "hours", "phone"), who, strict=True))
    return [say("poster.money"), *([say("poster.manager_line", **keys).strip()] if any(who) else [])]


def _foot(pdf: Any, lines: list[str], down: float) -> float:
    pdf.set_font("text", "B", FOOT_PT)
    pdf.set_xy(MARGIN_MM, down + 4)
    wide = WIDTH_MM - 2 * MARGIN_MM
    for line in lines:
        broken = wrap(line, wide - 2 * pdf.c_margin, pdf.get_string_width)
        pdf.multi_cell(wide, FOOT_PT * LINE_MM_A_PT + 0.6, broken, align="C", new_x="LEFT", new_y="NEXT")
    return float(pdf.get_y())
