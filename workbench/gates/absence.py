"""A call whose tool is not here: it holds, since whoever can be asked about it is not this process."""

from __future__ import annotations

from collections.abc import Callable

from workbench.gates.gates import Gate
from workbench.state import CallTool, Command, Hold, State


def absent(lacks: Callable[[str], str]) -> Gate:
    """A gate that holds a declared tool's call where `lacks` says why the tool cannot be had here, "" where it can.

    A person can answer in its place, or leave it out; a release alone does not let it pass while it is not here. A
    tool that the actor was never given does not exist at all: that is the model's mistake, which it is told.
    """

    def gate(state: State, command: Command) -> Hold | None:
        if not isinstance(command, CallTool):
            return None
        spec = state.specs[command.actor]
        if spec.output is not None and spec.output.tool == command.tool:
            return None
        why = lacks(command.tool) if any(tool.name == command.tool for tool in spec.tools) else ""
        return Hold("absent", why, command.key, "call", command.call) if why else None

    return gate
