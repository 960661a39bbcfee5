"""A line is obeyed: its verb is found and done, the run comes to a standstill, and the one sentence says where."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line
from workbench.debugger.language.table import find
from workbench.debugger.language.where import sentence

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk


async def obey(talk: Talk, line: str) -> None:
    """Do what `line` says and show what came of it.

    Raises:
        WorkbenchError: it cannot be done; nothing was changed.
    """
    word, _, rest = line.strip().partition(" ")
    verb = find(word)
    before = talk.mark()
    made = verb.do(talk, rest.strip())
    talk.show(await made if inspect.isawaitable(made) else made)
    await talk.stand_still(talk.session)
    if talk.mark() != before:
        talk.show([Line(sentence(talk.session, steady=talk.steady), "held")])
