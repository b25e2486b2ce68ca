"""The county's command line, as a person types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from sync import protocol
from sync.county.cli import main
from sync.county.database import open_county
from sync.county.serving import Serving
from sync.county.settings import CountySettings
from sync.enrolling import enrol
from sync.protocol import EXCHANGE_PATH, EnrolRequest
from sync.transport import Line, LineError
from tests.sync import places
from tests.sync.postgres import PostgresServer

COUNTY = [sys.executable, "-c", "import sys; from sync.county.cli import main; sys.exit(main())"]


def _say(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main([*words, "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_init_enrol_serve_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest, database: str
) -> None:
    data = str(tmp_path / "c")
    url: list[str] = []
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = ["--database-url", server.database()]
    told = _say(capsys, "--data", data, "init", "--code", "YS", "--name", "示例旗", *url)
    code = str(_say(capsys, "enrol", "037", "--name", "柳泉村", "--data", data)["enrol_code"])
    command = [*COUNTY, "--config", str(told["config"]), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server_process:
        try:
            assert server_process.stdout is not None
            address = json.loads(server_process.stdout.readline())["url"]
            assert httpx2.get(f"{address}/health").json()["ok"] is True
            assert "柳泉村" in httpx2.get(address).text
            assert enrol(address, code, tmp_path / "t").terminal == 37
        finally:
            server_process.send_signal(signal.SIGTERM)
        server_process.wait(20)
    assert _say(capsys, "verify", "--data", data)["ok"] is True


def test_what_is_wrong_is_said_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "c")
    assert main(["--data", data, "verify"]) == 2
    assert "county init" in capsys.readouterr().err
    assert main(["--data", data, "init", "--code", "no good"]) == 2
    assert main(["--data", data, "init"]) == 0
    assert main(["--data", data, "init"]) == 3
    assert main(["--data", data, "enrol", "999"]) == 3
    assert main(["--data", data, "enrol", "03x", "--name", "x"]) == 3
    assert main(["--data", data, "verify", "--terminal-db", str(tmp_path / "none.db")]) == 3
    assert main(["--data", data, "--database-url", "mysql://x", "verify"]) == 2
    assert main(["--data", data, "--database-url", "postgresql://127.0.0.1:1/x", "verify"]) == 2
    assert main(["--data", data, "--database-url", "sqlite:////proc/none/county.db", "verify"]) == 2
    assert main(["--data", "/proc/none", "init"]) == 2
    (tmp_path / "file").write_bytes(b"")
    for folder in ("file", "file/below"):
        capsys.readouterr()
        assert main(["--data", str(tmp_path / folder), "init"]) == 2
        assert folder in capsys.readouterr().err
    (tmp_path / "c" / "county.toml").write_text('code = "YS"\nname = "x"\nprot = 1\n', "utf-8")
    assert main(["--data", data, "verify"]) == 2
    assert "prot" in capsys.readouterr().err
    (tmp_path / "c" / "county.toml").write_bytes(b"\xff\xfe\x00")
    assert main(["--data", data, "verify"]) == 2


def test_only_the_owner_reads_what_the_county_keeps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys, identity digests and PIN hashes, and perhaps a password, whatever the shell's umask is."""
    (tmp_path / "made").mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        for folder in ("new", "made"):
            data = tmp_path / folder
            assert main(["--data", str(data), "init"]) == 0
            assert main(["--data", str(data), "enrol", "037", "--name", "柳泉村"]) == 0
            assert main(["--data", str(data), "verify"]) == 0
            assert data.stat().st_mode & 0o777 == 0o700
            files = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
            assert {"county.toml", "county.key", "county.db"} <= files.keys()
            assert set(files.values()) == {0o600}
    finally:
        assert os.umask(before) == 0o022, "the process around it keeps its own"


def test_a_folder_with_odd_letters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "a#b?c%41"
    assert main(["--data", str(data), "init"]) == 0
    assert (data / "county.db").is_file()
    assert main(["--data", str(data), "verify"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [data.name]


@pytest.mark.parametrize("damage", ["key", "database", "pages"])
def test_damaged_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str) -> None:
    data = tmp_path / "c"
    assert main(["--data", str(data), "init"]) == 0
    if damage == "key":
        (data / "county.key").write_bytes(b"short")
    elif damage == "database":
        (data / "county.db").write_bytes(b"no database at all" * 500)
    else:
        with (data / "county.db").open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (data.joinpath("county.db").stat().st_size - 4096))
    capsys.readouterr()
    assert main(["--data", str(data), "verify"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("county: ") and "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_while_the_database_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page, health and an exchange each answer 503 with one line in the log; then all is well again."""
    server = PostgresServer()
    try:
        settings = CountySettings(
            code="YS", name="示例旗", port=0, database_url=server.database(), folder=str(tmp_path)
        )
        county = open_county(settings, create=True)
        places.fill(county)
        terminal = places.enrolled(county, tmp_path / "t", "")
        with Serving(county, settings) as running:
            assert httpx2.get(f"{running.url}/health").json()["ok"] is True
            server.halt()
            health, page = httpx2.get(f"{running.url}/health"), httpx2.get(running.url)
            assert (health.status_code, health.json()) == (503, {"ok": False})
            assert page.status_code == 503
            assert "数据库连不上" in page.text
            with Line(running.url, 15.0) as line, pytest.raises(LineError, match="county-busy"):
                line.post(EXCHANGE_PATH, protocol.seal(terminal.key, "37", EnrolRequest("", b"")))
            assert [record.getMessage() for record in caplog.records if record.name == "county"] == [
                "database: OperationalError"
            ] * 3
            assert not any(record.exc_info for record in caplog.records if record.name == "county")
            server.start()
            assert httpx2.get(f"{running.url}/health").status_code == 200
            assert httpx2.get(running.url).status_code == 200
        terminal.close()
        county.close()
    finally:
        server.stop()


def test_while_the_database_is_no_database(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = CountySettings(code="YS", name="示例旗", port=0, folder=str(tmp_path))
    county = open_county(settings, create=True)
    county.close()
    for file in tmp_path.glob("county.db*"):
        file.write_bytes(b"no database at all" * 500)
    with Serving(county, settings) as running:
        assert httpx2.get(f"{running.url}/health").status_code == 503
        assert httpx2.get(running.url).status_code == 503
    assert [record.getMessage() for record in caplog.records if record.name == "county"] == [
        "database: DatabaseError"
    ] * 2
    county.close()
