"""Errors that are nobody's refusal: what to say of them and what to log; shows nothing."""

from __future__ import annotations

import logging
import queue
import traceback
from pathlib import Path

FRAMES = 4

_log = logging.getLogger(__name__)


class NoAnswer(Exception):  # noqa: N818  # it reads as what happened
    """The ledger thread has not answered in time; what was asked may still come true."""


def words(error: BaseException) -> str:
    """The key under `ui.message` of what to say."""
    if isinstance(error, NoAnswer):
        return "no_answer"
    return "swamped" if isinstance(error, queue.Full) else "broken"


def place(error: BaseException) -> str:
    """The error's type and where it arose. Never its text: that may name people."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return f"{type(error).__name__} at {' '.join(f'{Path(f.filename).name}:{f.lineno}' for f in frames)}"


def note(error: BaseException) -> None:
    """Log a service's failure that is a mistake of ours."""
    _log.error("a service failed: %s", place(error))
