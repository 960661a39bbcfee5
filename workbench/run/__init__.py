"""Run: the only writer of a branch; `check`: the judge of a recording; `state_at`: a branch as it stood."""

from workbench.run.check import Divergence, check
from workbench.run.ports import Log, Ports, Watcher
from workbench.run.run import Run
from workbench.run.unfold import state_at, state_kept

__all__ = ["Divergence", "Log", "Ports", "Run", "Watcher", "check", "state_at", "state_kept"]
