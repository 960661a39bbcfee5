"""Gates: `gate(state, command) -> Hold | None`. Stepping, calls in doubt, budgets, forks and breakpoints are one thing.

The first hold wins. Gates are asked when a command is about to be performed and never while a log is folded.
"""

from workbench.gates.breakpoints import Breakpoint, Breakpoints, Hit
from workbench.gates.gates import GATES, Gate, breaking, doubt, first_hold, fork, stepping

__all__ = ["GATES", "Breakpoint", "Breakpoints", "Gate", "Hit", "breaking", "doubt", "first_hold", "fork", "stepping"]
