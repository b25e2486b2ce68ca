"""Words: every code has a sentence in both languages, short enough to read, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kiosk
from kiosk.words import DEFAULT_LOCALE, Words, locales, points

ROOT = Path(kiosk.__file__).parent.parent
SOURCES = [path for package in ("kiosk", "sync") for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST_ZH = 40


@cache
def _codes(name: str) -> dict[str, str]:
    """Each literal code given to `Refused(…)` or `Question(…)`, with one place where it stands."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node.func) == name and node.args:
                for code in _texts(node.args[0]):
                    found[code] = f"{path.name}:{node.lineno}"
    return found


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _texts(argument: ast.expr) -> Iterator[str]:
    """A literal, either side of a conditional, or what an f-string or a name can become."""
    if isinstance(argument, ast.Constant):
        assert isinstance(argument.value, str)
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _texts(argument.body)
        yield from _texts(argument.orelse)


def _written() -> str:
    return "\n".join(path.read_text("utf-8") for path in SOURCES)


# `Refused(f"card-{state}")`: the states a card can have, and none at all
COMPOSED = {"card-lost", "card-revoked", "card-unknown"}


@pytest.mark.parametrize("kind", ["refused", "question"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_code_has_its_sentence(kind: str, locale: str) -> None:
    words = Words(locale)
    codes = _codes(kind.capitalize())
    assert len(codes) > (40 if kind == "refused" else 0)
    missing = {code: place for code, place in codes.items() if f"{kind}.{code}" not in words}
    assert not missing


@pytest.mark.parametrize("kind", ["refused", "question"])
def test_no_sentence_without_a_code(kind: str) -> None:
    codes = _codes(kind.capitalize()).keys() | COMPOSED
    source = _written()
    keys = {key.partition(".")[2] for key in Words().keys() if key.startswith(f"{kind}.")}  # noqa: SIM118
    left = {key for key in keys - codes if f'"{key}"' not in source}  # a code may reach Refused by a name
    assert not left


def test_chinese_sentences_are_short() -> None:
    words = Words("zh-CN")
    long = {
        key: words(key)
        for key in words.keys()  # noqa: SIM118  # a method of ours, not a mapping
        if key.partition(".")[0] in ("refused", "question") and len(words(key)) > LONGEST_ZH
    }
    assert not long


# Who can help, or the one button below the sentence ("返回" / "Go back") or in the question.
_HELP = {
    "zh-CN": re.compile("员|同事|旗里|镇里|上级|发货人|别人|他们|复核人|换一位|另一位|换人|第二位|按“|返回"),
    "en": re.compile(
        r"\b(manager|technician|county|township|staff|reviewer|person|someone|sender|somebody|others?"
        r"|another|colleagues?|member|supervis\w+|“\w.*”|Go back)\b|“",
        re.IGNORECASE,
    ),
}
_SYSTEM_WORDS = re.compile(
    r"数据库|异常|错误码|接口|参数|服务器|缓存|超时|--|SQL|null|exception|database|server|time-?out", re.I
)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_sentence_names_a_person_or_a_button_and_no_system_word(locale: str) -> None:
    words = Words(locale)
    sentences = {key: words(key) for key in words.keys() if key.partition(".")[0] in ("refused", "question")}  # noqa: SIM118
    assert not {key: text for key, text in sentences.items() if not _HELP[locale].search(text)}
    assert not {key: text for key, text in sentences.items() if _SYSTEM_WORDS.search(text)}


def test_the_buttons_named_in_sentences_exist() -> None:
    chinese, english = Words("zh-CN"), Words("en")
    assert (chinese("ui.button.got_it"), english("ui.button.got_it")) == ("返回", "Go back")
    assert "再扣一次" in chinese("ui.question.yes") and "Charge once more" in english("ui.question.yes")


def test_english_has_every_refusal_in_english() -> None:
    chinese, english = Words("zh-CN"), Words("en")
    for key in chinese.keys():  # noqa: SIM118
        if key.partition(".")[0] in ("refused", "question", "slip-check"):
            assert english(key).isascii() or not re.search(r"[\u4e00-\u9fff]", english(key)), key


def test_both_languages_fill_in_the_same_figures() -> None:
    chinese, english = Words("zh-CN"), Words("en")
    for key in chinese.keys():  # noqa: SIM118
        if key.partition(".")[0] in ("refused", "question", "slip-check"):
            assert _fields(chinese(key)) == _fields(english(key)), key


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def test_points_as_people_write_them() -> None:
    assert [points(tenths) for tenths in (385, 280, 0, -5, 5, -385)] == [
        "38.5",
        "28",
        "0",
        "-0.5",
        "0.5",
        "-38.5",
    ]


def test_tenths_are_shown_as_points() -> None:
    words = Words("en")
    assert words("refused.not-enough-points", missing_tenths=315).startswith("31.5 ")
    assert words("refused.not-enough-points", missing="31.5").startswith("31.5 ")


def test_languages() -> None:
    assert locales()[0] == DEFAULT_LOCALE == "zh-CN"
    assert "en" in locales()
    with pytest.raises(ValueError, match="tlh"):
        Words("tlh")
    with pytest.raises(KeyError):
        Words()("no.such.key")
