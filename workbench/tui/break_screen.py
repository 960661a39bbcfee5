"""Set a breakpoint (b): a condition is typed, completed and read as it grows; a mistake is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from workbench.errors import WorkbenchError
from workbench.gates.vocabulary import FIELDS, KINDS
from workbench.safe_text import safe_line
from workbench.tui.field import Field
from workbench.tui.line_list import Lines
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.sheet import Sheet, keys_of

if TYPE_CHECKING:
    from workbench.gates.completion import Names

_MOST = 7
_IGNORES = (0, 1, 2, 5, 10, 100)
_EXAMPLES = (
    'tool refund_charge if args.amount > 100   result contains "Traceback"   error',
    "cost > 0.50   repeat 3   criterion order_id flips   think if iteration >= 5",
)
_WORDS = {
    "repeat": "the same call, so many times: repeat 3",
    "criterion": "a verdict changes: criterion NAME flips",
    "if": "and only if",
    "contains": "a text holds words, a list an item",
    "=~": "fits a regular expression",
    "!~": "does not fit a regular expression",
}


class Wish(NamedTuple):
    """A breakpoint as it is to be set; `ignore` hits still pass."""

    text: str
    once: bool
    trace: bool
    ignore: int


class BreakScreen(Sheet[Wish]):
    """Answers with a condition that can be read."""

    BINDINGS = [
        Binding("escape", "close", "close", id="break.close"),
        Binding("tab", "take", "complete", id="break.take", priority=True),
        Binding("ctrl+o", "once", "once", id="break.once", priority=True),
        Binding("ctrl+t", "trace", "trace", id="break.trace", priority=True),
        Binding("ctrl+g", "ignore", "ignore", id="break.ignore", priority=True),
    ]

    def __init__(self, text: str, names: Names) -> None:
        super().__init__("Break where", keys_of(("Enter", "sets it"), ("Tab", "completes"), ("Esc", "closes")))
        self._text, self._names = text, names
        self._choices: list[str] = []
        self._choice = 0
        self._once = self._trace = False
        self._ignore = 0
        self._told = False

    def body(self) -> ComposeResult:
        yield Field(self._text, id="condition", hint='for instance: tool refund_charge if args.amount > "100"')
        yield Lines(id="mistake", classes="lines")
        yield Lines(id="choices", classes="lines")
        yield Lines(classes="line")
        yield Lines(id="how", classes="line")

    @property
    def field(self) -> Field:
        """The condition."""
        return self.query_one(Field)

    def on_mount(self) -> None:
        self.field.focus()
        self.field.move_cursor(self.field.document.end)
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        self._draw()

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._told, self._choice = False, 0
        self._draw()

    # -- drawing ----------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        from workbench.gates.completion import complete

        text, width = self.field.text, self.room
        self._choices = complete(text, self._names) if "\n" not in text else []
        self._choice = max(0, min(self._choice, len(self._choices) - 1))
        self.query_one("#mistake", Lines).show(*self._mistake(text, width))
        self.query_one("#choices", Lines).show(*self._offered(width))
        self.query_one("#how", Lines).show(self._how(width))

    def _mistake(self, text: str, width: int) -> list[Pieces]:
        """A caret under the mistake and what is wrong; quiet while what was typed may still become a condition."""
        from workbench.gates.grammar import BadCondition, parse

        if not text.strip():
            return [()]
        try:
            parse(text)
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
            return [[(f"  {line}", "faint")] for line in _EXAMPLES] if not self.field.text.strip() else [()]
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
        if word in self._names.tools:
            return f"tool ({', '.join(self._names.tools[word])})"
        return FIELDS.get(word) or KINDS.get(word) or _WORDS.get(word, "")

    def _how(self, width: int) -> Pieces:
        def toggle(key: str, word: str, on: bool) -> list[Piece]:
            return [(key, "grey"), (f" [{'x' if on else ' '}] {word}   ", "text" if on else "grey")]

        ignore: list[Piece] = [("^g", "grey"), (f" ignores {self._ignore} hits", "text" if self._ignore else "grey")]
        return lay(
            width,
            [*toggle("^o", "once", self._once), *toggle("^t", "trace: tell, don't hold", self._trace), *ignore],
        )

    # -- keys -------------------------------------------------------------------------------------------------

    @on(Field.Left)
    def _move(self, left: Field.Left) -> None:
        if self._choices:
            self._choice = (self._choice + left.by) % len(self._choices)
            self._draw()

    def action_take(self) -> None:
        """Complete the last word with the choice; a word that is whole already gets its space."""
        if not self._choices:
            return
        text, word = self.field.text, self._choices[self._choice]
        begun = next((n for n in range(min(len(text), len(word)), 0, -1) if text.endswith(word[:n])), 0)
        self.field.write(text[: len(text) - begun] + word if begun < len(word) else f"{text} ")

    def action_once(self) -> None:
        self._once = not self._once
        self._draw()

    def action_trace(self) -> None:
        self._trace = not self._trace
        self._draw()

    def action_ignore(self) -> None:
        self._ignore = _IGNORES[(_IGNORES.index(self._ignore) + 1) % len(_IGNORES)]
        self._draw()

    @on(Field.Submitted)
    def _set(self) -> None:
        from workbench.gates.grammar import parse

        text = self.field.text
        try:
            parse(text)
        except WorkbenchError:
            self._told = True
            self._draw()
            if not text.strip():
                self.query_one("#mistake", Lines).show([("say where: a tool, an error, a cost …", "wrong")])
            return
        self.dismiss(Wish(text.strip(), self._once, self._trace, self._ignore))
