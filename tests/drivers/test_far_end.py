"""A simulated plug that is told to stop while it is being pulled still ends clean."""

from __future__ import annotations

import os

import pytest

from drivers.far_end import PtyPlug


def test_a_plug_interrupted_while_it_is_pulled_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plug = PtyPlug(None, "gun")
    folder, close = plug.path.parent, os.close

    def interrupted(descriptor: int) -> None:
        close(descriptor)
        monkeypatch.setattr(os, "close", close)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "close", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plug.unplug()
    plug.close()
    assert not folder.exists()
