"""Edit (e): as it is and as it will be side by side, a field for each argument; a fork is announced before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.panes.values import problem_of
from workbench.tui.sheets.arguments import arguments_from, arguments_of
from workbench.tui.sheets.form import Entry, Form
from workbench.tui.targets import Target, consequences
from workbench.tui.theme import Look

if TYPE_CHECKING:
    from workbench.debugger.session import Session


class EditScreen(Form["Session"]):
    """Answers the session to go on with: the same, or the fork in which the change was made."""

    def __init__(self, session: Session, target: Target, text: str | None = None) -> None:
        """`text`: what the person made of it already, where that was written elsewhere."""
        new = target.was if text is None else text
        before = arguments_of(target.parameters, target.was) if target.field == "arguments" else None
        after = arguments_of(target.parameters, new) if before is not None else None
        if before is not None and after is not None:
            was = {one.name: one.text for one in before}
            entries = [Entry(one.name, one.note, one.text, was.get(one.name, "")) for one in after]
        else:
            raw = "JSON" if target.field == "arguments" else ""
            entries = [Entry(raw or "text", problem_of(target.was) if raw else "", new, target.was)]

        def apply(texts: list[str]) -> Session:
            value = texts[0] if after is None else arguments_from(after, texts, new)
            return target.edit(session, value)

        words = consequences(session, target.use(session))
        does = "applies it in a fork" if words else "applies it"
        said: list[tuple[str, Look]] = [(line, "held") for line in words]
        super().__init__(f"Edit {target.name}", entries, apply, words=said, does=does, rule=target.seq > 0)
