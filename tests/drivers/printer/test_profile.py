"""The shipped printer models make sense."""

import pytest

from drivers.printer.profile import one_way, profile, profiles


def test_the_models_named_in_the_manual_ship() -> None:
    assert {"epson-tm80", "china-80", "china-58"} <= set(profiles())


@pytest.mark.parametrize("name", profiles())
def test_a_model_is_consistent(name: str) -> None:
    model = profile(name)
    assert model.name == name
    assert model.cell_dots == 12, "the layout reckons with 24-dot characters"
    assert model.status or (model.proof == "none" and model.clear == "none")
    assert model.proof == "gs-h" or not model.automatic, (
        "the rest of a cut-off report looks like GS r's answer"
    )


def test_an_unknown_model_names_the_known() -> None:
    with pytest.raises(ValueError, match="china-80"):
        profile("../china-80")


def test_three_proven_dialects_differ_in_what_they_can_report() -> None:
    can = {
        name: (m.columns, m.dots, m.proof, m.clear, m.cutter) for name in profiles() if (m := profile(name))
    }
    assert can["epson-tm80"] == (48, 576, "gs-h", "dc4-8", True)
    assert can["china-80"] == (48, 576, "gs-r", "enq-2", True)
    assert can["china-58"] == (32, 384, "gs-r", "none", False)


def test_a_line_without_answers_makes_a_model_that_is_not_asked() -> None:
    plain = one_way(profile("epson-tm80"))
    assert (plain.status, plain.proof, plain.clear, plain.automatic) == (False, "none", "none", False)
    assert (plain.columns, plain.font_set) == (48, "gb18030")
