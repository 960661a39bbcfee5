"""What the model saw (v): the messages of one model call, `+` before those that are new since the call before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from workbench.debugger.words import size
from workbench.tui.panes.entries import call_words
from workbench.tui.pieces import Pieces, lay, wrap
from workbench.tui.sheet import Page, Sheet

if TYPE_CHECKING:
    from workbench.debugger.looking import Seen

_LINES = 6


class SeenScreen(Sheet[None]):
    """The system prompt, the tools, and every message."""

    tall = True

    def __init__(self, seen: Seen) -> None:
        new = len(seen.messages) - seen.kept
        count = f"{len(seen.messages)} messages, {new} new"
        super().__init__(f"What the model saw at {seen.call} · {seen.model} · {count}")
        self._seen = seen

    def body(self) -> ComposeResult:
        yield Page()

    def on_mount(self) -> None:
        self.query_one(Page).focus()
        self.call_after_refresh(self._fill)

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        width, seen = self.room - 1, self._seen
        lines: list[Pieces] = []
        if seen.system:
            lines += [_head(" ", "system", size(seen.system), width), *_body(seen.system, width)]
            lines.append(())
        if seen.tools:
            names = ", ".join(f"{tool.name} ({tool.effect})" for tool in seen.tools)
            lines += [_head(" ", "tools", str(len(seen.tools)), width), *_body(names, width)]
            lines.append(())
        for place, message in enumerate(seen.messages):
            new = place >= seen.kept
            who = f"{message.role} {message.name}".strip() + (" failed" if message.failed else "")
            lines.append(_head("+" if new else " ", who, f"{size(message.text)}  @{message.seq}", width))
            if message.text:
                lines += _body(message.text, width)
            for call in message.calls:
                words = wrap(call_words(call.name, call.arguments), width - 8)[:2]
                asked: list[Pieces] = [[("     ▸ ", "faint"), (line, "grey")] for line in words]
                lines += asked
            lines.append(())
        self.query_one(Page).show(lines)


def _head(mark: str, who: str, figures: str, width: int) -> Pieces:
    return lay(width, [(f"{mark} ", "accent"), (who, "strong")], [(figures, "faint")])


def _body(text: str, width: int) -> list[Pieces]:
    lines = wrap(text, width - 4)
    told: list[Pieces] = [[(f"    {line}", "text")] for line in lines[:_LINES]]
    if len(lines) > _LINES:
        told.append([(f"    … {len(lines) - _LINES} more lines", "faint")])
    return told
