"""Watch a value (W): a path, or a text in quotes. It stands above the prompt, and C walks to where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from workbench.safe_text import safe_line
from workbench.tui.pieces import Piece, Pieces, cut, lay
from workbench.tui.sheets.expression_screen import ExpressionScreen
from workbench.tui.sheets.sheet import keys_of

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.debugger.watching import Told
    from workbench.gates.completion import Names

_NAME = 26


class WatchScreen(ExpressionScreen[str]):
    """Answers what to watch."""

    hint = 'for instance: cost, args.amount, criteria.order_id, or a text: "A-1007"'
    examples = (
        "cost   args.amount   result.status   criteria.order_id   status",
        '"A-1007"  a text in quotes: C goes back to the event that first held it',
    )
    missing = 'say what: a path such as cost or args.amount, or a text in quotes such as "A-1007"'

    def __init__(self, text: str, names: Names) -> None:
        keys = keys_of(("Enter", "watches it"), ("Tab", "completes"), ("Esc", "closes"))
        super().__init__("Watch what", keys, text, names)

    def read(self, text: str) -> None:
        from workbench.debugger.watching import Watches

        Watches().add(text)

    def offered(self, text: str) -> list[str]:
        from workbench.gates.completion import complete

        return complete(text, self.names, start="path")

    def how(self, width: int) -> Pieces:
        words = "shown above the prompt; C walks back to where it changed, B lists it"
        return lay(width, [(words, "faint")])

    def answer(self, text: str) -> str:
        return text


def watch_lines(session: Session, width: int, most: int) -> list[Pieces]:
    """The watches and their values where one looks, at most so many lines."""
    texts = list(session.watches)
    shown = texts if len(texts) <= most else texts[: most - 1]
    told = [session.watches.told(session, text) for text in shown]
    names = min(_NAME, max((cell_len(safe_line(text)) for text in shown), default=0))
    lines = [watch_row(one, names, width) for one in told]
    if len(shown) < len(texts):
        lines.append([(f" … {len(texts) - len(shown)} more: B lists them", "faint")])
    return lines


def watch_row(told: Told, names: int, width: int, mark: Sequence[Piece] = ((" ◉ ", "grey"),)) -> Pieces:
    """One watch: its name in so many cells, its value, and since when it is so."""
    name = cut(safe_line(told.text), names)
    space = " " * (names - cell_len(name))
    value: Piece = ("not there yet", "faint") if told.value is None else (told.value, "text")
    since = "" if told.since is None else f"since @{told.since}"
    right: Piece = (" changed here ", "accent") if told.here else (f" {since} ", "faint")
    return lay(width, [*mark, (name + space + "  ", "grey"), value], [right])
