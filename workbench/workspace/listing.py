"""What personas and scenarios there are, told from the heads of their files alone: quick enough for a first paint.

Files are not judged here (`workbench.workspace.loading` does that), and neither pydantic nor a YAML parser is loaded.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, cast

from workbench.errors import NotFound
from workbench.plain_files import LARGEST, read_bytes
from workbench.workspace.place import Workspace, shipped_root

Kind = Literal["persona", "scenario"]
FOLDER: dict[Kind, str] = {"persona": "personas", "scenario": "scenarios"}
ENDINGS = (".yaml", ".yml", ".json")
KEYLESS = ("scripted", "recorded", "human", "ollama", "vllm", "llamacpp")
"""Providers that serve without a key."""

_HEAD = 4000
_FIELD = re.compile(r"^(\s*)(title|teaches|description|model|fragment):[ \t]*(.*)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file (or a persona that a program or a package brings), as lists show it.

    Attributes:
        about: what a scenario teaches, or who a persona is.
        model: `provider:model`, "" where the file names none.
        needs_key: it names a model of a provider that wants a key.
        path: where it lies; None where it is no file.
        shipped: it came with the program.
        source: `workspace`, `shipped`, `program`, or the package that brings it.
        fragment: it is a part of personas, and nobody by itself.
    """

    name: str
    title: str
    about: str
    model: str
    needs_key: bool
    path: Path | None
    shipped: bool
    source: str = "workspace"
    fragment: bool = False


def list_scenarios(workspace: Workspace) -> list[Entry]:
    """The workspace's scenarios and the shipped ones that it does not replace, by name."""
    shipped = shipped_root() / FOLDER["scenario"]
    return [
        entry_of(name, path, shipped=path.parent == shipped) for name, path in list_files(workspace, "scenario").items()
    ]


def list_files(workspace: Workspace, kind: Kind) -> dict[str, Path]:
    """The file behind each name: the workspace's before the shipped one, YAML before JSON."""
    return dict(sorted((files_in(shipped_root(), kind) | files_in(workspace.root, kind)).items()))


def files_in(root: Path, kind: Kind) -> dict[str, Path]:
    """The files of that kind of one workspace, by name."""
    return {path.stem: path for path in _in(root / FOLDER[kind])}


def _in(folder: Path) -> Iterator[Path]:
    """The folder's files of either form; where several share a name, the one that counts comes last."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix in ENDINGS and path.name != "schema.json"]
    except OSError:
        return
    yield from sorted(paths, key=lambda path: -ENDINGS.index(path.suffix))


WATCHED = ("personas", "scenarios", "tools")
"""The folders of a workspace whose files are taken in while a program runs."""


def fingerprint(workspace: Workspace) -> frozenset[tuple[str, int, int]]:
    """The files of those folders with their times and sizes; another one once any was changed, added or removed."""
    found: set[tuple[str, int, int]] = set()
    for folder in WATCHED:
        try:
            with os.scandir(workspace.root / folder) as files:
                for file in files:
                    about = file.stat()
                    found.add((file.path, about.st_mtime_ns, about.st_size))
        except OSError:
            continue
    return frozenset(found)


def locate(workspace: Workspace, kind: Kind, name: str) -> Path:
    """The file that `name` means: a name, or a path to a file.

    Raises:
        NotFound: nothing goes by it; says what is near.
    """
    if name.endswith(ENDINGS):
        if Path(name).is_file():
            return Path(name)
        raise NotFound(f"there is no file {name}")
    known = list_files(workspace, kind)
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 1, 0.5)
    hint = f"; did you mean {near[0]!r}?" if near else f"; 'workbench {FOLDER[kind]} list' shows all"
    raise NotFound(f"there is no {kind} {name!r}{hint}")


def entry_of(name: str, path: Path, *, shipped: bool) -> Entry:
    """What the head of the file says."""
    try:
        text = read_bytes(path, LARGEST if path.suffix == ".json" else _HEAD).decode("utf-8-sig", "replace")
    except OSError:
        text = ""
    head = _json_head(text) if path.suffix == ".json" else _yaml_head(text.splitlines())
    models = head.pop("model", [])
    first = {field: values[0] for field, values in head.items()}
    about = first.get("teaches") or first.get("description", "")
    needs_key = any(model.partition(":")[0] not in KEYLESS for model in models)
    model, source = models[0] if models else "", "shipped" if shipped else "workspace"
    fragment = first.get("fragment") == "true"
    return Entry(name, first.get("title", name), about, model, needs_key, path, shipped, source, fragment)


def _json_head(text: str) -> dict[str, list[str]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    head: dict[str, list[str]] = {}
    if isinstance(data, dict):
        fields = cast("dict[str, Any]", data)
        user: Any = fields.get("user")
        played = cast("dict[str, Any]", user) if isinstance(user, dict) else {}
        if fields.get("fragment") is True:
            head["fragment"] = ["true"]
        for source, names in ((fields, ("title", "teaches", "description", "model")), (played, ("model",))):
            for name in names:
                if isinstance(source.get(name), str):
                    head.setdefault(name, []).append(source[name])
    return head


def _yaml_head(lines: list[str]) -> dict[str, list[str]]:
    """The fields of the first lines, up to the script; of nested ones, only models."""
    head: dict[str, list[str]] = {}
    for number, line in enumerate(lines):
        if line.startswith("script:"):
            break
        match = _FIELD.match(line)
        if match and (not match[1] or match[2] == "model"):
            value = _scalar(match[3], lines[number + 1 :])
            if value:
                head.setdefault(match[2], []).append(value)
    return head


def _scalar(start: str, after: Iterable[str]) -> str:
    """A scalar that begins with `start`: plain, quoted, or folded over the indented lines `after` it."""
    folded = [start] if start[:1] not in (">", "|") else []
    for line in after:
        if not line.startswith(" "):
            break
        folded.append(line.strip())
    text = " ".join(folded).strip()
    if text[:1] == '"':
        try:
            return str(json.JSONDecoder().raw_decode(text)[0])
        except ValueError:
            return text.strip('"')
    if text[:1] == "'":
        return text[1:].partition("'")[0] if "''" not in text else text.strip("'").replace("''", "'")
    return re.sub(r"\s+#.*", "", text) if start[:1] not in (">", "|") else text
