"""Run: the only writer of a branch. Performs what `decide` offers and gates let pass, records, holds, releases; and checks recordings."""

from workbench.run.check import Divergence, check
from workbench.run.ports import Log, Ports, Watcher
from workbench.run.run import Run
from workbench.run.unfold import state_at

__all__ = ["Divergence", "Log", "Ports", "Run", "Watcher", "check", "state_at"]
