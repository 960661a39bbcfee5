"""Help (F1): what the focused pane shows, and every key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from workbench.tui.bindings import DEEDS, sign
from workbench.tui.pieces import Pieces, wrap
from workbench.tui.sheets.sheet import Page, Sheet, key_lines

_FIRST = (
    ("Enter", "open the session, or start the scenario"),
    ("Tab", "the other list"),
    ("F2", "personas: preview, edit, talk with one"),
    ("", "type anything to filter both lists; Esc shows all again"),
    ("^l", "light or dark"),
    ("^p", "palette of everything"),
    ("^q", "quit"),
)


def first_help() -> list[tuple[str, str]]:
    """The keys of the first screen."""
    return list(_FIRST)


def session_help(keymap: dict[str, str]) -> list[tuple[str, str]]:
    """The keys of an open session, as they are mapped."""
    rows = [(sign(keymap.get(deed.id, deed.keys)), deed.meaning) for deed in DEEDS]
    return [*rows, ("^p", "palette of everything"), ("^q", "quit")]


class HelpScreen(Sheet[None]):
    """A few sentences and a list of keys."""

    def __init__(self, title: str, keys: Sequence[tuple[str, str]], words: Sequence[str] = ()) -> None:
        super().__init__(title)
        self._rows, self._words = list(keys), list(words)

    def body(self) -> ComposeResult:
        yield Page()

    def on_mount(self) -> None:
        self.query_one(Page).focus()

    def draw(self) -> None:
        width = self.room - 1  # the scroll bar's
        lines: list[Pieces] = [[(line, "text")] for words in self._words for line in wrap(words, width)]
        if lines:
            lines.append(())
        lines += [line for key, words in self._rows for line in key_lines(key, words, width)]
        self.query_one(Page).show(lines)
