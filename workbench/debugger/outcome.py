"""How a run stands, as other programs are told: the JSON of `run` and `resume`, and the exit code."""

from __future__ import annotations

from typing import Any

from workbench.budget import spent
from workbench.criteria.complete import all_met
from workbench.events import Outcome
from workbench.run.replaying import DIFFERENCE
from workbench.run.run import DIVERGED as STOPPED_APART
from workbench.state import State

DONE, FAILED, USED_WRONGLY, BUDGET, UNMET, DIVERGED, HELD = range(7)
"""Exit codes."""

_STATUS = {"completed": "done", "criteria_unmet": "done", "budget": "stopped", "stopped": "stopped", "error": "failed"}
_CODES = {"completed": DONE, "criteria_unmet": UNMET, "budget": BUDGET, "stopped": FAILED, "error": FAILED}


def closing(state: State) -> tuple[Outcome, str]:
    """The outcome of a run that only waits for somebody to speak, for a face where nobody will."""
    assert state.started is not None
    criteria = state.started.criteria
    if not criteria:
        return "completed", ""
    met = {name: verdict.met for name, verdict in state.verdicts.items()}
    if all_met(criteria, met) and state.status == "complete":
        return "completed", ""
    missing = ", ".join(criterion.name for criterion in criteria if met.get(criterion.name) is not True)
    if missing:
        return "criteria_unmet", f"nobody is left to speak, and these are not met: {missing}"
    return "criteria_unmet", "nobody is left to speak, and the agent does not say that it is complete"


def exit_code(state: State) -> int:
    """The exit code that a run in this state has."""
    if state.ended is None:
        return DIVERGED if state.held is not None and state.held.gate == DIFFERENCE else HELD
    if state.ended.error == STOPPED_APART:
        return DIVERGED
    return _CODES[state.ended.outcome]


def closing_code(state: State, *, diverged: bool = False) -> int:
    """The exit code of a talk that leaves the run in this state; a recording that simply ends is done."""
    if diverged:
        return DIVERGED
    recorded = state.started is not None and state.started.turns == "recorded"
    ends = state.ended is None or (state.ended.outcome == "stopped" and state.ended.error is None)
    return DONE if recorded and ends and state.held is None else exit_code(state)


def report(state: State, *, session: str, branch: str) -> dict[str, Any]:
    """The document of `run --json` and `resume --json`."""
    ended, held, meters = state.ended, state.held, state.meters
    cost = spent(meters, "cost")
    failed = ended is not None and (ended.outcome == "error" or ended.error == STOPPED_APART)
    return {
        "session": session,
        "branch": branch,
        "status": _STATUS[ended.outcome] if ended else "held",
        "outcome": ended.outcome if ended else None,
        "output": state.output,
        "system_status": state.status or ("complete" if ended and ended.outcome == "completed" else "continue"),
        "criteria": verdicts(state),
        "usage": {
            "requests": meters.requests,
            "input_tokens": meters.input_tokens,
            "output_tokens": meters.output_tokens,
            "tool_calls": meters.tool_calls,
            "iterations": meters.iterations,
        },
        "cost": None if cost is None else f"{cost:f}",
        "error": {"type": ended.error or "error", "message": ended.reason, "retryable": ended.retryable}
        if ended and failed
        else None,
        "held": {"gate": held.gate, "reason": held.reason, "call": held.call} if held else None,
    }


def verdicts(state: State) -> list[dict[str, Any]]:
    """Each criterion with its verdict; `met` null is a claim that nothing shows."""
    rows: list[dict[str, Any]] = []
    for criterion in state.started.criteria if state.started else ():
        verdict = state.verdicts.get(criterion.name)
        evidence = None
        if verdict is not None and verdict.seq is not None:
            evidence = {"seq": verdict.seq, "words": verdict.words}
        met = False if verdict is None else verdict.met
        rows.append({"name": criterion.name, "kind": criterion.kind, "met": met, "evidence": evidence})
    return rows
