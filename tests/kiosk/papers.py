"""What the print queue would put on paper, without a printer; no test lives here."""

from __future__ import annotations

from drivers.printer.escpos import encode
from drivers.printer.profile import profile
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import Slip
from kiosk.services import printing
from kiosk.services.terminal import Terminal
from kiosk.slips import document


def papers(terminal: Terminal, model_name: str = "china-80") -> list[Slip]:
    """The copies that wait, as pieces of paper, stub first; they count as printed from now on."""
    model = profile(model_name)
    engine = Engine(model.dots, model.font_set, model.cutter)
    while (job := printing.take(terminal)) is not None:
        data = encode(document(job.content, job.copy, job.again), model)
        engine.buffer += data
        while engine.step() is not None:
            pass
        assert not engine.buffer, "the printer waits for more"
        engine.end_strip()  # a model without a cutter
        printing.finish(terminal, job, "printed", "", len(data))
    assert (engine.overflows, engine.unknown) == (0, [])
    return [slip for slip in engine.slips if slip.items]
