"""Pane 2, Conversation: what was said, called and returned; the newest answer streams in."""

from __future__ import annotations

from asyncio import sleep

from textual.app import ComposeResult

from workbench.tui.panes.entries import words_at
from workbench.tui.panes.pane import Pane
from workbench.tui.panes.talk import Talk
from workbench.tui.pieces import Piece

_SLICE = 50
"""Entries that are searched before the keys are heard again."""


class ConversationPane(Pane):
    """What was said, streaming."""

    number, title = 2, "Conversation"
    help = (
        "What you, the agent and the tools said, in the order of the run; the newest answer streams in.",
        "Enter unfolds a long result or the model's thinking; o opens it in the pager, y copies it.",
        "It follows the newest only while it stands at the end: End goes there.",
    )

    def body(self) -> ComposeResult:
        yield Talk(self.session)

    @property
    def talk(self) -> Talk:
        """The lines."""
        return self.query_one(Talk)

    def on_talk_followed(self) -> None:
        self.draw_title()

    def sync(self) -> None:
        self.talk.refill()

    def summary(self) -> list[Piece]:
        talk = self.talk
        return [("↓ End: newest", "accent")] if talk.top is not None else []

    def focused_text(self) -> str:
        talk = self.talk
        if not talk.count:
            return ""
        return words_at(self.session, talk.step(talk.cursor).last, self.session.state)

    def unmark(self) -> None:
        self.talk.needle = ""
        self.talk.refresh()

    async def find(self, needle: str, *, onward: bool) -> bool:
        talk = self.talk
        talk.needle = needle
        here, state = talk.cursor, self.session.state
        for by in range(1 if onward else 0, talk.count + 1):
            index = (here + by) % max(1, talk.count)
            if by % _SLICE == _SLICE - 1:
                await sleep(0)
            if talk.count and needle in words_at(self.session, talk.step(index).last, state).casefold():
                talk.move_to(index)
                return True
        talk.refresh()
        return False
