"""What a person chooses where a replay differs from its recording: recorded, once, live, stop; or another change."""

from __future__ import annotations

import pytest

from tests.playbook import wants
from tests.replayed import ORDER, OTHER, Replayed, apart, recorded
from workbench.errors import Impossible
from workbench.events import Live, ToolReturned


@pytest.mark.parametrize("live", ["model", "tools"])
async def test_a_release_alone_lets_no_difference_pass(live: Live):
    stage = await apart(live)
    assert stage.run.apart is not None
    assert stage.run.apart.reason == stage.why
    held = stage.run.state.held
    assert held is not None
    stage.run.release("run", grant=held.command)
    await stage.drive()
    assert stage.last.startswith("held difference")
    assert stage.tools.done == ([] if live == "model" else [("lookup", "agent.1.1", 1)])


async def test_recorded_uses_what_was_recorded_and_goes_on_replaying():
    stage = await apart("model")
    stage.run.choose("recorded")
    await stage.drive()
    assert (stage.tools.done, stage.served) == ([], [("agent.1.1", "agent.1.1"), ("agent.2.1", "agent.2.1")])
    assert "tool_returned agent.1.1 found" in stage.own
    assert stage.run.waiting
    stage = await apart("tools")
    stage.run.choose("recorded")
    await stage.drive()
    # The next request holds the changed result, too, and that was chosen about.
    assert stage.served == [("agent.1", "agent.1"), ("agent.2", "agent.2"), ("agent.3", "agent.3")]
    assert stage.own[-1] == "answer_read agent.3 done"
    assert stage.model.requests == []


async def test_once_makes_this_one_call_and_goes_on_replaying():
    stage = await apart("model")
    stage.run.choose("once")
    assert stage.run.state.mode == "step"
    stage.run.release("run")
    await stage.drive()
    stage.run.release("run")
    await stage.drive()
    assert [done[1] for done in stage.tools.done] == ["agent.1.1"]
    assert stage.served == [("agent.2.1", "agent.2.1")]
    stage = await apart("tools")
    stage.run.choose("once")
    await stage.drive()
    assert len(stage.model.requests) == 1


@pytest.mark.parametrize("live", ["model", "tools"])
async def test_live_compares_and_serves_nothing_from_then_on(live: Live):
    stage = await apart(live)
    served = stage.served
    stage.run.choose("live")
    await stage.drive()
    assert stage.served == served
    assert stage.run.waiting
    assert [done[0] for done in stage.tools.done] == ["lookup", "save"]
    assert stage.run.difference is None


async def test_live_still_asks_before_an_effect():
    events = await recorded(wants(ORDER), "done")
    stage = await Replayed(events, "model", wants("charge"), "done").drive()
    stage.run.choose("live")
    await stage.drive()
    assert stage.last == "held effect agent.1.1"
    assert stage.why == "charge has an effect, and would really run"
    assert stage.tools.done == []
    stage.run.release("run")
    await stage.drive()
    assert [done[0] for done in stage.tools.done] == ["charge"]


@pytest.mark.parametrize("live", ["model", "tools"])
async def test_stop_ends_it_and_says_where_it_differs(live: Live):
    stage = await apart(live)
    why, done = stage.why, list(stage.tools.done)
    stage.run.choose("stop")
    await stage.drive()
    ended = stage.run.state.ended
    assert ended is not None
    assert (ended.outcome, ended.error, ended.reason) == ("stopped", "diverged", why)
    assert stage.tools.done == done
    stage.run.release("run")
    await stage.drive()
    assert stage.last.startswith("held difference")


async def test_where_nothing_was_recorded_only_the_other_choices_apply():
    events = await recorded("done")
    stage = await Replayed(events, "model", wants("save"), "done").drive()
    assert stage.why.startswith('the replay differs at call: recorded nothing, now {"tool": "save"')
    before = stage.lines
    with pytest.raises(Impossible, match="nothing was recorded in this place"):
        stage.run.choose("recorded")
    assert stage.lines == before
    stage.run.choose("live")
    await stage.drive()
    assert [done[0] for done in stage.tools.done] == ["save"]


async def test_where_the_recording_ends_it_holds_and_nothing_differs():
    events = await recorded(wants(ORDER), "done")
    asked = next(event.seq for event in events if event.body.kind == "tool_returned")
    stage = await Replayed(events[:asked], "tools", "not asked", "live").drive()
    assert stage.last == "held recording agent.2"
    assert stage.run.difference is None
    with pytest.raises(Impossible, match="nothing was recorded"):
        stage.run.choose("recorded")
    stage.run.choose("live")
    await stage.drive()
    assert stage.own[-1] == "answer_read agent.2 live"


async def test_stopping_where_the_recording_ends_is_no_difference():
    events = await recorded(wants(ORDER), "done")
    asked = next(event.seq for event in events if event.body.kind == "tool_returned")
    stage = await Replayed(events[:asked], "tools").drive()
    stage.run.choose("stop")
    ended = stage.run.state.ended
    assert ended is not None
    assert (ended.outcome, ended.error, ended.reason) == ("stopped", None, "the recording ends here")


async def test_without_a_difference_there_is_nothing_to_choose():
    stage = await Replayed(await recorded("done"), "model", "done").drive()
    for choice in ("recorded", "once", "live", "stop"):
        with pytest.raises(Impossible, match="no difference to choose about"):
            stage.run.choose(choice)


async def test_what_differed_may_be_changed_until_it_is_the_same():
    stage = await apart("model")
    answer = next(event.seq for event in stage.log.events() if event.body.kind == "model_answered")
    stage.run.change(answer, "arguments", ORDER.arguments, call="agent.1.1")
    assert (stage.run.difference, stage.run.apart) == (None, None)
    stage.run.release("run", grant="")
    await stage.drive()
    assert (stage.tools.done, stage.run.waiting) == ([], True)


async def test_an_edit_of_a_call_that_was_let_pass_is_compared_again():
    events = await recorded(wants(ORDER), "done")
    stage = Replayed(events, "model", wants(ORDER), "done")
    stage.run.release("step")
    await stage.drive()
    assert stage.last == "held step agent.1.1"
    answer = next(event.seq for event in stage.log.events() if event.body.kind == "model_answered")
    stage.run.change(answer, "arguments", OTHER.arguments, call="agent.1.1")
    stage.run.release("step")
    await stage.drive()
    assert stage.last == "held difference agent.1.1"
    assert stage.tools.done == []


async def test_a_person_stands_in_at_a_difference():
    stage = await apart("model")
    stage.run.stand_in(ToolReturned(call="agent.1.1", content="as I say"), mode="run")
    await stage.drive()
    assert (stage.tools.done, stage.served) == ([], [("agent.2.1", "agent.2.1")])
