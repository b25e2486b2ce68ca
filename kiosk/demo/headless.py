"""The demo without a person: plays the story on a virtual display and leaves a page that tells it."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict
from pathlib import Path

import jinja2

from kiosk.config import ConfigError
from kiosk.demo.display import virtual_display
from kiosk.demo.story import Story
from kiosk.demo.village import SIMULATORS, Village
from kiosk.ui.inspect_client import Window
from kiosk.words import Words

SIZE = (1280, 800)
Counts = dict[str, dict[str, int]]
FOLDER = "village"


def tell(out: Path, locale: str, without: frozenset[str] = frozenset()) -> Path:
    """Play the story into `out`; returns the page. What an earlier run left there is replaced.

    Raises `StoryError` naming the part that failed, `ConfigError` when `out` holds something else.
    """
    assert without <= set(SIMULATORS)
    _make_room(out)
    words = Words(locale)
    begun_s = time.monotonic()
    screen = {"width": SIZE[0], "height": SIZE[1], "locale": locale}
    with virtual_display(*SIZE) as display:
        os.environ["DISPLAY"] = display
        with Village(out / FOLDER, screen, without) as village:
            village.power_on()
            story = Story(village, lambda: Window(village.inspect_socket, display), out, words)
            try:
                story.play()
            finally:
                story.window.close()
            village.switch_off()
            wires = story.wires.counts()
    total_s = time.monotonic() - begun_s
    _write_page(out, words, story, wires, total_s)
    _write_summary(out, story, wires, total_s)
    return out / "index.html"


def _make_room(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        if not (out / FOLDER / "demo.json").exists() and not (out / "summary.json").exists():
            raise ConfigError(f"{out}: not empty and not made by the demo; choose another folder with --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _write_page(out: Path, words: Words, story: Story, wires: Counts, total_s: float) -> None:
    template = jinja2.Template(
        Path(__file__).with_name("page.html").read_text("utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    page = template.render(
        say=words, lang=words.locale, steps=story.steps, facts=story.facts, wires=wires, total_s=total_s
    )
    (out / "index.html").write_text(page, "utf-8")


def _write_summary(out: Path, story: Story, wires: Counts, total_s: float) -> None:
    summary = {
        "ok": True,
        "seconds": round(total_s, 1),
        "steps": [asdict(step) for step in story.steps],
        "books": story.facts,
        "county_lists": story.county_lists,
        "simulators": wires,
    }
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", "utf-8")
