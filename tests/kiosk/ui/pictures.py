"""Takes the pictures of `shots.py`, and those of slips, and writes the page to look at them all.

What does not fit its window or is too faint on the glass is said at the end, and the exit code is 1.

`python -m tests.kiosk.ui.pictures FOLDER [KEY=VALUE…]`; size, locale, theme, text_size, walks and
case=longest narrow the list (several values with blanks between), any other key is a setting of the screen,
as camera_place=left.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.ui.inspect_client import NotSeen, Window
from tests.kiosk import slip_pictures
from tests.kiosk.ui import desk_walk, longest, pixels, real, rig, sheet, strangers, tasks_rig, tasks_walk
from tests.kiosk.ui.fits import SCROLLING, faults, walls
from tests.kiosk.ui.sheet import Taken
from tests.kiosk.ui.shots import CASES, DIMENSIONS, WALKS, Shot, shots

AT_ONCE = 2
RELEASE_S = 0.15  # a picture for people: let the pressed look of the last button go
LOOKS = 5  # until picture and state are of the same moment
SMALL_PX = (600, 300)
WAITING = 128  # entries, where the line has been down for long

Pages = Iterable[tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Villages:
    """Seeded once for each case, copied for each window."""

    places: dict[str, real.Place]
    towns: dict[str, tuple[Path, dict[str, Any]]]


def seeded(folder: Path, wanted: Iterable[Shot]) -> Villages:
    """What the walks of these shots need."""
    made = Villages({}, {})
    for walk, case in sorted({(shot.walk, shot.case) for shot in wanted}):
        told = longest.said if case == "longest" else lambda table: table
        if walk == "desk":
            made.places[case] = real.village(folder / f"desk-{case}", told)
        elif walk == "tasks":
            data = folder / f"tasks-{case}"
            made.towns[case] = data, tasks_rig.make_village(data, told)
    return made


def opened(shot: Shot, villages: Villages, folder: Path) -> tuple[rig.Rig, Pages, tuple[str, ...]]:
    """A drawn window, its walk, and the pages of it whose lists scroll."""
    width, height = shot.window
    look: dict[str, Any] = {
        "theme": shot.theme,
        "text_size": shot.text_size,
        "drawn": True,
        **dict(shot.settings),
    }
    if shot.walk == "desk":
        place = villages.places[shot.case]
        window = place.opened(folder, width, height, shot.locale, **look)
        return window, desk_walk.walk(window, place), desk_walk.SCROLLS
    if shot.walk == "tasks":
        data, about = villages.towns[shot.case]
        shutil.copytree(data, folder / "data")
        tasks = tasks_rig.TasksRig(folder, about, width, height, locale=shot.locale, **look)
        return tasks, tasks_walk.walk(tasks), SCROLLING
    if shot.case == "longest":
        look["long_words"] = 1
    window = rig.Rig(folder, width, height, shot.locale, **look)
    return window, rig.walk(window), SCROLLING


def take(folder: Path, villages: Villages, shot: Shot) -> list[Taken]:
    """Walk through every page and keep its picture, and what is wrong with it."""
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        window, pages, scrolling = opened(shot, villages, Path(scratch))
        try:
            for number, (page, _state) in enumerate(_begun(window, shot, pages)):
                file = folder / f"{shot.tag}-{number:02}-{page}.png"
                picture, state = pictured(window.window, file)
                wrong = faults(page, state, scrolling) + walls(page, window.window)
                labels = tuple(pixels.measured(picture, state))
                wrong += [f"{page}: {one}" for one in pixels.faint(labels, shot.theme)]
                made.append(Taken(shot, page, file, _small(picture, file), tuple(wrong), labels))
        except NotSeen as error:  # the others go on; the exit code tells
            file = folder / f"{shot.tag}-{len(made):02}-stuck.png"
            picture, _ = pictured(window.window, file)
            made.append(Taken(shot, "stuck", file, _small(picture, file), (f"stuck: {error}"[:400],)))
        finally:
            window.close()
    return made


def _begun(window: rig.Rig, shot: Shot, pages: Pages) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pages, with a line that has been down for long where that is the case."""
    if shot.case == "longest":
        window.do("line", False, WAITING)
    yield from pages


def pictured(window: Window, file: Path) -> tuple[Image.Image, dict[str, Any]]:
    """A picture kept as a file, and the state that it shows."""
    for _ in range(LOOKS):
        window.come_to_rest()
        time.sleep(RELEASE_S)
        state = window.state()
        window.screenshot(file)
        if window.state()["widgets"] == state["widgets"]:
            break
    with Image.open(file) as picture:
        return picture.convert("RGB"), state


def _small(picture: Image.Image, file: Path) -> Path:
    """The picture's thumbnail."""
    small = file.parent / "small" / f"{file.stem}.jpg"
    small.parent.mkdir(exist_ok=True)
    thumb = picture.copy()
    thumb.thumbnail(SMALL_PX if picture.width > picture.height else SMALL_PX[::-1])
    thumb.save(small, quality=85)
    return small


def _tell(taken: list[Taken]) -> None:
    """How many pictures of which case, and how words stand out in each theme."""
    for case, meaning in CASES.items():
        print(f"{sum(one.shot.case == case for one in taken)} pictures: {meaning}")
    for theme in pixels.LEAST:
        labels = [(label, one) for one in taken if one.shot.theme == theme for label in one.labels]
        if plain := [(label.ratio, label.text, one.page) for label, one in labels if label.ratio]:
            ratio, text, page = min(plain)
            over = len(labels) - len(plain)
            faintest = f"faintest {ratio:.2f}:1 ({text!r} on {page})"
            print(f"{theme}: {len(plain)} labels, {faintest}; {over} over pictures, not judged")


def main() -> None:
    """Take them, two windows at a time."""
    if not sys.argv[1:] or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    wanted = dict(pair.split("=", 1) for pair in sys.argv[2:])
    known = {**DIMENSIONS, "walks": WALKS}
    for name in wanted.keys() & known.keys():
        if unknown := set(wanted[name].split()) - set(known[name]):
            sys.exit(f"{name}: no {', '.join(sorted(unknown))}; there are {', '.join(known[name])}")
    some = shots(wanted, wanted.pop("walks", "").split() or WALKS)
    if not some:
        sys.exit("no window offers that: is the text too large for it?")
    folder.mkdir(parents=True, exist_ok=True)
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(AT_ONCE) as pool:
        villages = seeded(Path(scratch), some)
        taken = [one for walk in pool.map(partial(take, folder, villages), some) for one in walk]
    index = sheet.write(folder, taken, slip_pictures.take(folder), strangers.answers())
    _tell(taken)
    print(f"{len(some)} walks in {time.monotonic() - began_s:.0f} s: {index}")
    if wrong := [f"{one.shot.look} {said}" for one in taken for said in one.faults]:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
