"""The set of breakpoints, and what it says to commands and events, without a run."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.playbook import answered, asked, called, read, returned, started, story
from workbench.errors import NotFound, UsedWrongly
from workbench.events import CriterionJudged, Event, Evidence, Held, Noted, Released, Request, Said
from workbench.gates import Breakpoint, Breakpoints, Hit
from workbench.state import CallModel, CallTool, Command, Conclude, State, Tell, fold

ASK = CallModel("agent", "agent.1", Request())
AFTER = CallModel("agent", "agent.2", Request(), after_result=True)
READ = Conclude("agent", "agent.1")
LINE = Tell("agent", Said(text="x"))
HI = Said(text="hi")


def charge(amount: int = 150, call: str = "agent.1.1", **more: Any) -> CallTool:
    return CallTool("agent", call, "charge", f'{{"amount":{amount}}}', "effect", **more)


class Scene:
    """Breakpoints that follow a growing story."""

    def __init__(self, *texts: str, **flags: bool) -> None:
        self.events: list[Event] = story(started(), HI)
        self.points = Breakpoints()
        self.points.follow(lambda seq: self.events[seq - 1], self.state)
        for text in texts:
            self.points.add(text, **flags)

    @property
    def state(self) -> State:
        return fold(self.events)

    def then(self, *bodies: Any) -> Scene:
        self.events += story(*bodies, after=len(self.events))
        return self

    def asks(self, command: Command) -> str:
        """The reason of the hold, "" where there is none."""
        hold = self.points.gate(self.state, command)
        return hold.reason if hold else ""

    @property
    def hits(self) -> list[int]:
        return [one.hits for one in self.points]


# --- the set ---------------------------------------------------------------------------------------------------------


def test_breakpoints_are_numbered_in_order_and_no_number_is_given_twice():
    points = Breakpoints()
    assert [points.add(text).number for text in (" model ", "error")] == [1, 2]
    assert points.remove(2).text == "error"
    assert points.add("cost > 1", once=True, trace=True) == Breakpoint(3, "cost > 1", once=True, trace=True)
    assert [one.number for one in points] == [1, 3]
    assert (len(points), points[1].text) == (2, "model")
    points.clear()
    assert (len(points), points.add("error").number) == (0, 4)


def test_a_number_that_is_not_there():
    points = Breakpoints()
    with pytest.raises(NotFound, match="there is no breakpoint 7; none is set"):
        points.remove(7)
    points.add("model")
    points.add("error")
    with pytest.raises(NotFound, match="there is no breakpoint 7; there are 1, 2"):
        points.enable(7)


def test_a_mistake_changes_nothing():
    points = Breakpoints()
    with pytest.raises(UsedWrongly, match="did you mean args"):
        points.add("agrs.x == 1")
    assert (len(points), points.add("model").number) == (0, 1)
    with pytest.raises(UsedWrongly, match="0 hits or more, not -1"):
        points.ignore(1, -1)
    assert points[1] == Breakpoint(1, "model")


def test_what_is_kept_comes_back_without_its_counts():
    scene = Scene("tool charge", "error")
    scene.points.enable(2, enabled=False)
    scene.asks(charge())
    scene.points.ignore(1, 5)
    assert scene.hits == [1, 0]
    stored = msgspec.json.encode(scene.points.kept())
    again = Breakpoints(msgspec.json.decode(stored, type=list[Breakpoint]))
    assert list(again) == [Breakpoint(1, "tool charge", ignore=5), Breakpoint(2, "error", enabled=False)]
    assert again.add("model").number == 3


# --- commands --------------------------------------------------------------------------------------------------------


def test_a_hold_names_the_breakpoint_and_the_command():
    scene = Scene("error", "tool charge if args.amount > 100", "call")
    hold = scene.points.gate(scene.state, charge())
    assert hold is not None
    assert (hold.gate, hold.command, hold.phase, hold.call) == ("break", "agent.1.1", "call", "agent.1.1")
    assert hold.reason == "breakpoint 2: tool charge if args.amount > 100; breakpoint 3: call"
    assert scene.points.gate(scene.state, charge(50, "agent.1.2")) != hold


@pytest.mark.parametrize(
    ("text", "held"),
    [("think", [ASK, AFTER]), ("model", [ASK, AFTER]), ("call", [charge()]), ("output", [READ]), ("tool save", [])],
)
def test_phases_hold_their_commands(text: str, held: list[Command]):
    scene = Scene(text)
    assert [command for command in (ASK, AFTER, charge(), READ, LINE) if scene.asks(command)] == held


def test_the_phase_of_a_hold_is_that_of_stepping():
    scene = Scene("think", "output")
    holds = [scene.points.gate(scene.state, command) for command in (ASK, AFTER, READ)]
    assert [(hold.phase, hold.call) for hold in holds if hold] == [
        ("think", "agent.1"),
        ("result", "agent.2"),
        ("output", "agent.1"),
    ]


def test_a_command_is_counted_once_however_often_the_gate_is_asked():
    scene = Scene("tool charge")
    assert [scene.asks(charge()) for _ in range(3)] == ["breakpoint 1: tool charge"] * 3
    assert scene.hits == [1]
    scene.asks(charge(call="agent.1.2"))
    assert scene.hits == [2]


def test_another_attempt_and_other_arguments_are_asked_about_anew():
    scene = Scene("args.amount > 100")
    assert scene.asks(charge(150))
    assert not scene.asks(charge(50))
    assert scene.asks(charge(150))
    assert scene.asks(charge(150, attempt=2))
    assert scene.hits == [3]


def test_a_grant_passes_and_counts_nothing():
    scene = Scene("tool charge").then(Released(mode="run", grant="agent.1.1"))
    assert not scene.asks(charge())
    assert scene.hits == [0]
    assert scene.asks(charge(call="agent.1.2"))


def test_a_call_that_was_made_is_forgotten():
    scene = Scene("tool charge", "output", "think")
    assert all(scene.asks(command) for command in (ASK, charge(), READ))
    scene.then(asked(), answered("agent.1", "", "charge"), called("agent.1.1", "charge"), returned("agent.1.1"))
    scene.then(asked("agent.2"), answered("agent.2"), read("agent.1"))
    assert all(scene.asks(command) for command in (ASK, charge(), READ))
    assert scene.hits == [2, 2, 2]


def test_a_breakpoint_set_while_the_command_waits_holds_it_too_and_one_taken_away_does_not():
    scene = Scene("tool charge")
    scene.asks(charge())
    scene.points.add("call")
    assert scene.asks(charge()) == "breakpoint 1: tool charge; breakpoint 2: call"
    scene.points.enable(1, enabled=False)
    scene.points.remove(2)
    assert not scene.asks(charge())
    scene.points.enable(1)
    assert scene.asks(charge())
    assert scene.hits == [1]


def test_once_holds_once():
    scene = Scene("tool charge", once=True)
    assert [scene.asks(charge()) for _ in range(2)] == ["breakpoint 1: tool charge"] * 2
    assert len(scene.points) == 0
    scene.then(asked(), answered("agent.1", "", "charge"), called("agent.1.1", "charge"), returned("agent.1.1"))
    assert not scene.asks(charge(call="agent.2.1"))


def test_ignored_hits_are_counted_and_pass():
    scene = Scene("tool charge")
    scene.points.ignore(1, 2)
    assert [bool(scene.asks(charge(call=f"agent.1.{place}"))) for place in (1, 1, 2, 3)] == [False, False, False, True]
    assert (scene.points[1].hits, scene.points[1].ignore) == (3, 0)


def test_what_is_switched_off_is_not_asked():
    scene = Scene("tool charge", "error", "cost == 0")
    for number in (1, 2, 3):
        scene.points.enable(number, enabled=False)
    assert not scene.asks(charge())
    scene.points.enable(3)
    assert scene.asks(charge()) == "breakpoint 3: cost == 0"


def test_a_trace_tells_and_does_not_hold_even_what_is_granted():
    scene = Scene("call", trace=True).then(Released(mode="run", grant="agent.1.1"))
    assert not scene.asks(charge())
    assert not scene.asks(charge())
    assert scene.points.take_traces() == [Hit(1, "call", 3, "agent.1.1")]
    assert scene.points.take_traces() == []


def test_one_trace():
    scene = Scene("error or text contains 'hi'", once=True, trace=True).then(HI, HI)
    scene.points.catch_up(scene.state)
    assert scene.points.take_traces() == [Hit(1, "error or text contains 'hi'", 3)]


# --- the same call again ---------------------------------------------------------------------------------------------


def made(place: int, arguments: str, tool: str = "charge", **more: Any) -> list[Any]:
    call = f"agent.{place}.1"
    return [
        asked(f"agent.{place}"),
        answered(f"agent.{place}", "", tool),
        called(call, tool, arguments=arguments, **more),
    ]


def test_the_same_call_three_times():
    scene = Scene("repeat 3")
    again = CallTool("agent", "agent.3.1", "charge", '{ "b": 2, "a": 1 }', "effect")
    scene.then(*made(1, '{"a":1,"b":2}'), returned("agent.1.1"))
    assert not scene.asks(again)
    scene.then(*made(2, '{"b":2,"a":1}'), returned("agent.2.1"), *made(3, '{"a":1,"b":2}', "save"))
    assert not scene.asks(CallTool("agent", "agent.3.1", "charge", '{"a":1}', "effect"))
    assert scene.asks(again) == "breakpoint 1: repeat 3"


def test_calls_before_the_breakpoint_count_and_attempts_do_not():
    scene = Scene()
    scene.then(*made(1, "{nonsense"), called("agent.1.1", "charge", arguments="{nonsense", attempt=2))
    scene.points.add("repeat 2")
    assert not scene.asks(CallTool("agent", "agent.1.1", "charge", "{nonsense", "effect", attempt=3))
    assert scene.asks(CallTool("agent", "agent.2.1", "charge", "{nonsense", "effect"))


def test_without_events_every_call_is_the_first():
    points = Breakpoints([Breakpoint(1, "repeat 2"), Breakpoint(2, "cost == 0")])
    assert points.gate(State(), charge()) is None


# --- events and the run ----------------------------------------------------------------------------------------------


def work(result: str) -> list[Any]:
    return [asked(), answered("agent.1", "", "charge"), called("agent.1.1", "charge"), returned("agent.1.1", result)]


def test_a_result_holds_the_next_command_whatever_it_is():
    for command in (AFTER, charge(call="agent.1.2"), READ, LINE):
        scene = Scene('result contains "Traceback"').then(*work("Traceback: no"))
        assert [scene.asks(command) for _ in range(2)] == ['breakpoint 1: result contains "Traceback"'] * 2
        assert scene.hits == [1]


def test_what_was_shown_and_released_is_over():
    scene = Scene("result").then(*work("x"))
    assert scene.asks(LINE)
    scene.then(Held(gate="break", reason="…"), HI, Released())
    assert not scene.asks(LINE)


def test_what_a_pause_hid_is_shown_after_it():
    scene = Scene("result").then(*work("x"), Noted(text="aside"), Held(gate="pause", reason="paused"), Released())
    assert scene.asks(AFTER)


def test_what_came_while_another_was_shown_is_not_lost():
    scene = Scene("result", "text == 'stop'").then(*work("x"))
    assert scene.asks(AFTER) == "breakpoint 1: result"
    scene.then(Held(gate="break", reason="…"), Said(text="stop"), Released())
    assert scene.asks(AFTER) == "breakpoint 2: text == 'stop'"


def test_a_grant_of_the_next_command_passes_what_is_due():
    scene = Scene("result").then(*work("x"), Released(mode="run", grant="agent.2"))
    assert not scene.asks(AFTER)
    assert not scene.asks(CallModel("agent", "agent.3", Request()))


def test_two_hits_of_one_breakpoint_are_one_reason():
    two = [asked(), answered("agent.1", "", "charge", "save"), returned("agent.1.1"), returned("agent.1.2")]
    scene = Scene("result").then(*two)
    assert scene.asks(AFTER) == "breakpoint 1: result"
    assert scene.hits == [2]


def test_a_due_hold_of_a_breakpoint_that_was_taken_away_is_off():
    scene = Scene("result", "model").then(*work("x"))
    scene.points.catch_up(scene.state)
    scene.points.clear()
    assert not scene.asks(AFTER)


def test_a_verdict_that_flips():
    verdict = CriterionJudged(name="order_id", met=True, evidence=Evidence(seq=2, words="hi"))
    scene = Scene("criterion order_id flips", "criteria.order_id").then(verdict)
    assert scene.asks(ASK) == "breakpoint 1: criterion order_id flips; breakpoint 2: criteria.order_id"
    scene.then(Held(gate="break", reason="…"), Released())
    assert not scene.asks(READ)


def test_a_condition_on_the_run_holds_when_it_becomes_true():
    scene = Scene("requests > 1")
    assert not scene.asks(ASK)
    scene.then(asked(), answered(), asked("agent.2"))
    assert scene.asks(READ)
    scene.then(Held(gate="break", reason="…"), Released())
    assert not scene.asks(READ)
    assert scene.hits == [1]


def test_one_that_becomes_false_can_become_true_again():
    scene = Scene("output == 'a'")
    for place, output in enumerate(("a", "b", "a"), 1):
        scene.then(asked(f"agent.{place}"), answered(f"agent.{place}"), read(f"agent.{place}", output))
        assert bool(scene.asks(LINE)) is (output == "a")
        scene.then(Held(gate="break", reason="…"), Released())
    assert scene.hits == [2]


def test_what_was_true_before_the_run_is_followed_is_no_hit_but_what_is_true_when_it_is_set_is():
    scene = Scene("requests == 0", "error")
    scene.points.follow(lambda seq: scene.events[seq - 1], scene.state)
    assert not scene.asks(ASK)
    scene.points.add("tool_calls == 0")
    assert scene.asks(ASK) == "breakpoint 3: tool_calls == 0"


def test_following_another_run_starts_anew():
    scene = Scene("result", "think").then(*work("x"))
    assert scene.asks(AFTER)
    scene.points.follow(lambda seq: scene.events[seq - 1], scene.state)
    assert scene.asks(AFTER) == "breakpoint 2: think"
    assert scene.hits == [1, 2]


def test_events_before_a_breakpoint_was_set_are_no_hits():
    scene = Scene().then(*work("x"))
    scene.points.catch_up(scene.state)
    scene.points.add("result")
    assert not scene.asks(AFTER)
    assert Breakpoints().gate(scene.state, AFTER) is None
