"""A sheet of fields: what it is now on the left, what it will be on the right; Enter applies, a mistake stays open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import TextArea

from workbench.errors import WorkbenchError
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.sheets.sheet import Keys, Sheet, keys_of
from workbench.tui.theme import Look
from workbench.tui.widgets.field import Field
from workbench.tui.widgets.line_list import Lines

Answer = TypeVar("Answer")
_SHORT = 60
_AROUND = 5
"""Lines of the paper around its fields: the frame, the title, and the empty ones before and behind them."""


class Entry(NamedTuple):
    """A field of a form.

    Attributes:
        note: what it takes, in a few words.
        text: what stands in it at first.
        original: what it is now, to stand beside it; None where it is new.
        hint: stands in it while it is empty.
    """

    name: str
    note: str = ""
    text: str = ""
    original: str | None = None
    hint: str = ""


class Form(Sheet[Answer]):
    """Answers what `submit` makes of the texts of its fields, in their order.

    Where `submit` raises a WorkbenchError, its sentence is shown and the form stays.

    Attributes:
        ruled: the person wants it done by itself from now on, where the form offers that.
    """

    ruled = False

    BINDINGS = [
        Binding("escape", "close", "close", id="form.close"),
        Binding("ctrl+r", "rule", "make it a rule", id="form.rule", priority=True),
    ]

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        submit: Callable[[list[str]], Answer],
        *,
        words: Sequence[tuple[str, Look]] = (),
        does: str = "applies it",
        rule: bool = False,
    ) -> None:
        """`rule`: what it does may be made a rule."""
        more = [("Tab", "next field")] if len(entries) > 1 else []
        super().__init__(title, keys_of(("Enter", does), *more, ("⇧Enter", "new line"), ("Esc", "closes")))
        self._entries, self._submit, self._words = list(entries), submit, list(words)
        self._problem, self._rule = "", rule

    def body(self) -> ComposeResult:
        with Widget(classes="form"):
            if any(entry.original is not None for entry in self._entries):
                with Widget(classes="pair"):
                    yield Lines(classes="line column", lines=[[("as it is", "faint")]])
                    yield Lines(classes="line column", lines=[[("as it will be", "faint")]])
            for place, entry in enumerate(self._entries):
                yield Lines(id=f"name-{place}", classes="line")
                with Widget(classes="pair alone" if len(self._entries) == 1 else "pair"):
                    if entry.original is not None:
                        yield Field(entry.original, still=True)
                    yield Field(entry.text, id=f"field-{place}", hint=entry.hint)
        yield Lines(id="meaning", classes="lines")

    @property
    def fields(self) -> list[Field]:
        """Those that can be written in."""
        return [self.query_one(f"#field-{place}", Field) for place in range(len(self._entries))]

    def on_mount(self) -> None:
        self.fields[0].focus()
        for field in self.fields:
            if len(field.text) < _SHORT:
                field.move_cursor(field.document.end)

    def draw(self) -> None:
        width = self.room
        for place, (entry, field) in enumerate(zip(self._entries, self.fields, strict=True)):
            changed = entry.original is not None and field.value != entry.original
            left: list[Piece] = [(entry.name, "text"), (f"  {entry.note}", "faint")]
            right: list[Piece] = [("✎ changed ", "accent")] if changed else []
            self.query_one(f"#name-{place}", Lines).show(lay(width, left, right))
        lines: list[Pieces] = [()] if self._words or self._problem else []
        problem: list[tuple[str, Look]] = [(self._problem, "wrong")] if self._problem else []
        for words, look in [*self._words, *problem]:
            lines.extend([(line, look)] for line in wrap(words, width)[:4])
        if self._rule:
            words = f" [{'x' if self.ruled else ' '}] a rule: it is done by itself from now on"
            offer: list[Piece] = [("^r", "grey"), (words, "text" if self.ruled else "grey")]
            lines += [(), offer]
        self.query_one("#meaning", Lines).show(*lines)
        # The fields scroll in what the title, what it means and the keys leave of the paper.
        around = _AROUND + len(self.query_one(Keys).laid(width)) + len(lines)
        self.query_one(".form").styles.max_height = max(3, self.size.height * 9 // 10 - around)

    def action_rule(self) -> None:
        self.ruled = self._rule and not self.ruled
        self.draw()

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._problem = ""
        self.draw()

    @on(Field.Left)
    def _move(self, left: Field.Left) -> None:
        fields = self.fields
        here = next((place for place, field in enumerate(fields) if field.has_focus), 0)
        fields[max(0, min(len(fields) - 1, here + left.by))].focus()

    @on(Field.Submitted)
    def _apply(self) -> None:
        try:
            answer = self._submit([field.value for field in self.fields])
        except WorkbenchError as problem:
            self._problem = str(problem)
            self.draw()
            return
        self.dismiss(answer)
