"""Where a persona's template is rendered: it reaches nothing but its fields, and comes to an end.

The sandbox of Jinja2 keeps a template from what it is not given, but not from counting without end.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Any, cast

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 1_000_000
"""Characters of a prompt, and of what a template multiplies."""
TURNS = 10_000
"""What all loops over `range` may count together."""


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for one rendering."""

    intercepted_binops = frozenset(("**", "*"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._turns = 0
        cast("dict[str, object]", self.globals)["range"] = self._range

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A product of a size that a prompt can have; powers are of no use in one."""
        if operator == "**":
            raise SecurityError("powers are not computed here")
        for one, times in ((left, right), (right, left)):
            if isinstance(one, Sized) and isinstance(times, int) and len(one) * times > LONGEST:
                raise SecurityError(f"a product of more than {LONGEST:,} characters")
        return left * right

    def rendered(self, template: str, fields: dict[str, Any]) -> str:
        """The template's text.

        Raises:
            TemplateError: it is broken, or leaves what it may do.
        """
        text = ""
        for piece in self.from_string(template).generate(fields):
            text += piece
            if len(text) > LONGEST:
                raise SecurityError(f"it gives more than {LONGEST:,} characters")
        return text

    def _range(self, *ends: int) -> range:
        numbers = range(*ends)
        self._turns += len(numbers)
        if self._turns > TURNS:
            raise SecurityError(f"its loops count further than {TURNS:,}")
        return numbers
