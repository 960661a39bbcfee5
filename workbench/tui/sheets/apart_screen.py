"""Where a replay differs: what was recorded beside what is now, and what a person can choose there."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.binding import Binding

from workbench.run.differences import shortened
from workbench.tui.pieces import Piece, Pieces, lay, wrap
from workbench.tui.sheets.diff_screen import wrapped
from workbench.tui.sheets.sheet import Page, Sheet, key_lines
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import Lines

if TYPE_CHECKING:
    from workbench.debugger.replaying import Apart
    from workbench.run import Divergence
    from workbench.run.differences import Difference

Verb = Literal["recorded", "live", "stop", "approve"]
_MOST = 4000
_BEFORE = 160
_HELD: dict[str, str] = {
    "u": "Use the recorded one, and go on replaying.",
    "l": "Go live from here: nothing more is compared, served or changed. Effects still ask.",
    "x": "Stop: the replay ends here, as one that diverged.",
    "a": "Make this one call, and go on replaying.",
}
_OF_A_CHANGE = _HELD | {
    "u": "Change it here all the same, and go on replaying.",
    "a": "Leave it as it is here, and go on replaying.",
}
_CHECKED: dict[str, str] = {
    "u": "Use the recorded one, and check on.",
    "l": "Go live from before it, in a fork. Effects ask.",
    "x": "Stop: the recording diverged, and that is put on record.",
}
_AROUND = 7
"""Lines of the paper around both sides and the choices: the frame, the title, and the empty ones between."""
_LATER = "Decide later. R shows this again."


class ApartScreen(Sheet[Verb]):
    """Answers with the verb that was chosen. There is no default: Enter does nothing here."""

    BINDINGS = [
        Binding("u", "choose('recorded')", "recorded", id="apart.recorded"),
        Binding("l", "choose('live')", "live", id="apart.live"),
        Binding("x", "choose('stop')", "stop", id="apart.stop"),
        Binding("a", "choose('approve')", "once", id="apart.once"),
    ]

    def __init__(
        self, where: str, difference: Difference | None, choices: dict[str, str], sides: tuple[str, str]
    ) -> None:
        title = "THE REPLAY DIFFERS" if difference is not None else "THE RECORDING ENDS HERE"
        super().__init__(title, ())
        self._where, self._difference, self._choices, self._sides = where, difference, choices, sides

    @classmethod
    def held(cls, apart: Apart) -> ApartScreen:
        """For a replay with one side live that is held there."""
        found = apart.difference
        usable = found is not None and found.usable
        every = _OF_A_CHANGE if found is not None and found.change else _HELD
        choices = {key: words for key, words in every.items() if key != "u" or usable}
        return cls(apart.where, found, choices, ("recorded", "now"))

    @classmethod
    def checked(cls, found: Divergence) -> ApartScreen:
        """For a recording that was checked."""
        where = f"event {found.seq}, {found.kind}"
        return cls(where, found.difference, _CHECKED, ("recorded", "the rules give"))

    def body(self) -> ComposeResult:
        yield Lines(id="where", classes="lines")
        yield Page()
        yield Lines(id="choices", classes="lines")

    def on_mount(self) -> None:
        self.query_one(Page).focus()

    def draw(self) -> None:
        width, found = self.room, self._difference
        words = self._where if found is None else f"{self._where} · {found.leaf or 'the whole event'}"
        head: list[Pieces] = [[(line, "held")] for line in wrap(words, width)[:2]]
        self.query_one("#where", Lines).show(*head, ())
        every = (*self._choices.items(), ("Esc", _LATER))
        choices = [line for key, says in every for line in key_lines(key, says, width)]
        self.query_one("#choices", Lines).show((), *choices)
        page = self.query_one(Page)
        page.show([] if found is None else columns(found, self._sides, width))
        # What differs scrolls; the choices stay in view.
        page.styles.max_height = max(3, self.size.height * 9 // 10 - _AROUND - len(head) - len(choices))

    def action_choose(self, verb: Verb) -> None:
        keys = {"recorded": "u", "live": "l", "stop": "x", "approve": "a"}
        if keys[verb] in self._choices:
            self.dismiss(verb)


def columns(found: Difference, names: tuple[str, str], width: int) -> list[Pieces]:
    """Both sides in two columns, what they share grey, from a little before the place where they part."""
    half = (width - 3) // 2
    left, right = shortened(*found.told, wide=_MOST, before=_BEFORE)
    before, behind = _shared(left, right)
    ours, theirs = _side(left, before, behind, "wrong", half), _side(right, before, behind, "accent", half)
    first: list[Pieces] = [[(names[0], "strong")], *ours]
    second: list[Pieces] = [[(names[1], "strong")], *theirs]
    return [_beside(one, other, half) for one, other in zip_longest(first, second, fillvalue=())]


def _beside(left: Pieces, right: Pieces, half: int) -> Pieces:
    line: list[Piece] = [*lay(half, left), (" │ ", "faint"), *lay(half, right)]
    return line


def _shared(left: str, right: str) -> tuple[int, int]:
    """How many characters both begin with, and how many both end with behind them."""
    most = min(len(left), len(right))
    before = next((place for place in range(most) if left[place] != right[place]), most)
    behind = next((place for place in range(most - before) if left[-1 - place] != right[-1 - place]), most - before)
    return before, behind


def _side(text: str, before: int, behind: int, look: Look, width: int) -> list[Pieces]:
    end = len(text) - behind
    pieces: list[Piece] = [(text[:before], "grey"), (text[before:end], look), (text[end:], "grey")]
    return [*wrapped([piece for piece in pieces if piece[0]], width)]
