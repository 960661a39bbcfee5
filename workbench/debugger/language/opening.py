"""What a session says when it is opened: which it is, how it stands, whether its persona has changed since it began.

Of a call in doubt it says all that is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger.language.lines import Line, Lines, block, plain, short
from workbench.debugger.language.where import place, sentence
from workbench.debugger.words import clock_time
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.state import State, Want

DECLARED = {
    "effect": "it changes something outside, so it is never repeated by itself",
    "idempotent": "it may be repeated without harm, and will be by itself",
    "read": "it changes nothing, and will be asked again by itself",
}


async def greeting(talk: Talk) -> Lines:
    """The first lines of a talk."""
    session, state = talk.session, talk.session.newest
    model = state.specs[state.agent].model if state.started is not None else "no model"
    lines = [Line(f"{short(session.identity.title, 80)}  {short(model, 60)}", "strong")]
    lines.append(Line(f"{place(session)}  {sentence(session, steady=talk.steady)}", "held"))
    if remark := talk.desk.remark(session):
        lines += plain(short(remark, 400), look="held")
    for want in state.doubtful:
        lines += await _doubt(talk, want, _effect(state, want.tool))
    return lines


async def _doubt(talk: Talk, want: Want, effect: str) -> Lines:
    begun = "" if talk.steady else f", begun {clock_time(want.since)}"
    lines = [
        Line(f"IN DOUBT: {want.call} {short(want.tool, 60)}{begun}", "wrong"),
        *plain("  It was under way when its process ended, and nobody knows whether it happened."),
        *block(want.arguments, 4),
        *plain(f"  The tool declares: {effect}, {DECLARED[effect]}."),
    ]
    if effect != "effect":
        return lines
    call, check = want.call, [f"  settle {want.call} verify       go by what the tool's own check finds out"]
    try:
        found = await talk.desk.happened(talk.session, want)
        lines += plain(f"  The tool's own check says: {short(found.words)}") if found is not None else []
        check = check if found is not None else []
    except WorkbenchError as problem:
        lines += plain(f"  The tool's own check could not find out: {short(str(problem))}")
    return [
        *lines,
        *plain(
            f"  settle {call} ran RESULT   it happened, and this is what it returned",
            f"  settle {call} not-run      it did not happen; the agent is told so, and may ask for it again",
            f"  settle {call} again        run it again; if it did happen, it will have happened twice",
            f"  settle {call} leave        decide nothing; the run stays held",
            *check,
        ),
    ]


def _effect(state: State, tool: str) -> str:
    """What the tool declares; one that nobody declared does not exist and does nothing."""
    assert state.started is not None
    specs = [spec for actor in state.specs.values() for spec in actor.tools]
    return next((spec.effect for spec in specs if spec.name == tool), "read")
