"""What the model saw (v): the request of one model call as a list, each message marked against the call before."""

from __future__ import annotations

from collections.abc import Sequence

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding

from workbench.debugger.view import SIGNS, Head, SeenMessage, View
from workbench.debugger.words import call_words
from workbench.tui.base_app import BaseApp
from workbench.tui.pieces import Piece, Pieces, cut, lay, wrap
from workbench.tui.sheets.sheet import Sheet, keys_of
from workbench.tui.terminal.clipboard import page
from workbench.tui.theme import Look
from workbench.tui.widgets.blocks import Block, Blocks
from workbench.tui.widgets.line_list import Lines

_FOLDED = 2
_LOOKS: dict[str, Look] = {"+": "accent", "-": "wrong", "~": "held"}


class SeenScreen(Sheet[None]):
    """The system prompt, the tools, the settings, and every message, each with its tokens."""

    BINDINGS = [Binding("o", "raw", "raw JSON", id="seen.raw")]
    tall = wide = True
    app = getters.app(BaseApp)

    def __init__(self, seen: View) -> None:
        changes = [f"{seen.count(mark)} {mark}" for mark in SIGNS if mark != "kept" and seen.count(mark)]
        against = "the first call" if seen.before is None else f"against the call @{seen.before}"
        count = ", ".join([_counted(len(seen.messages), "message"), *changes, f"{seen.tokens} tokens"])
        keys = keys_of(("Enter", "unfolds"), ("o", "raw JSON"), ("Esc", "closes"))
        super().__init__(f"What the model saw at {seen.call} · {seen.head.model}", keys)
        self._seen, self._count = seen, f"{count} · {against}"

    def body(self) -> ComposeResult:
        yield Lines(classes="line", lines=[[(self._count, "grey")]])
        yield Lines(classes="line")
        yield Blocks()
        yield Lines(id="said", classes="lines")

    def on_mount(self) -> None:
        rows = self.query_one(Blocks)
        rows.focus()
        between, head = _between(self._seen), _head(self._seen.head, self._seen.head_before)
        rows.load([*between, *head, *[_message(one) for one in self._seen.seen]])
        added = next((place for place, one in enumerate(self._seen.seen) if one.mark != "kept"), None)
        if added is not None and self._seen.before is not None:
            first = len(between) + len(head)
            self.call_after_refresh(lambda: rows.centre(first + added))

    def action_raw(self) -> None:
        lines: list[Pieces] = []
        if problem := page(self.app, self._seen.raw()):
            lines.append([(problem, "wrong")])
        self.query_one("#said", Lines).show(*lines)


def _between(seen: View) -> list[Block]:
    """What middleware made of the request and of the answer, and what was sent instead of what the actor asked."""
    found = [_block("~", "middleware", "", words) for words in seen.middleware]
    if seen.sent is None:
        return found
    if seen.sent.system != seen.head.system:
        found.append(_block("~", "system, as it was sent", "", seen.sent.system))
    return found + [_block("~", f"{message.role}, as it was sent", "", message.shown) for message in seen.instead]


def _head(head: Head, before: Head | None) -> list[Block]:
    """What stands before the messages."""
    found: list[Block] = []
    if head.system:
        sign = "~" if before is not None and before.system != head.system else " "
        found.append(_block(sign, "system", f"≈{head.system_tokens}", head.system))
    if head.tools:
        sign = "~" if before is not None and before.tools != head.tools else " "
        tools = "\n".join(f"{tool.name} ({tool.effect}): {tool.description}" for tool in head.tools)
        found.append(_block(sign, _counted(len(head.tools), "tool"), f"≈{head.tool_tokens}", tools))
    if head.settings:
        sign = "~" if before is not None and before.settings != head.settings else " "
        settings = ", ".join(f"{name} {value}" for name, value in head.settings.items())
        found.append(_block(sign, "settings", "", settings))
    return found


def _message(one: SeenMessage) -> Block:
    message = one.message
    who = f"{message.role} {message.name}".strip() + (" failed" if message.failed else "")
    sign = " " if one.mark == "kept" else SIGNS[one.mark]
    parts = [message.shown] if message.shown else []
    parts += [f"▸ {call_words(call.name, call.arguments)}" for call in message.calls]
    before = one.was.text if one.was is not None and one.was.text != message.text else None
    word = "" if one.mark in ("added", "kept") else f" {one.mark}"
    return _block(sign, who + word, f"≈{one.tokens}  @{message.seq}", "\n".join(parts), before)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _block(sign: str, who: str, figures: str, text: str, before: str | None = None) -> Block:
    """A head, and the text under it: what was kept is one line while it is folded, anything else a few."""
    look = _LOOKS.get(sign, "faint")

    def lines(width: int, unfolded: bool) -> Sequence[Pieces]:
        room = max(8, width - 4)
        if sign == " " and not unfolded:
            left: list[Piece] = [(f"  {cut(who, 24):<12}", "grey"), (f"  {cut(text, room)}", "faint")]
            return [lay(width, left, [(figures, "faint")])]
        told: list[Pieces] = [lay(width, [(f"{sign} ", look), (who, "strong")], [(figures, "faint")])]
        told += _text(text, room, unfolded)
        if before is not None:
            told.append([("    as it was before", "faint")])
            told += _text(before, room, unfolded)
        return told

    return lines


def _text(text: str, room: int, unfolded: bool) -> list[Pieces]:
    lines = wrap(text, room) if text else []
    shown = lines if unfolded or len(lines) <= _FOLDED + 1 else lines[:_FOLDED]
    told: list[Pieces] = [[(f"    {line}", "text")] for line in shown]
    if len(shown) < len(lines):
        told.append([(f"    … {len(lines) - len(shown)} more lines", "faint")])
    return told
