"""The live cascade: which stages a frame gets, bars confirmed, a held card shown once."""

from __future__ import annotations

import json
import random

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.base import Symbology
from drivers.scanner import cascade, decode, eye, stages
from drivers.scanner.cascade import CONFIRM_S, FIRST, LIFT_S, SKIPS_MOST, TURNS, Cascade, Presence
from drivers.scanner.places import Look
from drivers.scanner.types import Code
from drivers.scanner.window import Window
from tests.drivers import codes

QR = Code("QR", "P1:A")
BARS = Code("EAN13", "6901234567892")


def bars(text: str, kind: zxingcpp.BarcodeFormat, width: int = 500) -> stages.Gray:
    """A frame with one printed bar code in the middle."""
    drawn = np.asarray(zxingcpp.create_barcode(text, kind).to_image(scale=2))
    drawn = cv2.resize(drawn, (width, 160), interpolation=cv2.INTER_NEAREST)
    frame = np.full((720, 1280), 200, np.uint8)
    frame[280:440, 390 : 390 + width] = drawn
    return cv2.GaussianBlur(frame, (3, 3), 0)


def test_a_qr_code_is_shown_at_its_first_frame_and_once_while_held() -> None:
    presence = Presence()
    assert presence.seen([QR], 0.0) == [QR]
    for frame in range(1, 100):
        assert presence.seen([QR] if frame % 3 else [], frame / 15) == []


def test_a_card_lifted_and_shown_again_counts_again() -> None:
    presence = Presence()
    assert presence.seen([QR], 0.0) == [QR]
    assert presence.seen([], LIFT_S + 0.1) == []
    assert presence.held == frozenset()
    assert presence.seen([QR], LIFT_S + 0.2) == [QR]


def test_a_card_held_before_a_still_picture_stays_held() -> None:
    presence = Presence()
    assert presence.seen([QR], 0.0) == [QR]
    for second in range(1, 60):
        presence.unchanged(float(second))
    assert presence.seen([QR], 60.0) == []


def test_bars_need_two_frames_within_a_second() -> None:
    presence = Presence()
    assert presence.seen([BARS], 0.0) == []
    assert presence.seen([BARS], 0.1) == [BARS]
    late = Presence()
    assert late.seen([BARS], 0.0) == []
    assert late.seen([BARS], CONFIRM_S + 0.1) == []
    other = Presence()
    assert other.seen([BARS], 0.0) == []
    assert other.seen([Code("EAN13", "4006381333931")], 0.1) == []


def test_two_codes_in_one_frame_are_both_shown() -> None:
    presence = Presence()
    second = Code("QR", "P1:B")
    assert presence.seen([QR, second, QR], 0.0) == [QR, second]


def test_what_is_remembered_has_a_maximum() -> None:
    presence = Presence()
    many = [Code("QR", str(number)) for number in range(1000)]
    assert len(presence.seen(many, 0.0)) == cascade.HELD_MAXIMUM
    assert len(presence.held) == cascade.HELD_MAXIMUM
    assert presence.crowded == 1000 - cascade.HELD_MAXIMUM
    bars_once = Presence()
    assert bars_once.seen([Code("EAN13", str(number)) for number in range(1000)], 0.0) == []
    assert bars_once.crowded == 1000 - cascade.HELD_MAXIMUM


def test_the_camera_process_tells_how_many_codes_it_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    watching = eye._Eye(Window(), told.append, zbar=False)
    monkeypatch.setattr(
        watching._cascade, "look", lambda gray: [Code("QR", str(number)) for number in range(40)]
    )
    for at_s in (1.0, 1.1):
        watching._look(EMPTY, at_s)
    crowded = [json.loads(line) for line in told if "crowded" in line]
    assert crowded == [["crowded", 40 - cascade.HELD_MAXIMUM]] * 2
    watching._window.close()


def test_half_size_and_filtered_stages_read_qr_only() -> None:
    for stage in FIRST + TURNS:
        assert stage.filter == "none" or stage.part == "bars" or stage.symbologies == stages.QR_ONLY


def record(monkeypatch: pytest.MonkeyPatch, answer: list[Code] | None) -> list[stages.Stage]:
    """Let no stage look: each of TURNS gives that answer; the stages asked, in order."""
    ran: list[stages.Stage] = []

    def run(stage: stages.Stage, look: Look, zbar: stages.ZbarReader) -> list[Code] | None:
        ran.append(stage)
        return [] if stage in FIRST else answer

    monkeypatch.setattr(cascade, "run", run)
    return ran


EMPTY = np.full((720, 1280), 128, np.uint8)


def test_a_frame_costs_one_stage_of_the_turns_each_a_different_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = record(monkeypatch, [])
    live = Cascade()
    for _ in TURNS:
        assert live.look(EMPTY) == []
    rounds = [ran[start : start + len(FIRST) + 1] for start in range(0, len(ran), len(FIRST) + 1)]
    assert [tuple(one[:-1]) for one in rounds] == [FIRST] * len(TURNS)
    assert [one[-1] for one in rounds] == list(TURNS)


def test_a_stage_whose_part_is_not_there_passes_its_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = record(monkeypatch, None)
    assert Cascade().look(EMPTY) == []
    assert ran == [*FIRST, *TURNS[: 1 + SKIPS_MOST]]


def test_what_read_bars_reads_the_next_frame_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = record(monkeypatch, [BARS])
    live = Cascade(turns=TURNS[:1] + tuple(stage for stage in TURNS if stage.decoder == "digits")[:1])
    assert [live.look(EMPTY) for _ in range(4)] == [[BARS]] * 4
    turns = [stage for stage in ran if stage not in FIRST]
    assert [stage.name for stage in turns] == [TURNS[0].name] * 2 + ["digits/bars/line-1", "digits/bars/none"]


@pytest.mark.parametrize(
    ("text", "kind", "symbology"),
    [
        ("6901234567892", zxingcpp.BarcodeFormat.EAN13, "EAN13"),
        ("SHELF-0042", zxingcpp.BarcodeFormat.Code128, "CODE128"),
    ],
)
def test_bars_are_read_at_full_size(text: str, kind: zxingcpp.BarcodeFormat, symbology: Symbology) -> None:
    assert Cascade().look(bars(text, kind)) == [Code(symbology, text)]


def test_a_micro_qr_is_not_read() -> None:
    frame = bars("1234", zxingcpp.BarcodeFormat.MicroQRCode, width=160)
    assert zxingcpp.read_barcodes(frame), "the drawing must be readable for others"
    look = Look(frame)
    for stage in FIRST + TURNS:
        assert not stages.run(stage, look, stages.zbar_here)


@pytest.mark.parametrize(
    "stage",
    dict.fromkeys(FIRST + TURNS + tuple(cascade.CHECKS.values()) + decode.STAGES),
    ids=lambda stage: stage.name,
)
def test_every_stage_reads_a_plain_code(stage: stages.Stage) -> None:
    if "QR" not in stage.symbologies:
        frame = bars("6901234567892", zxingcpp.BarcodeFormat.EAN13)
        if stage.decoder == "blurred":  # sharp ones are others' business
            frame = cv2.GaussianBlur(frame, (0, 0), 5)
        if stage.filter.startswith("turn"):  # undo what the stage is about to do
            frame = stages.FILTERS[stage.filter.translate(str.maketrans("+-", "-+"))](frame)
        assert Code("EAN13", "6901234567892") in (stages.run(stage, Look(frame), stages.zbar_here) or [])
        return
    rng = random.Random(5)
    text = codes.card_text(42, rng)
    code_px = 300 if stage.filter == "half" else 180
    shot = codes.Shot(code_px=code_px, turn_deg=2, tilt_deg=0, nod_deg=0, centre=(0.5, 0.5), noise=2)
    frame = codes.photograph(codes.draw_card(text), shot, rng)
    assert stages.run(stage, Look(frame), stages.zbar_here) == [Code("QR", text)]


def test_zbar_that_raises_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object, **__: object) -> None:
        raise ValueError("5 is not a valid ZBarOrientation")

    monkeypatch.setattr("pyzbar.pyzbar.decode", raising)
    assert stages.zbar_here(np.zeros((50, 50), np.uint8), stages.ALL) == []


def test_zbar_texts_beyond_ascii_do_not_count() -> None:
    drawn = zxingcpp.create_barcode("测试一二三", zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
    frame = np.ascontiguousarray(np.asarray(drawn))
    assert [code.text for code in stages.zxing(frame, stages.QR_ONLY)] == ["测试一二三"]
    assert stages.zbar_here(frame, stages.ALL) == []
