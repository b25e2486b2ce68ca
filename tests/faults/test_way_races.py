"""Two real processes on one database at the same step of the way of a point: it is taken once."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.cli.void import entry_of
from kiosk.services import appeals, due, find, notices
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal
from tests.scoring import LI, OUYANG, RICH, claim, holds, published, rows, scoring_terminal, signed
from tests.village import HandClock, Village, proof

DAY = "2026-11-25"
# imports first, then waits for the word: both are ready before either begins
SCRIPT = """
import sys
from pathlib import Path
from kiosk import config
from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import notices, posting, verdicts
from kiosk.services.clock import TrainingClock
from kiosk.services.terminal import open_terminal

path, day, what, *words = sys.argv[1:]
terminal = open_terminal(config.load(Path(path)), TrainingClock(day))
acts = {
    "publish": lambda: notices.publish(terminal, entry_of(words[0]), words[1]).entry,
    "post": lambda: posting.post_due(terminal),
    "decide": lambda: verdicts.decide(terminal, entry_of(words[0]), "all", None, "other", *words[1:]).fix,
}
print("ready", flush=True)
sys.stdin.readline()
try:
    print("done", acts[what](), flush=True)
except Refused as no:
    print("refused", no.code, flush=True)
terminal.close()
"""


@pytest.fixture
def terminal(village: Village) -> Terminal:
    return scoring_terminal(village, HandClock(DAY))


def _race(terminal: Terminal, folder: Path, day: str, *calls: tuple[str, ...]) -> list[str]:
    """What each process said, run at once."""
    config = folder / "race.toml"
    config.write_text(f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n')
    with ExitStack() as stack:
        children = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", SCRIPT, str(config), day, *words],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for words in calls
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        said = [child.communicate(timeout=60)[0].strip() for child in children]
        assert [child.returncode for child in children] == [0, 0]
    return sorted(said)


def test_one_sheet_is_published_once(terminal: Terminal, tmp_path: Path) -> None:
    epoch, seq = signed(terminal, claim(LI), claim(OUYANG))
    call = ("publish", f"{epoch}-{seq}")
    said = _race(terminal, tmp_path, DAY, (*call, "M037A"), (*call, "S037A"))
    assert said[0].startswith("done 1-")
    assert said[1] == "refused sheet-published"
    assert [one.number for one in notices.notices(terminal)] == ["0037-001"]
    assert rows(terminal, "SELECT count(*) FROM notice_line") == [(2,)]
    holds(terminal)


def test_every_line_is_posted_once(terminal: Terminal, tmp_path: Path) -> None:
    days = [day_after("2026-11-20", -n) for n in range(60)]
    published(terminal, *(claim(RICH, deed=one) for one in days), claim(LI))
    over = "2026-12-01"
    terminal.clock = HandClock(over)
    with terminal.write():
        pass
    said = _race(terminal, tmp_path, over, ("post",), ("post",))
    assert all(one.startswith("done ") for one in said)
    assert sum(int(one.split()[1]) for one in said) == 61
    assert due.run(terminal) == 0
    assert find.account(terminal, proof(RICH)).available_tenths == 50_000 + 60 * 25
    assert find.account(terminal, proof(LI)).available_tenths == 25
    holds(terminal)


def test_a_case_is_decided_once(village: Village, terminal: Terminal, tmp_path: Path) -> None:
    from kiosk.services import deeds

    name = deeds.earn(terminal, LI, "tidy-yard", 20, "G037A", "R037A")
    case = appeals.appeal(terminal, entry_of(name), "other", card=village.card(LI)).entry
    call = ("decide", case)
    said = _race(terminal, tmp_path, DAY, (*call, "M037A", "S037A"), (*call, "S037A", "R037B"))
    assert said[0].startswith("done 1-")
    assert said[1] == "refused case-decided"
    assert find.account(terminal, proof(LI)).available_tenths == 0
    holds(terminal)
