"""The contact sheet of `make screens`: one page without anything from elsewhere, a row for each page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kiosk.ui.pixels import Measured
from tests.kiosk.ui.shots import WALKS, Shot
from tests.kiosk.ui.strangers import Answer, Answers, share_right

TITLES = {
    "resident": "Residents, and redeeming at the desk",
    "desk": "The manager's desk",
    "tasks": "Tasks of staff",
}
STYLE = """
body{font:16px/1.4 sans-serif;margin:0;background:#e4e4e4;color:#222}
header{position:sticky;top:0;z-index:1;background:#fff;padding:8px 16px;border-bottom:1px solid #999}
nav{columns:7 160px;padding:8px 16px;font-size:14px} nav a{display:block}
h2{margin:24px 16px 4px} h3{margin:0 0 4px} section{margin:12px 16px;scroll-margin-top:64px}
.row{display:flex;gap:10px;overflow-x:auto;align-items:flex-start}
figure{margin:0;flex:none} figure[hidden]{display:none} img{height:270px;border:1px solid #888;display:block}
figcaption{font-size:13px} .fault{color:#a00;font-weight:bold} blockquote{margin:0 0 6px 8px;font-size:14px}
"""
CHOOSE = """
const box = document.querySelector('select');
box.onchange = () => document.querySelectorAll('figure[data-look]').forEach(
  one => { one.hidden = box.value !== '' && one.dataset.look !== box.value });
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture of a page: its file and its thumbnail, what is wrong with it, how its labels stand out."""

    shot: Shot
    page: str
    file: Path
    small: Path
    faults: tuple[str, ...] = ()
    labels: tuple[Measured, ...] = ()


def write(folder: Path, taken: Sequence[Taken], slips: Iterable[Path], said: Answers) -> Path:
    """Write `index.html` into the folder of the pictures; returns it."""
    looks = list(dict.fromkeys(one.shot.look for one in taken))
    pages = list(dict.fromkeys((one.shot.walk, one.page) for one in taken))
    bad = sum(bool(one.faults) for one in taken)
    right, every = share_right(said)
    words = [f"{len(taken)} pictures of {len(pages)} pages", f"{bad} with faults"]
    words += [f"strangers: {right} of {every} right"] if every else []
    options = "".join(f"<option>{html.escape(look)}</option>" for look in looks)
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Screens</title><style>{STYLE}</style>",
        f"<header><b>Screens</b> · {' · '.join(words)} · show ",
        f"<select><option value=''>every combination</option>{options}</select></header>",
    ]
    for walk in WALKS:
        names = [page for one, page in pages if one == walk]
        if names:
            parts.append(f"<h2>{TITLES[walk]}</h2><nav>")
            parts += [f'<a href="#{walk}.{page}">{page}</a>' for page in names]
            parts.append("</nav>")
        for page in names:
            some = [one for one in taken if (one.shot.walk, one.page) == (walk, page)]
            parts.append(_section(folder, walk, page, some, said.get(walk, {}).get(page, ())))
    parts.append("<h2>Slips, as each model of printer prints them</h2><section><div class=row>")
    parts += [_figure(slip.name, slip.name, slip.stem) for slip in slips]
    parts.append(f"</div></section><script>{CHOOSE}</script></html>\n")
    index = folder / "index.html"
    index.write_text("".join(parts), "utf-8")
    return index


def _section(folder: Path, walk: str, page: str, some: Sequence[Taken], said: Sequence[Answer]) -> str:
    """A page by its name: what strangers said of it, and all its pictures side by side."""
    parts = [f'<section id="{walk}.{page}"><h3>{page}</h3>']
    for one in said:
        mark = "✓" if one.right else "✗"
        of = f" ({one.picture})" if one.picture else ""
        told = f"{mark} For: {one.purpose} Next: {one.next}{of}"
        parts.append(f"<blockquote{'' if one.right else ' class=fault'}>{html.escape(told)}</blockquote>")
    parts.append("<div class=row>")
    for shot in some:
        small = shot.small.relative_to(folder).as_posix()
        parts.append(_figure(shot.file.name, small, shot.shot.look, shot.faults))
    return "".join((*parts, "</div></section>"))


def _figure(file: str, small: str, look: str, faults: Sequence[str] = ()) -> str:
    """A picture that leads to the full one, with what it is under it."""
    wrong = "".join(f"<br><span class=fault>{html.escape(one)}</span>" for one in faults)
    chosen = f' data-look="{html.escape(look)}"' if small != file else ""
    return (
        f'<figure{chosen}><a href="{html.escape(file)}"><img loading=lazy src="{html.escape(small)}" '
        f'alt="{html.escape(look)}"></a><figcaption>{html.escape(look)}{wrong}</figcaption></figure>'
    )
