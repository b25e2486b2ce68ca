"""The terminal's settings, read from TOML into frozen types; unknown keys are refused, nothing is guessed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.words import TERMS, Terms

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Positive = Annotated[int, msgspec.Meta(gt=0)]
Term = Annotated[str, msgspec.Meta(pattern=r"^[^\s{}]{1,8}$")]  # a word within sentences


TIME_OF_DAY = r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$"  # "08:30", "" for none


class ConfigError(Exception):
    """The configuration can't be used; the text names file, place and next step."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class TerminalSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where this terminal keeps its data; number, centre and keys come by enrolment."""

    data_dir: str = "data"
    training: bool = False
    demo: bool = False


class PlaceSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What people read on screens and slips about where they are."""

    scheme_name: str = "党群积分超市"
    township_name: str = ""
    centre_name: str = ""
    supervision_phone: str = ""
    manager_name: str = ""
    manager_hours: str = ""
    manager_phone: str = ""
    opens: Annotated[str, msgspec.Meta(pattern=TIME_OF_DAY)] = ""
    closes: Annotated[str, msgspec.Meta(pattern=TIME_OF_DAY)] = ""
    county_word: Term = TERMS.county
    township_word: Term = TERMS.township
    village_word: Term = TERMS.village

    @property
    def terms(self) -> Terms:
        """What places are called here, for `Words`."""
        return Terms(self.county_word, self.township_word, self.village_word)


class CountySettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The line to the county server; an empty address means this terminal works alone."""

    url: str = ""
    poll_s: Annotated[float, msgspec.Meta(gt=0)] = 20.0
    timeout_s: Annotated[float, msgspec.Meta(gt=0)] = 15.0


class ScreenSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The window and how it looks."""

    locale: str = "zh-CN"
    width: Positive = 1280
    height: Positive = 800
    fullscreen: bool = False
    theme: Literal["light", "dark", "contrast"] = "light"
    text_size: Literal["normal", "large", "larger", "largest"] = "normal"
    idle_timeout_s: Annotated[int, msgspec.Meta(ge=5)] = 60
    staff_timeout_s: Annotated[int, msgspec.Meta(ge=5)] = 300
    motion: bool = True
    shuffle_pin: bool = False
    camera_place: Literal["below", "above", "left", "right"] = "below"


class CameraSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The camera that reads cards: index, path or URL; empty means none."""

    source: str = ""


class ScannerSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hand scanner, on a serial line or typing like a keyboard; empty means none."""

    address: str = ""
    baud: Positive = 9600

    @property
    def line(self) -> str:
        """The address, a serial one with its speed."""
        return _with_baud(self.address, self.baud)


class IdcardSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reader of resident identity cards; empty means none."""

    address: str = ""
    baud: Positive = 115_200

    @property
    def line(self) -> str:
        """The address, a serial one with its speed."""
        return _with_baud(self.address, self.baud)


class PrinterSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The slip printer; empty address means none."""

    address: str = ""
    profile: str = "china-80"
    resident_copy: bool = True


class BooksSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where books go that leave the terminal; empty: a USB stick, wherever the system mounts it."""

    export_dir: str = ""


class SpeechSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Spoken prompts through espeak-ng, and short sounds through aplay."""

    enabled: bool = False
    program: str = "espeak-ng"
    voice: str = "cmn"
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    rate: Annotated[int, msgspec.Meta(ge=80, le=450)] = 160
    sounds: bool = True
    sounds_volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60
    player: str = "aplay"


class RuleSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits of redeeming, borrowing, saving, keeping and giving points that are this centre's own."""

    duplicate_minutes: Annotated[int, msgspec.Meta(ge=0)] = 10
    most_pieces: Positive = 99
    lease_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 7
    lease_points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 100
    points_end: Literal["days", "calendar-year", "years", "never"] = "days"
    points_last_days: Annotated[int, msgspec.Meta(ge=0)] = 365
    points_last_years: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    warn_days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 60
    loan_most_points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 20
    loan_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 30
    loan_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 90
    saved_most_points: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 200
    saved_least_points: Positive = 1
    redeem_least_points: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    redeem_most_points: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    redeem_most_period: Literal["day", "week", "month", "quarter", "year"] = "month"
    collector_most_a_day: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 3
    return_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 7
    hold_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 7
    scoring_day: Annotated[int, msgspec.Meta(ge=1, le=28)] = 25
    panel_quorum: Annotated[int, msgspec.Meta(ge=2, le=99)] = 3
    township_check: bool = False
    notice_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 3
    notice_slips: Literal["wish", "all"] = "wish"
    appeal_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 7
    repeat_double_days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 0


class StockSettings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When to warn about goods, and what a suggested order reckons with."""

    near_days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 30
    low_pieces: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 5
    cover_percent: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 50
    order_weeks_back: Annotated[int, msgspec.Meta(ge=1, le=104)] = 8
    order_weeks_cover: Annotated[int, msgspec.Meta(ge=1, le=52)] = 4
    township_confirms: bool = False


class Settings(_Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything in one configuration file."""

    terminal: TerminalSettings = TerminalSettings()
    place: PlaceSettings = PlaceSettings()
    county: CountySettings = CountySettings()
    screen: ScreenSettings = ScreenSettings()
    camera: CameraSettings = CameraSettings()
    scanner: ScannerSettings = ScannerSettings()
    idcard: IdcardSettings = IdcardSettings()
    printer: PrinterSettings = PrinterSettings()
    books: BooksSettings = BooksSettings()
    speech: SpeechSettings = SpeechSettings()
    rules: RuleSettings = RuleSettings()
    stock: StockSettings = StockSettings()
    folder: str = "."
    file: str = ""  # the name of the file they were read from, in that folder

    @property
    def data_dir(self) -> Path:
        """The terminal's data folder, absolute; a relative setting counts from the configuration's folder."""
        return (Path(self.folder) / self.terminal.data_dir).resolve()


def load(path: Path) -> Settings:
    """The settings in `path`. Raises `ConfigError` naming the key and what it should be."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; copy config.example.toml there and edit it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(
            f"{path}: not readable as TOML: {error}; compare with config.example.toml"
        ) from None
    for name in ("folder", "file"):
        if name in table:
            raise ConfigError(f"{path}: `{name}` is not a setting; remove it")
    where = path.resolve()
    try:
        return msgspec.convert({**table, "folder": str(where.parent), "file": where.name}, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}; compare with config.example.toml") from None


def _with_baud(address: str, baud: int) -> str:
    if not address.startswith("serial:") or "baud=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}baud={baud}"


def with_county_url(settings: Settings, url: str) -> Settings:
    """The same settings with another address of the county."""
    county = msgspec.structs.replace(settings.county, url=url)
    return msgspec.structs.replace(settings, county=county)
