"""Rules at the county: versions, bounds, dry runs; and what of them arrives at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.services import activities, crediting, deeds, expiry, find, rulefile
from kiosk.services import rules as own_rules
from kiosk.services.feedrows import MemberRow
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store.tables import measure, member, state
from sync.client import exchange_once
from sync.county import memberbook, orderbook, registry, rules
from sync.county.cli import main
from sync.county.database import County, CountyError
from sync.county.rules import Scope
from sync.county.serving import Serving
from sync.county.tables import orders
from sync.county.verify import verify
from tests.sync.places import HOUSEHOLDS, rule

HOUSE = HOUSEHOLDS[0]
YARD = replace(rule(20, "clean"), category="civility", least=10, most=50, sign="give")


def test_what_is_as_before_keeps_its_version(county: County) -> None:
    first = rules.import_rules(county, rulefile.shipped())
    assert {(one.what, one.version) for one in first} == {("new", 1)}
    again = rules.import_rules(county, rulefile.shipped())
    assert {one.what for one in again} == {"same"}
    other = [
        replace(one, amount=10, least=10) if one.rule == "tidy-yard" else one for one in rulefile.shipped()
    ]
    seen = rules.import_rules(county, other, dry_run=True)
    assert [(one.name, one.version, one.fields) for one in seen if one.what != "same"] == [
        ("tidy-yard", 2, ("amount",))
    ]
    assert {one.version for one in rules.listing(county)} == {1}
    assert rules.import_rules(county, other) == seen
    assert len([one for one in rules.listing(county) if one.version == 2]) == 1
    assert [one.what for one in rules.import_measures(county, rulefile.shipped_measures())] == ["new"] * 14
    assert [one.what for one in rules.import_measures(county, rulefile.shipped_measures())] == ["same"] * 14


def test_a_centre_keeps_to_the_banner_s_bounds(county: County) -> None:
    rules.import_rules(county, [YARD])
    centre = Scope("centre", "037")
    with pytest.raises(CountyError, match="1 to 5 points"):
        rules.import_rules(county, [replace(YARD, amount=60, most=60)], centre)
    with pytest.raises(CountyError, match="no such rule"):
        rules.import_rules(county, [replace(YARD, rule="own")], centre)
    with pytest.raises(CountyError, match="there is no centre"):
        rules.import_rules(county, [YARD], Scope("centre", "999"))
    good, bad = replace(YARD, amount=30), replace(YARD, rule="own")
    with pytest.raises(CountyError):
        rules.import_rules(county, [good, bad], centre)
    assert len(rules.listing(county)) == 2, "all or nothing: the first was not taken in either"
    assert rules.import_rules(county, [good], Scope("township", "示范镇"))[0].what == "new"


def test_rules_members_and_orders_arrive(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    rules.import_rules(county, [replace(YARD, caps=(rulefile.CapRow("year", "household", 60),))])
    rules.import_rules(county, [replace(YARD, amount=30, least=30, most=30)], Scope("centre", "037"))
    rules.import_rules(county, [replace(YARD, amount=40, least=40, most=40)], Scope("centre", "038"))
    rules.import_measures(county, rulefile.shipped_measures())
    memberbook.add_members(county, [MemberRow(hh=HOUSE, member=2, name="张小山", born=2001)])
    terminal = make_terminal("t37", serving.url)
    assert exchange_once(terminal).ok
    found = next(one for one in own_rules.listing(terminal) if one.id == "clean")
    assert (found.owner, found.amount, found.caps[0].tenths) == ("centre", 30, 60)
    with terminal.read() as conn:
        assert len(conn.execute(measure.select()).all()) == 14
        assert [tuple(row) for row in conn.execute(member.select())] == [(HOUSE, 2, "张小山", 2001, "active")]
    for _ in range(2):
        deeds.earn(terminal, HOUSEHOLDS[1], "clean", 30, "M037A", "R037A")
    for _ in range(3):
        orderbook.give_order(county, 37, do="earn", household=HOUSE, amount_tenths=30, rule="clean")
    assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])  # households of this county have no limits


def test_what_was_given_over_a_cap_is_flagged(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    registry.add_households(
        county, [registry.Household(household="0370900", name="李四", members=2, pinyin="ls", home=37)]
    )
    rules.import_rules(county, [replace(YARD, caps=(rulefile.CapRow("year", "household", 50),))])
    terminal = make_terminal("t37", serving.url)
    for _ in range(2):
        orderbook.give_order(county, 37, do="earn", household="0370900", amount_tenths=30, rule="clean")
    for _ in range(3):
        assert exchange_once(terminal).ok
    report = verify(county)
    assert report.problems == []
    assert [flag.rpartition(" ")[2] for flag in report.flags] == ["over-cap"]


def test_activities_and_slips_pass_at_the_county(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    rules.import_rules(county, [YARD])
    terminal = make_terminal("t37", serving.url)
    assert exchange_once(terminal).ok
    with terminal.read() as conn:
        day = conn.execute(state.select().where(state.c.name == "day")).one().value
    made = activities.announce(terminal, "clean", day, "09:30", "宣讲", "文化室", "M037A")
    epoch, seq = map(int, made.entry.split("-"))
    activities.sign_in_at_desk(terminal, (epoch, seq), HOUSE, "other", "M037A")
    assert crediting.credit(terminal, (epoch, seq), "M037A", "R037A").households == 1
    assert exchange_once(terminal).ok
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])


def test_ended_points_are_closed_by_order(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = make_terminal("t37", serving.url)
    assert exchange_once(terminal).ok
    orderbook.give_order(
        county, 37, do="earn", household=HOUSE, amount_tenths=50, rule="yard", expires="2024-12-31"
    )
    assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    assert orderbook.order_expiry(county, "037", "2025-01-31", dry_run=True) == {HOUSE: 50}
    assert orderbook.order_expiry(county, "037", "2025-01-31") == {HOUSE: 50}
    with pytest.raises(CountyError, match="not a day that is over"):
        orderbook.order_expiry(county, "037", "2999-01-31")
    assert exchange_once(terminal).ok
    assert exchange_once(terminal).ok
    account = find.account(terminal, Proof(household=HOUSE, how="card:1"))
    assert (account.available_tenths, account.saved_tenths) == (600, 50)
    assert expiry.preview(terminal).lines == ()
    assert orderbook.order_expiry(county, "037", "2025-01-31") == {}
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])
    with county.read() as conn:
        assert [row.state for row in conn.execute(orders.select()) if row.do == "expire"] == ["done"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "c")]
    assert main([*data, "init"]) == 0
    assert main([*data, "enrol", "037", "--name", "柳泉村"]) == 0
    file = str(rulefile.assets_dir() / "catalogue" / "rules.toml")
    capsys.readouterr()
    assert main([*data, "rules", "import", file, "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("24 of 24 would change\n")
    assert main([*data, "rules", "import", file, "--json", "--from", "2027-01-01"]) == 0
    assert {one["what"] for one in json.loads(capsys.readouterr().out)["changes"]} == {"new"}
    assert main([*data, "rules", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["rules"]
    assert {one["from"] for one in listed} == {"2027-01-01"}
    assert main([*data, "expire", "037", "--through", "2025-12-31"]) == 0
    assert capsys.readouterr().out == "0 households, 0 points ordered to be closed\n"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[rule]]\nrule = "a"\ncategory = "law"\ntitle = "x"\npoints = 0.55\n')
    assert main([*data, "rules", "import", str(wrong)]) == 3
    assert f"{wrong}:5: points: at most one decimal" in capsys.readouterr().err
    assert main([*data, "rules", "import", str(tmp_path / "none")]) == 2
    assert main([*data, "rules", "import", file, "--from", "soon"]) == 3
