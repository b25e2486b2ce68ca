"""Where keys stand in TOML files, whatever else is in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import tomlfile
from kiosk.tomlfile import UnreadableError

TEXT = '''# comment = 1
name = "示例"
text = """
[[rule]]
rule = "inside a string"
"""
caps = [
  { a = 1 },  # ] " not a string
  { b = "]" },
]

[[rule]]  # the first
rule = "a"
"title" = "it's # not a comment"
list = [
  "x",
  "rule",
]

[other]
key = 1
[[measure]]
rule = 'c:\\\\'
[[rule]]
points = 2
'''


def test_lines() -> None:
    file = tomlfile.parse(TEXT)
    assert file.head.values["name"] == "示例"
    assert (file.head.line_of("name"), file.head.line_of("text"), file.head.line_of("caps")) == (2, 3, 7)
    assert [(one.name, one.line) for one in file.items] == [("rule", 12), ("measure", 22), ("rule", 24)]
    first, measure, second = file.items
    assert first.values == {"rule": "a", "title": "it's # not a comment", "list": ["x", "rule"]}
    assert first.lines | {"key": 0} == {"rule": 13, "title": 14, "list": 15, "key": 0}
    assert first.line_of("points") == 12
    assert (measure.line_of("rule"), second.line_of("points")) == (23, 25)


def test_unreadable(tmp_path: Path) -> None:
    for text, line in (("a = 1\nb = \n", 2), ('a = """\n', 2), ("a = 1\na = 2\n", 2)):
        with pytest.raises(UnreadableError) as error:
            tomlfile.parse(text)
        assert abs(error.value.line - line) <= 1
        assert "line" not in error.value.text
    path = tmp_path / "rules.toml"
    path.write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(UnreadableError) as error:
        tomlfile.read(path)
    assert (error.value.line, error.value.text) == (2, "not UTF-8")
    path.write_bytes(b"#" * (tomlfile.MOST_BYTES + 1))
    with pytest.raises(UnreadableError):
        tomlfile.read(path)


keys = st.text("abcdefgh", min_size=1, max_size=4)
values = st.one_of(
    st.text(st.sampled_from("ab\"'#[]{}=\\\n "), max_size=12).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text(st.sampled_from("ab#[]{}=\n "), max_size=12).map(lambda text: f"'''{text}'''"),
    st.lists(st.integers(0, 9), max_size=3).map(
        lambda numbers: "[\n" + ",\n".join(map(str, numbers)) + "\n]"
    ),
    st.just("{ a = '}', b = [ 1 ] }"),
)


@given(st.lists(st.dictionaries(keys, values, max_size=4), min_size=1, max_size=4))
def test_every_key_is_found_where_it_was_written(tables: list[dict[str, str]]) -> None:
    text, expected = "", []
    for table in tables:
        text += "[[rule]]\n"
        place, lines = text.count("\n"), {}
        for key, value in table.items():
            lines[key] = text.count("\n") + 1
            text += f"{key} = {value} # [[rule]]\n"
        expected.append((place, lines))
    assert [(one.line, one.lines) for one in tomlfile.parse(text).items] == expected
