"""Settings that only the parts they name can judge: checked before anything starts, each fault by its key."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from drivers.printer.profile import profiles
from kiosk.config import ConfigError, Settings
from kiosk.devices import HID
from kiosk.words import locales

WIRES = ("serial:", "tcp://", "file:", "usb:")


def check(settings: Settings) -> Settings:
    """The same settings. Raises `ConfigError` naming the first key that can't be used, and what can."""
    for fault in _faults(settings):
        raise ConfigError(f"{fault}; see config.example.toml")
    return settings


def _faults(settings: Settings) -> Iterator[str]:
    if settings.screen.locale not in locales():
        yield f"[screen] locale = {settings.screen.locale!r}: there are {', '.join(locales())}"
    if settings.printer.profile not in profiles():
        yield f"[printer] profile = {settings.printer.profile!r}: there are {', '.join(profiles())}"
    addresses = {
        "printer": settings.printer.address,
        "scanner": settings.scanner.address,
        "idcard": settings.idcard.address,
    }
    for name, address in addresses.items():
        wires = (*WIRES, HID) if name == "scanner" else WIRES
        if address and not address.startswith(wires):
            yield f"[{name}] address = {address!r}: begins with one of {', '.join(wires)}"
    if settings.county.url and not _usable(settings.county.url):
        yield f"[county] url = {settings.county.url!r}: write https://…; http:// goes to this machine only"


def _usable(url: str) -> bool:
    try:
        parsed = urlsplit(url)
        host = parsed.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parsed.scheme == "https" or (parsed.scheme == "http" and _loopback(host)))


def _loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
