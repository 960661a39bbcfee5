"""A question to the person who watches the run: the run holds until it is answered. No function stands behind it."""

from __future__ import annotations

from typing import Any

from workbench.context import RunContext
from workbench.errors import ToolFailed
from workbench.events.messages import ToolOutcome
from workbench.events.parts import ToolSpec
from workbench.events.text import as_json


class AskUser:
    """`ask_user`: a call that a gate holds and a person answers."""

    name = "ask_user"
    spec = ToolSpec(
        name=name,
        description="Ask the person who watches over you a question, and wait for the answer. Use it where only a "
        "person can know or decide.",
        parameters=as_json(
            {
                "type": "object",
                "properties": {"question": {"type": "string", "description": "the whole question, in plain words."}},
                "required": ["question"],
                "additionalProperties": False,
            }
        ),
        effect="read",
        person=True,
    )

    async def run(self, arguments: str, context: RunContext[Any]) -> ToolOutcome:
        """Only reached where no gate holds the call, as in a batch of forks that nobody watches."""
        raise ToolFailed("nobody", "nobody is there to answer this question")


ask_user = AskUser()
