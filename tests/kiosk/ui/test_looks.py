"""Kivy's own style.kv is left out: each widget of Kivy's that our screens use needs its rule in ours."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.ui.setup import LOOKS

UI = LOOKS.parent
OURS = LOOKS / "style.kv"

LINEAGE = """
from kivy.factory import Factory
known = [name for name in sys.argv[1:] if name in Factory.classes]
print(json.dumps({name: [kind.__name__ for kind in Factory.get(name).__mro__] for name in known}))
"""
LOADED = """
from kiosk.config import Settings
from kiosk.ui import setup
setup.prepare(Settings())
import kivy
from kivy.lang import Builder
print(json.dumps([Builder.files, kivy.kivy_data_dir]))
"""


def stock() -> Path:
    found = importlib.util.find_spec("kivy")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "data" / "style.kv"


def ruled(style: Path) -> set[str]:
    """Names of the widgets that the file has rules for."""
    heads = re.findall(r"^<([^>]+)>", style.read_text("utf-8"), re.MULTILINE)
    return {name.strip(" -").partition("@")[0] for head in heads for name in head.split(",")}


def told(code: str, *words: str) -> Any:
    """What `code` prints in a process of its own: a process has only one Kivy, and the tests want none."""
    environment = {**os.environ, "KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_CONSOLELOG": "1"}
    command = [sys.executable, "-c", f"import json, sys{code}", *words]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def named() -> set[str]:
    """Every widget that a .kv file makes or builds on, and every one that Python takes from Kivy."""
    kv = "".join(path.read_text("utf-8") for path in UI.rglob("*.kv"))
    python = "".join(path.read_text("utf-8") for path in UI.rglob("*.py"))
    made = re.findall(r"^[ <-]*([A-Z]\w+)[@>:]", kv, re.MULTILINE)
    bases = re.findall(r"[@+]([A-Z]\w+)", kv)
    taken = re.findall(r"^from kivy\.uix\.\S+ import (.+)$", python, re.MULTILINE)
    return {*made, *bases, *(name for line in taken for name in re.findall(r"\w+", line))}


def test_every_widget_of_kivys_on_our_screens_has_its_rule() -> None:
    lineage = told(LINEAGE, *sorted(named()))
    assert {"Label", "RecycleBoxLayout"} <= set(lineage)
    used = {name for names in lineage.values() for name in names}
    assert used & ruled(stock()) <= ruled(OURS), f"write their rules into {OURS}"


def test_no_two_widgets_share_a_name() -> None:
    """Kivy knows rules by the class's name alone: the rule of one would be drawn for the other."""
    found: dict[str, set[str]] = {}
    for path in UI.rglob("*.py"):
        for name in re.findall(r"^class (\w+)\(.+\):", path.read_text("utf-8"), re.MULTILINE):
            found.setdefault(name, set()).add(str(path.relative_to(UI)))
    for path in UI.rglob("*.kv"):
        for name in re.findall(r"^<-?(\w+)@", path.read_text("utf-8"), re.MULTILINE):
            found.setdefault(name, set()).add(str(path.relative_to(UI)))
    assert not {name: places for name, places in found.items() if len(places) > 1}


def test_our_style_is_read_instead_of_kivys() -> None:
    files, data_dir = told(LOADED)
    assert files == [str(OURS)]
    assert Path(data_dir) == stock().parent  # fonts and shaders still come from Kivy


def test_each_widget_has_one_rule() -> None:
    """Rules go by the widget's name, whatever module it is in: two of one name would both count for both."""
    heads = [
        name.strip(" -").partition("@")[0]
        for path in sorted(UI.rglob("*.kv"))
        for head in re.findall(r"^<([^>]+)>", path.read_text("utf-8"), re.MULTILINE)
        for name in head.split(",")
        if path != OURS
    ]
    assert [name for name in heads if heads.count(name) > 1] == []
