"""Changes one setting in a configuration file that a person wrote: all else stays, comments too."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from kiosk import config, tomlfile
from kiosk.keys import sync_folder

OLD, DRAFT = ".old", ".new"  # what is put behind the file's name

_HEADING = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]\s*(#.*)?$")
_VALUE = re.compile(r"""(?P<before>\s*["']?(?P<key>[A-Za-z0-9_-]+)["']?\s*=\s*)
                        (?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'\[{]+)
                        (?P<after>\s*(?:\#.*)?)$""", re.VERBOSE)  # fmt: skip


def change(path: Path, table: str, key: str, value: str | bool) -> None:
    """Write `[table] key = value` into the file at `path`, whole or not at all; the file as it was stays
    beside it with `.old` behind its name.

    Raises `ConfigError` when the file cannot be used as it is, or cannot be changed in this one place alone;
    `OSError` when it cannot be written.
    """
    path = path.resolve()  # a link stays a link
    config.load(path)  # what is damaged already is for a person to mend
    with path.open(encoding="utf-8", newline="") as file:
        before = file.read()
    after = changed(before, table, key, value)
    draft = path.with_name(path.name + DRAFT)
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, draft)
        config.load(draft)
        shutil.copy2(path, path.with_name(path.name + OLD))
        draft.replace(path)
    finally:
        if draft.is_file():
            draft.unlink()
    sync_folder(path.parent)


def changed(text: str, table: str, key: str, value: str | bool) -> str:
    """`text` with that one setting. Raises `ConfigError` when it stands there in a form we do not change."""
    lines, written = text.split("\n"), json.dumps(value, ensure_ascii=False)
    end = "\r" if "\r\n" in text else ""
    inside, heading, line = "", -1, -1
    for number, content in tomlfile.starts(text):
        if found := _HEADING.match(content.rstrip("\r")):
            inside = found[1]
            heading = number - 1 if inside == table else heading
        elif content.lstrip().startswith("["):
            inside = ""
        elif inside == table and (said := _VALUE.match(content.rstrip("\r"))) and said["key"] == key:
            line = number - 1
            kept = "\r" if content.endswith("\r") else ""
            lines[line] = said["before"] + written + said["after"] + kept
    if line < 0 and heading >= 0:
        lines.insert(heading + 1, f"{key} = {written}{end}")
    elif line < 0:
        ended = lines[:-1] if lines[-1] == "" else [*lines[:-1], lines[-1] + end]
        gap = [end] if ended else []
        lines = [*ended, *gap, f"[{table}]{end}", f"{key} = {written}{end}", ""]
    after = "\n".join(lines)
    if _values(after) != _with(_values(text), table, key, value):
        raise config.ConfigError(f"[{table}] {key} is written in a form that only a person can change")
    return after


def _values(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _with(values: dict[str, Any] | None, table: str, key: str, value: str | bool) -> dict[str, Any]:
    assert values is not None, "what is to be changed was readable"
    inner = values.get(table, {})
    return values | {table: (inner if isinstance(inner, dict) else {}) | {key: value}}
