"""State: what a log folds to, the fold itself, and the commands that a state can offer."""

from workbench.state.apply import apply, cost_of, fold
from workbench.state.changing import head_of
from workbench.state.command import (
    CallModel,
    CallTool,
    CheckOutput,
    Command,
    Conclude,
    Effectful,
    Examine,
    Intended,
    Tell,
    ending,
)
from workbench.state.content import as_edited, content_of, edited_body
from workbench.state.state import Actor, Asked, Asking, Edit, Ended, Hold, Meters, State, Trouble, Verdict, Want
from workbench.state.transcript import Transcript, digest

__all__ = [
    "Actor",
    "Asked",
    "Asking",
    "CallModel",
    "CallTool",
    "CheckOutput",
    "Command",
    "Conclude",
    "Edit",
    "Effectful",
    "Ended",
    "Examine",
    "Hold",
    "Intended",
    "Meters",
    "State",
    "Tell",
    "Transcript",
    "Trouble",
    "Verdict",
    "Want",
    "apply",
    "as_edited",
    "content_of",
    "cost_of",
    "digest",
    "edited_body",
    "ending",
    "fold",
    "head_of",
]
