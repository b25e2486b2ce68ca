"""The county's command line: each command a few calls into the server's modules.

Exit codes: 0 done · 1 problems found · 2 wrong words, configuration, folder or database · 3 refused.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import exc

from kiosk.config import ConfigError
from kiosk.keys import fingerprint
from kiosk.ledger.masks import mask_name
from kiosk.words import points
from sync.county import (
    acts,
    cli_acts,
    cli_rules,
    enrolment,
    imports,
    moves,
    registry,
    serving,
    settings,
    verify,
    way,
)
from sync.county.database import County, CountyError, open_county, reason
from sync.county.settings import CountySettings

BAR_CHARS = 30
DONE, PROBLEMS, USAGE, REFUSED = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = _parser().parse_args(argv)
    before = os.umask(0o077)  # what is written here holds keys, names and digests
    try:
        return int(given.run(given))
    except (ConfigError, OSError) as error:
        print(f"county: {error}", file=sys.stderr)
        return USAGE
    except exc.DBAPIError as error:
        print(f"county: the database: {reason(error)}", file=sys.stderr)
        return USAGE
    except CountyError as error:
        if given.json:
            _print({"refused": "county", "message": str(error)})
        print(f"county: {error}", file=sys.stderr)
        return REFUSED
    finally:
        os.umask(before)


def _common() -> argparse.ArgumentParser:
    """Options before or after the command. SUPPRESS: the later parser's default must not win."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="configuration file")
    common.add_argument(
        "--data", type=Path, default=argparse.SUPPRESS, help="folder of county.toml (default: here)"
    )
    common.add_argument("--database-url", default=argparse.SUPPRESS, help="instead of the configured one")
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
    return common


def _parser() -> argparse.ArgumentParser:
    common = _common()
    top = argparse.ArgumentParser(
        prog="county",
        description="The county server of the points scheme.",
        parents=[_common()],
        epilog="Exit codes: 0 done, 1 problems found, 2 wrong words, configuration, folder or database, "
        "3 refused.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    init = commands.add_parser("init", parents=[common], help="make configuration, key and database")
    init.add_argument("--code", default="YS", help="on every card and slip: 1 to 6 of A-Z 0-9 (default YS)")
    init.add_argument("--name", default="示例旗", help="what people read")
    init.set_defaults(run=_init)

    serve = commands.add_parser("serve", parents=[common], help="answer terminals and show the page")
    serve.add_argument("--host", help="instead of the configured one")
    serve.add_argument("--port", type=int, help="instead of the configured one; 0: a free one")
    serve.set_defaults(run=_serve)

    enrol = commands.add_parser("enrol", parents=[common], help="a one-time code for a centre's terminal")
    enrol.add_argument("centre", help="three digits")
    enrol.add_argument("--name", help="add the centre, or change its name")
    enrol.add_argument("--township", default="")
    enrol.add_argument("--terminal", type=int, help="number of its spending terminal (default: the centre's)")
    enrol.set_defaults(run=_enrol)

    listed = commands.add_parser("moves", parents=[common], help="points on their way between centres")
    listed.set_defaults(run=_moves)

    home = commands.add_parser("move-home", parents=[common], help="name another centre a household's home")
    home.add_argument("household", help="seven digits")
    home.add_argument("centre", help="the new home, three digits")
    home.set_defaults(run=_move_home)

    member = commands.add_parser("panel", parents=[common], help="who scores at a centre, and for how long")
    member.add_argument("staff", help="a member of staff with the role panel")
    member.add_argument("--from", dest="since", required=True, metavar="YYYY-MM-DD")
    member.add_argument("--to", dest="until", required=True, metavar="YYYY-MM-DD")
    member.add_argument("--election", required=True, help="code of the election's record")
    member.add_argument("--household", default="", help="the member's own household")
    member.add_argument("--kin", nargs="*", default=[], help="households of declared kin")
    member.set_defaults(run=_panel)

    sign = commands.add_parser("sign-off", parents=[common], help="the township's word on a panel's sheet")
    sign.add_argument("terminal", type=int)
    sign.add_argument("sheet", help="entry of the sheet, as the terminal names it: 1-284")
    sign.add_argument("--return", dest="why", choices=way.REASONS, help="send it back instead")
    sign.set_defaults(run=_sign_off)

    bring = commands.add_parser(
        "import", parents=[common], help="households, members, cards or staff, by list"
    )
    bring.add_argument("file", type=Path, nargs="?", help="Excel or CSV; with --template none")
    bring.add_argument("--kind", choices=imports.KINDS, help="what the list holds")
    bring.add_argument("--dry-run", action="store_true", help="only check the list")
    bring.add_argument("--template", choices=imports.KINDS, help="write an empty list to fill in")
    bring.add_argument("--to", type=Path, help="where the template goes: a file ending in .xlsx")
    bring.set_defaults(run=_import)

    check = commands.add_parser("verify", parents=[common], help="check chains, sums, the fold and the feed")
    check.add_argument("--terminal-db", type=Path, help="compare with this terminal's database, row by row")
    check.set_defaults(run=_verify)
    cli_rules.arguments(commands, common)
    cli_acts.arguments(commands, common)
    top.set_defaults(config=None, data=Path(), database_url=None, json=False, run=_use)
    return top


def _init(given: argparse.Namespace) -> int:
    path = _config_path(given)
    if path.exists():
        raise CountyError(f"{path}: there is a county already; nothing was changed")
    try:
        made = msgspec.convert(
            {
                "code": given.code,
                "name": given.name,
                "database_url": given.database_url or "",
                "folder": str(path.resolve().parent),
            },
            CountySettings,
        )
    except msgspec.ValidationError as error:
        raise ConfigError(f"--code: {error}") from None
    _own_folder(made.data_dir)
    county = open_county(made, create=True)
    try:
        registry.begin(county)
        settings.write(path, made)
    finally:
        county.close()
    told = {"config": str(path), "code": made.code, "fingerprint": fingerprint(county.key.public)}
    _tell(given, told, f"{path}: county {made.code}, key {told['fingerprint']}")
    return DONE


def _own_folder(folder: Path) -> None:
    """Only we may look into the folder; one that holds something already is somebody's and stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        folder.chmod(0o700)


def _serve(given: argparse.Namespace) -> int:
    chosen = _settings(given)
    changes: dict[str, Any] = {
        name: getattr(given, name) for name in ("host", "port") if getattr(given, name) is not None
    }
    chosen = msgspec.structs.replace(chosen, **changes)
    county = open_county(chosen)
    acts.catch_up(county)
    try:
        try:
            listening = serving.listen(chosen.host, chosen.port)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"{chosen.host}:{chosen.port}: {error}; choose another --port") from None
        with listening:
            _print({"url": serving.url_of(listening), "county": chosen.code})
            serving.make_server(county, chosen).run([listening])
    finally:
        county.close()
    return DONE


def _enrol(given: argparse.Namespace) -> int:
    with_county = _open(given)
    try:
        if given.name:
            number = given.terminal or (int(given.centre) if given.centre.isdigit() else 0)
            registry.add_centre(with_county, given.centre, given.name, given.township, number)
        code = enrolment.make_code(with_county, given.centre)
    finally:
        with_county.close()
    _tell(given, {"centre": given.centre, "enrol_code": code}, code)
    return DONE


def _moves(given: argparse.Namespace) -> int:
    county = _open(given)
    try:
        with county.read() as conn:
            found = moves.on_their_way(conn, county.code)
    finally:
        county.close()
    masked = [msgspec.structs.replace(one, name=mask_name(one.name)) for one in found]
    lines = [
        f"{one.move:<14} {points(one.amount_tenths):>8}  …{one.household[-4:]} {one.name}  "
        f"{one.origin} → {one.dest}  {one.state}{', home' if one.home else ''}"
        for one in masked
    ]
    away = points(sum(one.amount_tenths for one in found))
    _tell(given, masked, "\n".join([*lines, f"{len(found)} moves on their way, {away} points"]))
    return DONE


def _move_home(given: argparse.Namespace) -> int:
    county = _open(given)
    try:
        terminal = registry.terminal_of(county, given.centre)
        order = registry.change_home(county, given.household, terminal)
    finally:
        county.close()
    _tell(given, {"order": order, "home": terminal}, order)
    return DONE


def _panel(given: argparse.Namespace) -> int:
    with_county = _open(given)
    try:
        way.set_member(
            with_county,
            given.staff,
            since=given.since,
            until=given.until,
            election=given.election,
            household=given.household,
            kin=given.kin,
        )
    finally:
        with_county.close()
    told = {"staff": given.staff, "from": given.since, "to": given.until}
    _tell(given, told, f"{given.staff}: {given.since} to {given.until}")
    return DONE


def _sign_off(given: argparse.Namespace) -> int:
    with_county = _open(given)
    try:
        order = way.sign_sheet(with_county, given.terminal, given.sheet, given.why or "")
    finally:
        with_county.close()
    _tell(given, {"order": order}, order)
    return DONE


def _import(given: argparse.Namespace) -> int:
    if given.template:
        if given.to is None or given.to.suffix != ".xlsx":
            raise ConfigError("--template needs --to FILE.xlsx")
        imports.template(given.template, given.to)
        _tell(given, {"file": str(given.to)}, str(given.to))
        return DONE
    if given.file is None or given.kind is None:
        raise ConfigError("import needs a file and --kind, or --template and --to")
    county = _open(given)
    try:
        done = imports.run(county, given.file, given.kind, dry_run=given.dry_run, progress=_progress)
    except imports.RowsWrong as error:
        sys.stderr.write("\n")
        for one in error.wrong:
            print(f"row {one.row}, {one.column}: {one.message}", file=sys.stderr)
        if given.json:
            _print({"refused": "import", "message": str(error), "rows": error.wrong})
            return REFUSED
        raise
    finally:
        county.close()
    sys.stderr.write("\n")
    verb = "would be imported" if done.dry_run else "imported"
    _tell(given, done, "\n".join([f"{done.rows} {done.kind} {verb}", *done.cards]))
    return DONE


def _progress(done: int, of: int) -> None:
    """A bar on standard error, drawn anew each hundredth part."""
    if done == of or done % max(1, of // 100) == 0:
        filled = BAR_CHARS * done // of
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR_CHARS - filled)}] {done}/{of}")
        sys.stderr.flush()


def _verify(given: argparse.Namespace) -> int:
    county = _open(given)
    try:
        report = verify.verify(county, given.terminal_db)
    finally:
        county.close()
    lines = [*report.problems, *(f"{flag} (flagged)" for flag in report.flags)]
    verdict = "holds" if report.ok else f"{len(report.problems)} problems"
    lines.append(f"{report.entries} entries of {report.terminals} terminals: {verdict}")
    if report.away_tenths:
        lines.append(f"{points(report.away_tenths)} points on their way between centres; see county moves")
    if given.terminal_db:
        lines.append(f"{report.compared} entries compared with {given.terminal_db}")
    _tell(given, report, "\n".join(lines))
    return DONE if report.ok else PROBLEMS


def _use(given: argparse.Namespace) -> int:
    """The commands of other modules: open the county, do it, tell."""
    county = _open(given)
    try:
        value, text = given.use(given, county)
    finally:
        county.close()
    _tell(given, value, text)
    return DONE


def _open(given: argparse.Namespace) -> County:
    county = open_county(_settings(given))
    acts.catch_up(county)
    return county


def _settings(given: argparse.Namespace) -> CountySettings:
    chosen = settings.load(_config_path(given))
    if given.database_url:
        chosen = msgspec.structs.replace(chosen, database_url=given.database_url)
    return chosen


def _config_path(given: argparse.Namespace) -> Path:
    path: Path = given.config or given.data / settings.FILE
    return path


def _tell(given: argparse.Namespace, value: Any, text: str) -> None:
    if given.json:
        _print(value)
    else:
        print(text, flush=True)


def _print(value: Any) -> None:
    """One JSON line, at once: whoever started us waits for it."""
    print(msgspec.json.encode(value).decode(), flush=True)
