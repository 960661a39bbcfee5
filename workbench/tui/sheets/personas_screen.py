"""The personas (F2 at first, P in a session): each with the prompt that it becomes and where each line comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from workbench.errors import WorkbenchError
from workbench.tui.base_app import BaseApp
from workbench.tui.pieces import Pieces, cut, lay, wrap
from workbench.tui.sheets.sheet import Page, Sheet, keys_of
from workbench.tui.terminal.clipboard import written_outside
from workbench.tui.theme import Look
from workbench.tui.widgets.line_list import LineList, Lines, holds

if TYPE_CHECKING:
    from workbench.debugger.desk import PersonaLine, PersonaView

_SOURCES = 30
"""Cells at the right of the prompt for where its lines come from, where there is room."""


_MANY = 20
"""Personas from which on it is said that typing filters them."""


class PersonaList(LineList):
    """One row for each persona; fragments, which are nobody by themselves, step back."""

    follows = False

    def __init__(self) -> None:
        super().__init__(id="personas")
        self._all: Sequence[PersonaLine] = ()
        self.rows: Sequence[PersonaLine] = ()
        self.text = ""
        self.broken: Mapping[str, str] = {}

    def fill(self, rows: Sequence[PersonaLine]) -> None:
        """These are all there are; the cursor stays on the persona it stands on."""
        self._all = rows
        self.only(self.text)

    def only(self, text: str) -> None:
        """Show those that hold all words of `text`."""
        name = self.rows[self.cursor].name if 0 <= self.cursor < len(self.rows) else ""
        self.text, words = text, text.casefold().split()
        self.rows = [one for one in self._all if holds(f"{one.name} {one.about} {one.source}", words)]
        self.cursor = next((place for place, row in enumerate(self.rows) if row.name == name), 0)
        self.sync()

    def empty(self, width: int) -> Sequence[Pieces]:
        return ((), *(((f" {line}", "grey"),) for line in wrap(f"No persona holds “{self.text}”.", width - 1)))

    def mark(self, broken: Mapping[str, str]) -> None:
        """These cannot be used, by name, and why."""
        self.broken = broken
        self.sync()

    def count(self) -> int:
        return len(self.rows)

    def row(self, index: int, width: int) -> Pieces:
        one = self.rows[index]
        source = "fragment" if one.fragment else "" if one.source == "shipped" else one.source
        right: Pieces = [(f" {source} ", "faint")] if source else []
        if one.name in self.broken:
            right = [(" ✗ not right ", "wrong")]
        return lay(width, [(f" {one.name}", "grey" if one.fragment else "text")], right)


class PersonasScreen(Sheet[str]):
    """Answers the name of the persona that was chosen."""

    BINDINGS = [Binding("E", "edit", "edit in $EDITOR", id="personas.edit")]
    tall = wide = True
    app = getters.app(BaseApp)

    def __init__(self, does: str) -> None:
        """`does`: what choosing one does, in a few words."""
        keys = keys_of(("Enter", does), ("E", "edits in $EDITOR"), ("Tab", "scrolls the prompt"), ("Esc", "closes"))
        super().__init__("Personas", keys)
        self._drafts: dict[str, str] = {}
        self._seen: object = None

    def body(self) -> ComposeResult:
        with Widget(id="lists"):
            with Widget(classes="half persona-names"):
                yield PersonaList()
            with Widget(classes="half"):
                yield Lines(id="who", classes="lines")
                yield Page()
        yield Lines(id="problem", classes="lines")

    @property
    def names(self) -> PersonaList:
        """The list."""
        return self.query_one(PersonaList)

    def on_mount(self) -> None:
        self._look()
        self._say("")
        self.names.focus()
        self.set_interval(2.0, self._look)

    def _look(self) -> None:
        """Take in what was changed on disk since the last look."""
        seen = self.app.desk.on_disk()
        if seen != self._seen:
            self._seen = seen
            self.names.fill(self.app.desk.personas())
            self.draw()
            self.run_worker(self._judge, thread=True, exit_on_error=False)

    def _judge(self) -> None:
        """Mark what cannot be used. Reads every file: not in the app's own thread."""
        self.app.call_from_thread(self.names.mark, self.app.desk.broken("persona"))

    def on_key(self, event: events.Key) -> None:
        text, bound = self.names.text, self.active_bindings.get(event.key)
        if bound is not None and bound.binding.action == "edit":
            return
        if event.key == "backspace" and text:
            self._only(text[:-1])
        elif event.is_printable and event.character:
            self._only(text + event.character)
        else:
            return
        event.stop()

    def _only(self, text: str) -> None:
        self.names.focus()
        self.names.only(text)
        self.draw()
        self._say("")

    def action_close(self) -> None:
        """First of the filter, then of the sheet."""
        if self.names.text:
            self._only("")
        else:
            super().action_close()

    @on(LineList.Moved)
    def draw(self) -> None:
        names = self.names
        who, page = self.query_one("#who", Lines), self.query_one(Page)
        if not names.rows:
            who.show()
            page.show([])
            return
        one = names.rows[names.cursor]
        width = max(20, page.size.width - 1)
        try:
            view = self.app.desk.persona(one.name)
        except WorkbenchError as problem:
            who.show(*_lines(str(problem), width, "wrong"), ())
            page.show([[(f" {line}", "grey")] for line in self._text(one.name)])
            return
        who.show(*self._head(one, view, width))
        page.show(_prompt(view, one.name, width))
        page.action_first()

    def _text(self, name: str) -> list[str]:
        """The file's own lines, for a persona that has no prompt."""
        try:
            return self.app.desk.persona_text(name).splitlines()
        except WorkbenchError:
            return []

    def _head(self, one: PersonaLine, view: PersonaView, width: int) -> list[Pieces]:
        facts = f" {view.version} · {one.source} · signature {view.signature[:12]}"
        lines = _lines(view.description, width, "strong")[:2]
        lines.append(lay(width, [(facts, "faint")]))
        for words in view.conflicts:
            lines += _lines(f"conflict: {words}", width, "held")[:2]
        return [*lines, ()]

    @on(LineList.Chosen)
    def _chosen(self, chosen: LineList.Chosen) -> None:
        chosen.stop()
        if not self.names.rows:
            return
        one = self.names.rows[chosen.index]
        if one.fragment:
            self._say(f"{one.name} is a fragment: others use it among their traits")
            return
        self.dismiss(one.name)

    def _say(self, problem: str) -> None:
        """What is wrong; where nothing is, by what the list is filtered, or that it can be where it is long."""
        lines: list[Pieces] = _lines(problem, self.room, "wrong")[:3] if problem else []
        if not lines and self.names.text:
            lines = [[(" › ", "faint"), (self.names.text, "text"), ("▏", "accent")]]
        elif not lines and self.names.count() > _MANY:
            lines = [[(" › ", "faint"), ("type to filter", "faint")]]
        self.query_one("#problem", Lines).show(*lines)

    def action_edit(self) -> None:
        """In the person's editor; what is not right is said, and kept to be edited on."""
        if not self.names.rows:
            return
        one = self.names.rows[self.names.cursor]
        desk = self.app.desk
        try:
            was = self._drafts.get(one.name) or desk.persona_text(one.name).rstrip("\n")
            text = written_outside(self.app, was, one.name)
            if text == was and one.name not in self._drafts:
                return
            self._drafts[one.name] = text
            desk.save_persona(one.name, text + "\n")
        except WorkbenchError as problem:
            kept = "; E edits it on, nothing was saved" if one.name in self._drafts else ""
            self._say(f"{problem}{kept}")
            return
        del self._drafts[one.name]
        self._say("")
        self._look()


def _lines(words: str, width: int, look: Look) -> list[Pieces]:
    """The words in lines of that look."""
    return [[(f" {line}", look)] for line in wrap(words, width - 1)]


def _prompt(view: PersonaView, name: str, width: int) -> list[Pieces]:
    """The prompt, each line with where it comes from where there is room for that."""
    room = width - _SOURCES if width >= 2 * _SOURCES else width
    lines: list[Pieces] = []
    for text, sources in view.lines:
        source = ", ".join(one.removeprefix(f"{name}: ") for one in sources)
        for place, line in enumerate(wrap(text, room - 2) or [""]):
            told = cut(source, _SOURCES - 2) if place == 0 and room < width else ""
            lines.append(lay(width, [(f" {line}", "text")], [(f"{told} ", "faint")] if told else []))
    return lines
