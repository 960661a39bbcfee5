"""A field that a person writes in. What it is given is shown safe and comes back as it was, unless it is changed."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea

from workbench.safe_text import safe_text
from workbench.tui.terminal.pasting import pasted


class Field(TextArea):
    """Text of any length. Enter submits, shift+Enter breaks the line; up and down leave it at its ends."""

    BINDINGS = [
        Binding("enter", "submit", "apply", id="field.submit", show=False, priority=True),
        Binding("ctrl+j,shift+enter", "newline", "new line", id="field.newline", show=False, priority=True),
        Binding("up", "above", "above", id="field.above", show=False, priority=True),
        Binding("down", "below", "below", id="field.below", show=False, priority=True),
    ]

    class Submitted(Message):
        """The person pressed Enter."""

    class Left(Message):
        """The person wants to go to what stands above (-1) or below (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, text: str = "", *, id: str | None = None, still: bool = False, hint: str = "") -> None:
        """`still`: it is only shown."""
        self._given, self._shown = text, shown(text)
        super().__init__(
            self._shown,
            id=id,
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            read_only=still,
            placeholder=hint,
            classes="field still" if still else "field",
        )
        self.cursor_blink = False
        self.show_cursor = not still
        self.can_focus = not still

    @property
    def value(self) -> str:
        """What it says: the very text that it was given, where nobody changed it."""
        return self._given if self.text == self._shown else self.text

    def write(self, text: str) -> None:
        """Say this from now on, the cursor at its end."""
        self._given, self._shown = text, shown(text)
        self.text = self._shown
        self.move_cursor(self.document.end)

    async def _on_paste(self, event: events.Paste) -> None:
        """Make it ready for the text area, whose own handler inserts it after this one."""
        event.text = pasted(event.text)

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

    def action_newline(self) -> None:
        if not self.read_only:
            self.insert("\n")

    @property
    def _shown_line(self) -> int:
        """The line of the cursor as the text is wrapped, from 0."""
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    def action_above(self) -> None:
        if self._shown_line == 0:
            self.post_message(self.Left(-1))
        else:
            self.action_cursor_up()

    def action_below(self) -> None:
        if self._shown_line >= self.wrapped_document.height - 1:
            self.post_message(self.Left(1))
        else:
            self.action_cursor_down()


def shown(text: str) -> str:
    """`text` made safe; tabs stay, since a text area lays them out itself."""
    return "\t".join(safe_text(part) for part in text.split("\t"))
