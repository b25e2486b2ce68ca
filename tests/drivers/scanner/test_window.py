"""The memory between the camera's process and ours: never half of one picture and half of another."""

from __future__ import annotations

import os

import pytest

from drivers.scanner import window
from drivers.scanner.window import Window

SIZE = (4, 2)
BYTES = SIZE[0] * SIZE[1] * 3


def test_a_picture_written_over_while_it_was_copied_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Window()
    reader = Window(os.dup(writer.fd))
    writer.show(b"1" * BYTES, *SIZE)
    passes = iter([True])

    class Slow:
        """The reader is held up in the middle: one more picture is put up, the next one begun."""

        def __init__(self, memory: object) -> None:
            if next(passes, False):
                writer.show(b"2" * BYTES, *SIZE)
                begun = window._HEADER_BYTES + window._SLOT_BYTES  # the slot of the first picture
                writer._memory[begun : begun + BYTES // 2] = b"3" * (BYTES // 2)
            self._view = memoryview(memory)  # type: ignore[arg-type]

        def __enter__(self) -> memoryview:
            return self._view

        def __exit__(self, *_: object) -> None:
            self._view.release()

    monkeypatch.setattr(window, "memoryview", Slow, raising=False)
    seen = reader.newest()
    assert seen is not None
    assert bytes(seen.rgb) == b"2" * BYTES
    reader.close()
    writer.close()
