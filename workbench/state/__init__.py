"""State: what a log folds to, the fold itself, and the commands that a state can offer."""

from workbench.state.apply import apply, cost_of, fold, head_of
from workbench.state.command import CallModel, CallTool, Command, Conclude, Tell, ending
from workbench.state.state import Actor, Asked, Asking, Ended, Hold, Meters, State, Trouble, Verdict, Want
from workbench.state.transcript import Transcript, digest

__all__ = [
    "Actor",
    "Asked",
    "Asking",
    "CallModel",
    "CallTool",
    "Command",
    "Conclude",
    "Ended",
    "Hold",
    "Meters",
    "State",
    "Tell",
    "Transcript",
    "Trouble",
    "Verdict",
    "Want",
    "apply",
    "cost_of",
    "digest",
    "ending",
    "fold",
    "head_of",
]
