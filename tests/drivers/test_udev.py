"""The udev rules are well formed and give just the names that the documents and the example use."""

from __future__ import annotations

import re

from kiosk.paths import assets_dir, example_config

RULES = assets_dir() / "udev" / "70-points-kiosk.rules"
PAIR = re.compile(r'(?P<key>[A-Z_]+)(\{(?P<of>\w+)\})?(?P<how>==|!=|\+=|:=|=)"(?P<value>[^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "KERNEL", "ATTR", "ATTRS", "ENV"}
SETS = {"SYMLINK", "GROUP", "MODE", "ENV", "GOTO", "LABEL"}
SOCKET = "-at-$env{ID_PATH_TAG}"  # the second name of each, for two of one kind


def rules(with_examples: bool) -> list[list[re.Match[str]]]:
    lines = RULES.read_text("utf-8").splitlines()
    lines = [line.lstrip("#") if with_examples and line.startswith("#SUBSYSTEM") else line for line in lines]
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            pairs = line.split(", ")
            matches = [PAIR.fullmatch(pair) for pair in pairs]
            assert all(matches), line
            found.append([match for match in matches if match])
    return found


def names(with_examples: bool) -> list[str]:
    """Every short name that a line gives; with it the line gives the name of the socket, or is one's own."""
    found = []
    for pairs in rules(with_examples):
        for pair in pairs:
            if pair["key"] == "SYMLINK":
                name, *more = pair["value"].split()
                by_hand = any(one["of"] == "ID_PATH" for one in pairs)
                assert more == ([] if by_hand else [name + SOCKET])
                found.append(name)
    return found


def test_every_line_matches_something_and_sets_something_known() -> None:
    for pairs in rules(with_examples=True):
        for pair in pairs:
            assert pair["key"] in (MATCHES if pair["how"] in ("==", "!=") else {*SETS, "IMPORT"}), pair[0]
        keys = [pair["key"] for pair in pairs]
        if keys not in (["ACTION", "GOTO"], ["LABEL"], ["SUBSYSTEM", "IMPORT"]):
            assert "SUBSYSTEM" in keys and "GROUP" in keys and "MODE" in keys


def test_nothing_is_for_everybody() -> None:
    modes = {pair["value"] for pairs in rules(with_examples=True) for pair in pairs if pair["key"] == "MODE"}
    assert modes == {"0660"}


def test_names_are_those_of_the_documents() -> None:
    given = set(names(with_examples=True))
    readme = (RULES.parent / "README.md").read_text("utf-8")
    wanted = set(re.findall(r"/dev/(points-\w+)\b(?!-)", readme))
    assert given == wanted
    assert set(re.findall(r"/dev/(points-\w+)", example_config().read_text("utf-8"))) <= given


def test_a_typing_scanner_is_kept_from_the_desktop() -> None:
    (typing,) = [pairs for pairs in rules(False) if any(pair["value"] == "event*" for pair in pairs)]
    sets = {(pair["key"], pair["of"]): pair["value"] for pair in typing if pair["how"] != "=="}
    assert sets[("ENV", "LIBINPUT_IGNORE_DEVICE")] == "1"
    assert sets[("SYMLINK", None)] == "points-scanner points-scanner" + SOCKET
