"""Patient reading of picture files: right codes, clear errors, zbar's death survived."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.scanner import decode, zbar_child
from drivers.scanner.stages import ALL
from drivers.scanner.types import Code
from drivers.scanner.zbar_child import ZbarChild
from tests.drivers import codes
from tests.drivers.scanner.test_cascade import bars


@pytest.fixture
def zbar() -> Iterator[ZbarChild]:
    child = ZbarChild()
    yield child
    child.close()


def test_a_card_photograph_is_described(tmp_path: Path) -> None:
    rng = random.Random(3)
    text = codes.card_text(7, rng)
    shot = codes.Shot(code_px=180, turn_deg=10, tilt_deg=15, nod_deg=-10, centre=(0.5, 0.5))
    path = tmp_path / "卡 1.png"
    cv2.imencode(".png", codes.photograph(codes.draw_card(text), shot, rng))[1].tofile(path)
    answer = decode.describe_file(path)
    assert answer["file"] == str(path)
    assert answer["codes"] == [{"symbology": "QR", "text": text}]
    assert isinstance(answer["ms"], float)
    assert json.loads(json.dumps(answer)) == answer


def test_bars_beside_a_qr_code_are_both_found(tmp_path: Path) -> None:
    frame = bars("6901234567892", zxingcpp.BarcodeFormat.EAN13)
    code = np.asarray(zxingcpp.create_barcode("P1:X", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    frame[40 : 40 + code.shape[0], 40 : 40 + code.shape[1]] = code
    path = tmp_path / "both.png"
    cv2.imwrite(str(path), frame)
    assert sorted(decode.read_image(path)) == [("EAN13", "6901234567892"), ("QR", "P1:X")]


def test_nothing_is_found_in_noise(tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    cv2.imwrite(str(path), np.random.default_rng(1).integers(0, 255, (480, 640), np.uint8))
    assert decode.read_image(path) == []


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_a_file_that_is_no_picture_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(decode.PictureError, match="not a picture"):
        decode.read_image(path)
    answer = decode.describe_file(path)
    assert answer["codes"] == []
    assert "not a picture" in str(answer["error"])


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(decode.PictureError, match="No such file"):
        decode.read_image(tmp_path / "none.png")


def test_zbar_in_its_own_process_reads(zbar: ZbarChild) -> None:
    frame = bars("SHELF-0042", zxingcpp.BarcodeFormat.Code128)
    assert zbar(frame, ALL) == [Code("CODE128", "SHELF-0042")]


def test_a_zbar_that_died_is_started_again(zbar: ZbarChild) -> None:
    frame = bars("SHELF-0042", zxingcpp.BarcodeFormat.Code128)
    assert zbar(frame, ALL)
    assert zbar._process is not None
    os.kill(zbar._process.pid, signal.SIGABRT)  # what a failed assertion does
    zbar._process.wait()
    assert zbar(frame, ALL) == []
    assert zbar.deaths == 1
    assert zbar(frame, ALL) == [Code("CODE128", "SHELF-0042")]


def test_a_zbar_that_hangs_is_given_up(zbar: ZbarChild, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = bars("SHELF-0042", zxingcpp.BarcodeFormat.Code128)
    assert zbar(frame, ALL)
    assert zbar._process is not None
    os.kill(zbar._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(zbar_child, "ANSWER_TIMEOUT_S", 0.2)
    assert zbar(np.full((40, 40), 200, np.uint8), ALL) == []
    assert zbar.deaths == 1
