"""A YAML or JSON file as plain data, with the line on which each value stands.

Only what JSON can say is taken: no aliases, no tags, no key twice. Dates stay the text they were written as.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadFile
from workbench.events.text import DEEPEST, is_deep
from workbench.plain_files import read_text

Place = tuple[str | int, ...]
"""A way into a document: keys and positions."""

_YAML = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. `lines` has the line (from 1) of each value by its place."""

    path: Path
    data: dict[str, Any]
    lines: dict[Place, int]

    def line(self, place: Sequence[str | int]) -> int | None:
        """The line of the value at `place`, or of the nearest one around it that is there."""
        where = tuple(place)
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where)


def read(path: Path) -> Document:
    """The file's one object.

    Raises:
        BadFile: it cannot be read, is too large, not UTF-8, not YAML (or JSON, by its ending), or no object.
    """
    text = read_text(path)
    lines: dict[Place, int] = {}
    data = _json(path, text, lines) if path.suffix == ".json" else _yaml(path, text, lines)
    if data is None:
        raise BadFile(path, "is empty; 'workbench init DIR' writes examples to begin with")
    if is_deep(data):
        raise BadFile(path, f"is nested more than {DEEPEST} levels deep")
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "one bare value"
        raise BadFile(path, f"holds {kind}; it should hold fields, each as 'name: value'", line=1)
    return Document(path, data, lines)  # pyright: ignore[reportUnknownArgumentType]


def _yaml(path: Path, text: str, lines: dict[Place, int]) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml: Any = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST + 1  # what the deepest holds counts too; reading takes ever longer the deeper it goes
    try:
        node = yaml.compose(text)
        return None if node is None else _Plain(path, yaml, lines).value(node, ())
    except MarkedYAMLError as error:
        raise _fault(path, error) from error
    except YAMLError as error:
        raise BadFile(path, "holds characters that YAML does not allow") from error


def _fault(path: Path, error: Any) -> BadFile:
    """A fault of the scanner, at its line."""
    mark = error.problem_mark or error.context_mark
    return BadFile(path, _said(error.problem or "is not YAML"), line=None if mark is None else mark.line + 1)


def _said(problem: str) -> str:
    """What YAML's scanner complains of, with the remedy where it is known."""
    if "maximum depth" in problem:
        return f"is nested more than {DEEPEST} levels deep"
    if r"'\t'" in problem:
        return "a tab stands where YAML wants spaces; indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a second ':' stands where none can be; put the text in quotes"
    return f"is not YAML: {problem}"


class _Plain:
    """Turns YAML nodes into plain values, noting their lines."""

    def __init__(self, path: Path, yaml: Any, lines: dict[Place, int]) -> None:
        self._path, self._lines = path, lines
        self._scalar = yaml.constructor.construct_object
        self._seen: set[int] = set()

    def value(self, node: Any, place: Place) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(place, line)
        if id(node) in self._seen:
            raise BadFile(
                self._path,
                "this value is used again by an alias (*name); aliases are not taken here, write it out",
                line=line,
            )
        self._seen.add(id(node))
        kind = str(node.tag).removeprefix(_YAML)
        if kind == "map":
            return self._map(node, place)
        if kind == "seq":
            return [self.value(item, (*place, number)) for number, item in enumerate(node.value)]
        if kind in ("str", "timestamp"):
            return node.value
        if kind in ("int", "float", "bool", "null"):
            try:
                value = self._scalar(node)
            except ValueError:
                value = math.nan
            if isinstance(value, float) and not math.isfinite(value):
                raise BadFile(self._path, f"{node.value[:40]!r} is not a number that JSON can hold", line=line)
            return value
        raise BadFile(self._path, f"the tag {str(node.tag)[:40]!r} is not taken here; leave it out", line=line)

    def _map(self, node: Any, place: Place) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key.value, str):
                raise BadFile(self._path, "a field's name should be a word", line=line)
            if key.tag == f"{_YAML}merge":
                raise BadFile(self._path, "merges (<<) are not taken here; write the fields out", line=line)
            if key.value in fields:
                raise BadFile(self._path, f"the field {key.value!r} is given twice", line=line)
            self._lines[*place, key.value] = line
            fields[key.value] = self.value(value, (*place, key.value))
        return fields


def _json(path: Path, text: str, lines: dict[Place, int]) -> Any:
    """JSON, read by its own rules; the lines come from reading it as YAML, of which it is nearly a subset."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise BadFile(path, f"the field {twice!r} is given twice")
        return fields

    def unknown(constant: str) -> None:
        raise BadFile(path, f"{constant!r} is not a number that JSON can hold")

    if not text.strip():
        return None
    try:
        data = json.loads(text, object_pairs_hook=distinct, parse_constant=unknown)
    except json.JSONDecodeError as error:
        raise BadFile(path, f"is not JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise BadFile(path, "is nested too deeply") from error
    except ValueError as error:
        raise BadFile(path, "holds a number that is too long") from error
    try:
        _yaml(path, text.replace("\t", " "), lines)
    except BadFile:
        lines.clear()
    return data
