"""The in-doubt screen: a call was under way when its process ended, and only a person can say what is true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.binding import Binding

from workbench.debugger.words import clock_time
from workbench.errors import WorkbenchError
from workbench.tui.panes.values import rows_of
from workbench.tui.pieces import Pieces, cut, lay, wrap
from workbench.tui.sheets.sheet import Page, Sheet, key_lines
from workbench.tui.widgets.line_list import Lines
from workbench.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from workbench.debugger.desk import Finding
    from workbench.state import Want

Ruling = tuple[Literal["ran", "not_run", "again", "leave"], str]
_CHOICES = (
    ("y", "It happened. You say what it returned; the agent goes on."),
    ("n", "It did not happen. The agent is told so, and may ask again."),
    ("a", "Run it again. If it did happen, it happens twice."),
    ("l", "Leave it open. Nothing is decided, and the run stays held."),
)
_FOUND = 160
"""Cells of what the tool's own check found."""
_AROUND = 7
"""Lines of the paper around the call and the choices: the frame, the title, the prompt, and the empty ones between."""
_DECLARED = "The tool declares: effect, it changes something outside, so it is never repeated by itself."


class DoubtScreen(Sheet[Ruling]):
    """Answers with a ruling. There is no default: Enter does nothing here.

    Where the tool offers a check of its own, what that finds out is shown as soon as it has, and can be gone by.
    """

    BINDINGS = [
        Binding("escape,q", "nothing", show=False, id="doubt.nothing"),
        Binding("y", "ran", "it happened", id="doubt.ran"),
        Binding("n", "rule('not_run')", "it did not", id="doubt.not_run"),
        Binding("a", "rule('again')", "again", id="doubt.again"),
        Binding("l", "rule('leave')", "leave open", id="doubt.leave"),
        Binding("v", "verified", "as the check says", id="doubt.verified"),
    ]

    def __init__(self, want: Want, check: Callable[[], Awaitable[Finding | None]]) -> None:
        """`check` asks the tool whether the call happened."""
        super().__init__("IN DOUBT", ())
        self._want, self._check = want, check
        self._finding: Finding | None = None
        self._problem = ""

    def body(self) -> ComposeResult:
        yield Page()
        yield Lines(id="choices", classes="lines")
        yield Prompt()

    def on_mount(self) -> None:
        self.query_one(Prompt).display = False
        self.query_one(Page).focus()
        self.run_worker(self._find_out())

    async def _find_out(self) -> None:
        try:
            self._finding = await self._check()
        except WorkbenchError as problem:
            self._problem = str(problem)
        if self._finding is not None or self._problem:
            self.draw()

    def draw(self) -> None:
        width, want = self.room, self._want
        said = "This call was under way when the process ended, and nobody knows whether it happened."
        lines: list[Pieces] = [[(line, "held")] for line in wrap(said, width)]
        lines.append(())
        lines.append(lay(width, [(f"  {want.tool}", "strong")], [(f"begun {clock_time(want.since)}", "grey")]))
        lines += rows_of(want.arguments, width)
        lines.append(())
        declared: list[Pieces] = [[(line, "grey")] for line in wrap(_DECLARED, width)]
        lines += declared
        choices = [line for key, words in self._choices() for line in key_lines(key, words, width)]
        problem = f"The tool's own check could not find out: {self._problem}" if self._problem else ""
        told_so: list[Pieces] = [[(line, "wrong")] for line in wrap(problem, width)[:2]] if problem else []
        self.query_one("#choices", Lines).show((), *told_so, *choices)
        page = self.query_one(Page)
        page.show(lines)
        # What the call asked for scrolls; the choices stay in view.
        page.styles.max_height = max(3, self.size.height * 9 // 10 - _AROUND - len(choices) - len(told_so))

    def _choices(self) -> list[tuple[str, str]]:
        """The keys, each with what it does."""
        if self._finding is None:
            return list(_CHOICES)
        found = cut(f"Go by the tool's own check: {self._finding.words}", _FOUND)
        return [*_CHOICES, ("v", f"{found}.")]

    def action_nothing(self) -> None:
        prompt = self.query_one(Prompt)
        if prompt.display:
            prompt.display = False
            self.query_one(Page).focus()

    def action_rule(self, ruling: Literal["not_run", "again", "leave"]) -> None:
        self.dismiss((ruling, ""))

    def action_verified(self) -> None:
        if self._finding is not None:
            self.dismiss(("ran" if self._finding.happened else "not_run", self._finding.result))

    def action_ran(self) -> None:
        prompt = self.query_one(Prompt)
        prompt.display = True
        prompt.begin("say")
        prompt.invite("what did it return? Enter records it, Esc goes back")

    def on_prompt_sent(self, sent: Prompt.Sent) -> None:
        sent.stop()
        self.dismiss(("ran", sent.text))

    def on_prompt_left(self, left: Prompt.Left) -> None:
        left.stop()
        self.action_nothing()
