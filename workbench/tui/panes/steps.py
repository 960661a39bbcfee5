"""Pane 1, Steps: every phase of every iteration, the held one and those to come; `l` leaves only the calls."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from workbench.debugger.words import count, dollars, duration, played_by, seconds
from workbench.tui.panes.coming import Coming, coming
from workbench.tui.panes.marks import Edits, Named, broken_at, marks
from workbench.tui.panes.pane import GoTo, Pane, PaneList
from workbench.tui.panes.values import in_short
from workbench.tui.pieces import Piece, Pieces, lay, width_of
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.steps import Step

GLYPHS: dict[str, str] = {"done": "✓", "held": "◐", "running": "●", "failed": "✗", "doubt": "?", "broken off": "✗"}

_LOOKS: dict[str, Look] = {
    "failed": "wrong",
    "broken off": "wrong",
    "doubt": "held",
    "running": "accent",
    "held": "held",
}


_NARROW = 30
"""Cells under which a thought has room for its name and one figure."""


_LEAST = 7
"""Cells that it takes to say more in a row: what is between, and a few letters."""


class StepList(PaneList):
    """The rows: steps of the log, then what is to come."""

    rests = True

    BINDINGS = [Binding("l", "only_calls", "only calls", id="steps.only_calls", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__(id="step-list", classes="keys")
        self._session = session
        self._only_calls = False
        self._calls: list[int] = []
        self._seen = 0
        self._coming: list[Coming] = []
        self._breaks: Named = frozenset()
        self._edits: Edits = {}
        self._left: frozenset[int] = frozenset()
        self.forks: frozenset[int] = frozenset()
        self._looked: int | None = None

    # -- rows -------------------------------------------------------------------------------------------------

    @property
    def steps(self) -> Sequence[Step]:
        """All steps of the log."""
        return self._session.steps_read.rows

    def refill(self) -> None:
        """Take in what came."""
        steps, session = self.steps, self._session
        if self._seen > len(steps):
            self._calls, self._seen = [], 0
        self._calls += [place for place in range(self._seen, len(steps)) if steps[place].kind == "call"]
        self._seen = len(steps)
        looking = session.looking
        if looking != self._looked:  # the cursor goes where a walk goes
            self._looked, self.following = looking, True
        self._coming = coming(session.newest) if looking is None else []
        self._breaks = broken_at(session.breakpoints)
        self._edits = session.state.edits
        places = [bisect_right(steps, seq, key=lambda step: step.seq) for seq in self.forks]
        self._left = frozenset(steps[place - 1].last for place in places if place)
        self.sync()

    def count(self) -> int:
        if self._only_calls:
            return len(self._calls)
        return len(self.steps) + len(self._coming)

    def step(self, index: int) -> Step | Coming | None:
        """What the row at `index` shows."""
        if self._only_calls:
            return self.steps[self._calls[index]] if 0 <= index < len(self._calls) else None
        steps = self.steps
        if index < 0 or index >= len(steps) + len(self._coming):
            return None
        return steps[index] if index < len(steps) else self._coming[index - len(steps)]

    def newest(self) -> int:
        if self._only_calls:
            return len(self._calls) - 1
        looking = self._session.looking
        if looking is not None:
            return self.place_of(looking)
        held = next((place for place, phase in enumerate(self._coming) if phase.held), None)
        return len(self.steps) + held if held is not None else max(0, len(self.steps) - 1)

    def place_of(self, seq: int) -> int:
        """The row that event `seq` belongs to."""
        steps = self.steps
        place = bisect_right(steps, seq, key=lambda step: step.seq) - 1
        for near in range(max(0, place), max(-1, place - 16), -1):
            if steps[near].last == seq:
                place = near
                break
        return bisect_right(self._calls, place) - 1 if self._only_calls else max(0, place)

    def action_only_calls(self) -> None:
        here = self.step(self.cursor)
        self._only_calls = not self._only_calls
        if here is not None and not isinstance(here, Coming):
            self.cursor = max(0, self.place_of(here.seq))
        self.sync()
        self._show_cursor()

    def words(self, index: int) -> str:
        step = self.step(index)
        return f"{step.label} {step.detail}" if step is not None else ""

    # -- drawing ----------------------------------------------------------------------------------------------

    def row(self, index: int, width: int) -> Pieces:
        step = self.step(index)
        if step is None:
            return ()
        room = max(3, len(str(self._session.steps_read.iteration)))
        indent = " " * (room + 1)
        signs = marks(step, self._breaks, self._edits, self._left)
        sign: Piece = (f" {signs}" if signs else "", "accent")
        if isinstance(step, Coming):
            if step.held:
                held: list[Piece] = [(f"{indent} ", "text"), ("◐ ", "held"), (step.label, "held"), sign]
                return _row(width, held, in_short(step.arguments), [("HELD ", "held")])
            return lay(width, [(f"{indent} · ", "faint"), (step.label, "faint"), sign])
        looking = self._session.looking
        later = looking is not None and step.seq > looking
        number = f"{step.iteration:>{room}} " if step.kind == "think" else indent
        here = "▸" if looking is not None and index == self.place_of(looking) else " "
        mark, look = _mark(step)
        words: Look = "faint" if later else look
        left: list[Piece] = [(number, "faint"), (here, "accent"), (f"{mark} ", words), (self._label(step), words), sign]
        right = self._figures(step, width)
        return _row(width, left, self._more(step), [(text, "faint") for text, _ in right] if later else right)

    def _more(self, step: Step) -> str:
        """What else a row says where there is room: the words, what a call asks and what comes of it, why it failed."""
        match step.kind:
            case "said":
                return step.label
            case "note" | "wait":
                return step.detail
            case "call" | "think" if step.standing == "running" and step.call in self._session.progress:
                return self._session.progress[step.call]
            case "call":
                return in_short(step.detail)
            case "result":
                return step.detail if step.standing == "failed" else in_short(step.gist)
            case "think":
                return self._actor(step) or (step.detail if step.standing == "failed" else "")
            case _:
                return ""

    def _actor(self, step: Step) -> str:
        """Whose thought it is, where it could be another's: several take part, or the judge is asked."""
        state = self._session.newest
        if state.started is None:
            return ""
        judges = {spec.name for spec in state.started.actors if spec.role == "judge"}
        alone = len(state.started.actors) - len(judges) < 2 and step.actor not in judges
        return "" if alone else played_by(state, step.actor)

    def _label(self, step: Step) -> str:
        if step.kind == "said":
            return speaker(step)
        if step.kind == "wait" and step.standing == "running":
            return f"asked again in {seconds(max(0, ceil(step.until - self.app.clock())))}"
        again = f" ×{step.attempt}" if step.attempt > 1 else ""
        return f"{step.label}{again}"

    def _figures(self, step: Step, width: int) -> list[Piece]:
        if step.standing == "doubt":
            return [("IN DOUBT ", "held")]
        if step.standing == "broken off":
            return [("broken off ", "wrong")]
        if step.kind == "wait":
            return []
        if step.standing == "running":
            passed = max(0, int(self.app.clock() - step.at))
            return [(f"{passed:>4} s ", "grey")]
        if step.kind == "result":
            return [(f"{step.detail:>7} ", "faint")] if step.standing == "done" else []
        if step.served:
            return [("recorded ", "faint")]
        if step.kind == "call":
            return [(f"{duration(step.ms):>7} ", "faint")] if step.ms is not None else []
        if step.kind != "think" or step.ms is None:
            return []
        tokens = None if step.input_tokens is None else step.input_tokens + (step.output_tokens or 0)
        told = "" if tokens is None else f"{count(tokens)} t"
        price = dollars(step.cost) if step.cost else ""
        if width >= 44:
            return [(f"{duration(step.ms):>7} {told:>7} {price or dollars(step.cost):>7} ", "faint")]
        if self._actor(step) or width < _NARROW:
            return [(f"{duration(step.ms):>7} ", "faint")]
        return [(f"{duration(step.ms):>7} {price or told:>7} ", "faint")]


def _row(width: int, left: list[Piece], more: str, right: list[Piece]) -> Pieces:
    """What stands at the left and at the right, and `more` between them where some of it can be read."""
    room = width - width_of(left) - width_of(right)
    return lay(width, [*left, (f"  {more}", "faint")] if more and room >= _LEAST else left, right)


def _mark(step: Step) -> tuple[str, Look]:
    if step.kind == "said":
        return "›", "text"
    if step.kind == "note" and step.standing == "done":
        return "–", "grey"
    if step.kind == "wait" or (step.standing == "done" and step.attempt > 1):
        return "↻", "held" if step.standing == "running" else "text"
    return GLYPHS.get(step.standing, "·"), _LOOKS.get(step.standing, "grey" if step.kind == "result" else "text")


def speaker(step: Step) -> str:
    """Who said it: the person at the keys, the user as a script or a recording has it, or the engine as the system."""
    return {"human": "you", "system": "system"}.get(step.detail, "user")


class StepsPane(Pane):
    """Where the run has been, where it stands, and what is next."""

    number, title = 1, "Steps"
    help = (
        "Every phase of the run: what the model thought, the tools it called, their results, its answers.",
        "✓ done, ◐ held, ● running, ✗ failed, ? in doubt, ↻ asked again, · to come.",
        "The cursor's call is shown under Tool calls. Enter looks back at that step; G comes back to the newest.",
        "◆ a breakpoint names it, ✎ it was edited, ⋎ a fork leaves here. l leaves only the tool calls.",
        "recorded: it comes from the recording that this branch replays; nothing was asked or run.",
    )

    def body(self) -> ComposeResult:
        yield StepList(self.session)

    @property
    def list(self) -> StepList:
        """The rows."""
        return self.query_one(StepList)

    def sync(self) -> None:
        self.list.refill()

    def summary(self) -> list[Piece]:
        state = self.session.state
        limit = state.limits.get("iterations")
        used = state.meters.iterations
        return [(f"{used}/{limit}" if limit is not None else f"{used}" if used else "", "faint")]

    def focused_text(self) -> str:
        step = self.list.step(self.list.cursor)
        if step is None or isinstance(step, Coming):
            return step.arguments if step is not None else ""
        from workbench.tui.panes.entries import words_at

        return words_at(self.session, step.last, self.session.state)

    def on_line_list_chosen(self, chosen: PaneList.Chosen) -> None:
        chosen.stop()
        step = self.list.step(chosen.index)
        if step is not None and not isinstance(step, Coming):
            self.post_message(GoTo(step.last, look=True))
