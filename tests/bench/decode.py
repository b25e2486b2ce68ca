"""decode: recall and cost of our cascade beside zxing-cpp, pyzbar and OpenCV alone, on the same pictures."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.scanner import decode
from drivers.scanner.cascade import TURNS, Cascade, Presence
from drivers.scanner.stages import ALL, BARS_ONLY, QR_ONLY, zbar_here, zxing
from tests.bench.figures import Figure, figure, percentile
from tests.bench.photographs import SPOILED, Photograph, photographs, spoiled

FRAMES_MOST = 10
FRAME_S = 1 / 15
GOALS = {"QR": 92.1, "CODE128": 91.1, "EAN13": 81.1}  # percent; a plain cascade on the real ones has .1 less
SPOILED_EACH = 3  # every third photograph is spoiled too
IDLE_FRAMES = 5 * len(TURNS)
Texts = set[str]
Way = Callable[[Any], Texts]


def measure(folder: Path) -> list[Figure]:
    """Milliseconds are those of one core (processor time), OpenCV held to one thread."""
    cv2.setNumThreads(1)
    pictures, real = photographs()
    what = f"{len(pictures)} {'real' if real else 'drawn'} photographs"
    if not real:
        what += " (no KIOSK_CODES)"
    ways: dict[str, Way] = {"still": _still, "zxing": _zxing, "pyzbar": _pyzbar, "opencv": _opencv()}
    read: dict[str, Counter[str]] = {name: Counter() for name in (*ways, "live")}
    costs: dict[str, list[float]] = {name: [] for name in read}
    false: Counter[str] = Counter()
    for one in pictures:
        seen: dict[str, Texts] = {}
        for name, way in ways.items():
            begun_s = time.process_time()
            seen[name] = way(one.gray)
            costs[name].append((time.process_time() - begun_s) * 1e3)
        seen["live"] = _live(one.gray, costs["live"])
        there = {*one.texts, *one.also}  # of this very photograph; any other text is a false read
        for name, texts in seen.items():
            read[name][one.symbology] += bool(texts & set(one.texts))
            false[name] += len(texts - there)
    totals = Counter(one.symbology for one in pictures)
    return [
        *_recall(read, totals, what, real),
        *_spoiled_recall(pictures[::SPOILED_EACH]),
        *_costs(costs),
        figure(
            "decode_false_reads",
            false["still"] + false["live"],
            "",
            goal="value <= 0",
            about=f"live and still; zxing {false['zxing']}, pyzbar {false['pyzbar']}, cv2 {false['opencv']}",
        ),
        _idle(),
    ]


def _still(gray: Any) -> Texts:
    return {code.text for code in decode.read_gray(gray, zbar_here)}


def _zxing(gray: Any) -> Texts:
    return {code.text for code in zxing(gray, ALL)}


def _pyzbar(gray: Any) -> Texts:
    return {code.text for code in zbar_here(gray, ALL)}


def _opencv() -> Way:
    codes, bars = cv2.QRCodeDetector(), cv2.barcode.BarcodeDetector()

    def read(gray: Any) -> Texts:
        try:
            texts = [codes.detectAndDecode(gray)[0], *bars.detectAndDecodeMulti(gray)[1]]
        except cv2.error:  # it gives up on kanji and others
            texts = []
        return {text.strip() for text in texts if text}

    return read


def _live(gray: Any, costs_ms: list[float]) -> Texts:
    """What a person standing still has shown within FRAMES_MOST frames; adds the cost of each frame."""
    cascade, presence = Cascade(), Presence()
    for frame in range(FRAMES_MOST):
        begun_s = time.process_time()
        found = cascade.look(gray)
        costs_ms.append((time.process_time() - begun_s) * 1e3)
        if shown := presence.seen(found, frame * FRAME_S):
            return {code.text for code in shown}
    return set()


def _recall(read: dict[str, Counter[str]], totals: Counter[str], what: str, real: bool) -> Iterable[Figure]:
    for mode in ("still", "live"):
        for symbology, total in totals.items():
            share = {name: 100 * counts[symbology] / total for name, counts in read.items()}
            yield figure(
                f"decode_{mode}_{symbology}",
                share[mode],
                "%",
                reference=share["zxing"],
                goal=f"value >= {GOALS[symbology]}" if real else "",
                about=f"{total} of {what}; reference: zxing-cpp alone; pyzbar {share['pyzbar']:.1f}, "
                f"OpenCV {share['opencv']:.1f}",
            )


def _spoiled_recall(pictures: list[Photograph]) -> Iterable[Figure]:
    for how in SPOILED:
        read: Counter[str] = Counter()
        for seed, one in enumerate(pictures):
            gray = spoiled(one, how, seed)
            wanted = set(one.texts)
            only = QR_ONLY if one.symbology == "QR" else BARS_ONLY
            read["live"] += bool(_live(gray, []) & wanted)
            read["zxing"] += any(code.text in wanted for code in zxing(gray, only))
            read["pyzbar"] += any(code.text in wanted for code in zbar_here(gray, only))
        share = {name: 100 * count / len(pictures) for name, count in read.items()}
        yield figure(
            f"decode_live_{how}",
            share["live"],
            "%",
            reference=share["zxing"],
            goal="ratio >= 1",
            about=f"{len(pictures)} spoiled; reference: zxing-cpp alone; pyzbar {share['pyzbar']:.1f}",
        )


def _costs(costs: dict[str, list[float]]) -> Iterable[Figure]:
    halves = {name: statistics.median(all_ms) for name, all_ms in costs.items()}
    for mode, goal in (("live", "value <= 5"), ("still", "")):
        yield figure(
            f"decode_{mode}_median",
            halves[mode],
            "ms",
            reference=halves["zxing"],
            goal=goal,
            about=f"p95 {percentile(costs[mode], 95):.1f}; reference: zxing-cpp alone; "
            f"pyzbar {halves['pyzbar']:.1f}, OpenCV {halves['opencv']:.1f}",
        )


def _idle() -> Figure:
    """Frames of an empty room: what looking costs while nothing is held up and something else moved."""
    rng = np.random.default_rng(1)
    room = np.tile(np.linspace(90, 160, 1280), (720, 1))
    frames = [np.clip(room + rng.normal(0, 3, room.shape), 0, 255).astype(np.uint8) for _ in range(4)]
    cascade, ours_ms, zxing_ms = Cascade(), [], []
    for number in range(IDLE_FRAMES):
        gray = frames[number % len(frames)]
        begun_s = time.process_time()
        cascade.look(gray)
        middle_s = time.process_time()
        zxing(gray, ALL)
        ours_ms.append((middle_s - begun_s) * 1e3)
        zxing_ms.append((time.process_time() - middle_s) * 1e3)
    return figure(
        "decode_idle_frame",
        statistics.median(ours_ms),
        "ms",
        reference=statistics.median(zxing_ms),
        goal="value <= 8",
        about=f"1280x720, p95 {percentile(ours_ms, 95):.1f}; reference: zxing-cpp alone",
    )
