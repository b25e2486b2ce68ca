"""The county server's settings, read from TOML into frozen types; unknown keys are refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.config import ConfigError, Term
from kiosk.keys import write_private
from kiosk.words import TERMS, Terms

FILE = "county.toml"
CountyCode = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{1,6}$")]


class CountySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything in one county configuration file."""

    code: CountyCode
    name: str
    data: str = "."  # database and key; relative to this file
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8642
    database_url: str = ""  # empty: SQLite in the data folder
    next_s: Annotated[float, msgspec.Meta(ge=0.05, le=3600)] = 20.0  # when terminals come again
    county_word: Term = TERMS.county
    township_word: Term = TERMS.township
    village_word: Term = TERMS.village
    folder: str = "."

    @property
    def data_dir(self) -> Path:
        """The data folder, absolute."""
        return (Path(self.folder) / self.data).resolve()

    @property
    def terms(self) -> Terms:
        """What places are called here, for `Words`."""
        return Terms(self.county_word, self.township_word, self.village_word)

    @property
    def key_file(self) -> Path:
        """The county's private key."""
        return self.data_dir / "county.key"


def load(path: Path) -> CountySettings:
    """The settings in `path`. Raises `ConfigError` naming the key and what it should be."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; `county init --data DIR` writes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not readable as TOML: {error}") from None
    if "folder" in table:
        raise ConfigError(f"{path}: `folder` is not a setting; remove it")
    try:
        return msgspec.convert({**table, "folder": str(path.resolve().parent)}, CountySettings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from None


def write(path: Path, settings: CountySettings) -> None:
    """A commented configuration file that `load` reads back as `settings`; it may hold a password."""
    lines = [
        "# Settings of one county server.",
        f"code = {_quoted(settings.code)} # on every card and slip",
        f"name = {_quoted(settings.name)}",
        f"data = {_quoted(settings.data)} # database and key; relative to this file",
        f"host = {_quoted(settings.host)} # terminals elsewhere need https in front of it",
        f"port = {settings.port}",
        f"database_url = {_quoted(settings.database_url)} # empty: SQLite in the data folder; or postgresql://…",
        f"next_s = {settings.next_s} # when terminals come again if nothing happens",
        f"county_word = {_quoted(settings.county_word)} # what people read: other counties say 县",
        f"township_word = {_quoted(settings.township_word)}",
        f"village_word = {_quoted(settings.village_word)} # or 嘎查",
    ]
    write_private(path, ("\n".join(lines) + "\n").encode())


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()  # a JSON string is a TOML basic string
