"""The command line: the same services as the screens; one module a command, this one only dispatches.

Exit codes: 0 done · 1 problems found · 2 wrong words or configuration · 3 refused ·
4 a question waits for `--yes`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from kiosk.cli.context import Context, add_globals, is_utf8, report
from kiosk.config import ConfigError
from kiosk.ledger.refusals import Question, Refused

COMMANDS = {
    "run": "open the terminal's screens",
    "demo": "a whole village on this machine: terminal, county and devices",
    "doctor": "what is plugged in, what is wrong, what to do",
    "enrol": "make this machine a terminal with the county's one-time code",
    "account": "points of a household, by card",
    "find": "find a household at the desk, by number, name or identity number",
    "redeem": "points for goods",
    "void": "take a redemption of today back, at once or in two steps",
    "card": "household cards: lost, a new one",
    "return": "goods brought back, good or damaged",
    "deliver": "goods brought to the door",
    "reserve": "goods and points set aside: new, collect, release, list, pick list",
    "session": "collective days with their own goods and prices",
    "pin": "a household's own PIN",
    "staff": "who works here; own PIN, a forgotten one, a new staff card, somebody stopped",
    "points": "give, take or reverse points",
    "rules": "the rules that count here; check a file of rules",
    "activity": "activities: announce, sign in, credit all, call off, sheet",
    "why": "why an entry is there",
    "day": "the business day; open one by hand",
    "close": "close a day or a month: its figures on a slip",
    "loan": "lend points, repay, who owes",
    "saved": "points put aside: deposit, withdraw",
    "declare": "deeds declared and their first review",
    "scoring": "the panel's month: sheet, scores, signatures",
    "notice": "public notices and points slips",
    "appeal": "objections and appeals: open, decide, who waits",
    "close-year": "ended points: preview, then to the saved pot or expired",
    "honour": "honours, ranks, lists, coverage",
    "export": "books as Excel, pages for the wall as PDF",
    "poster": "how to use the terminal, on one page for the wall or the desk",
    "audit": "what is striking; everything in one zip for an inspector; check such a zip",
    "inspect": "draw a sample, record findings, have them put right, recheck",
    "erase": "a resident's names and photographs, on request; the chain stays whole",
    "import": "goods into stock, from Excel or CSV",
    "stock": "the shelf; goods in, out, counted, sent, labelled",
    "wish": "what residents wish for; opinions on prices",
    "order": "what to order: suggested, drafted, sent",
    "funds": "what each source paid for; goods against points",
    "voucher": "points to another centre and from there",
    "slip": "state of a slip, print it again",
    "print": "print what waits, without screens",
    "sync": "exchange with the county",
    "verify": "check the books; fold them anew",
    "device": "list, test, watch or simulate scanner, identity-card reader, camera, printer",
    "read-image": "read codes from pictures",
    "check-slip": "whether a slip is true",
}
_MODULES = {"return": "returns", "import": "imports"}  # a keyword can't name a module


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not all(is_utf8(word) for word in words):
        _say("kiosk: a word on the command line is not UTF-8; check the text")
        return 2
    top = argparse.ArgumentParser(
        prog="kiosk",
        description="The terminal of a points supermarket.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    add_globals(top)
    top.add_argument("-h", "--help", action="store_true")
    top.add_argument("command", nargs="?")
    known, rest = top.parse_known_args(words[: _command_at(words) + 1])
    if known.command is None:
        top.print_help()
        return 0 if known.help else 2
    if known.command not in COMMANDS:
        _say(f"kiosk: no command {known.command!r}; see kiosk --help")
        return 2
    name = _MODULES.get(known.command, known.command.replace("-", "_"))
    module = importlib.import_module(f"kiosk.cli.{name}")
    parser = argparse.ArgumentParser(
        prog=f"kiosk {known.command}",
        description=COMMANDS[known.command],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=module.EXAMPLE,
    )
    add_globals(parser)
    module.arguments(parser)
    given = parser.parse_args([*rest, *words[_command_at(words) + 1 :]], known)
    try:
        context = Context(given)
    except ConfigError as error:
        _say(f"kiosk: {error}")
        return 2
    return _run(module.run, context)


def _run(command: object, context: Context) -> int:
    assert callable(command)
    try:
        return int(command(context) or 0)
    except (Refused, Question) as no:
        return report(no, context)
    except ConfigError as error:
        _say(f"kiosk: {error}")
        return 2
    except BrokenPipeError:  # the reader of our output has gone: nobody is left to answer
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # a file that was named, or a place to write to
        _say(f"kiosk: {error}; check the file or the disk")
        return 2
    finally:
        context.close()


def _say(text: str) -> None:
    """On standard error; `print` is a submodule's name here once that command was loaded."""
    sys.stderr.write(f"{text}\n")


def _command_at(words: Sequence[str]) -> int:
    takes_value = {"--config", "--locale", "--day"}
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] in takes_value else 1
    return index


def _epilog() -> str:
    return "commands:\n" + "\n".join(f"  {name:<11} {text}" for name, text in COMMANDS.items())
