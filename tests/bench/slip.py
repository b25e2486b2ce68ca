"""slip_build, slip_bytes: a slip in text mode beside python-escpos' text() and beside one whole picture."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from drivers.printer.columns import text_lines
from drivers.printer.document import Text
from drivers.printer.escpos import encode
from drivers.printer.profile import profile
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import picture
from kiosk.slips import redemption_slip
from tests.bench.figures import Figure, figure
from tests.kiosk.slip_pictures import SLIP

MODEL = "china-80"
ROUNDS = 400
WARM_UP = 20


def measure(folder: Path) -> list[Figure]:
    """Both builders take turns on the same 30 lines; the picture is built once, by python-escpos too."""
    from escpos.printer import Dummy

    model = profile(MODEL)
    document = redemption_slip(SLIP, "resident")
    lines = text_lines(document, model.columns)[:30]
    plain = tuple(Text(line) for line in lines)

    def theirs() -> bytes:
        printer = Dummy(profile="default")
        for line in lines:
            printer.text(line + "\n")
        return bytes(printer.output)

    own_ms, other_ms = [], []
    for number in range(WARM_UP + ROUNDS):
        own, other = _timed(lambda: encode(plain, model)), _timed(theirs)
        if number >= WARM_UP:
            own_ms.append(own)
            other_ms.append(other)
    data = encode(document, model)
    engine = Engine(model.dots, model.font_set, model.cutter)
    engine.buffer += data
    while engine.step() is not None:
        pass
    raster = Dummy(profile="default")
    raster.image(picture(engine.slips[0]), impl="bitImageRaster")
    return [
        figure(
            "slip_build",
            statistics.median(own_ms),
            "ms",
            reference=statistics.median(other_ms),
            goal="ratio <= 1.5",
            about=f"median of {ROUNDS}, {len(lines)} lines; reference: python-escpos text()",
        ),
        figure(
            "slip_bytes",
            len(data),
            "bytes",
            reference=len(raster.output),
            goal="ratio <= 0.1",
            about="a resident's copy with its code; reference: the same slip as one picture",
        ),
    ]


def _timed(build: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    build()
    return (time.perf_counter() - start) * 1e3
