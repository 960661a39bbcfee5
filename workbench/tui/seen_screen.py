"""What the model saw (v): the messages of one model call, each marked against the call before: `+ = ~ -`."""

from __future__ import annotations

from textual.app import ComposeResult

from workbench.debugger.view import SIGNS, SeenMessage, View
from workbench.tui.panes.entries import call_words
from workbench.tui.pieces import Pieces, lay, wrap
from workbench.tui.sheet import Page, Sheet

_LINES = 6


class SeenScreen(Sheet[None]):
    """The system prompt, the tools, and every message."""

    tall = True

    def __init__(self, seen: View) -> None:
        changes = [f"{seen.count(mark)} {mark}" for mark in SIGNS if mark != "kept" and seen.count(mark)]
        count = ", ".join([f"{len(seen.messages)} messages", *changes, f"{seen.tokens} tokens"])
        super().__init__(f"What the model saw at {seen.call} · {seen.head.model} · {count}")
        self._seen = seen

    def body(self) -> ComposeResult:
        yield Page()

    def on_mount(self) -> None:
        self.query_one(Page).focus()
        self.call_after_refresh(self._fill)

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        width, head, before = self.room - 1, self._seen.head, self._seen.head_before
        lines: list[Pieces] = []
        if head.system:
            sign = "~" if before is not None and before.system != head.system else " "
            lines += [_head(sign, "system", f"≈{head.system_tokens}", width), *_body(head.system, width)]
            lines.append(())
        if head.tools:
            sign = "~" if before is not None and before.tools != head.tools else " "
            names = ", ".join(f"{tool.name} ({tool.effect})" for tool in head.tools)
            lines += [_head(sign, f"{len(head.tools)} tools", f"≈{head.tool_tokens}", width), *_body(names, width)]
            lines.append(())
        if head.settings:
            sign = "~" if before is not None and before.settings != head.settings else " "
            settings = ", ".join(f"{name} {value}" for name, value in head.settings.items())
            lines += [_head(sign, "settings", "", width), *_body(settings, width)]
            lines.append(())
        for one in self._seen.seen:
            lines += _message(one, width)
            lines.append(())
        self.query_one(Page).show(lines)


def _message(one: SeenMessage, width: int) -> list[Pieces]:
    message = one.message
    who = f"{message.role} {message.name}".strip() + (" failed" if message.failed else "")
    sign = " " if one.mark == "kept" else SIGNS[one.mark]
    words = "" if one.mark in ("added", "kept") else f" {one.mark}"
    lines: list[Pieces] = [_head(sign, who + words, f"≈{one.tokens}  @{message.seq}", width)]
    if message.text:
        lines += _body(message.text, width)
    for call in message.calls:
        asked = wrap(call_words(call.name, call.arguments), width - 8)[:2]
        told: list[Pieces] = [[("     ▸ ", "faint"), (line, "grey")] for line in asked]
        lines += told
    if one.was is not None and one.was.text != message.text:
        lines += [lay(width, [("    before the edit:", "faint")]), *_body(one.was.text, width)]
    return lines


def _head(mark: str, who: str, figures: str, width: int) -> Pieces:
    return lay(width, [(f"{mark} ", "accent"), (who, "strong")], [(figures, "faint")])


def _body(text: str, width: int) -> list[Pieces]:
    lines = wrap(text, width - 4)
    told: list[Pieces] = [[(f"    {line}", "text")] for line in lines[:_LINES]]
    if len(lines) > _LINES:
        told.append([(f"    … {len(lines) - _LINES} more lines", "faint")])
    return told
