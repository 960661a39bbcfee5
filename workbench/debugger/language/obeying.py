"""A line is obeyed: its verb is found and done, the run comes to a standstill, and the one sentence says where."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line, Lines
from workbench.debugger.language.replay_verbs import shown_apart
from workbench.debugger.language.table import find
from workbench.debugger.language.where import sentence

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk


async def do(talk: Talk, line: str) -> Lines:
    """Do what `line` says, and give what there is to say of it; what it set going may still be under way.

    Raises:
        WorkbenchError: it cannot be done; nothing was changed.
    """
    word, _, rest = line.strip().partition(" ")
    made = find(word).do(talk, rest.strip())
    return await made if inspect.isawaitable(made) else made


async def obey(talk: Talk, line: str) -> None:
    """Do what `line` says, show what came of it, and wait until the run stands still.

    Raises:
        WorkbenchError: it cannot be done; nothing was changed.
    """
    before = talk.mark()
    talk.show(await do(talk, line))
    await talk.stand_still(talk.session)
    if talk.mark() != before:
        talk.show([Line(sentence(talk.session, steady=talk.steady), "held"), *shown_apart(talk)])
