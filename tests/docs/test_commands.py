"""docs/commands.md has every command with exactly the arguments and flags that the parser takes."""

from __future__ import annotations

import argparse
import re
from typing import cast

import pytest

from tests.docs.pages import ROOT, rows
from workbench.cli.invoke import invoke
from workbench.cli.parser import _parser

PAGE = ROOT / "docs" / "commands.md"


def taken(parser: argparse.ArgumentParser) -> dict[str, set[str]]:
    """Every command by its usage, with its flags; groups of verbs stand for their verbs."""
    found: dict[str, set[str]] = {}
    groups = [action for action in parser._actions if action.nargs == argparse.PARSER]
    if not groups or parser.prog == "workbench":
        own = [action for action in parser._actions if action not in groups and action.dest != "help"]
        places = [_argument(action) for action in own if not action.option_strings]
        found[" ".join([parser.prog, *places])] = {_flag(action) for action in own if action.option_strings}
    for group in groups:
        for verb in cast("dict[str, argparse.ArgumentParser]", group.choices).values():
            found |= taken(verb)
    return found


def _argument(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest.upper())
    return {None: name, "?": f"[{name}]", "+": f"{name} ...", "*": f"[{name} ...]"}[_count(action)]


def _flag(action: argparse.Action) -> str:
    value = str(action.metavar or "") if action.choices is None else "|".join(map(str, action.choices))
    more = " ..." if _count(action) == "+" else ""
    return f"{action.option_strings[0]} {value}{more}".strip()


def _count(action: argparse.Action) -> str | None:
    return action.nargs if isinstance(action.nargs, str) else None


def told() -> dict[str, set[str]]:
    """The same, as the page has it: a heading for each command, a row for each flag."""
    sections = re.split(r"^### `(.*)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        usage: {cells[0].strip("`") for cells in rows(text) if cells[0].startswith("`--")}
        for usage, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_every_command_and_flag_is_there() -> None:
    assert told() == taken(_parser())


def test_exit_codes_are_those_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        invoke(["--help"])
    helped = set(re.findall(r"\b(\d) ", capsys.readouterr().out.partition("exit codes:")[2].partition("a session")[0]))
    for page in (PAGE, ROOT / "README.md"):
        codes = {
            cells[0] for cells in rows(page.read_text(encoding="utf-8")) if len(cells) == 2 and cells[0].isdecimal()
        }
        assert codes == helped
