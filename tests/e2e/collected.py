"""`kiosk` as it is, which says on standard error in which thread Python collects garbage, once for each."""

from __future__ import annotations

import gc
import sys
import threading
from typing import Any

COLLECTED = "garbage collected in "

_said: set[str] = set()


def _note(phase: str, _about: dict[str, Any]) -> None:
    name = threading.current_thread().name
    if phase == "start" and name not in _said:
        _said.add(name)
        print(f"{COLLECTED}{name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    from kiosk.cli import main

    gc.disable()  # what is imported until the program itself takes over
    gc.callbacks.append(_note)
    sys.exit(main())
