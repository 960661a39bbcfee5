"""The examples of the pages are run as they stand, each page in a workspace of its own.

The commands of `sh` blocks are run one after the other, `# exit N` behind one says how it ends; those of `console`
blocks need a terminal, a key or a network, and are only read, as is what make and Python run. A block with a file name
becomes that file; a `json` block without one, behind commands, is what the last of them printed: the same keys,
whatever the values. Other `yaml` blocks are a part of what the page is about, `sql` is asked of the workspace's
database, `python` is run.
"""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from tests.docs.pages import PAGES, ROOT, Block, blocks, name_of
from workbench.agent.place import close_places
from workbench.cli.invoke import invoke
from workbench.cli.parser import parse
from workbench.persona.registry import registered, unregister_persona
from workbench.persona.schema import PersonaForm
from workbench.scenario.schema import Scenario
from workbench.workspace.document import read

WITH_EXAMPLES = [page for page in PAGES if blocks(page)]
PARTS_OF: dict[str, tuple[type[PersonaForm] | type[Scenario], dict[str, Any]]] = {
    "docs/personas.md": (PersonaForm, {"name": "some-one", "description": "somebody"}),
    "docs/bad-days.md": (Scenario, {"name": "some-thing", "title": "Something", "script": [{"say": "Hello."}]}),
    "docs/budgets.md": (Scenario, {"name": "some-thing", "title": "Something", "script": [{"say": "Hello."}]}),
    "docs/criteria.md": (Scenario, {"name": "some-thing", "title": "Something", "script": [{"say": "Hello."}]}),
    "docs/scenarios.md": (Scenario, {"name": "some-thing", "title": "Something", "script": [{"say": "Hello."}]}),
}
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
_SETTING = re.compile(r"[A-Z_]+=\S*")


def commands(block: Block) -> Iterator[tuple[list[str], int]]:
    """Each `workbench` command of a block as its arguments, with the exit code that the block promises."""
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True)
        while words and _SETTING.fullmatch(words[0]):
            words.pop(0)
        ending = re.search(r"#\s*exit (\d)\s*$", line)
        if words[:1] == ["workbench"]:
            yield words[1:], int(ending[1]) if ending else 0
        elif words[:1] == ["make"]:
            assert words[1] in TARGETS, f"line {block.line}: there is no make {words[1]}"
        elif words[:2] == ["python", "-m"]:
            assert (ROOT / words[2].replace(".", "/")).with_suffix(".py").is_file(), f"line {block.line}: {words[2]}"
        else:
            assert words in ([], [".", ".venv/bin/activate"]), f"line {block.line}: who runs {words}?"


def same_keys(told: Any, printed: Any, place: str = "$") -> None:
    """Objects have the same keys all the way down; of lists, the first items are compared."""
    if isinstance(told, dict):
        expected = cast("dict[str, Any]", told)
        assert isinstance(printed, dict), f"{place} is no object"
        assert list(expected) == list(cast("dict[str, Any]", printed)), place
        for key, value in expected.items():
            same_keys(value, printed[key], f"{place}.{key}")
    elif isinstance(told, list) and told:
        assert isinstance(printed, list), f"{place} is no list"
        assert printed, f"{place} is empty"
        same_keys(cast("list[Any]", told)[0], cast("list[Any]", printed)[0], f"{place}[0]")


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """What an example registers is forgotten after it, and no database of its agents stays open, however it ends."""
    before = registered().keys()
    close_places()
    yield
    close_places()
    for name in registered().keys() - before:
        unregister_persona(name)


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_examples_do_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert invoke(["init", "."]) == 0
    printed = ""
    for block in blocks(page):
        here = f"{name_of(page)}, line {block.line}"
        if block.name:
            path = tmp_path / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            printed = ""
        elif block.language == "sh":
            for words, code in commands(block):
                capsys.readouterr()
                ended = invoke(words)
                told = capsys.readouterr()
                assert ended == code, f"{here}: workbench {shlex.join(words)}\n{told.out}{told.err}"
                printed = told.out
        elif block.language == "json" and printed:
            same_keys(json.loads(block.text), json.loads(printed), here)
        elif block.language == "sql":
            with closing(sqlite3.connect(tmp_path / "sessions" / "workbench.db")) as database:
                assert database.execute(block.text).fetchall(), f"{here}: nothing is found"
        elif block.language == "python":
            module = ModuleType("example")
            monkeypatch.setitem(sys.modules, "example", module)
            exec(compile(block.text, here, "exec"), module.__dict__)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_examples_that_are_not_run_can_be_read(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.language == "console":
            for words, _ in commands(block):
                parse(words)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "yaml":
            path = tmp_path / "block.yaml"
            path.write_text(block.text, encoding="utf-8")
            part = read(path).data
            if not block.name:
                form, rest = PARTS_OF[name_of(page)]
                form.model_validate(rest | part)
        elif block.language == "toml":
            tomllib.loads(block.text)
        else:
            assert block.language in ("sh", "sql", "python", "text"), (
                f"{name_of(page)}, line {block.line}: nobody reads this"
            )


@pytest.mark.slow
def test_python_examples_pass_in_strict_mode(tmp_path: Path) -> None:
    for page in WITH_EXAMPLES:
        for block in blocks(page):
            if block.language == "python":
                name = f"{name_of(page).replace('/', '_').replace('.', '_')}_{block.line}.py"
                (tmp_path / name).write_text(block.text, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    pyright = Path(sys.executable).with_name("pyright")
    command = [pyright, "--pythonpath", sys.executable, "-p", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
