"""What does not fit together in a scenario is named with its place and the nearest right name."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.scenario.consistency import complaints
from workbench.scenario.schema import Scenario

TOOLS = ["find_order", "refund_charge"]
BASE: dict[str, Any] = {"name": "desk", "title": "A desk", "persona": "assistant", "tools": TOOLS, "script": []}


def complained(fields: dict[str, Any]) -> list[tuple[str, str]]:
    scenario = Scenario.model_validate(BASE | fields)
    found = complaints(scenario, tools=TOOLS, personas=["assistant", "customer"])
    return [(".".join(map(str, place)), problem) for place, problem in found]


@pytest.mark.parametrize(
    ("fields", "place", "problem"),
    [
        ({"persona": "asistant"}, "persona", "there is no persona 'asistant'; did you mean 'assistant'?"),
        (
            {"user": {"persona": "zzz", "model": "human"}},
            "user.persona",
            "there is no persona 'zzz'; there are: assistant, customer",
        ),
        ({"tools": ["find_ordr"]}, "tools.0", "there is no tool 'find_ordr'; did you mean 'find_order'?"),
        ({"tools": ["find_order", "find_order"]}, "tools.1", "'find_order' is listed twice"),
        (
            {"script": [{}, {"calls": [{"tool": "refund_charge"}, {"tool": "refund"}]}]},
            "script.1.calls.1.tool",
            "'refund' is not among this scenario's tools; did you mean 'refund_charge'?",
        ),
        (
            {"script": {"turns": [{"calls": [{"tool": "x"}]}]}, "tools": []},
            "script.turns.0.calls.0.tool",
            "'x' is not among this scenario's tools",
        ),
        ({"script": [{"when": "("}]}, "script.0.when", "not a regular expression: missing ), unterminated subpattern"),
        (
            {
                "script": [{"claims": {"order": 1}}],
                "acceptance_criteria": {"required_information": [{"name": "order_id"}]},
            },
            "script.0.claims.order",
            "there is no criterion 'order'; did you mean 'order_id'?",
        ),
        (
            {"acceptance_criteria": {"completion_conditions": [{"name": "a", "check": {"tool": "find"}}]}},
            "acceptance_criteria.completion_conditions.0.check.tool",
            "'find' is not among this scenario's tools; did you mean 'find_order'?",
        ),
        (
            {"acceptance_criteria": {"completion_conditions": [{"name": "a", "check": {"expression": "criteria.a"}}]}},
            "acceptance_criteria.completion_conditions.0.check.expression",
            "no criterion before this one is named 'a'",
        ),
        (
            {"user": {"persona": "customer", "script": [{"calls": [{"tool": "find_order"}]}]}},
            "user.script.0.calls",
            "a played user has no tools",
        ),
        (
            {"acceptance_criteria": {"judge": {"script": [{"calls": [{"tool": "find_order"}]}]}}},
            "acceptance_criteria.judge.script.0.calls",
            "a judge has no tools",
        ),
        (
            {"budget": {"actors": {"agnet": {"requests": 3}}}},
            "budget.actors.agnet",
            "nobody called 'agnet' takes part; did you mean 'agent'?",
        ),
        (
            {"budget": {"actors": {"user": {"requests": 3}}}},
            "budget.actors.user",
            "nobody called 'user' takes part; there are: agent",
        ),
    ],
)
def test_each_complaint_has_its_place(fields: dict[str, Any], place: str, problem: str):
    [(where, what)] = complained(fields)
    assert where == place
    assert what.startswith(problem)


def test_what_fits_is_not_complained_of():
    assert complained({"script": [{"when": "x*", "calls": [{"tool": "find_order"}]}]}) == []
    known = {"name": "known", "check": {"expression": "criteria.order_id and cost < 1"}}
    criteria = {"required_information": [{"name": "order_id", "check": {"pattern": "A-"}}, known]}
    assert complained({"script": [{"claims": {"order_id": 1}}], "acceptance_criteria": criteria}) == []
    played = {"persona": "customer", "script": {"turns": [{"when": "hello", "say": "hi"}]}}
    capped = {"actors": {"agent": {"requests": 3}, "user": {"requests": 3}}}
    assert complained({"user": played, "budget": capped}) == []


def test_names_are_only_held_against_what_is_known():
    assert complaints(Scenario.model_validate(BASE | {"persona": "nobody", "tools": ["anything"]})) == []


def test_a_pattern_stands_for_all_the_tools_of_a_server():
    form = BASE | {
        "tools": ["time__*", "git__log"],
        "script": [{"calls": [{"tool": "time__now"}]}, {"calls": [{"tool": "git__commit"}]}],
        "acceptance_criteria": {"completion_conditions": [{"name": "a", "check": {"tool": "time__now"}}]},
    }
    found = complaints(Scenario.model_validate(form), tools=["time__*", "git__*"])
    assert [place for place, _ in found] == [("script", 1, "calls", 0, "tool")]
    assert ("tools", 0) in [place for place, _ in complaints(Scenario.model_validate(form), tools=["git__*"])]
