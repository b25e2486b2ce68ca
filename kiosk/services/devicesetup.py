"""Where a device is plugged in, written into the configuration by whoever looks after devices; opens none."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk import config, configfile, devices
from kiosk.config import Settings
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.terminal import Terminal

_log = logging.getLogger(__name__)


def use(terminal: Terminal, actor: str, device: str, address: str) -> None:
    """From the next start on `device` is at `address`.

    Raises `Refused("role-may-not")`, "config-training", "config-damaged", "config-unwritable".
    """
    assert device in (*devices.READERS, devices.PRINTER)
    _write(terminal, actor, device, devices.SETTING.get(device, "address"), address)


def speak(terminal: Terminal, actor: str, aloud: bool) -> None:
    """From the next start on prompts are said aloud, or not. Raises as `use`."""
    _write(terminal, actor, devices.SPEECH, "enabled", aloud)


def at_next_start(settings: Settings) -> Settings:
    """The settings as the file has them now. Raises `Refused("config-damaged")`."""
    try:
        return config.load(_file(settings))
    except config.ConfigError as error:
        _log.warning("the configuration cannot be used: %s", error)
        raise Refused("config-damaged") from None


def _write(terminal: Terminal, actor: str, table: str, key: str, value: str | bool) -> None:
    with terminal.read() as conn:
        staff.require(conn, actor, "devices")
    settings = terminal.settings
    if settings.terminal.training:
        raise Refused("config-training")
    try:
        configfile.change(_file(settings), table, key, value)
    except config.ConfigError as error:
        _log.warning("the configuration was not changed: %s", error)
        raise Refused("config-damaged") from None
    except OSError as error:
        _log.warning("the configuration was not changed: %s", error.strerror)
        raise Refused("config-unwritable") from None
    _log.info("the configuration was changed: [%s] %s", table, key)


def _file(settings: Settings) -> Path:
    return Path(settings.folder) / (settings.file or "config.toml")
