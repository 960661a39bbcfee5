"""Jump (ctrl+o): type a part of a step's name, an iteration (#12) or an event (@41), Enter goes there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding

from workbench.debugger.steps import Step
from workbench.tui.panes.steps import GLYPHS, speaker
from workbench.tui.pieces import Pieces, lay
from workbench.tui.sheets.sheet import Sheet
from workbench.tui.widgets.line_list import LineList, Lines


class Found(LineList):
    """The steps that fit."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__(classes="scroll")
        self._steps = steps
        self.rows: Sequence[Step] = steps

    def load(self, words: str) -> None:
        """Leave those that fit `words`."""
        wanted = words.casefold().split()
        self.rows = [step for step in self._steps if all(_fits(step, word) for word in wanted)]
        self.following = True
        self.sync()

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        step = self.rows[index]
        number = f"{step.iteration:>4} " if step.kind == "think" else "     "
        said = step.kind == "said"
        glyph = "›" if said else GLYPHS.get(step.standing, "·")
        name, more = (speaker(step), step.label) if said else (step.label, step.detail)
        left: Pieces = [(number, "faint"), (f"{glyph} {name}  ", "text"), (more, "grey")]
        return lay(width, left, [(f"@{step.last} ", "faint")])

    def empty(self, width: int) -> Sequence[Pieces]:
        return ([("  No step fits.", "grey")],)


def _fits(step: Step, word: str) -> bool:
    if word[0] == "@" and word[1:].isdecimal():
        return step.seq <= int(word[1:]) <= step.last
    if word[0] == "#" and word[1:].isdecimal():
        return step.iteration == int(word[1:])
    return word in f"{step.label} {step.detail} {step.kind} {step.standing}".casefold()


class JumpScreen(Sheet[int]):
    """Answers the event to go to."""

    BINDINGS = [
        Binding("escape", "close", "close", id="jump.close"),
        Binding("up", "move(-1)", "up", id="jump.up", show=False),
        Binding("down", "move(1)", "down", id="jump.down", show=False),
    ]
    tall = True

    def __init__(self, steps: Sequence[Step]) -> None:
        keys: Pieces = (("Enter", "grey"), (" goes there  ", "faint"), ("Esc", "grey"), (" closes", "faint"))
        super().__init__("Jump to a step: its name, #12 for an iteration, @41 for an event", keys)
        self._steps, self._words = steps, ""

    def body(self) -> ComposeResult:
        yield Lines(id="asked")
        yield Found(self._steps)

    def on_mount(self) -> None:
        self.query_one(Found).focus()
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        return True

    def _draw(self) -> None:
        shown: Pieces = [("› ", "accent"), (self._words, "text"), ("▏", "accent")]
        self.query_one("#asked", Lines).show(shown)
        self.query_one(Found).load(self._words)

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace":
            self._words = self._words[:-1]
        elif event.is_printable and event.character:
            self._words += event.character
        else:
            return
        event.stop()
        event.prevent_default()
        self._draw()

    @on(LineList.Chosen)
    def _go(self, chosen: LineList.Chosen) -> None:
        self.dismiss(self.query_one(Found).rows[chosen.index].last)
