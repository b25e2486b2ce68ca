"""What every command needs: settings, the opened terminal, answers in text or JSON, PINs from the outside."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import config
from kiosk.cli.settings import check
from kiosk.ledger.refusals import Question, Refused
from kiosk.words import DEFAULT_LOCALE, TERMS, Words, locales

if TYPE_CHECKING:
    from kiosk.services.terminal import Terminal
    from kiosk.services.views import Session


class Context:
    """The given options and, once asked for, what they lead to."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.json = bool(getattr(given, "json", False))
        self.stdin_taken = False  # True: standard input is something else than PINs
        locale = getattr(given, "locale", None) or os.environ.get("KIOSK_LOCALE") or DEFAULT_LOCALE
        if locale not in locales():
            raise config.ConfigError(f"no language {locale!r}; there are: {', '.join(locales())}")
        self._locale = locale
        self._words: Words | None = None
        self._settings: config.Settings | None = None
        self._terminal: Terminal | None = None
        self._sessions: dict[str, Session] = {}

    @property
    def words(self) -> Words:
        """Sentences with the terms of the settings; the usual ones for a command that goes without any."""
        if self._words is None:
            try:
                terms = self.settings.place.terms
            except config.ConfigError:  # whoever needs the settings says it
                terms = TERMS
            self._words = Words(self._locale, terms)
        return self._words

    @property
    def settings(self) -> config.Settings:
        """The settings file's content. Raises `ConfigError`."""
        if self._settings is None:
            path = getattr(self.given, "config", None) or os.environ.get("KIOSK_CONFIG") or "config.toml"
            self._settings = check(config.load(Path(path)))
        return self._settings

    @property
    def terminal(self) -> Terminal:
        """The opened terminal. Raises `Refused`."""
        if self._terminal is None:
            from kiosk.services.terminal import open_terminal

            self._terminal = open_terminal(self.settings, self._clock())
        return self._terminal

    def session(self, staff: str, variable: str = "KIOSK_PIN") -> Session:
        """The staff member, signed in once a process with the PIN in `variable` or on standard input."""
        if staff not in self._sessions:
            from kiosk.services.staff import sign_in

            self._sessions[staff] = sign_in(self.terminal, staff, self.pin(variable))
        return self._sessions[staff]

    def second(self) -> str:
        """The second person's id from `--second`, signed in by `KIOSK_PIN_2`; "" when none was named."""
        staff = getattr(self.given, "second", None)
        return self.session(staff, "KIOSK_PIN_2").staff if staff else ""

    def answer(self, fields: dict[str, Any], text: str) -> None:
        """Print one answer: `fields` as a JSON line with `--json`, else `text`."""
        print(json.dumps(fields, ensure_ascii=False) if self.json else text, flush=True)

    def close(self) -> None:
        """Do what is due where this command opened a day, and let go of the terminal."""
        if self._terminal is None:
            return
        try:
            from kiosk.services import due

            due.follow(self._terminal)
        finally:
            self._terminal.close()

    def _clock(self) -> Any:
        day = getattr(self.given, "day", None)
        if day is None:
            return None
        if not (self.settings.terminal.training or self.settings.terminal.demo):
            raise Refused("day-not-training")
        from kiosk.services.clock import TrainingClock, is_day

        if not is_day(day):
            raise config.ConfigError("--day takes a day as YYYY-MM-DD")
        return TrainingClock(day)

    def pin(self, variable: str) -> str:
        """The PIN in `variable` or on standard input. Raises `Refused("pin-missing")`."""
        pin = os.environ.get(variable)
        if pin is None and not self.stdin_taken:
            pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
        if not pin:
            raise Refused("pin-missing", variable=variable)
        return pin


def add_globals(parser: argparse.ArgumentParser) -> None:
    """The options every command and subcommand takes."""
    parser.add_argument(
        "--config",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="settings (default: config.toml here, or $KIOSK_CONFIG)",
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
    parser.add_argument("--locale", default=argparse.SUPPRESS, help="language of messages: zh-CN, en")
    parser.add_argument(
        "--day",
        default=argparse.SUPPRESS,
        metavar="YYYY-MM-DD",
        help="the calendar day; only on demo and training databases",
    )


def report(no: Refused | Question, context: Context) -> int:
    """Print a refusal or question; returns its exit code."""
    print_no(no, context, to_json=context.json)
    return 4 if isinstance(no, Question) else 3


def print_no(no: Refused | Question, context: Context, *, to_json: bool) -> None:
    """One line: the code and its sentence."""
    kind = "question" if isinstance(no, Question) else "refused"
    message = context.words(f"{kind}.{no.code}", **no.params)
    if to_json:
        print(json.dumps({kind: no.code, "message": message}, ensure_ascii=False), flush=True)
    else:
        print(f"{message} [{no.code}]", file=sys.stderr)


def is_utf8(text: str) -> bool:
    """Whether `text` can be written down: no half of a character, as broken bytes on a command line give."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
