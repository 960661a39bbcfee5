"""Two runs compared: forks, trials of one task, strangers, and a run with itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.playbook import (
    agent,
    answered,
    asked,
    called,
    failed,
    read,
    returned,
    started,
    story,
)
from workbench.debugger.diff import Comparison, Side, compare, items_of
from workbench.events import (
    Body,
    Call,
    Criterion,
    CriterionJudged,
    Edited,
    Event,
    Evidence,
    Forked,
    Origin,
    Price,
    Recast,
    RunEnded,
    Said,
    Usage,
)
from workbench.exchange import load
from workbench.state import fold

PRICED = agent(system="Be kind.").model_copy(update={"price": Price(input="1000", output="1000")})


def side(name: str, *bodies: Body | tuple[str, Body], start: Body | None = None) -> Side:
    events = story(start or started(PRICED), *bodies)
    return Side(name, name.upper(), events, fold(events))


def buys(amount: int, *more: Body) -> tuple[Body, ...]:
    return (
        Said(text="Buy it."),
        asked(),
        answered("agent.1", "", Call(name="charge", arguments=json.dumps({"to": "ann", "amount": amount}))),
        called("agent.1.1", "charge"),
        returned("agent.1.1", f"charged {amount}"),
        asked("agent.2"),
        answered("agent.2", "Done.", usage=Usage(input=100, output=7)),
        read("agent.2", "Done."),
        *more,
    )


def marks(found: Comparison) -> list[str]:
    return [f"{row.mark} {len(row.left) or len(row.right)} {(row.left or row.right)[0].kind}" for row in found.rows]


def figures(found: Comparison) -> dict[str, tuple[str, str]]:
    return {figure.name: (figure.left, figure.right) for figure in found.figures}


def test_a_run_equals_itself() -> None:
    one = side("a", *buys(5))
    found = compare(one, one)
    assert (found.equal, found.first, marks(found)) == (True, None, ["same 5 system"])
    assert str(found) == "They are equal."
    assert found.shared == len(one.events)
    assert found.plain()["rows"] == [{"mark": "same", "count": 5, "left": [1, 8], "right": [1, 8]}]
    assert found.plain()["first_divergence"] is None


def test_the_first_difference_comes_with_its_places_and_words() -> None:
    found = compare(side("a", *buys(5)), side("b", *buys(7)))
    assert marks(found) == ["same 2 system", "changed 1 call charge", "changed 1 result charge", "same 1 assistant"]
    assert (found.first, found.alike, found.equal) == (1, 2, False)
    assert str(found) == "They part after 2 equal messages: a has call charge @4, b has call charge @4."
    assert found.plain()["first_divergence"] == {"row": 1, "after": 2, "left": 4, "right": 4}
    assert [word for word in found.rows[1].words if word[0] != "="] == [("-", "5"), ("+", "7")]
    assert json.loads(json.dumps(found.plain()))["rows"][1]["left"]["text"] == '{"amount": 5, "to": "ann"}'


def test_the_order_of_arguments_makes_no_difference() -> None:
    calls = [Call(name="charge", arguments=text) for text in ('{"a":1,"b":2}', '{"b":2, "a":1}', '{"a":')]
    one, other, broken = [side("x", Said(text="."), asked(), answered("agent.1", "", call)) for call in calls]
    assert compare(one, other).equal
    assert not compare(one, broken).equal


def test_results_stand_in_the_order_of_their_calls() -> None:
    both = (
        Said(text="."),
        asked(),
        answered("agent.1", "", "lookup", "save"),
        called("agent.1.1"),
        called("agent.1.2"),
    )
    one = side("a", *both, returned("agent.1.1", "x"), returned("agent.1.2", "y"))
    other = side("b", *both, returned("agent.1.2", "y"), returned("agent.1.1", "x"))
    assert compare(one, other).equal


def test_what_failed_is_not_what_returned() -> None:
    both = (Said(text="."), asked(), answered("agent.1", "", "lookup"), called("agent.1.1"))
    fine, broke = (
        side("a", *both, returned("agent.1.1", "raised: no")),
        side("b", *both, failed("agent.1.1", message="no")),
    )
    found = compare(fine, broke)
    assert [row.mark for row in found.rows] == ["same", "changed"]
    assert (found.rows[1].left[0].text, found.rows[1].right[0].text) == ("raised: no", "raised: no")
    assert (found.rows[1].left[0].failed, found.rows[1].right[0].failed) == (False, True)


def test_edits_are_read_as_edited_and_another_prompt_is_a_message() -> None:
    edit = Edited(target=2, field="text", value="Sell it.", content="0")
    recast = Recast(spec=PRICED.model_copy(update={"system": "Be curt."}))
    cheaper = Recast(spec=PRICED.model_copy(update={"system": "Be curt.", "model": "fake:small"}))
    one = side("a", Said(text="Buy it."), edit, ("", recast), ("", cheaper))
    assert [(item.role, item.text) for item in items_of(one.events, one.state)] == [
        ("system", "Be kind."), ("user", "Sell it."), ("system", "Be curt.")
    ]  # fmt: skip


def test_structured_answers_are_compared_by_what_they_say() -> None:
    def says(words: str, raw: str) -> Side:
        reading = read("agent.1", words, how="json", status="complete")
        return side("a", Said(text="."), asked(), answered("agent.1", raw), reading)

    one, spaced = (
        says("Hi", '{"agent_output":"Hi","system_status":"complete"}'),
        says("Hi", '{ "agent_output" : "Hi" }'),
    )
    assert compare(one, spaced).equal
    assert items_of(one.events, one.state)[-1].text == "Hi [complete]"


def test_what_a_played_user_says_is_the_users() -> None:
    start = started(agent(system="S"), agent("user", role="user"))
    events = story(start, ("user", asked("user.1")), ("user", answered("user.1", "Hello")))
    assert [item.role for item in items_of(events, fold(events))] == ["system", "user"]


def test_the_summary_stands_side_by_side_and_unknown_is_never_zero() -> None:
    criteria = (Criterion(name="paid"), Criterion(name="kind"))
    start, unpriced = started(PRICED, criteria=criteria), started(agent().model_copy(update={"price": None}))
    judged = CriterionJudged(name="paid", met=True, evidence=Evidence(seq=5, words="charged"))
    one = side("a", *buys(5, judged, RunEnded(outcome="completed")), start=start)
    other = side("b", Said(text="Buy it."), asked(), answered("agent.1", "No.", usage=Usage()), start=unpriced)
    found = compare(one, other)
    told = figures(found)
    assert told["outcome"] == ("completed", "waiting")
    assert told["cost"] == ("$0.109", "?")
    assert told["tokens"] == ("101 in, 8 out", "? in, ? out")
    assert told["tool calls"] == ("1", "0")
    assert told["criterion paid"] == ("met", "–")
    assert told["criterion kind"] == ("not met", "–")
    assert found.plain()["left"]["criteria"] == {"paid": True, "kind": False}
    assert (found.plain()["left"]["cost"], found.plain()["right"]["cost"]) == ("0.109", None)


def test_a_verdict_that_nobody_knows_is_no_claim() -> None:
    start = started(PRICED, criteria=(Criterion(name="paid"),))
    claimed = CriterionJudged(name="paid", met=None)
    failed = CriterionJudged(name="paid", met=None, unsure=True)
    sides = [side(name, *buys(5, verdict), start=start) for name, verdict in (("a", claimed), ("b", failed))]
    assert figures(compare(*sides))["criterion paid"] == ("claimed", "unknown")


def test_equal_conversations_may_end_differently() -> None:
    found = compare(
        side("a", *buys(5, RunEnded(outcome="completed"))), side("b", *buys(5, RunEnded(outcome="stopped")))
    )
    assert (found.first, found.equal) == (None, False)
    assert str(found) == "The conversations are equal; what came of them differs."


def test_a_fork_shares_its_parents_events() -> None:
    parent = story(started(PRICED), *buys(5))
    own = [Event(2, 3, 3.0, "human", "", Forked(parent=1, parent_seq=2)), Event(2, 4, 4.0, "engine", "agent", asked())]
    fork = [*parent[:2], *own]
    found = compare(Side("a", "", parent, fold(parent)), Side("b", "", fork, fold(fork)))
    assert found.shared == 2
    assert [row.mark for row in found.rows] == ["same", "left", "left", "left"]


def test_strangers_are_compared_all_the_same() -> None:
    one = side("a", *buys(5))
    other = side("b", Said(text="How is the weather?"), asked(), answered("agent.1", "Fine."), start=started(agent()))
    found = compare(one, other)
    assert [row.mark for row in found.rows] == ["left", "changed", "left", "left", "changed"]
    empty = Side("e", "", (), fold(()))
    assert [row.mark for row in compare(one, empty).rows] == ["left"] * 5
    assert compare(empty, empty).equal


def test_an_imports_unknown_time_is_not_zero() -> None:
    origin = Origin(format="chat")
    one = side("a", *buys(5), start=started(PRICED, origin=origin))
    assert figures(compare(one, side("b", *buys(5))))["time"] == ("?", "0 ms")


def test_four_trials_of_one_task(data_dir: Path) -> None:
    trials: list[Side] = []
    for file in sorted((data_dir / "tau").glob("tb-gpt4o-airline__task11__t*.json")):
        (recording,) = load(file).recordings
        trials.append(Side(f"t{len(trials)}", recording.title, recording.events, fold(recording.events)))
    first, *others = trials
    found = [compare(first, other) for other in others]
    assert [str(one) for one in found] == [
        f"They part after 1 equal message: t0 has user @2, {name} has user @2." for name in ("t1", "t2", "t3")
    ]
    assert [figures(one)["outcome"] for one in found] == [("completed", "criteria_unmet")] * 3
    assert [figures(one)["cost"] for one in found] == [("?", "?")] * 3
    for one in found:  # the same customer is looked up, and the same booking tried, wherever that stands
        pairs = {(row.left[0].kind, row.right[0].kind) for row in one.rows if row.left and row.right}
        assert ("call book_reservation", "call book_reservation") in pairs
        assert all(ours == theirs for ours, theirs in pairs)
        same = [item.kind for row in one.rows if row.mark == "same" for item in row.left]
        assert {"call get_user_details", "result get_user_details"} <= set(same)
