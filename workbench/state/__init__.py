"""State: what a log folds to, the fold itself, and the commands that a state can offer."""

from workbench.events import cost_of
from workbench.state.actor import Actor, Asked, Asking, Meters, Recovery, Trouble, Want
from workbench.state.apply import apply, fold
from workbench.state.capping import MINUTE
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
    Ungated,
    Wait,
    ending,
    taking_over,
)
from workbench.state.content import BYTES_A_TOKEN, as_edited, content_of, edited_body
from workbench.state.state import Edit, Ended, Hold, Replay, Standing, State, Verdict
from workbench.state.transcript import Transcript, digest

__all__ = [
    "BYTES_A_TOKEN",
    "MINUTE",
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
    "Recovery",
    "Replay",
    "Standing",
    "State",
    "Tell",
    "Transcript",
    "Trouble",
    "Ungated",
    "Verdict",
    "Wait",
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
    "taking_over",
]
