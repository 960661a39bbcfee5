"""Set a breakpoint (b): its condition, and how it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from workbench.tui.pieces import Piece, Pieces, lay
from workbench.tui.sheets.expression_screen import ExpressionScreen
from workbench.tui.sheets.sheet import keys_of

if TYPE_CHECKING:
    from workbench.gates.completion import Names

_IGNORES = (0, 1, 2, 5, 10, 100)


class Wish(NamedTuple):
    """A breakpoint as it is to be set; `ignore` hits still pass."""

    text: str
    once: bool
    trace: bool
    ignore: int


class BreakScreen(ExpressionScreen[Wish]):
    """Answers with a condition that can be read."""

    BINDINGS = [
        Binding("ctrl+o", "once", "once", id="break.once", priority=True),
        Binding("ctrl+t", "trace", "trace", id="break.trace", priority=True),
        Binding("ctrl+g", "ignore", "ignore", id="break.ignore", priority=True),
    ]
    hint = 'for instance: tool refund_charge if args.amount > "100"'
    examples = (
        'tool refund_charge if args.amount > 100   result contains "Traceback"   error',
        "cost > 0.50   repeat 3   criterion order_id flips   think if iteration >= 5",
        'a rule: tool refund_charge if args.amount > 100 do set args.amount "100.00"',
    )
    missing = "say where: a tool, an error, a cost …"

    def __init__(self, text: str, names: Names) -> None:
        keys = keys_of(("Enter", "sets it"), ("Tab", "completes"), ("Esc", "closes"))
        super().__init__("Break where", keys, text, names)
        self._once = self._trace = False
        self._ignore = 0

    def read(self, text: str) -> None:
        from workbench.gates import Breakpoints

        Breakpoints().add(text, trace=self._trace)

    def offered(self, text: str) -> list[str]:
        from workbench.gates.completion import complete

        return complete(text, self.names)

    def how(self, width: int) -> Pieces:
        def toggle(key: str, word: str, on: bool) -> list[Piece]:
            return [(key, "grey"), (f" [{'x' if on else ' '}] {word}   ", "text" if on else "grey")]

        trace = "trace: tell, don't hold" if width >= 56 else "trace"
        ignore: list[Piece] = [("^g", "grey"), (f" ignores {self._ignore} hits", "text" if self._ignore else "grey")]
        return lay(
            width,
            [*toggle("^o", "once", self._once), *toggle("^t", trace, self._trace), *ignore],
        )

    def answer(self, text: str) -> Wish:
        return Wish(text, self._once, self._trace, self._ignore)

    def action_once(self) -> None:
        self._once = not self._once
        self.draw()

    def action_trace(self) -> None:
        self._trace = not self._trace
        self.draw()

    def action_ignore(self) -> None:
        self._ignore = _IGNORES[(_IGNORES.index(self._ignore) + 1) % len(_IGNORES)]
        self.draw()
