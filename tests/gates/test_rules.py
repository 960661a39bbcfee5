"""Rules: what a breakpoint does by itself, told as what the log then says; and which rules are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.playbook import Stage, agent, cap, raises, says, wants
from workbench.errors import ToolFailed, UsedWrongly
from workbench.events import Call, Edited, Event, Mode, ToolSpec
from workbench.gates import Breakpoints, breaking
from workbench.gates.rules import read_action, split
from workbench.run import Run, check
from workbench.state import State

PERSON = ToolSpec(name="ask_user", effect="read", person=True)


def pay(amount: Any, **more: Any) -> Call:
    return Call(name="charge", arguments=json.dumps({"amount": amount, **more}))


class Ruled:
    """A run with rules, driven to where it stands still."""

    def __init__(self, *rules: str) -> None:
        self.points = Breakpoints()
        for text in rules:
            self.points.add(text)

    async def __call__(self, *lines: Any, mode: Mode = "run", **more: Any) -> list[str]:
        deeds = {name: more.pop(name) for name in ("lookup", "save", "charge") if name in more}
        self.here = Stage(*lines, gates=breaking(self.points), **deeds)
        self.run: Run = self.here.start(*more.pop("actors", ()), mode=mode, **more)
        self.points.follow(self.run.told, self.run.state)
        self.run.say("go")
        await self.run.drive()
        events = list(self.here.log.events())
        assert isinstance(check(events), State), "a run with rules replays"
        return [line for event, line in zip(events, self.here.lines, strict=True) if event.by == "rule"]

    @property
    def edits(self) -> list[Event]:
        return [event for event in self.here.log.events() if isinstance(event.body, Edited)]

    @property
    def arguments(self) -> list[str]:
        return [getattr(event.body, "arguments", "") for event in self.here.log.events()
                if event.body.kind == "tool_called"]  # fmt: skip


async def test_a_call_is_skipped_and_the_agent_is_told_so():
    ruled = Ruled("tool charge if args.amount > 100 do skip")
    told = await ruled(wants(pay(500), pay(5)), "done")
    assert told == ["tool_called agent.1.1 charge", "call_failed agent.1.1 skipped"]
    assert ruled.here.tools.done == [("charge", "agent.1.2", 1)]
    assert ruled.here.last == "answer_read agent.2 done"
    assert ruled.points[1].hits == 1
    assert ruled.points[1].words == "tool charge if args.amount > 100 do skip"


async def test_a_result_is_given_in_the_place_of_the_tool():
    ruled = Ruled('tool lookup do return {"found": "A-1"}')
    assert await ruled(wants("lookup"), "done") == [
        "tool_called agent.1.1 lookup", 'tool_returned agent.1.1 {"found": "A-1"}',
    ]  # fmt: skip
    assert not ruled.here.tools.done


async def test_arguments_are_set_and_the_call_is_made_with_them():
    ruled = Ruled("tool charge if args.amount > 100 do set args.amount = 100")
    await ruled(wants(pay(500, to="x")), "done")
    assert ruled.arguments == ['{"amount": 100, "to": "x"}']
    assert [event.by for event in ruled.edits] == ["rule"]
    assert ruled.here.tools.done == [("charge", "agent.1.1", 1)]
    whole = Ruled('tool charge do set args {"amount": 1}')
    await whole(wants(pay(500)), "done")
    assert whole.arguments == ['{"amount": 1}']


async def test_inner_places_of_arguments_and_paths_that_lead_nowhere():
    for path, value, made in [
        ("args.items[1].price", "7", {"items": [{"price": 1}, {"price": 7}]}),
        ("args.items[1]", '"gone"', {"items": [{"price": 1}, "gone"]}),
        ('args["a key"]', "null", {"items": [{"price": 1}, {"price": 2}], "a key": None}),
        ("args.items[9]", "1", None),
        ("args.items[9].price", "1", None),
        ("args.items.price", "1", None),
        ("args.nobody.there", "1", None),
        ("args.items.price.there", "1", None),
    ]:
        ruled = Ruled(f"tool charge do set {path} {value}")
        given = {"items": [{"price": 1}, {"price": 2}]}
        await ruled(wants(Call(name="charge", arguments=json.dumps(given))), "done")
        assert json.loads(ruled.arguments[0]) == (given if made is None else made), path
        assert len(ruled.edits) == (made is not None)
    broken = Ruled("tool charge do set args.amount 1")
    await broken(wants(Call(name="charge", arguments="{broken")), "done")
    assert not broken.edits


async def test_a_rule_acts_once_on_a_call_even_where_two_undo_each_other():
    ruled = Ruled("tool charge if args.amount == 1 do set args.amount 2",
                  "tool charge if args.amount == 2 do set args.amount 1")  # fmt: skip
    await ruled(wants(pay(1)), "done")
    assert len(ruled.edits) == 2
    assert ruled.here.last == "answer_read agent.2 done"
    same = Ruled("tool charge do set args.amount 1", "tool charge do skip")
    told = await same(wants(Call(name="charge", arguments='{"amount": 1}')), "done")
    assert told[-1] == "call_failed agent.1.1 skipped", "where a rule changes nothing, the next one has its turn"


async def test_results_and_failures_are_edited_before_the_model_sees_them():
    ruled = Ruled('result contains "Traceback" do set result out of order')
    await ruled(wants("lookup", "save"), "done", lookup=says("Traceback: no"))
    assert [message.text for message in ruled.here.model.requests[1].messages][-2:] == ["out of order", "saved"]
    failing = Ruled('error == "timeout" do set result try later', 'result if tool == "save" do set result.n 2')
    await failing(wants("lookup", "save"), "done", lookup=raises(ToolFailed("timeout", "slow")), save=says('{"n": 1}'))
    assert [message.text for message in failing.here.model.requests[1].messages][-2:] == ["try later", '{"n": 2}']


async def test_what_the_user_or_the_model_said_is_edited():
    ruled = Ruled('text == "go" do set text go slowly', 'text == "done" do set text Done.')
    await ruled("done")
    assert ruled.here.model.requests[0].messages[0].text == "go slowly"
    assert ruled.run.state.output == "Done."


async def test_a_condition_that_fits_other_commands_too_acts_where_it_can():
    ruled = Ruled("attempt == 1 do skip", "attempt == 1 do model a rule")
    assert await ruled(wants("lookup"), "done") == [
        "model_called agent.1", "model_answered agent.1 a rule",
    ]  # fmt: skip
    skipping = Ruled("attempt == 1 do skip")
    assert await skipping(wants("lookup"), "done") == ["tool_called agent.1.1 lookup", "call_failed agent.1.1 skipped"]
    answering = Ruled('actor == "agent" and iteration == 1 do model call lookup')
    assert len(await answering("live", "done")) == 2


async def test_what_fits_no_event_is_left():
    ruled = Ruled('text == "go" do set result nothing', 'result contains "found" do set text nothing')
    assert not await ruled(wants("lookup"), "done")


async def test_the_model_is_answered_for_and_costs_nothing():
    ruled = Ruled('model if iteration == 1 do model call lookup {"q": 1}')
    told = await ruled("live", actors=())
    assert told == ["model_called agent.1", "model_answered agent.1 lookup"]
    assert ruled.here.tools.done == [("lookup", "agent.1.1", 1)]
    assert len(ruled.here.model.requests) == 1
    words = Ruled("think do model I am a rule.")
    assert (await words())[-1] == "model_answered agent.1 I am a rule."
    assert words.run.state.meters.unpriced == 0


async def test_rules_that_answer_for_ever_are_held_and_c_asks_the_model():
    ruled = Ruled("model if iteration > 0 do model call lookup")
    await ruled("live", "live")
    held = ruled.run.state.held
    assert held is not None
    assert held.reason == "rule 1 answered as the model 5 times in a row; c asks the model itself"
    ruled.run.release()
    await ruled.run.drive()
    assert ruled.here.last.startswith("answer_read agent.6 ")


async def test_a_budget_and_a_doubt_come_before_rules_and_a_question_after():
    spent = Ruled("tool charge do skip")
    assert not await spent(wants(pay(1)), caps=(cap("tool_calls", 0),))
    asked = Ruled("tool ask_user do return blue")
    told = await asked(wants("ask_user"), "done", actors=(agent("agent", PERSON),))
    assert told[-1] == "tool_returned agent.1.1 blue"


async def test_once_off_ignored_and_let_pass():
    once = Ruled()
    once.points.add("tool charge do skip", once=True)
    assert len(await once(wants(pay(1), pay(2)), "done")) == 2
    assert not len(once.points)
    off = Ruled("tool charge do skip")
    off.points.enable(1, False)
    assert not await off(wants(pay(1)), "done")
    ignoring = Ruled("tool charge do skip")
    ignoring.points.ignore(1, 1)
    assert len(await ignoring(wants(pay(1), pay(2)), "done")) == 2
    late = Ruled()
    await late(wants(pay(1)), "done", mode="step")
    late.run.release("step")
    await late.run.drive()
    late.points.add("tool charge do skip")
    late.run.release()
    assert late.run.state.grant == "agent.1.1", "what a person let pass is not taken from them"
    await late.run.drive()
    assert late.here.tools.done == [("charge", "agent.1.1", 1)]


async def test_a_release_without_a_hold_grants_nothing_that_a_rule_would_do():
    ruled = Ruled("tool charge do skip")
    await ruled(wants(pay(1)), "done", mode="step")
    ruled.run.release("run")
    await ruled.run.drive()
    assert not ruled.here.tools.done


async def test_a_step_onto_a_rule_shows_what_it_did():
    ruled = Ruled("tool charge do set args.amount 1")
    await ruled(wants(pay(5)), "done", mode="step")
    ruled.run.release("step")
    await ruled.run.drive()
    assert ruled.here.lines[-2:] == ["edited agent.1.1", "held step agent.1.1"]


def test_a_gate_that_follows_nothing_does_nothing():
    from workbench.state import CallTool

    points = Breakpoints()
    points.add("tool charge do skip")
    assert points.act(State(), CallTool("agent", "agent.1.1", "charge", "{}", "effect")) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("error", ("error", "")),
        ("tool a do skip", ("tool a", "skip")),
        ('text == "just do skip it" do set text it\'s', ('text == "just do skip it"', "set text it's")),
        ("tool do", ("tool do", "")),
        ("tool a do nothing", ("tool a do nothing", "")),
    ],
)
def test_an_action_stands_behind_do(text: str, parts: tuple[str, str]):
    assert split(text) == parts


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("skip it", "skip takes nothing behind it, and 'it' was given"),
        ("return", "return what? A rule can do: skip, return RESULT"),
        ("wave", "'wave' is nothing that a rule can do"),
        ("model call", "a call goes: model call find_order"),
        ("model call a [1]", "a call goes: model call find_order"),
        ("set cost 3", "set what? args, result or text"),
        ("set args.a", "set args.a to what?"),
        ("set text.a 1", "a text has nothing inside of it"),
        ("set args 3", "the arguments must be a JSON object"),
        ("set args.a b", "'b' is no JSON: a text stands in quotes, as in set args.a \"64.50\""),
    ],
)
def test_what_is_no_action(action: str, why: str):
    with pytest.raises(UsedWrongly) as refused:
        read_action(action)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("model do skip", "the condition is never true where skip can be done; it needs a tool call"),
        ("cost > 1 do skip", "the condition is never true where skip can be done"),
        ("error do return x", "the condition is never true where return can be done"),
        ("tool a do model x", "the condition is never true where model can be done; it needs a model"),
        ("tool a do set result x", "the condition is never true where set can be done; it needs a result"),
        ("error or tool a do set args.a 1", "the condition is never true where set can be done; it needs a tool call"),
        ("model and iteration > 2 or tool a do model x", "the condition is never true"),
        ("model do model call lookup", "this rule would answer every model call with another call and never end"),
    ],
)
def test_rules_that_could_never_be_done_or_never_end_are_refused(rule: str, why: str):
    points = Breakpoints()
    with pytest.raises(UsedWrongly) as refused:
        points.add(rule)
    assert str(refused.value).startswith(why)
    assert not len(points)
    with pytest.raises(UsedWrongly, match="trace only tells"):
        points.add("tool a do skip", trace=True)
