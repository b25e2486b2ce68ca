"""Prints every refusal and question in both languages, to be read by people: `make refusals`.

The list comes from the words themselves; tests/kiosk/test_words.py holds them to the codes in the source.
"""

from __future__ import annotations

from kiosk.words import Words

KINDS = ("refused", "question")


def listed() -> list[tuple[str, str, str]]:
    """(code, Chinese, English) of every refusal and question, by kind and code."""
    chinese, english = Words("zh-CN"), Words("en")
    keys = sorted(key for key in chinese.keys() if key.partition(".")[0] in KINDS)  # noqa: SIM118
    return [(key, chinese(key), english(key)) for key in keys]


def main() -> None:
    """One paragraph each: code and length, then the two sentences."""
    lines = listed()
    for code, chinese, english in lines:
        print(f"{code} ({len(chinese)})\n    {chinese}\n    {english}")
    print(f"{len(lines)} sentences, the longest {max(len(chinese) for _, chinese, _ in lines)} characters")


if __name__ == "__main__":
    main()
