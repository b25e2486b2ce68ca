"""One setting is changed and nothing else; what cannot be changed is left alone and said."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import config, configfile
from kiosk.paths import example_config

EXAMPLE = example_config().read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("scanner", "address", "serial:/dev/ttyUSB0"),
        ("camera", "source", "/dev/v4l/by-id/usb-Ümläut_摄像头-index0"),
        ("speech", "enabled", True),
        ("printer", "address", 'file:/dev/usb/"lp0"\\'),
    ],
)
def test_the_example_changes_in_one_line(table: str, key: str, value: str | bool) -> None:
    after = configfile.changed(EXAMPLE, table, key, value)
    there, here = EXAMPLE.split("\n"), after.split("\n")
    differing = [(old, new) for old, new in zip(there, here, strict=True) if old != new]
    assert len(differing) == 1
    assert "#" not in differing[0][0] or differing[0][1].endswith(differing[0][0].partition("#")[2])
    assert tomllib.loads(after)[table][key] == value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[scanner]\naddress = "A"\n'),
        ("# nothing yet\n", '# nothing yet\n\n[scanner]\naddress = "A"\n'),
        ("[camera]\nsource = '0'", "[camera]\nsource = '0'\n\n[scanner]\naddress = \"A\"\n"),
        ("[scanner]  # gun\n\nbaud = 9600\n", '[scanner]  # gun\naddress = "A"\n\nbaud = 9600\n'),
        ("[scanner]\r\naddress='#x' # c\r\n", '[scanner]\r\naddress="A" # c\r\n'),
        ("[idcard]\naddress='x'\n[scanner]\n", "[idcard]\naddress='x'\n[scanner]\naddress = \"A\"\n"),
    ],
)
def test_where_it_is_not_written_yet_it_is_added(before: str, after: str) -> None:
    assert configfile.changed(before, "scanner", "address", "A") == after


@pytest.mark.parametrize(
    "text",
    ["scanner = {address = 'x'}\n", "scanner.address = 'x'\n", "[scanner]\naddress = '''\nx'''\n"],
)
def test_a_form_only_a_person_can_change_is_left_alone(text: str) -> None:
    with pytest.raises(config.ConfigError, match="only a person"):
        configfile.changed(text, "scanner", "address", "A")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_address_comes_back_as_it_went_in(address: str) -> None:
    assert (
        tomllib.loads(configfile.changed(EXAMPLE, "scanner", "address", address))["scanner"]["address"]
        == address
    )


def test_the_file_is_replaced_whole_and_the_old_one_kept(tmp_path: Path) -> None:
    path = tmp_path / "terminal.toml"
    path.write_text(EXAMPLE, "utf-8")
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    configfile.change(link, "scanner", "address", "serial:/dev/ttyUSB0")
    assert config.load(path).scanner.address == "serial:/dev/ttyUSB0"
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "terminal.toml.old").read_text("utf-8") == EXAMPLE
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "link.toml",
        "terminal.toml",
        "terminal.toml.old",
    ]


def test_a_damaged_file_or_a_value_it_cannot_take_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[scanner\n", "utf-8")
    with pytest.raises(config.ConfigError, match="not readable"):
        configfile.change(path, "scanner", "address", "x")
    path.write_text("[scanner]\nbaud = 9600\n", "utf-8")
    with pytest.raises(config.ConfigError):
        configfile.change(path, "scanner", "baud", "fast")
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]
    assert path.read_text("utf-8") == "[scanner]\nbaud = 9600\n"


def test_a_place_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", "utf-8")
    (tmp_path / "config.toml.new").mkdir()  # holds also for root, whom no permission stops
    with pytest.raises(OSError, match="directory"):
        configfile.change(path, "scanner", "address", "x")
    assert path.read_text("utf-8") == ""
