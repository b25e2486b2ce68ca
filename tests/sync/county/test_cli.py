"""The county's command line, as a person types it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from sync.client import enrol
from sync.county.cli import main
from tests.sync.postgres import PostgresServer

COUNTY = [sys.executable, "-c", "import sys; from sync.county.cli import main; sys.exit(main())"]


def _say(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main([*words, "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
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
    (tmp_path / "c" / "county.toml").write_text('code = "YS"\nname = "x"\nprot = 1\n', "utf-8")
    assert main(["--data", data, "verify"]) == 2
    assert "prot" in capsys.readouterr().err
    (tmp_path / "c" / "county.toml").write_bytes(b"\xff\xfe\x00")
    assert main(["--data", data, "verify"]) == 2
