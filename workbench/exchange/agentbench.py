"""AgentBench runs: `output.history` is a conversation whose agent has the role `agent`."""

from __future__ import annotations

from workbench.events import Outcome
from workbench.exchange.chat import Conversation
from workbench.exchange.shapes import Fields
from workbench.exchange.untrusted import a_list, a_text, a_time, an_object


def agentbench(run: Fields, file: str, label: str) -> Conversation:
    """One line of a `runs.jsonl`."""
    output = an_object(run["output"])
    status = a_text(output.get("status"))
    outcome: Outcome = "completed" if status == "completed" else "error" if run.get("error") else "stopped"
    told = {key: value for key, value in output.items() if key != "history"}
    return Conversation(
        format="agentbench",
        messages=a_list(output.get("history")),
        file=file,
        record=label,
        title=f"AgentBench task {run.get('index', '?')}" + (f" · {status}" if status else ""),
        at=a_time(an_object(run.get("time")).get("timestamp")),
        outcome=outcome,
        reason=status or "the recording ends here",
        around=run | {"output": told},
    )
