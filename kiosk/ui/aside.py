"""Long work (checking, exporting) in a process of its own: nobody at the desk waits for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from kiosk.ledger.refusals import Refused
from kiosk.ui.backend import Call

if TYPE_CHECKING:
    from kiosk.ui.main import KioskUI

END_S = 5.0


class ErrandError(Exception):
    """It ended by a mistake of ours; the text says where."""


class Aside:
    """One errand of `kiosk.ui.errands` at a time."""

    def __init__(self, app: KioskUI) -> None:
        self._app = app
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._process is not None

    def run(
        self,
        errand: str,
        *words: str,
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        told: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> bool:
        """Start it; False, with a word of why, while another one is under way.

        `told(done, of)`, then one of `then` and `failed`, are called on the screen's thread while the visit
        lasts, which does not end meanwhile. What is written stays written.
        """
        from kiosk.ui import errands

        app = self._app
        if self.busy:
            app.toast.say(app.tr("scan.one_moment"))
            return False
        order = errands.Order(settings=app.backend.settings, errand=errand, words=words)
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.ui.errands"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._process = process
        session = app.flow.session

        def arrive(news: Any) -> None:
            if news.over:
                self._process = None
            if app.flow.session is not session:
                return
            app.flow.touched()
            if not news.over:
                told(news.done, news.of)
            elif news.refused:
                failed(Refused(news.refused, **news.params))
            elif news.failed:
                failed(ErrandError(news.failed))
            else:
                then(news.result)

        def listen() -> None:
            assert process.stdin is not None and process.stdout is not None
            over = False
            with process.stdout as lines:
                with process.stdin as stdin:
                    stdin.write(msgspec.json.encode(order))
                for line in lines:
                    news = msgspec.json.decode(line, type=errands.News)
                    over = news.over
                    app.backend.bus.publish(Call(partial(arrive, news)))
            process.wait()
            if not over:
                gone = errands.News(over=True, failed=f"ended with {process.returncode}")
                app.backend.bus.publish(Call(partial(arrive, gone)))

        threading.Thread(target=listen, name="aside", daemon=True).start()
        return True

    def stop(self) -> None:
        """End what is under way; half a file is never left under its name by the books themselves."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(END_S)
