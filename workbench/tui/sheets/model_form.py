"""Answer as the model (m): words, a tool call, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.debugger import changing
from workbench.errors import UsedWrongly
from workbench.events import Call
from workbench.events.text import from_json
from workbench.tui.sheets.form import Entry, Form

if TYPE_CHECKING:
    from workbench.debugger.session import Session


def model_form(session: Session) -> Form[None]:
    """The form whose texts are the model's answer.

    Raises:
        Impossible: no model is about to be asked.
    """
    changing.held_thought(session)
    tools = [tool.name for tool in session.newest.specs[session.newest.agent].tools]
    entries = [
        Entry("says", "the words of the answer"),
        Entry("calls", f"a tool, or nothing: {', '.join(tools)}" if tools else "there is no tool"),
        Entry("arguments", "of that call, as a JSON object", hint="{}"),
    ]

    def answer(texts: list[str]) -> None:
        text, tool, arguments = texts[0], texts[1].strip(), texts[2].strip() or "{}"
        if not (text.strip() or tool):
            raise UsedWrongly("the answer says nothing: write some words, or name a tool to call")
        if texts[2].strip() and not tool:
            raise UsedWrongly("these arguments are of no call: name the tool")
        calls = (Call(name=tool, arguments=_object(arguments)),) if tool else ()
        changing.answer_as_model(session, text, calls)

    return Form("Answer as the model, which is not asked", entries, answer, does="answers", rule=True)


def _object(arguments: str) -> str:
    try:
        given = from_json(arguments)
    except ValueError as error:
        raise UsedWrongly(f"the arguments are not JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsedWrongly('the arguments must be a JSON object, such as {"order": "A-1007"}')
    return arguments
