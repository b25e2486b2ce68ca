"""What a camera is asked for: focus and exposure as its address says."""

from __future__ import annotations

import cv2
import pytest

from drivers.base import DeviceError
from drivers.scanner import capture


class FakeCamera:
    """Takes settings and gives no frame."""

    def __init__(self, source: int | str, backend: int) -> None:
        self.source, self.settings = source, {}
        made.append(self)

    def set(self, prop: int, value: float) -> bool:
        assert isinstance(value, (int, float)) and not isinstance(value, bool), "OpenCV takes no other"
        self.settings[prop] = value
        return prop != cv2.CAP_PROP_FOCUS  # it has no motor

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return True


made: list[FakeCamera] = []


@pytest.mark.parametrize(
    ("address", "source", "focus", "exposure"),
    [
        ("0", 0, (1, None), (3, None)),
        ("/dev/points-camera?focus=30&exposure=200", "/dev/points-camera", (0, 30), (1, 200)),
        ("2?exposure=80", 2, (1, None), (1, 80)),
        ("2?focus=auto&exposure=auto", 2, (1, None), (3, None)),
    ],
)
def test_focus_and_exposure_are_set_as_told(
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    source: int | str,
    focus: tuple[int, int | None],
    exposure: tuple[int, int | None],
) -> None:
    made.clear()
    monkeypatch.setattr(cv2, "VideoCapture", FakeCamera)
    capture.Capture(address)
    (camera,) = made
    found = camera.settings
    assert camera.source == source
    assert (found[cv2.CAP_PROP_AUTOFOCUS], found.get(cv2.CAP_PROP_FOCUS)) == focus
    assert (found[cv2.CAP_PROP_AUTO_EXPOSURE], found.get(cv2.CAP_PROP_EXPOSURE)) == exposure


@pytest.mark.parametrize("address", ["0?focus=near", "/dev/video0?zoom=2", "1?focus="])
def test_other_hints_are_refused(address: str) -> None:
    with pytest.raises(DeviceError) as caught:
        capture.Capture(address)
    assert caught.value.code == "bad-address"
