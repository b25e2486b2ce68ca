"""What the county knows of a terminal's devices: each one's last word, over a real exchange, sent once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.base import Health, Scan
from kiosk.device_notes import Notes
from kiosk.services.terminal import Terminal
from sync.client import exchange_once
from sync.county import devices
from sync.county.cli import main
from sync.county.database import County
from sync.county.pages import front_page
from sync.county.settings import FILE, CountySettings, write
from sync.devices import Devices
from sync.protocol import Device


def report(notes: Notes, state: str, detail: str = "", device: str = "printer") -> None:
    notes(Health(device, device, state, detail, 0.0))  # type: ignore[arg-type]


def at_county(county: County) -> list[tuple[str, str, str]]:
    with county.read() as conn:
        return [(one.device, one.state, one.detail) for one in devices.told(conn, county.code)]


def test_a_printer_without_paper_is_seen_at_the_county_until_it_has_some(
    county: County, terminal: Terminal
) -> None:
    notes = Notes(terminal.settings.data_dir, lambda _event: None)
    report(notes, "ok", device="camera")
    report(notes, "warning", "paper-out")
    assert exchange_once(terminal).ok
    assert at_county(county) == [("camera", "ok", ""), ("printer", "warning", "paper-out")]
    assert "打印机没纸了" in front_page(county) and "摄像头" not in front_page(county)
    report(notes, "ok")
    assert exchange_once(terminal).ok
    assert at_county(county) == [("camera", "ok", ""), ("printer", "ok", "")]
    assert "打印机" not in front_page(county)


def test_what_was_told_is_not_told_again_and_what_was_read_never(tmp_path: Path) -> None:
    notes, told = Notes(tmp_path, lambda _event: None), Devices(tmp_path)
    assert told.news() == [], "no device has said anything yet"
    report(notes, "lost", "unplugged")
    notes(Scan("scanner", "QR", "a code of somebody's", 0.0))
    news = told.news()
    assert [(one.name, one.state, one.detail) for one in news] == [("printer", "lost", "unplugged")]
    assert told.news() == news, "nobody has answered yet"
    told.told(news)
    assert told.news() == []
    report(notes, "ok")
    assert [one.state for one in told.news()] == ["ok"]


def test_the_list_of_a_county_names_what_is_not_well(
    county: County, county_settings: CountySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    with county.write() as conn:
        devices.take_in(
            conn,
            county.code,
            37,
            [Device("camera", "camera", "ok", "", 0), Device("printer", "printer", "lost", "unplugged", 0)],
        )
    folder = county_settings.data_dir
    write(folder / FILE, county_settings)
    assert main(["devices", "--data", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "0037  柳泉村  printer (printer)  lost, unplugged" in told
    assert "camera" not in told and told.endswith("1 of 2 devices are not well\n")
    assert main(["devices", "--all", "--json", "--data", str(folder)]) == 0
    assert [one["device"] for one in json.loads(capsys.readouterr().out)["devices"]] == ["camera", "printer"]
