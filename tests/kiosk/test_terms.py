"""A county's own terms: no sentence says 村 where the county says 嘎查."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from kiosk import config
from kiosk.books.forms import Desk
from kiosk.cli.context import Context
from kiosk.paths import assets_dir, example_config
from kiosk.services import ordering, printing
from kiosk.slips import document
from kiosk.ui.i18n import Tr
from kiosk.words import TERMS, Terms, Words
from tests.village import HandClock, Village

BANNER = Terms("旗", "苏木", "嘎查")
PLACE = re.compile("嘎查|苏木|[村乡镇县旗]")
# Names of institutions and of one of the scheme's six sources of funds: they are called so everywhere.
NAMES = ("村务监督委员会", "乡镇自筹")


def _without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def test_no_sentence_has_a_place_written_into_it() -> None:
    written = [
        f"{path.name}: {line}"
        for path in sorted((assets_dir() / "locale").glob("*zh-CN.toml"))
        for line in path.read_text("utf-8").splitlines()
        if PLACE.search(_without_names(line))
    ]
    assert not written


def test_the_names_that_are_let_through_still_stand_somewhere() -> None:
    every = "".join(path.read_text("utf-8") for path in (assets_dir() / "locale").glob("*zh-CN.toml"))
    assert all(name in every for name in NAMES)


def test_every_sentence_uses_the_terms_given() -> None:
    usual, own = Words(), Words(terms=BANNER)
    changed = {key for key in own.keys() if own(key) != usual(key)}  # noqa: SIM118
    assert {"ui.account.rank", "honours.village", "way.body.township", "demo.two-there"} <= changed
    for key in own.keys():  # noqa: SIM118
        assert not re.search("[村乡镇县]", _without_names(own(key))), key
        assert "_word" not in own(key), key


def test_the_settings_file_names_them(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[place]\ncounty_word = "县"\ntownship_word = "乡"\nvillage_word = "社区"\n', "utf-8")
    assert config.load(path).place.terms == Terms("县", "乡", "社区")
    path.write_text('[place]\nvillage_word = "{n}"\n', "utf-8")
    with pytest.raises(config.ConfigError, match="village_word"):
        config.load(path)
    example = tomllib.loads(example_config().read_text("utf-8"))["place"]
    assert msgspec.convert(example, config.PlaceSettings).terms == TERMS


def test_slip_book_screen_and_command_line_say_it(village: Village, tmp_path: Path, clock: HandClock) -> None:
    village.stocked().close()
    place = config.PlaceSettings(county_word="旗", township_word="苏木", village_word="嘎查")
    terminal = village.open(msgspec.structs.replace(village.enrol(), place=place), clock)
    made = ordering.draft(terminal, [("soap", 3)], "M037A")
    ordering.send(terminal, *map(int, made.order.split("-")), "M037A")
    job = printing.take(terminal)
    assert job is not None
    slip = str(document(job.content, job.copy, words=terminal.words))
    assert "苏木里签收" in slip and "镇里" not in slip
    with terminal.read() as conn:
        assert Desk(terminal, conn).say("honours.village") == "嘎查级"
    assert Tr(terminal.words)("account.rank", n=3) == "全嘎查第 3 名"
    path = tmp_path / "config.toml"
    path.write_text('[place]\ntownship_word = "苏木"\n', "utf-8")
    assert "请找苏木里" in Context(argparse.Namespace(config=path)).words("refused.appeal-decided")
    without = argparse.Namespace(config=tmp_path / "none.toml")
    assert "请找镇里" in Context(without).words("refused.appeal-decided")
