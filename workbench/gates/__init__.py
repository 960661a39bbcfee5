"""Gates: `gate(state, command) -> Hold | None`. Stepping, calls in doubt, budgets, forks and breakpoints are one thing.

The first hold wins. Gates are asked when a command is about to be performed and never while a log is folded.
"""

from workbench.gates.absence import absent
from workbench.gates.breakpoint_set import Breakpoint
from workbench.gates.breakpoints import Breakpoints, Hit
from workbench.gates.gates import (
    GATES,
    Gate,
    breaking,
    concerned,
    doubt,
    first_hold,
    fork,
    partial,
    question,
    stepping,
)
from workbench.gates.rules import Deed

__all__ = [
    "GATES",
    "Breakpoint",
    "Breakpoints",
    "Deed",
    "Gate",
    "Hit",
    "absent",
    "breaking",
    "concerned",
    "doubt",
    "first_hold",
    "fork",
    "partial",
    "question",
    "stepping",
]
