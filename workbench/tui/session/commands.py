"""The command line behind `:`: every verb of the debugger's language, on the session of the screen it is typed in.

What a verb says in one line stands in the line at the bottom, longer answers on a sheet; Tab completes what is typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.tui.pieces import Piece, lay, width_of
from workbench.tui.session.exploring import Exploring

if TYPE_CHECKING:
    from workbench.debugger.language.completion import Choice
    from workbench.debugger.language.lines import Line
    from workbench.tui.session.screen_talk import ScreenTalk

_NAMED = 8


class Commands(Exploring):
    """The screen whose prompt takes verbs as words."""

    _talk: ScreenTalk | None = None
    _choices: list[Choice] = []
    _choice = 0
    _completed: str | None = None
    _completed_from = ""

    @property
    def talk(self) -> ScreenTalk:
        """What the verbs that are typed here work on; made when the first is typed."""
        if self._talk is None:
            from workbench.tui.session.screen_talk import ScreenTalk

            assert self.session is not None
            self._talk = ScreenTalk(self, self.session)
        return self._talk

    def obey(self, text: str) -> None:
        line = text.strip().lstrip(":").strip()
        if line and self.session is not None:
            self.run_worker(self._obey(line), group="command")

    async def _obey(self, line: str) -> None:
        """Do it while keys are heard, and show what it says, or why it cannot be done."""
        from workbench.debugger.language.lines import plain
        from workbench.debugger.language.obeying import do

        talk = self.talk
        try:
            lines = talk.said(await do(talk, line))
        except WorkbenchError as problem:
            lines = talk.said(plain(*str(problem).split("\n"), look="wrong"))
        arrived = talk.arrived()
        if arrived is not None:
            self.arrive(arrived, "; ".join(one.text for one in lines))
        elif talk.quit:
            self.app.exit()
        elif talk.over:
            talk.over = False
            self.action_close()
        else:
            self.sync()
            self._show_lines(line, lines)

    def _show_lines(self, line: str, lines: list[Line]) -> None:
        from workbench.tui.sheets.answer_screen import LOOKS, AnswerScreen

        if len(lines) == 1:
            self.tell(lines[0].text, LOOKS[lines[0].look])
        elif lines:
            self.app.push_screen(AnswerScreen(line, lines))

    # -- completion -------------------------------------------------------------------------------------------

    def complete(self) -> None:
        """Let the line that is typed become the choice that is marked; the next Tab takes the next one."""
        words = self.prompt.words
        if not self._choices:
            return
        line = self._completed_from if self._completed == words.text else words.text
        choice = self._choices[self._choice]
        only = len(self._choices) == 1
        self._completed_from = line
        self._completed = line[: len(line) - choice.begun] + choice.word + (" " if only else "")
        self._choice = (self._choice + 1) % len(self._choices)
        words.write(self._completed)
        if only:
            self._completed = None
        self.draw_lines()

    def suggest(self, line: str) -> None:
        """The line at the bottom says what the line that is typed may become."""
        if self._completed is not None and line == self._completed:
            return
        from workbench.debugger.language.completion import choices

        self._completed, self._choice = None, 0
        self._choices = choices(self.talk, line.lstrip(":"))
        self.draw_lines()

    def forget_choices(self) -> None:
        """Nothing is being typed any more."""
        self._choices, self._completed = [], None

    def choice_line(self, width: int) -> list[Piece]:
        """The choices, the one that Tab takes marked, and what that one means; nothing where there are none."""
        if not self._choices:
            return []
        first = max(0, min(self._choice - 1, len(self._choices) - _NAMED))
        marked = self._choices[self._choice]
        meaning: list[Piece] = [(f"{marked.meaning} ", "faint")] if marked.meaning else []
        line: list[Piece] = [("⇥ ", "grey")]
        for choice in self._choices[first:]:
            here = choice is marked
            piece: Piece = (f"{'▸' if here else ' '}{choice.word} ", "accent" if here else "grey")
            if width_of([*line, piece]) > width:
                break
            line.append(piece)
        room = width - width_of(line) - width_of(meaning)
        return lay(width, line, meaning if room > 0 else [])
