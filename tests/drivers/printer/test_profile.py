"""The shipped printer models make sense."""

import pytest

from drivers.printer.profile import profile, profiles


def test_the_models_named_in_the_manual_ship() -> None:
    assert {"epson-tm80", "china-80", "china-58"} <= set(profiles())


@pytest.mark.parametrize("name", profiles())
def test_a_model_is_consistent(name: str) -> None:
    model = profile(name)
    assert model.name == name
    assert model.cell_dots == 12, "the layout reckons with 24-dot characters"
    assert model.status or (model.proof == "none" and model.clear == "none")


def test_an_unknown_model_names_the_known() -> None:
    with pytest.raises(ValueError, match="china-80"):
        profile("../china-80")
