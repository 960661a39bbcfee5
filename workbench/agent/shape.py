"""The shape of an agent's output: plain text, or a type that its answer must be."""

from __future__ import annotations

from typing import Any, Generic, cast

from workbench.agent.result import Output
from workbench.run import Run


class Shape(Generic[Output]):
    """What `output_type` asks for."""

    def __init__(self, output_type: type[Output]) -> None:
        self._type: Any = output_type

    def of(self, run: Run) -> Output:
        """The output of a run that ended well."""
        return cast(Output, run.state.output)
