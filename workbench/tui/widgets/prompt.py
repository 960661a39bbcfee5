"""The prompt: one line (more, where one pastes more) in which one speaks to the agent, commands, finds or answers."""

from __future__ import annotations

from typing import Literal

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from workbench.tui.terminal.pasting import LONGEST, MOST, pasted
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import Lines

Mode = Literal["say", "command", "find"]
_SIGNS: dict[Mode, str] = {"say": " › ", "command": " : ", "find": " / "}


class Words(TextArea):
    """The text itself."""

    BINDINGS = [
        Binding("enter", "submit", "send", id="prompt.send", show=False, priority=True),
        Binding("escape", "leave", "leave", id="prompt.leave", show=False, priority=True),
        Binding("ctrl+j,shift+enter", "newline", "new line", id="prompt.newline", show=False, priority=True),
        Binding("tab", "complete", "complete", id="prompt.complete", show=False, priority=True),
        Binding("up", "older", "older", id="prompt.older", show=False, priority=True),
        Binding("down", "newer", "newer", id="prompt.newer", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__(id="words", compact=True, highlight_cursor_line=False, show_line_numbers=False)
        self.cursor_blink = False
        self._past: list[str] = []
        self._place = 0
        self._pastes: dict[str, str] = {}

    def remember(self, text: str) -> None:
        """Keep what was sent, for `up`."""
        if text and text not in self._past[-1:]:
            self._past.append(text)
        self._place = len(self._past)

    async def _on_paste(self, event: events.Paste) -> None:
        """Make it ready for the text area, whose own handler inserts it after this one."""
        if len(event.text) > LONGEST:
            event.prevent_default()
            self.post_message(Prompt.TooLong(len(event.text)))
        elif len(event.text) > MOST:
            word = f"⟦paste {len(self._pastes) + 1}: {len(event.text) // 1000} kB⟧"
            self._pastes[word] = pasted(event.text)
            event.text = word
        else:
            event.text = pasted(event.text)

    @property
    def whole(self) -> str:
        """The text with every long paste in the place of its word."""
        text = self.text
        for word, given in self._pastes.items():
            text = text.replace(word, given)
        return text

    def action_submit(self) -> None:
        self.post_message(Prompt.Sent(self.whole, self.text))

    def action_leave(self) -> None:
        self.post_message(Prompt.Left())

    def action_complete(self) -> None:
        """Complete a command; anywhere else Tab is what it is elsewhere."""
        prompt = self.parent
        if not (isinstance(prompt, Prompt) and prompt.commanding):
            raise SkipAction
        self.post_message(Prompt.Tabbed())

    def write(self, text: str) -> None:
        """Let `text` stand here, the cursor behind it."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_newline(self) -> None:
        self.insert("\n")

    def action_older(self) -> None:
        if self.cursor_location[0] > 0:
            self.action_cursor_up()
        else:
            self._recall(-1)

    def action_newer(self) -> None:
        if self.cursor_location[0] < self.document.line_count - 1:
            self.action_cursor_down()
        else:
            self._recall(1)

    def _recall(self, by: int) -> None:
        self._place = max(0, min(len(self._past), self._place + by))
        self.write(self._past[self._place] if self._place < len(self._past) else "")


class Prompt(Widget):
    """A sign that says what the words are for, and the words."""

    class Sent(Message):
        """The person pressed Enter."""

        def __init__(self, text: str, shown: str) -> None:
            """`shown`: the text as it stood in the prompt, where a long paste is a word."""
            super().__init__()
            self.text, self.shown = text, shown

    class Left(Message):
        """The person pressed Esc."""

    class Tabbed(Message):
        """The person wants a command completed."""

    class TooLong(Message):
        """The person pasted more characters than the prompt takes."""

        def __init__(self, length: int) -> None:
            super().__init__()
            self.length = length

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self.mode: Mode = "say"

    def compose(self) -> ComposeResult:
        yield Lines(id="sign", lines=[[(_SIGNS["say"], "grey")]])
        yield Words()

    @property
    def words(self) -> Words:
        """The text area."""
        return self.query_one(Words)

    @property
    def commanding(self) -> bool:
        """Whether what is typed is a command."""
        return self.mode == "command" or (self.mode == "say" and self.words.text.startswith(":"))

    def begin(self, mode: Mode, text: str = "") -> None:
        """Take the keys for `mode`, with `text` to begin with."""
        self.mode = mode
        self.words.write(text)
        self.words.focus()
        self.sign("accent")

    def sign(self, look: Look, before: str = "") -> None:
        """Draw the sign; `before` says whose words these are."""
        self.query_one("#sign", Lines).show([(f" {before}" if before else "", look), (_SIGNS[self.mode], look)])

    def invite(self, words: str) -> None:
        """Say in the empty prompt what it is good for."""
        self.words.placeholder = words

    def clear(self) -> None:
        """Forget what was typed, and be a place to speak again."""
        self.mode = "say"
        self.words.text = ""
        self.sign("grey")
