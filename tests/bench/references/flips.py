"""Tells when a Kivy program flips a frame, without the program knowing.

`python flips.py FD (-m MODULE | FILE) …` writes the monotonic time of the first flip to the descriptor FD.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

_WINDOW = "kivy.core.window"


def after_each(call: Callable[[float], None]) -> None:
    """`call(monotonic seconds)` right after each flip of the window that will be opened."""
    sys.meta_path.insert(0, _Finder(call))


class _Finder(importlib.abc.MetaPathFinder):
    """Lets Kivy's window module load as always, then stands behind its flip."""

    def __init__(self, call: Callable[[float], None]) -> None:
        self._call = call

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _WINDOW:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None and spec.loader is not None
        load: Any = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            load(module)
            flip = module.Window.flip

            def told() -> None:
                flip()
                self._call(time.monotonic())

            module.Window.flip = told

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def main() -> None:
    """Run the program named on the command line."""
    fd, *words = sys.argv[1:]
    told: list[float] = []

    def first(at_s: float) -> None:
        if not told:
            told.append(at_s)
            os.write(int(fd), f"{at_s}\n".encode())

    after_each(first)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
