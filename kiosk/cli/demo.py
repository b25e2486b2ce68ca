"""`kiosk demo`: a whole village on this machine, to see, to train, to test with."""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import webbrowser
from pathlib import Path

from kiosk.cli.context import Context
from kiosk.demo.village import SIMULATORS, Village, display_is_there

EXAMPLE = """examples:
  kiosk demo                                the terminal and a dock to play with
  kiosk demo --headless --out demo-out      the story, as a page of pictures
  kiosk demo --two --out demo-out           two centres cut off from each other, one card, side by side
  kiosk demo --seed-only --out DIR          config.toml, databases, cards, demo.json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--headless", action="store_true", help="play the story without a person")
    parser.add_argument("--two", action="store_true", help="the story of two centres, as a page of pictures")
    parser.add_argument("--seed-only", action="store_true", help="only write the village, start nothing")
    parser.add_argument("--out", type=Path, help="where to (default: demo-out; with a window: a new folder)")
    parser.add_argument(
        "--without", action="append", default=[], choices=SIMULATORS, help="leave a simulator off"
    )


def run(context: Context) -> int:
    """Seed, tell the story, or open the windows."""
    given = context.given
    if given.seed_only:
        return _seed_only(context)
    if given.two:
        return _two(context)
    if given.headless or not display_is_there():
        return _headless(context)
    from kiosk.ui.dock import run_dock

    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as scratch:
        folder = given.out or Path(scratch) / "village"
        screen = {"width": 1280, "height": 800, "locale": context.words.locale}
        with Village(folder, screen, frozenset(given.without)) as village:
            village.power_on()
            return run_dock(village, context.words.locale)


def _seed_only(context: Context) -> int:
    from kiosk.demo.seed import Places, seed

    folder = (context.given.out or Path("demo-out")).resolve()
    port = _free_port()
    places = Places(
        county_url=f"http://127.0.0.1:{port}",
        camera=str(folder / "devices" / "camera.avi"),
        scanner=f"serial:{folder / 'devices' / 'scanner'}",
        printer="tcp://127.0.0.1:9100",
    )
    seed(folder, places, port)
    context.answer({"demo": str(folder / "demo.json")}, str(folder / "demo.json"))
    return 0


def _headless(context: Context) -> int:
    from kiosk.demo.headless import tell
    from kiosk.demo.story import StoryError

    out = (context.given.out or Path("demo-out")).resolve()
    try:
        page = tell(out, context.words.locale, frozenset(context.given.without))
    except StoryError as error:
        print(f"kiosk demo: {error}", file=sys.stderr)
        return 1
    context.answer({"page": str(page), "summary": str(out / "summary.json")}, str(page))
    return 0


def _two(context: Context) -> int:
    from kiosk.demo import two
    from kiosk.demo.story import StoryError

    somebody_looks = display_is_there()  # the story is played on displays of its own
    try:
        page = two.tell((context.given.out or Path("demo-out")).resolve(), context.words.locale)
    except StoryError as error:
        print(f"kiosk demo: {error}", file=sys.stderr)
        return 1
    if somebody_looks:
        webbrowser.open(page.as_uri())
    context.answer({"page": str(page)}, str(page))
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
