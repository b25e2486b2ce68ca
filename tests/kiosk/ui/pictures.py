"""Pictures of every page in every asked size, language and theme, and of slips, with a page to look at them.

What does not fit its window is said at the end, and the exit code is 1.

`python -m tests.kiosk.ui.pictures FOLDER "1280x800 1024x600" "zh-CN en" [KEY=VALUE…]`
"""

from __future__ import annotations

import html
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.ui.inspect_client import NotSeen
from tests.kiosk import slip_pictures
from tests.kiosk.ui.fits import faults
from tests.kiosk.ui.rig import Rig, walk

AT_ONCE = 2
RELEASE_S = 0.15  # a picture for people: let the pressed look of the last button go


def take(folder: Path, size: str, locale: str, **screen: str) -> tuple[list[Path], list[str]]:
    """Walk through every page and keep its picture; returns the pictures in order, and what does not fit."""
    width, height = map(int, size.split("x"))
    tag = "-".join([size, locale, *screen.values()])
    made: list[Path] = []
    found: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        rig = Rig(Path(scratch), width, height, locale, drawn=True, **screen)
        try:
            for number, (name, _state) in enumerate(walk(rig)):
                rig.window.come_to_rest()
                time.sleep(RELEASE_S)
                made.append(folder / f"{tag}-{number:02}-{name}.png")
                rig.window.screenshot(made[-1])
                found += [f"{tag} {one}" for one in faults(name, rig.window.state())]
        except NotSeen:
            rig.window.screenshot(folder / f"{tag}-stuck.png")
            raise
        finally:
            rig.close()
    return made, found


def sheet(folder: Path, rows: dict[str, list[Path]]) -> Path:
    """The page with all pictures, a row for each size and language."""
    parts = []
    for title, files in rows.items():
        parts.append(f"<h2>{html.escape(title)}</h2><div>")
        parts += [f'<a href="{file.name}"><img loading="lazy" src="{file.name}"></a>' for file in files]
        parts.append("</div>")
    style = "body{font-family:sans-serif;background:#ddd} img{height:260px;margin:4px;border:1px solid #888}"
    page = folder / "index.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(parts)}\n", "utf-8")
    return page


def main() -> None:
    """Take them, two windows at a time."""
    folder, sizes, locales, *more = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    screen = dict(pair.split("=") for pair in more)
    wanted = [(size, locale) for size in sizes.split() for locale in locales.split()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = pool.map(lambda one: take(Path(folder), *one, **screen), wanted)
        slips = slip_pictures.take(Path(folder))
        walks = list(zip(wanted, taken, strict=True))
    rows = {f"{size} {locale}": files for (size, locale), (files, _) in walks}
    rows["slips, as each model of printer prints them"] = slips
    print(f"{sum(map(len, rows.values()))} pictures: {sheet(Path(folder), rows)}")
    if misfits := [one for _, (_, found) in walks for one in found]:
        sys.exit("\n".join(misfits))


if __name__ == "__main__":
    main()
