"""Settings: the commented example is the typed defaults, key by key; anything else is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.config import ConfigError, Settings, load
from kiosk.paths import example_config


def test_the_example_says_every_key_and_its_default() -> None:
    example = tomllib.loads(example_config().read_text("utf-8"))
    defaults: dict[str, Any] = msgspec.to_builtins(Settings())
    del defaults["folder"], defaults["file"]  # where the file lies; not a setting
    assert example.keys() == defaults.keys()
    for table, keys in defaults.items():
        assert example[table].keys() == keys.keys(), table
        for key, value in keys.items():
            assert (example[table][key], type(example[table][key])) == (value, type(value)), f"{table}.{key}"


def test_every_key_of_the_example_is_explained() -> None:
    """Keys stand under a table, one a line; what a name does not say, a comment beside it does."""
    lines = example_config().read_text("utf-8").splitlines()
    assert sum("#" in line for line in lines) > len(lines) / 3


def test_the_example_loads(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(example_config().read_bytes())
    assert load(path) == msgspec.structs.replace(Settings(), folder=str(tmp_path), file=path.name)


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    settings = load(path)
    assert settings.data_dir == tmp_path / "data"


def test_the_data_folder_counts_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    path = tmp_path / "deep" / "config.toml"
    path.parent.mkdir()
    path.write_text('[terminal]\ndata_dir = "../books"\n')
    assert load(path).data_dir == tmp_path / "books"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[rules]\nmost_pieces = 0\n", "rules.most_pieces"),
        ("[rules]\nduplicate_minutes = -1\n", "rules.duplicate_minutes"),
        ("[screen]\nidle_timeout_s = 1\n", "screen.idle_timeout_s"),
        ("[county]\npoll_s = 0.0\n", "county.poll_s"),
        ('[terminal]\ntraining = "yes"\n', "terminal.training"),
        ("terminal = 3\n", "terminal"),
        ("[terminal]\nDATA_DIR = 'x'\n", "DATA_DIR"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert named in str(error.value)
    assert str(path) in str(error.value)
