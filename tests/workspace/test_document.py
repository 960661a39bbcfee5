"""Reading files: what JSON can say is taken with its lines, everything else is one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadFile
from workbench.workspace.document import read

from .conftest import Write

YAML = """\
# a comment
name: desk
since: 2026-11-03
user:
  - Hi.
  - |
    Two
    lines
check: {source: user, on: yes, at: [1, 2.5, null, true]}
"""


def test_yaml_with_its_lines(write: Write):
    document = read(write("a.yaml", YAML))
    assert document.data == {
        "name": "desk",
        "since": "2026-11-03",
        "user": ["Hi.", "Two\nlines\n"],
        "check": {"source": "user", "on": "yes", "at": [1, 2.5, None, True]},
    }
    places: dict[tuple[str | int, ...], int] = {("name",): 2, ("user", 0): 5, ("check", "at", 2): 9, (): 2}
    assert {place: document.line(place) for place in places} == places
    assert document.line(("user", 7, "nothing")) == 4


def test_json_with_its_lines(write: Write):
    document = read(write("a.json", '{"name": "desk",\n\t"user": [\n"Hi.\\ud83d\\ude00\\/"]}'))
    assert document.data == {"name": "desk", "user": ["Hi.😀/"]}
    assert (document.line(("user",)), document.line(("user", 0))) == (2, 3)


def test_json_that_yaml_cannot_follow_has_no_lines(write: Write):
    document = read(write("a.json", '{"' + "k" * 2000 + '": 1}'))
    assert document.line(()) is None


def test_a_byte_order_mark_and_windows_lines(write: Write):
    assert read(write("a.yaml", b"\xef\xbb\xbfname: a\r\ntitle: b\r\n")).data == {"name": "a", "title": "b"}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, "is empty"),
        ("# only a comment\n", None, "is empty"),
        ("- a\n- b\n", 1, "holds a list"),
        ("hello\n", 1, "holds one bare value"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "the field 'c' is given twice"),
        ("a:\n\tb: 1\n", 2, "a tab stands where YAML wants spaces"),
        (b"a: 1\nb: \xe9\n", 2, "is not UTF-8"),
        ("a: b: c\n", 1, "put the text in quotes"),
        ('a: "x\n', 2, "is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not YAML"),
        ("a: *nowhere\n", 1, "undefined alias"),
        ("a: &x [1]\nb: *x\n", 1, "aliases are not taken"),
        ("c:\n  <<: {a: 1}\n", 2, "merges (<<) are not taken"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "the tag"),
        ("a: !!binary aGk=\n", 1, "the tag"),
        ("? [a]\n: 1\n", 1, "should be a word"),
        ("a: \x00\n", None, "characters that YAML does not allow"),
        ("a: \x1b]52;c;AAAA\x07\n", None, "characters that YAML does not allow"),
        ("a: .nan\n", 1, "'.nan' is not a number"),
        ("a: " + "9" * 5000, 1, "is not a number"),
        ("[" * 300, 1, "nested more than 100 levels deep"),
        ("- " * 300, 1, "nested more than 100 levels deep"),
        ("a: " + "[" * 100 + "]" * 100, None, "nested more than 100 levels deep"),
        ("a: " + "x" * 10_000_000, None, "is larger than 1000 kB"),
        ("a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(30)), 1, "aliases are not taken"),
    ],
)
def test_what_is_no_yaml_of_ours_is_one_sentence(write: Write, content: str | bytes, line: int | None, words: str):
    complaint(write("a.yaml", content), line, words)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (" ", None, "is empty"),
        ("[1]", 1, "holds a list"),
        ('{"a": 1,\n}', 2, "is not JSON"),
        ('{"a": 1, "a": 2}', None, "the field 'a' is given twice"),
        ('{"a": NaN}', None, "'NaN' is not a number"),
        ('{"a": ' + "9" * 5000 + "}", None, "number that is too long"),
        ("[" * 100_000, None, "nested too deeply"),
        ('{"a": ' + "[" * 101 + "]" * 101 + "}", None, "nested more than 100 levels deep"),
    ],
)
def test_what_is_no_json_of_ours_is_one_sentence(write: Write, content: str, line: int | None, words: str):
    complaint(write("a.json", content), line, words)


def complaint(path: Path, line: int | None, words: str) -> None:
    with pytest.raises(BadFile) as failure:
        read(path)
    message = str(failure.value)
    assert message.startswith(f"{path}, line {line}: " if line else f"{path}: ")
    assert words in message
    assert "\n" not in message


def test_what_cannot_be_read(tmp_path: Path):
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "nothing.yaml")
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.dictionaries(st.text(), plain))
def test_json_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read(path).data == data


@given(st.text(alphabet=st.sampled_from("ab:- \n\t[]{},'\"&*!|>#%@`?\\1.~é\x85"), max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode())
    try:
        data = read(path).data
    except BadFile:
        return
    json.dumps(data, allow_nan=False)
