"""What an agent with criteria is told at the end of its system prompt: what to reach, and the form of its answers."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.events import Criterion

_HEADINGS = {
    "required": "Collect this information before you finish:",
    "condition": "All of this must hold before you finish:",
    "indicator": "These show that you succeeded:",
}

_FORM = """\
Whenever you speak to the user, answer with one JSON object and nothing around it:

{"agent_output": "<what you say to the user>", "system_status": "continue", "collected": {<name>: <value>}}

- "agent_output" is all that the user sees.
- "system_status" is "continue" while anything listed above is still open, and "complete" once nothing is.
- "collected" holds every named item you know by now, its value word for word as the user or a tool gave it; \
leave out what you do not know, and never guess.
- Tool calls are made as usual, not inside this object."""


def instructions(criteria: Iterable[Criterion]) -> str:
    """The text that is added to the system prompt; "" where there are no criteria."""
    criteria = list(criteria)
    if not criteria:
        return ""
    paragraphs = ["# When your work is complete"]
    for kind, heading in _HEADINGS.items():
        lines = [
            f"- {criterion.name}" + (f": {criterion.description}" if criterion.description else "")
            for criterion in criteria
            if criterion.kind == kind
        ]
        if lines:
            paragraphs.append("\n".join([heading, *lines]))
    return "\n\n".join([*paragraphs, "# How you answer", _FORM])
