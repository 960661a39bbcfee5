"""The verbs that every face shares: going on, looking back, holding, speaking, reading along, taking over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.memory import Memory
from tests.playbook import FakeModel, Hang, Line, Stage, until, wants
from workbench.debugger.keeping import Keeper
from workbench.debugger.person import Person
from workbench.debugger.session import Session
from workbench.debugger.summary import Identity, Summary
from workbench.errors import Impossible, NotFound, NotWriter, StoreError
from workbench.events import Call
from workbench.events.messages import Delta, ModelRequest
from workbench.events.text import register_secret
from workbench.run import Divergence, Log, Ports, Run
from workbench.state import fold

WHO = Identity("s1", "main", "a session")


class Shelf(Keeper):
    """Keeps what it is told; another process may have written, and may have left its log behind."""

    def __init__(self, *, changes: bool = False, left: tuple[Memory, Ports] | None = None) -> None:
        self.summaries: list[Summary] = []
        self.closed = 0
        self._changes, self._left = changes, left

    def changed(self) -> bool:
        return self._changes

    def summarise(self, summary: Summary) -> None:
        self.summaries.append(summary)

    def take_over(self) -> tuple[Log, Ports]:
        return self._left or super().take_over()

    def close(self) -> None:
        self.closed += 1


def opened(stage: Stage, **more: Any) -> Session:
    """A session on a new run of the stage; `mode`, `lines` and the like are the run's."""
    keeper = more.pop("keeper", None)
    run = stage.start(**({"mode": "step"} | more))
    return Session(WHO, stage.log, keeper, run=run)


async def began(*lines: Line, **more: Any) -> tuple[Stage, Session]:
    """A session whose run holds before its first model call."""
    stage = Stage(*lines)
    session = opened(stage, **({"lines": ["go"]} | more))
    session.proceed() if more.get("mode") == "run" else session.step()
    await session.settled()
    return stage, session


async def test_stepping_through_and_on():
    stage, session = await began(wants("lookup"), "done")
    assert session.standing() == "HELD before the model thinks"
    session.step()
    await session.settled()
    assert session.standing() == "HELD before lookup"
    session.next()
    await session.settled()
    assert session.standing() == "HELD after the result, before the model thinks"
    session.finish()
    await session.settled()
    assert session.standing() == "WAITING for you to say something"
    assert stage.last == "answer_read agent.2 done"


async def test_looking_back_is_free_and_says_so():
    stage, session = await began(wants("lookup"), "done", mode="run")
    length = stage.log.last_seq
    walked: list[int] = []
    while session.seq > 1:
        session.back("step")
        walked.append(session.seq)
        assert session.state == fold(stage.log.events(0, session.seq))
    assert walked == [9, 7, 5, 3, 1]
    assert session.standing() == "LOOKING BACK at event 1 of 10: s and n walk forward, S and N back"
    with pytest.raises(Impossible, match="where it began"):
        session.back("step")
    session.next()
    assert session.seq == 3
    session.step()
    assert session.seq == 5
    session.proceed()
    assert session.looking is None
    assert session.seq == length
    assert (stage.log.last_seq, len(stage.model.requests)) == (length, 2)


async def test_any_place_can_be_looked_at():
    stage, session = await began("hi", mode="run")
    session.look(2)
    assert session.state.seq == 2
    session.look(stage.log.last_seq)
    assert session.looking is None
    for seq in (0, 99):
        with pytest.raises(Impossible, match=f"no event {seq}: this branch has 1 to 6"):
            session.look(seq)
    assert session.event(3).body.kind == "said"
    assert [event.seq for event in session.events(1, 3)] == [2, 3]


async def test_what_cannot_be_done_says_what_can():
    _, session = await began("hi", mode="run", lines=["go"])
    with pytest.raises(Impossible, match="the agent waits for you"):
        session.step()
    with pytest.raises(Impossible, match="nothing to pause"):
        session.pause()
    with pytest.raises(Impossible, match="nothing to approve"):
        session.approve()
    with pytest.raises(Impossible, match="no model call waits"):
        session.person.answer("hi")
    with pytest.raises(Impossible, match="writes it already"):
        session.take_over()
    assert session.run is not None
    session.run.end("completed")
    with pytest.raises(Impossible, match="this run is over"):
        session.proceed()


async def test_the_first_pause_holds_and_the_second_breaks_off():
    stage = Stage([Delta(text="half"), Hang()])
    session = opened(stage, lines=["go"], mode="run")
    session.proceed()
    await stage.model.hung.wait()
    assert session.standing() == "RUNNING, the model thinks"
    assert session.driving
    with pytest.raises(Impossible, match="under way"):
        session.step()
    with pytest.raises(Impossible, match="under way"):
        session.back("step")
    session.pause()
    assert session.driving
    session.pause()
    await session.settled()
    assert session.standing() == "HELD at the answer · it was broken off: accept, edit or discard what came"
    assert stage.lines[-2] == "model_answered agent.1 half (partial)"


async def test_speaking_while_it_waits_goes_on_by_itself():
    stage, session = await began("hi", "hello again", mode="run")
    session.say("and now?")
    await session.settled()
    assert stage.last == "answer_read agent.2 hello again"


async def test_speaking_while_it_is_held_keeps_it_held():
    stage, session = await began("hi")
    session.look(1)
    session.say("wait")
    assert session.looking is None
    assert session.standing() == "HELD before the model thinks"
    assert stage.last == "said human: wait"


async def test_speaking_while_it_runs_is_heard_next():
    stage = Stage([Hang()], "I heard")
    session = opened(stage, lines=["go"], mode="run")
    session.proceed()
    await stage.model.hung.wait()
    session.say("wait")
    session.pause()
    session.pause()
    await session.settled()
    session.settle("agent.1", "discard")
    stage.model.lines = ["I heard"]
    session.proceed()
    await session.settled()
    assert [message.text for message in stage.model.requests[1].messages] == ["go", "wait"]


async def test_speaking_to_what_is_over_opens_it_again():
    stage, session = await began("hi", "still here", mode="run")
    assert session.run is not None
    session.run.end("completed")
    session.say("are you there?")
    await session.settled()
    assert stage.last == "answer_read agent.2 still here"


async def test_a_person_can_be_the_model():
    class Human(FakeModel):
        async def ask(self, request: ModelRequest):
            yield await session.person.ask(request)

    stage = Stage()
    stage.models["fake:agent"] = Human()
    session = opened(stage, lines=["go"], mode="run")
    session.proceed()
    await until(lambda: session.person.question is not None)
    assert session.standing() == "YOU ARE THE MODEL: type the answer"
    session.person.answer("", (Call(name="lookup"),))
    await until(lambda: session.person.question is not None and session.person.question.call == "agent.2")
    session.say("that is all")
    await session.settled()
    assert stage.last == "answer_read agent.2 that is all"


async def test_an_answer_is_given_once():
    person = Person()
    asking = asyncio.create_task(person.ask(ModelRequest("m", "", ())))
    await until(lambda: person.question is not None)
    person.answer("yes")
    with pytest.raises(Impossible):
        person.answer("no")
    assert (await asking).text == "yes"


async def test_rulings_and_limits():
    stage = Stage(wants("charge"), "done")
    stage.tools.deeds["charge"] = stage.tools.hang
    session = opened(stage, lines=["go"], mode="run")
    session.proceed()
    await stage.tools.hung.wait()
    session.pause()
    session.pause()
    await session.settled()
    session.limit("iterations", "9")
    session.settle("agent.1.1", "ran", "charged")
    assert session.newest.held is None
    session.proceed()
    await session.settled()
    assert stage.last == "answer_read agent.2 done"
    assert session.newest.limits["iterations"] == "9"


async def test_an_approved_call_passes_alone():
    stage, session = await began(wants("lookup", "charge"), "done", mode="step")
    session.step()
    await session.settled()
    session.approve()
    await session.settled()
    assert [tool for tool, *_ in stage.tools.done] == ["lookup"]
    assert session.standing() == "HELD before charge"


async def test_faces_are_told_of_everything_and_summaries_follow():
    shelf = Shelf()
    stage = Stage([Delta(text="h"), Delta(thinking="m"), wants("lookup")], "done")
    stage.tools.deeds["lookup"] = lambda arguments, context: context.progress("half") or "found"
    session = opened(stage, lines=["go"], mode="run", keeper=shelf)
    drafts: list[bool] = []
    progress: list[str] = []

    def changed() -> None:
        drafts.append(bool(session.drafts))
        progress.extend(session.progress.values())

    session.on_change(changed)
    session.proceed()
    await session.settled()
    assert True in drafts
    assert session.drafts == session.progress == {}
    assert "half" in progress
    assert [row.kind for row in session.steps.rows] == ["said", "think", "call", "result", "think", "output"]
    newest = shelf.summaries[-1]
    assert (newest.status, newest.outcome, newest.model) == ("waiting", None, "fake:agent")


async def test_closing_ends_the_driving_and_tells_how_it_was_left():
    stage, shelf = Stage([Hang()]), Shelf()
    session = Session(WHO, stage.log, shelf, run=stage.start(lines=["go"]))
    session.proceed()
    await stage.model.hung.wait()
    session.close()
    told = len(shelf.summaries)
    with pytest.raises(asyncio.CancelledError):
        await session.settled()
    assert shelf.closed == 1
    assert len(shelf.summaries) == told, "nothing is written after the store is closed"
    assert not session.driving


def reading(stage: Stage, *, changes: bool = True, left: tuple[Memory, Ports] | None = None) -> Session:
    """The session as another process reads it along."""
    return Session(WHO, stage.log, Shelf(changes=changes, left=left), other="s1/main is being written by pid 7")


async def test_reading_along():
    stage = Stage("hi", "and bye")
    run = stage.start()
    reader = reading(stage)
    assert reader.standing().startswith("READ-ONLY (another process writes it) · ")
    assert not reader.refresh()
    assert len(reader.steps.rows) == 0
    run.say("hello")
    await run.drive()
    assert reader.newest.seq == 1
    assert reader.refresh()
    assert reader.newest == run.state
    assert [row.kind for row in reader.steps.rows] == ["said", "think", "output"]
    assert not reading(stage, changes=False).refresh()
    reader.back("step")
    assert reader.state == fold(stage.log.events(0, reader.seq))


async def test_a_reader_cannot_write_and_is_told_who_does():
    stage = Stage("hi")
    stage.start(lines=["go"])
    reader = reading(stage)
    for verb in (reader.step, lambda: reader.say("x"), lambda: reader.limit("cost", "1")):
        with pytest.raises(NotWriter, match="being written by pid 7"):
            verb()
    with pytest.raises(Impossible, match="nothing to pause"):
        reader.pause()
    with pytest.raises(NotWriter, match="can only be read"):
        reader.take_over()
    assert not reader.refresh()


async def test_taking_over_when_the_other_is_gone():
    stage = Stage(wants("charge"), "done")
    stage.tools.deeds["charge"] = stage.tools.hang
    driving = asyncio.create_task(stage.start(lines=["go"]).drive())
    await stage.tools.hung.wait()
    left = stage.log.cut(stage.log.last_seq)
    stage.log = left
    driving.cancel()
    reader = reading(stage, left=(left, stage.ports))
    _ = reader.steps
    reader.take_over()
    assert isinstance(reader.run, Run)
    assert reader.other == ""
    assert stage.last == "writer_took"
    assert reader.steps.rows[-1].standing == "doubt"
    reader.proceed()
    await reader.settled()
    assert reader.standing().startswith("HELD before charge: effect tool, in doubt since")


async def test_replaying_touches_nothing():
    stage, session = await began(wants("lookup"), "done", mode="run")
    asked, done = len(stage.model.requests), len(stage.tools.done)
    assert session.replay() == session.newest
    assert (len(stage.model.requests), len(stage.tools.done)) == (asked, done)
    events = list(stage.log.events())
    cut = Session(WHO, Memory(events[:3] + events[4:]))
    assert isinstance(cut.replay(), Divergence)


async def test_a_full_disk_is_the_first_thing_one_reads():
    stage, session = await began("hi")
    stage.log.room = 1
    session.step()
    await session.settled()
    assert session.standing().startswith("HELD, nothing can be saved: ")
    stage.log.room = None
    session.step()
    await session.settled()
    assert session.standing() == "HELD at the answer, before it counts"


async def test_what_breaks_off_the_driving_is_said_until_it_goes_on():
    stage, session = await began("hi")
    stage.log.broken = StoreError("the file was removed")
    told: list[str] = []
    session.on_change(lambda: told.append(session.standing()))
    stage.log.room = 1
    session.step()
    with pytest.raises(StoreError):
        await session.settled()
    assert told[-1] == session.standing() == "HELD, broken off: the file was removed"
    stage.log.room = None
    session.step()
    await session.settled()
    assert session.standing() == "HELD at the answer, before it counts"


async def test_an_event_that_is_not_there():
    _, session = await began("hi")
    with pytest.raises(NotFound):
        session.event(99)


async def test_what_streams_and_what_tools_say_on_their_way_shows_no_key():
    register_secret("passing-secret-4711")
    pieces = [Delta(text=text) for text in ("It is passing-", "secret-", "4711, is it not? ", "passing-")]
    stage = Stage([*pieces, Delta(thinking="passing-secret-4711!"), wants("lookup")], "done")
    stage.tools.deeds["lookup"] = lambda _, context: context.progress("with passing-secret-4711") or "found"
    session = opened(stage, lines=["go"], mode="run")
    shown: set[str] = set()

    def changed() -> None:
        shown.update(session.progress.values())
        shown.update("".join(draft.text + draft.thinking) for draft in session.drafts.values())

    session.on_change(changed)
    session.proceed()
    await session.settled()
    assert {"It is ", "It is [redacted], is it not? [redacted]!", "with [redacted]"} <= shown
    assert not [words for words in shown if "passing" in words]
