"""Keys and colours from `workbench.toml`: what they may be, what is refused, and that they reach the app."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.binding import Binding

import workbench.tui
from tests.tui.bench import Bench, keys, opened, screen_text
from tests.tui.pseudo_terminal import Terminal
from workbench.errors import BadFile
from workbench.tui.app import WorkbenchApp
from workbench.tui.bindings import DEEDS, OTHERS
from workbench.tui.settings import read

FILE = Path("workbench.toml")


def refused(text: str) -> str:
    """Why these settings are refused."""
    with pytest.raises(BadFile) as problem:
        read(FILE, tomllib.loads(text))
    return str(problem.value)


def test_keys_and_a_theme() -> None:
    said = read(
        FILE, tomllib.loads('[keys]\n"verb.step" = "space"\nverb.next = ["n", "right", "?"]\n[app]\ntheme = "light"')
    )
    assert said.keymap == {"verb.step": "space", "verb.next": "n,right,question_mark"}
    assert said.theme == "light"
    assert read(FILE, {}) == ({}, "")


LISTS = 'should be a key, or a list of keys, such as ["n", "right"]'
KNOWN = "write a character, or one such as ctrl+x, f2, space, enter, pagedown, shift+tab"


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        ("keys = 3", "keys", 'should be a table, [keys], such as: "verb.step" = "space"'),
        ('keys.verb.stpe = "s"', "keys.verb.stpe", "there is no binding of this name; did you mean verb.step?"),
        ('keys.frob = "s"', "keys.frob", "there is no binding of this name; docs/keys.md lists them"),
        ("keys.verb.step = 5", "keys.verb.step", LISTS),
        ("keys.verb.step = []", "keys.verb.step", LISTS),
        ('keys.verb.step = "splat"', "keys.verb.step", f"'splat' is no key; {KNOWN}"),
        ('keys.verb.step = " "', "keys.verb.step", f"' ' is no key; {KNOWN}"),
        ('keys.verb.step = "n"', "keys.verb.step", "n is the key of verb.next, too: give one of them another"),
        ('keys.verb.step = "j"', "keys.verb.step", "j is the key of pane.down, too: give one of them another"),
        ('keys.first.help = "up"', "keys.first.help", "up is the key of list.up, too: give one of them another"),
        ('keys.doubt.ran = "n"', "keys.doubt.ran", "n is the key of doubt.not_run, too: give one of them another"),
        ('keys.verb.pause = "p"', "keys.verb.pause", "works while you type, too: give it a key with ctrl, or an F key"),
        ("app = 3", "app", "should be a table, [app]"),
        ('app.colour = "red"', "app.colour", "there is no such setting; [app] takes theme"),
        ('app.theme = "red"', "app.theme", "should be dark or light, not 'red'"),
    ],
)
def test_what_says_nothing_is_one_sentence(text: str, field: str, problem: str) -> None:
    assert refused(text) == f"workbench.toml: {field}: {problem}"


def test_two_verbs_may_change_their_keys() -> None:
    said = read(FILE, {"keys": {"verb.step": "n", "verb.next": "s", "verb.pause": "f8", "talk.down": ["down", "j"]}})
    assert said.keymap["verb.step"] == "n"


def test_every_binding_of_the_app_can_be_mapped() -> None:
    found: dict[str, str] = {}
    for module in pkgutil.walk_packages(workbench.tui.__path__, "workbench.tui."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            own: Sequence[object] = kind.__dict__.get("BINDINGS", []) if kind.__module__ == module.name else []
            for binding in own:
                assert isinstance(binding, Binding)
                assert binding.id, f"{kind.__name__}: {binding.key} has no id"
                found[binding.id] = binding.key
    deeds = {deed.id: deed.keys for deed in DEEDS}
    assert found == deeds | {name: given for name, (given, _) in OTHERS.items()}


@pytest.mark.slow
async def test_they_reach_the_app_and_its_hints(bench: Bench) -> None:
    said = read(FILE, {"keys": {"verb.step": "space"}, "app": {"theme": "light"}})
    app = WorkbenchApp(bench.desk, scenario="support-desk", keymap=said.keymap, theme=said.theme)
    async with app.run_test(size=(120, 40)) as pilot:
        session = await opened(pilot)
        assert app.theme == "workbench-light"
        assert "space step" in screen_text(pilot)
        before = session.newest.seq
        await keys(pilot, session, ["s"])
        assert session.newest.seq == before
        await keys(pilot, session, ["space"])
        assert session.newest.seq > before


@pytest.mark.slow
def test_a_mistake_in_the_file_is_told_before_the_app_opens(bench: Bench) -> None:
    root = bench.house.workspace.root
    (root / "workbench.toml").write_text('[keys]\nverb.step = "n"\n', encoding="utf-8")
    with Terminal(str(root), (120, 40)) as terminal:
        said = terminal.rest()
        assert terminal.code == 2
    assert b"workbench.toml: keys.verb.step: n is the key of verb.next" in said
    assert b"Traceback" not in said
