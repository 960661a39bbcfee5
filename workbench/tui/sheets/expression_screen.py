"""The sheet in which an expression is typed: it is completed and read as it grows, and a mistake is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from workbench.errors import WorkbenchError
from workbench.gates.vocabulary import FIELDS, KINDS
from workbench.safe_text import safe_line
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.sheets.sheet import Sheet
from workbench.tui.widgets.field import Field
from workbench.tui.widgets.line_list import Lines

if TYPE_CHECKING:
    from workbench.gates.completion import Names

Answer = TypeVar("Answer")
_MOST = 7
_WORDS = {
    "repeat": "the same call, so many times: repeat 3",
    "criterion": "a verdict changes: criterion NAME flips",
    "if": "and only if",
    "contains": "a text holds words, a list an item",
    "=~": "fits a regular expression",
    "!~": "does not fit a regular expression",
}


class ExpressionScreen(Sheet[Answer]):
    """Answers only with what can be read. A subclass says what that is, and what the answer is."""

    BINDINGS = [
        Binding("escape", "close", "close", id="break.close"),
        Binding("tab", "take", "complete", id="break.take", priority=True),
    ]
    hint = ""
    examples: Sequence[str] = ()
    missing = ""

    def __init__(self, title: str, keys: Pieces, text: str, names: Names) -> None:
        super().__init__(title, keys)
        self._text, self.names = text, names
        self._choices: list[str] = []
        self._choice = 0
        self._told = False

    # -- what a subclass says ---------------------------------------------------------------------------------

    def read(self, text: str) -> None:
        """Read the expression.

        Raises:
            WorkbenchError: it says nothing.
        """

    def offered(self, text: str) -> list[str]:
        """The words that may stand at its end."""
        return []

    def how(self, width: int) -> Pieces:
        """The line at the bottom."""
        return ()

    def answer(self, text: str) -> Answer:
        """What the sheet answers."""
        raise NotImplementedError

    # -- drawing ----------------------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        yield Field(self._text, id="condition", hint=self.hint)
        yield Lines(id="mistake", classes="lines")
        yield Lines(id="choices", classes="lines")
        yield Lines(classes="line")
        yield Lines(id="how", classes="line")

    @property
    def field(self) -> Field:
        """The expression."""
        return self.query_one(Field)

    def on_mount(self) -> None:
        self.field.focus()
        self.field.move_cursor(self.field.document.end)

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._told, self._choice = False, 0
        self.draw()

    def draw(self) -> None:
        text, width = self.field.text, self.room
        self._choices = self.offered(text) if "\n" not in text else []
        self._choice = max(0, min(self._choice, len(self._choices) - 1))
        self.query_one("#mistake", Lines).show(*self._mistake(text, width))
        self.query_one("#choices", Lines).show(*self._offered(width))
        self.query_one("#how", Lines).show(self.how(width))

    def _mistake(self, text: str, width: int) -> list[Pieces]:
        """A caret under the mistake and what is wrong; quiet while what was typed may still become an expression."""
        from workbench.gates.grammar import BadCondition

        if not text.strip():
            return [()]
        try:
            self.read(text)
        except BadCondition as wrong:
            unfinished = wrong.column > len(text.rstrip()) or bool(self._choices)
            if unfinished and not self._told:
                return [()]
            before = cell_len(safe_line(text[: wrong.column - 1]))
            caret: list[Pieces] = [[(" " * before + "▲", "wrong")]] if before < width else []
            wanted = f"; expected {', '.join(wrong.expected[:8])}" if wrong.expected else ""
            said = wrap(f"column {wrong.column}: {wrong.problem}{wanted}", width)
            return [*caret, *[[(line, "wrong")] for line in said[:3]]]
        except WorkbenchError as wrong:
            return [[(line, "wrong")] for line in wrap(str(wrong), width)[:3]]
        return [[("✓ can be read", "faint")]]

    def _offered(self, width: int) -> list[Pieces]:
        if not self._choices:
            return [[(f"  {line}", "faint")] for line in self.examples] if not self.field.text.strip() else [()]
        first = max(0, min(self._choice - _MOST + 2, len(self._choices) - _MOST))
        lines: list[Pieces] = []
        for place, word in list(enumerate(self._choices))[first : first + _MOST]:
            here = place == self._choice
            meaning = self._meaning(word)
            mark: Piece = ("▸ " if here else "  ", "accent")
            lines.append(
                lay(width, [mark, (f"{safe_line(word):<18} ", "text" if here else "grey"), (meaning, "faint")])
            )
        if len(self._choices) > _MOST:
            lines.append([(f"  {len(self._choices)} in all: up and down", "faint")])
        return lines

    def _meaning(self, word: str) -> str:
        if word in self.names.tools:
            return f"tool ({', '.join(self.names.tools[word])})" if self.names.tools[word] else "tool"
        return FIELDS.get(word) or KINDS.get(word) or _WORDS.get(word, "")

    # -- keys -------------------------------------------------------------------------------------------------

    @on(Field.Left)
    def _move(self, left: Field.Left) -> None:
        if self._choices:
            self._choice = (self._choice + left.by) % len(self._choices)
            self.draw()

    def action_take(self) -> None:
        """Complete the last word with the choice; a word that is whole already gets its space."""
        if not self._choices:
            return
        text, word = self.field.text, self._choices[self._choice]
        begun = next((n for n in range(min(len(text), len(word)), 0, -1) if text.endswith(word[:n])), 0)
        self.field.write(text[: len(text) - begun] + word if begun < len(word) else f"{text} ")

    @on(Field.Submitted)
    def _set(self) -> None:
        text = self.field.text
        try:
            self.read(text)
        except WorkbenchError:
            self._told = True
            self.draw()
            if not text.strip():
                self.query_one("#mistake", Lines).show([(self.missing, "wrong")])
            return
        self.dismiss(self.answer(text.strip()))
