"""What `workbench.toml` says of the app, checked before it opens: keys by binding id, and colours.

[keys]
"verb.step" = "space"
"verb.next" = ["n", "right"]

[app]
theme = "light"
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, cast

from workbench.errors import BadFile
from workbench.tui import before_textual

THEMES = ("dark", "light")
_MODIFIERS = ("ctrl+", "shift+", "alt+")
_NAMED = frozenset(
    [
        *("escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"),
        *("up", "down", "left", "right"),
        *(f"f{number}" for number in range(1, 25)),
    ]
)
_ALIKE = {"view.light", "app.light"}
_SESSION = ("verb", "view", "pane", "session", "app")
_TOGETHER = ((*_SESSION, "list", "steps"), (*_SESSION, "talk"), ("first", "app", "list"))
"""Beginnings of ids whose bindings are listened to at the same time."""


class AppSettings(NamedTuple):
    """Binding id to keys, as Textual writes them; and `dark`, `light` or ""."""

    keymap: Mapping[str, str] = {}
    theme: str = ""


def read(path: Path, settings: Mapping[str, object]) -> AppSettings:
    """The settings of the app among those of a workspace; `path` is the file that they stand in.

    Raises:
        BadFile: a table, a binding, a key or a theme is none, or two verbs have one key; names the field.
    """
    return AppSettings(_keymap(path, settings.get("keys", {})), _theme(path, settings.get("app", {})))


def _theme(path: Path, table: object) -> str:
    if not isinstance(table, dict):
        raise BadFile(path, "should be a table, [app]", field="app")
    app = cast("dict[str, object]", table)
    for name in app:
        if name != "theme":
            raise BadFile(path, "there is no such setting; [app] takes theme", field=f"app.{name}")
    theme = app.get("theme", "")
    if theme not in ("", *THEMES):
        raise BadFile(path, f"should be {' or '.join(THEMES)}, not {theme!r}", field="app.theme")
    return str(theme)


def _keymap(path: Path, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise BadFile(path, 'should be a table, [keys], such as: "verb.step" = "space"', field="keys")
    if not table:
        return {}
    before_textual()
    from workbench.tui.bindings import DEEDS, OTHERS

    standing = {**{deed.id: deed.keys for deed in DEEDS}, **{name: keys for name, (keys, _) in OTHERS.items()}}
    keymap: dict[str, str] = {}
    for name, value in _flat(cast("dict[str, object]", table)):
        if name not in standing:
            near = get_close_matches(name, standing, 1)
            hint = f"did you mean {near[0]}?" if near else "docs/keys.md lists them"
            raise BadFile(path, f"there is no binding of this name; {hint}", field=f"keys.{name}")
        keymap[name] = ",".join(_keys(path, name, value))
    priority = {deed.id for deed in DEEDS if deed.keys.startswith("ctrl+")} | {"app.quit"}
    for name in priority & set(keymap):
        if any(_types(key) for key in keymap[name].split(",")):
            problem = "works while you type, too: give it a key with ctrl, or an F key"
            raise BadFile(path, problem, field=f"keys.{name}")
    _check_apart(path, keymap, {**standing, **keymap})
    return keymap


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Ids and keys; `verb.step = "s"` without quotes is a table in a table, and says the same."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, object]", value), f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _keys(path: Path, name: str, value: object) -> list[str]:
    """The keys that are given for a binding, as Textual names them."""
    given = cast("list[object]", value) if isinstance(value, list) else [value]
    if not given or not all(isinstance(key, str) and key for key in given):
        raise BadFile(path, 'should be a key, or a list of keys, such as ["n", "right"]', field=f"keys.{name}")
    return [_key(path, name, str(key)) for key in given]


def _key(path: Path, name: str, key: str) -> str:
    from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage]

    modifiers, last = "", key
    while last.startswith(_MODIFIERS):
        modifier, _, last = last.partition("+")
        modifiers += f"{modifier}+"
    if len(last) == 1 and last.isprintable() and last != " ":
        return modifiers + _character_to_key(last)
    if last in _NAMED or last in {_character_to_key(one) for one in string.punctuation}:
        return key
    known = "a character, or one such as ctrl+x, f2, space, enter, pagedown, shift+tab"
    raise BadFile(path, f"{key!r} is no key; write {known}", field=f"keys.{name}")


def _types(key: str) -> bool:
    """Whether the key writes something where one types."""
    return not key.startswith(("ctrl+", "alt+")) and key not in _NAMED - {"space", "enter", "tab", "backspace"}


def _check_apart(path: Path, keymap: Mapping[str, str], standing: Mapping[str, str]) -> None:
    """Refuse a key that would mean two things at one time, where the person has given it."""
    for group in (*_TOGETHER, *({(name.partition(".")[0],) for name in keymap} - {(one,) for one in _SESSION})):
        owner: dict[str, str] = {}
        for name, keys in standing.items():
            if name.partition(".")[0] not in group or ("talk" in group and name in ("pane.up", "pane.down")):
                continue
            for key in keys.split(","):
                other = owner.setdefault(key, name)
                clash = other != name and {other, name} != _ALIKE and {other, name} & set(keymap)
                if clash:
                    mine, theirs = (name, other) if name in keymap else (other, name)
                    problem = f"{key} is the key of {theirs}, too: give one of them another"
                    raise BadFile(path, problem, field=f"keys.{mine}")
