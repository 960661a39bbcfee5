"""Workbench: the debugger for LLM agents.

`from workbench import Agent` is the Python API; each of its names is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.agent.agent import Agent
    from workbench.agent.callbacks import Callbacks
    from workbench.agent.conversation import Conversation
    from workbench.agent.debugging import debug
    from workbench.agent.function_model import FunctionModel, call_tool, replies
    from workbench.agent.guards import ContentRule
    from workbench.agent.middleware import Middleware, Next
    from workbench.agent.result import AgentResult, CriterionResult, NoOutput, RunReport
    from workbench.agent.running import AgentRun
    from workbench.agent.standard_middleware import (
        CompressPrompt,
        FilterContent,
        LimitRate,
        LogRequests,
        RetryFailures,
        SummariseHistory,
    )
    from workbench.agent.steps import AgentStep, ToolUse
    from workbench.agent.usage import UsageSession
    from workbench.context import ModelRetry, RunContext
    from workbench.criteria.seen import Seen
    from workbench.errors import (
        BadFile,
        DiskFull,
        Impossible,
        InDoubt,
        ModelFailed,
        NotFound,
        Refused,
        ToolFailed,
        UsedWrongly,
        WorkbenchError,
    )
    from workbench.events import Call, Usage, Window
    from workbench.events.media import Media
    from workbench.events.messages import Answer, Delta, Message, Model, ModelRequest
    from workbench.persona.registry import register_persona
    from workbench.persona.schema import Persona
    from workbench.scenario.budget import ActorCaps, Budget, SharedCaps
    from workbench.scenario.budget import CapForm as Cap
    from workbench.scenario.criteria import AcceptanceCriteria
    from workbench.scenario.criteria import CheckForm as Check
    from workbench.scenario.criteria import CriterionForm as Criterion
    from workbench.tools.function_tool import tool
    from workbench.tools.giving import attach
    from workbench.tools.pending import Pending
    from workbench.tools.process import run_process

__all__ = [
    "AcceptanceCriteria",
    "ActorCaps",
    "Agent",
    "AgentResult",
    "AgentRun",
    "AgentStep",
    "Answer",
    "BadFile",
    "Budget",
    "Call",
    "Callbacks",
    "Cap",
    "Check",
    "CompressPrompt",
    "ContentRule",
    "Conversation",
    "Criterion",
    "CriterionResult",
    "Delta",
    "DiskFull",
    "FilterContent",
    "FunctionModel",
    "Impossible",
    "InDoubt",
    "LimitRate",
    "LogRequests",
    "Media",
    "Message",
    "Middleware",
    "Model",
    "ModelFailed",
    "ModelRequest",
    "ModelRetry",
    "Next",
    "NoOutput",
    "NotFound",
    "Pending",
    "Persona",
    "Refused",
    "RetryFailures",
    "RunContext",
    "RunReport",
    "Seen",
    "SharedCaps",
    "SummariseHistory",
    "ToolFailed",
    "ToolUse",
    "Usage",
    "UsageSession",
    "UsedWrongly",
    "Window",
    "WorkbenchError",
    "attach",
    "call_tool",
    "debug",
    "register_persona",
    "replies",
    "run_process",
    "tool",
]

_HOMES = {
    "agent.agent": ("Agent",),
    "agent.callbacks": ("Callbacks",),
    "agent.conversation": ("Conversation",),
    "agent.debugging": ("debug",),
    "agent.function_model": ("FunctionModel", "call_tool", "replies"),
    "agent.guards": ("ContentRule",),
    "agent.middleware": ("Middleware", "Next"),
    "agent.result": ("AgentResult", "CriterionResult", "NoOutput", "RunReport"),
    "agent.running": ("AgentRun",),
    "agent.standard_middleware": (
        "CompressPrompt",
        "FilterContent",
        "LimitRate",
        "LogRequests",
        "RetryFailures",
        "SummariseHistory",
    ),
    "agent.steps": ("AgentStep", "ToolUse"),
    "agent.usage": ("UsageSession",),
    "context": ("ModelRetry", "RunContext"),
    "errors": (
        "BadFile",
        "DiskFull",
        "Impossible",
        "InDoubt",
        "ModelFailed",
        "NotFound",
        "Refused",
        "ToolFailed",
        "UsedWrongly",
        "WorkbenchError",
    ),
    "events": ("Call", "Usage", "Window"),
    "events.media": ("Media",),
    "events.messages": ("Answer", "Delta", "Message", "Model", "ModelRequest"),
    "criteria.seen": ("Seen",),
    "persona.registry": ("register_persona",),
    "persona.schema": ("Persona",),
    "scenario.budget": ("ActorCaps", "Budget", "CapForm", "SharedCaps"),
    "scenario.criteria": ("AcceptanceCriteria", "CheckForm", "CriterionForm"),
    "tools.function_tool": ("tool",),
    "tools.giving": ("attach",),
    "tools.pending": ("Pending",),
    "tools.process": ("run_process",),
}
_OTHERWISE = {"Cap": "CapForm", "Check": "CheckForm", "Criterion": "CriterionForm"}


def __getattr__(name: str) -> object:
    """A name of the API from the room that it is of."""
    if name in __all__:
        from importlib import import_module

        there = _OTHERWISE.get(name, name)
        home = next(home for home, names in _HOMES.items() if there in names)
        return getattr(import_module(f"workbench.{home}"), there)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
