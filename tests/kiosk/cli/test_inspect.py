"""`kiosk inspect` and `kiosk erase` as supervisor and manager use them: answers and exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.kiosk.cli.conftest import Kiosk

SUPERVISOR = ("--staff", "S037A", "--json")


def test_an_inspection_by_command(kiosk: Kiosk) -> None:
    for at in range(3):
        kiosk.redeem("--card", kiosk.card("0370900"), "--item", f"soap={at + 1}")
    days = ("2000-01-01", "2099-12-31")
    drawn = kiosk("inspect", "sample", *days, "2", *SUPERVISOR)
    assert (drawn.code, len(drawn.json["entries"])) == (0, 2)
    assert kiosk("inspect", "list", "--staff", "S037A").out.strip() == "没有检查发现的问题"
    found = kiosk(
        *("inspect", "finding", drawn.json["sample"], "one-hand", "--entry", drawn.json["entries"][0]),
        *("--note", "三张同一笔迹", *SUPERVISOR),
    )
    assert found.code == 0
    listed = kiosk("inspect", "list", "--staff", "M037A")
    assert (listed.code, "待整改" in listed.out, "三张同一笔迹" in listed.out) == (0, True, True)
    assert kiosk("inspect", "fix", found.json["entry"], "--note", "已谈话", "--staff", "M037A").code == 0
    assert kiosk("inspect", "recheck", found.json["entry"], "fixed", *SUPERVISOR).code == 0
    (one,) = kiosk("inspect", "list", *SUPERVISOR).json["findings"]
    assert (one["state"], one["rechecks"]) == ("closed", 1)
    again = kiosk("inspect", "recheck", found.json["entry"], "fixed", *SUPERVISOR)
    assert (again.code, again.json["refused"]) == (3, "inspect-closed")
    assert kiosk("verify", "--json").json["problems"] == []


def test_erasing_by_command(kiosk: Kiosk) -> None:
    kiosk.redeem(
        *("--card", kiosk.card(), "--item", "soap=1", "--collector", "王小五", "--relation", "neighbour")
    )
    done = kiosk("erase", "0370217", "--staff", "M037A", "--second", "S037A", "--json")
    assert (done.code, done.json["kept_beside"], done.json["copies"]) == (0, 1, 2)
    alone = kiosk("erase", "0370217", "--staff", "M037A", "--second", "M037A", "--json")
    assert (alone.code, alone.json["refused"]) == (3, "second-needed")
    assert kiosk("verify", "--json").json["problems"] == []


def test_the_privacy_notice_in_both_languages(kiosk: Kiosk, tmp_path: Path) -> None:
    versions = set()
    for locale in ("zh-CN", "en"):
        path = tmp_path / f"{locale}.pdf"
        ran = kiosk("--locale", locale, "export", "privacy", "--to", str(path), "--staff", "M037A", "--json")
        assert ran.code == 0, ran.err
        assert path.read_bytes().startswith(b"%PDF")
        versions.add(ran.json["version"])
    assert len(versions) == 2
