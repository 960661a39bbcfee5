"""tau-bench records and tau2 simulations: recorded customer-service runs with a task, a reward and a policy."""

from __future__ import annotations

import re
from typing import Any

from workbench.events import Outcome
from workbench.exchange.chat import UNKNOWN_MODEL, Conversation, checked, short
from workbench.exchange.messages import RESULT_ROLES, tools_of
from workbench.exchange.shapes import Fields, text_of
from workbench.exchange.untrusted import a_list, a_text, a_time, an_object

_PROVIDERS = {"ollama_chat": "ollama", "ollama": "ollama", "hosted_vllm": "vllm", "openai": "openai"}
_FAMILIES = {"gpt-": "openai", "ft:gpt-": "openai", "o1": "openai", "o3": "openai", "claude-": "anthropic"}
_POLICY = re.compile(r"^# (\w+) agent policy", re.IGNORECASE | re.MULTILINE)


def tau_bench(record: Fields, file: str, label: str) -> Conversation:
    """A tau-bench record: `traj` is the conversation; `task_id`, `trial`, `reward` and `info` stand around it."""
    messages = checked(a_list(record.get("traj")))
    policy = _POLICY.search(text_of(messages[0].get("content")))
    outcome, reason = _judged(record.get("reward"))
    return Conversation(
        format="tau-bench",
        messages=messages,
        file=file,
        record=label,
        title=_title(policy[1].lower() if policy else "tau-bench", record, record.get("reward")),
        outcome=outcome,
        reason=reason,
        around=_without(record, "traj"),
    )


def tau2(simulation: Fields, document: Fields, file: str, label: str) -> Conversation:
    """A tau2 simulation, with what its document says of agent, policy and task."""
    info = an_object(document.get("info"))
    agent, world = an_object(info.get("agent_info")), an_object(info.get("environment_info"))
    tasks = [an_object(task) for task in a_list(document.get("tasks"))]
    task = next((task for task in tasks if task.get("id") == simulation.get("task_id")), None)
    messages = [_in_chat_form(message) for message in checked(a_list(simulation.get("messages")))]
    reward = an_object(simulation.get("reward_info")).get("reward")
    outcome, reason = _ended(a_text(simulation.get("termination_reason")), reward)
    about = _without(info, "environment_info") | {"environment_info": _without(world, "policy")} if info else None
    return Conversation(
        format="tau2",
        messages=messages,
        file=file,
        record=label,
        title=_title(a_text(world.get("domain_name")) or "tau2", simulation, reward),
        tools=tools_of(world.get("tool_defs")),
        system=a_text(world.get("policy")),
        model=model_name(a_text(agent.get("llm"))),
        at=a_time(simulation.get("start_time")),
        outcome=outcome,
        reason=reason,
        around={"simulation": _without(simulation, "messages"), "task": task, "info": about},
    )


def model_name(litellm: str) -> str:
    """`provider:model` for a name as litellm has it (`ollama_chat/qwen2.5:7b`, `gpt-4.1`)."""
    prefix, slash, name = litellm.partition("/")
    if slash and name:
        return f"{_PROVIDERS.get(prefix, prefix)}:{name}"
    family = next((provider for start, provider in _FAMILIES.items() if litellm.startswith(start)), "imported")
    return f"{family}:{litellm}" if litellm else UNKNOWN_MODEL


def _in_chat_form(message: Fields) -> Fields:
    """A result says `id` for what the chat form calls `tool_call_id`; what the user's side did stays as it was."""
    if message["role"] in RESULT_ROLES and message.get("requestor") != "user" and "id" in message:
        return {"tool_call_id": message["id"]} | message
    return message


def _title(domain: str, record: Fields, reward: Any) -> str:
    told = [f"{domain} task {short(str(record.get('task_id', '?')), 48)}"]
    if record.get("trial") is not None:
        told.append(f"trial {record['trial']}")
    if isinstance(reward, int | float):
        told.append(f"reward {reward}")
    return " · ".join(told)


def _judged(reward: Any) -> tuple[Outcome, str]:
    if not isinstance(reward, int | float):
        return "stopped", "the recording ends here"
    return ("completed" if reward >= 1 else "criteria_unmet"), f"reward {reward}"


def _ended(why: str, reward: Any) -> tuple[Outcome, str]:
    outcome, reason = _judged(reward)
    words = why.replace("_", " ")
    if why == "max_steps":
        outcome = "budget"
    elif "error" in why:
        outcome = "error"
    return outcome, f"{words}, {reason}" if words else reason


def _without(fields: Fields, *names: str) -> Fields:
    return {key: value for key, value in fields.items() if key not in names}
