"""The console at a terminal: a prompt with completion, history, a toolbar; the only file that knows prompt-toolkit."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from rich.console import Console
from rich.text import Text

from workbench.console.hanging import hanging
from workbench.console.interrupt import CtrlCHolds
from workbench.console.type_ahead import TypeAhead
from workbench.criteria.coming import so_far
from workbench.debugger.desk import Desk
from workbench.debugger.language.completion import choices
from workbench.debugger.language.lines import Lines, Look, plain
from workbench.debugger.language.obeying import obey
from workbench.debugger.language.opening import greeting
from workbench.debugger.language.table import find
from workbench.debugger.language.talk import Talk
from workbench.debugger.language.where import meters, place, sentence
from workbench.debugger.outcome import closing_code
from workbench.debugger.rewriting import editor, rewritten
from workbench.debugger.session import Session
from workbench.errors import Impossible, WorkbenchError
from workbench.events.text import redact
from workbench.safe_text import safe_line, safe_text

_STYLES: dict[Look, str] = {
    "text": "", "strong": "bold", "faint": "dim", "new": "cyan", "good": "green", "wrong": "red", "held": "yellow",
}  # fmt: skip


async def converse(desk: Desk, session: Session, first: Sequence[str] = ()) -> int:
    """Talk with a person until they leave. `first` are verbs to begin with: then the exit code is the run's, else 0."""
    return await _Terminal(desk, session).converse(first)


class _Terminal:
    """A person's terminal."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._streamed = ("", 0)
        self._typed = TypeAhead()
        self._talk = Talk(desk, session, self._show, steady=False, write=self._write, stream=self._stream)
        self._prompt: PromptSession[str] = PromptSession(
            history=_history(Path(desk.workspace) / "sessions" / "console.history"),
            completer=_Completer(self._talk),
            complete_while_typing=False,
            bottom_toolbar=self._toolbar,
        )

    async def converse(self, first: Sequence[str]) -> int:
        """Greet, do the first verbs, then what is typed."""
        talk = self._talk
        try:
            with self._typed, CtrlCHolds(talk, self._interrupted):
                self._show(await greeting(talk))
                for line in first:
                    await self._obeyed(line)
                await self._asked()
            return closing_code(talk.session.newest, diverged=talk.diverged) if first else 0
        finally:
            talk.close()

    async def _asked(self) -> None:
        """One line after the other; the last walking verb again where nothing was typed."""
        last = ""
        while not self._talk.over:
            try:
                line = (await self._prompt.prompt_async("(wb) ", handle_sigint=False)).strip() or last
            except KeyboardInterrupt:
                self._show(plain("nothing is under way; quit or ctrl-d leaves", look="faint"))
                continue
            except EOFError:
                break
            if line:
                last = line if await self._obeyed(line) else ""

    def _interrupted(self) -> bool:
        """A signal, which the keyboard does not send while a prompt has it, is the key ctrl-c to a prompt."""
        if not self._prompt.app.is_running:
            return False
        self._prompt.app.exit(exception=KeyboardInterrupt)
        return True

    async def _obeyed(self, line: str) -> bool:
        """Do it, or say why not; whether Enter does it again."""
        talk = self._talk
        try:
            talk.session.refresh()
            await obey(talk, line)
            return find(line.partition(" ")[0]).repeats
        except WorkbenchError as problem:
            self._show(plain(*str(problem).split("\n"), look="wrong"))
            return False

    def _show(self, lines: Lines) -> None:
        if lines and self._streamed[1]:
            self._console.print()
            self._streamed = ("", 0)
        for line in lines:
            for part in hanging(self._console, Text(safe_text(line.text), _STYLES[line.look])):
                self._console.print(part)

    def _stream(self, session: Session) -> None:
        """Show what came of an answer since the last look; the whole of it follows as its fact."""
        call, draft = next(iter(session.drafts.items()), ("", None))
        if draft is None:
            return
        said = so_far("".join(draft.text), session.newest.specs.get(call.rpartition(".")[0]))
        shown = self._streamed[1] if self._streamed[0] == call and self._streamed[1] <= len(said) else 0
        new = said[shown:]
        if new:
            self._console.print(Text(safe_text(new if shown else f"       … {new}"), "dim"), end="")
            sys.stdout.flush()
            self._streamed = (call, len(said))

    def _toolbar(self) -> StyleAndTextTuples:
        session = self._talk.session
        words = f" {place(session)}  {sentence(session)}  ·  {meters(session.newest)} "
        return [("", safe_line(words))]

    async def _write(self, was: str, what: str) -> str:
        command = editor()
        if command:
            with self._typed.aside():
                return rewritten(command, was)
        asked: PromptSession[str] = PromptSession(
            multiline=True, bottom_toolbar=f" {safe_line(what)}: Esc Enter takes it, ctrl-c leaves it as it was "
        )
        try:
            return await asked.prompt_async("", default=was, handle_sigint=False)
        except (KeyboardInterrupt, EOFError):
            raise Impossible("left as it was") from None


class _Completer(Completer):
    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What fits before the cursor."""
        for choice in choices(self._talk, document.text_before_cursor):
            meaning = safe_line(choice.meaning[:60])
            yield Completion(safe_line(choice.word), -choice.begun, display_meta=meaning)


class _Redacted(FileHistory):
    """Lines typed at other times, without keys."""

    def store_string(self, string: str) -> None:
        """Keep a line; where the disk has no room for it, this run of the console keeps it alone."""
        with contextlib.suppress(OSError):
            super().store_string(redact(string))


def _history(path: Path) -> History:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return _Redacted(str(path))
