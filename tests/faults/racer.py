"""A process of its own at a terminal's database: says it is ready, waits for a line, then acts as told.

`python -m tests.faults.racer CONFIG HOUSEHOLD`, one JSON list of acts on standard input: {"reserve": {"soap":
1}}, {"redeem": {…}}, {"collect": [epoch, seq]}, each with its "id"; one JSON list of answers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kiosk import config
from kiosk.ledger.refusals import Refused
from kiosk.services import collect, reserve
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal, open_terminal
from tests.village import proof


def act(terminal: Terminal, household: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """What came of one act."""
    try:
        if "collect" in wanted:
            held = wanted["collect"]
            return {"done": collect.collect(terminal, tuple(held), "slip", "M037A", wanted["id"]).entry}
        kind = "reserve" if "reserve" in wanted else "redeem"
        do: Any = reserve.reserve if kind == "reserve" else redeem
        items = tuple(wanted[kind].items())
        return {"done": do(terminal, proof(household), items, "M037A", wanted["id"]).entry}
    except Refused as no:
        return {"refused": no.code}


def main() -> None:
    """Open, wait, race."""
    terminal = open_terminal(config.load(Path(sys.argv[1])))
    print("ready", flush=True)
    wanted = json.loads(sys.stdin.readline())
    answers = [act(terminal, sys.argv[2], one) for one in wanted]
    print(json.dumps(answers), flush=True)
    terminal.close()


if __name__ == "__main__":
    main()
