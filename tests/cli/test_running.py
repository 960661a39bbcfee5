"""`run`, `resume`: what they print, the document of `--json`, and every exit code by a real situation."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench
from tests.scenario_files import ASKS
from workbench.workspace.listing import list_files
from workbench.workspace.place import Workspace, shipped_root

SHIPPED = sorted(list_files(Workspace(shipped_root()), "scenario"))
PAUSES = """
name: pauses
title: Pauses
persona: assistant
tools: [calculator]
user: [What is 6 times 7?]
budget: {tool_calls: 0, at: pause}
script:
  - calls: [{tool: calculator, args: {expression: 6 * 7}}]
  - say: It is 42.
"""
SAYS_TWICE = """
name: says-twice
title: Says it twice
persona: assistant
user: [One.]
script: [{say: First.}, {say: Second.}, {say: Third.}]
"""

PRINTS = """
from workbench import tool

@tool(effect="read")
def shout() -> None:
    print("I AM LOUD")
"""


@pytest.mark.slow
def test_what_a_tool_prints_is_no_part_of_the_document(bench: Bench):
    bench.write("tools/loud.py", PRINTS)
    bench.write(
        "scenarios/loud.yaml",
        ASKS.replace("ask_user", "shout", 1)
        .replace("name: asks", "name: loud")
        .replace("{tool: ask_user, args: {question: Which order?}}", "{tool: shout}"),
    )
    result = bench("run", "loud", "--headless", "--json")
    assert (result.code, result.document["output"]) == (0, "Thank you.")
    assert "I AM LOUD" in result.err


@pytest.mark.slow
def test_a_question_to_a_person_exits_6_and_the_next_words_answer_it(bench: Bench):
    bench.write("scenarios/asks.yaml", ASKS)
    result = bench("run", "asks", "--headless", "--json")
    assert result.code == 6
    told = result.document
    assert told["held"] == {"gate": "question", "reason": "Which order?", "call": "agent.1.1"}
    assert bench("resume", told["session"], "--headless").code == 6, "to go on is no answer"
    result = bench("resume", told["session"], "--headless", "--json", "--say", "A-1007")
    assert (result.code, result.document["output"]) == (0, "Thank you.")
    assert "A-1007" in bench("sessions", "show", told["session"]).out


@pytest.mark.slow
def test_a_run_that_does_what_it_should_exits_0_with_the_document(bench: Bench):
    result = bench("run", "support-desk", "--headless", "--json")
    assert result.code == 0
    told = result.document
    assert {name: type(value) for name, value in told.items()} == {
        "session": str,
        "branch": str,
        "status": str,
        "outcome": str,
        "output": str,
        "system_status": str,
        "criteria": list,
        "usage": dict,
        "cost": str,
        "error": type(None),
        "held": type(None),
    }
    assert (told["branch"], told["status"], told["outcome"]) == ("main", "done", "completed")
    assert (told["system_status"], told["output"]) == ("complete", "You are welcome, Maria. Enjoy the router!")
    assert told["cost"] == "0"
    assert {row["name"]: (row["kind"], row["met"], row["evidence"]["words"]) for row in told["criteria"]} == {
        "order_id": ("required", True, "A-1007"),
        "issue_type": ("required", True, "charged me twice"),
        "contact_email": ("required", True, "maria.keller@example.com"),
        "charge_refunded": ("condition", True, "re_7002"),
        "customer_confirms": ("indicator", True, "Thank you"),
    }
    assert set(told["usage"]) == {"requests", "input_tokens", "output_tokens", "tool_calls", "iterations"}
    assert all(type(number) is int for number in told["usage"].values())
    assert (told["usage"]["tool_calls"], told["usage"]["iterations"]) == (3, 8)
    assert "  you     Sure, it is A-1007." in result.err.splitlines()
    assert "agent_output" not in result.err
    assert '  agent   find_order(order="A-1007")' in result.err


@pytest.mark.slow
def test_without_json_the_answer_is_on_stdout_and_everything_else_on_stderr(bench: Bench):
    result = bench("run", "support-desk", "--headless")
    assert (result.code, result.out) == (0, "You are welcome, Maria. Enjoy the router!\n")
    assert result.err.rstrip().endswith("DONE")


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.slow
def test_every_shipped_scenario_runs_replays_and_travels(bench: Bench, scenario: str):
    session = bench.run(scenario, code=3 if scenario == "budget-runaway" else 0)
    assert bench("replay", session).code == 0
    copy = bench.root / "copy.jsonl"
    assert bench("sessions", "export", session, "--out", str(copy)).code == 0
    imported = bench.json("import", str(copy))
    assert imported["skipped"] == []
    (other,) = imported["sessions"]
    first, *events = bench.exported(session)
    other_first, *other_events = bench.exported(other)
    assert other != session
    assert other_first | {"id": session} == first
    assert other_events == events
    assert bench("replay", other).code == 0


def test_a_model_that_cannot_be_reached_exits_1_and_the_session_can_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    bench.write("workbench.toml", "retry.attempts = 0\n")
    result = bench("run", "--model", "openai:tiny", "--say", "Hello?", "--headless", "--json")
    assert result.code == 1
    told = result.document
    assert (told["status"], told["outcome"]) == ("failed", "error")
    assert told["error"]["type"] == "connection"
    assert told["error"]["retryable"] is True
    assert told["error"]["message"] == "no server answers at http://127.0.0.1:9/v1: start it or set OPENAI_BASE_URL"
    assert "Traceback" not in result.err
    again = bench("resume", told["session"], "--headless", "--json")
    assert (again.code, again.document["usage"]["requests"]) == (1, told["usage"]["requests"] + 1)


def test_a_missing_key_exits_1_and_names_the_variable(bench: Bench):
    result = bench("run", "--model", "openai:gpt-5-mini", "--say", "Hello?", "--headless", "--json")
    assert (result.code, result.document["error"]["type"]) == (1, "auth")
    assert "set OPENAI_API_KEY" in result.document["error"]["message"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("support-desk", "--max-tool-calls", "0"), "0 of 0 tool calls used"),
        (("support-desk", "--max-iterations", "2"), "2 of 2 iterations used"),
        (("budget-runaway",), "5 of 5 tool calls used"),
    ],
)
def test_a_budget_that_is_used_up_exits_3(bench: Bench, words: tuple[str, ...], reason: str):
    result = bench("run", *words, "--headless", "--json")
    assert result.code == 3
    told = result.document
    assert (told["status"], told["outcome"], told["error"], told["held"]) == ("stopped", "budget", None, None)
    assert reason in bench("sessions", "show", told["session"]).out


@pytest.mark.slow
def test_a_raised_cap_lets_a_stopped_run_go_on_where_it_stood(bench: Bench):
    session = bench.run("budget-runaway", code=3)
    assert bench("resume", session, "--headless").code == 3
    result = bench("resume", session, "--headless", "--json", "--max-tool-calls", "20")
    assert (result.code, result.document["outcome"]) == (4, "criteria_unmet")
    assert result.document["usage"]["tool_calls"] == 7


@pytest.mark.slow
def test_words_that_are_spent_while_criteria_are_unmet_exit_4(bench: Bench):
    result = bench("run", "support-desk", "--say", "Good morning.", "--headless", "--json")
    assert result.code == 4
    told = result.document
    assert (told["status"], told["outcome"], told["system_status"]) == ("done", "criteria_unmet", "continue")
    met = {row["name"]: row["met"] for row in told["criteria"]}
    assert met == {
        "order_id": False,
        "issue_type": None,  # the agent claims it, and nobody said it
        "contact_email": False,
        "charge_refunded": False,
        "customer_confirms": False,
    }
    assert bench("resume", told["session"], "--headless").code == 4


@pytest.mark.slow
def test_a_cap_that_pauses_exits_6_until_a_person_lifts_it(bench: Bench):
    bench.write("scenarios/pauses.yaml", PAUSES)
    result = bench("run", "pauses", "--headless", "--json")
    assert result.code == 6
    told = result.document
    assert (told["status"], told["outcome"]) == ("held", None)
    assert told["held"] == {"gate": "budget", "reason": "0 of 0 tool calls used", "call": "agent.1.1"}
    session = told["session"]
    assert bench("resume", session, "--headless").code == 6
    result = bench("resume", session, "--headless", "--max-tool-calls", "1")
    assert (result.code, result.out) == (0, "It is 42.\n")


@pytest.mark.slow
def test_resume_speaks_and_a_finished_run_is_only_told(bench: Bench):
    bench.write("scenarios/says-twice.yaml", SAYS_TWICE)
    session = bench.run("says-twice")
    events = len(bench.exported(session))
    assert bench("resume", session, "--headless").out == "First.\n"
    assert len(bench.exported(session)) == events
    assert bench("resume", session, "--headless", "--say", "Two.", "Three.").out == "Third.\n"
    said = [line["text"] for line in bench.exported(session) if line["kind"] == "said"]
    assert said == ["One.", "Two.", "Three."]
    assert bench("replay", session).code == 0


@pytest.mark.slow
def test_what_is_given_goes_over_what_the_scenario_says(bench: Bench):
    bench.write("scenarios/says-twice.yaml", SAYS_TWICE)
    session = bench.run(
        "support-desk", "--persona", "assistant", "--model", "scripted:says-twice", "--tool", "calculator", "now",
        "--say", "Why?", "--title", "My try", "--tag", "a", "b", "--seed", "7", code=4,
    )  # fmt: skip
    (row,) = bench.sessions()
    assert (row["id"], row["title"], row["tags"]) == (session, "My try", ["a", "b"])
    assert (row["persona"], row["model"]) == ("assistant", "scripted:says-twice")
    started = bench.exported(session)[1]
    assert started["seed"] == 7
    (actor,) = started["actors"]
    assert [tool["name"] for tool in actor["tools"]] == ["calculator", "now"]


@pytest.mark.slow
def test_a_session_without_a_scenario_takes_its_model_from_the_flag_or_the_settings(bench: Bench):
    words = ("run", "--say", "Hello.", "--headless", "--json")
    assert bench(*words).sentence.startswith("name a scenario, or a model with --model P:M")
    bench.write("scenarios/says-twice.yaml", SAYS_TWICE)
    bench.write("workbench.toml", 'model = "scripted:says-twice"\n')
    assert bench(*words).document["output"] == "First."
    assert bench(*words, "--model", "scripted:pauses").sentence.startswith("no script named 'pauses'")
    assert bench("run", "--headless").sentence.startswith("nobody is there to speak: ")


@pytest.mark.slow
def test_answers_of_a_saved_session_serve_as_a_model(bench: Bench):
    session = bench.run()
    result = bench("run", "support-desk", "--model", f"recorded:{session}", "--headless", "--json")
    assert (result.code, result.document["outcome"]) == (0, "completed")


def test_a_person_as_the_model_needs_the_app(bench: Bench):
    told = bench("run", "--model", "human", "--say", "Hello?", "--headless").sentence
    assert told == "nobody is there to answer for agent, whose model is 'human': leave out --headless"
    assert bench.sessions() == []


@pytest.mark.slow
def test_going_on_in_the_past_is_refused(bench: Bench):
    session = bench.run()
    told = bench("resume", f"{session}@3", "--headless").sentence
    assert told == f"{session}@3 lies in the past; what goes on is the end: {session}/main"
    assert bench("resume", f"{session}/main@{len(bench.exported(session)) - 1}", "--headless").code == 0


@pytest.mark.slow
def test_ids_by_any_unique_beginning_and_the_newest_as_last(bench: Bench):
    first, second = bench.run("flaky-parts"), bench.run("flaky-parts")
    for ref in (second, second[:7], "last", f"{second}/main", f"last/main@{5}"):
        assert bench.json("replay", ref)["session"] == second
    assert bench.json("replay", first.upper())["session"] == first
    several = bench("replay", "demo").sentence
    assert several.startswith("several sessions go by 'demo': demo-budget-runaway (Runaway: one more page), ")
    assert several.endswith("; give more of the id")
