"""Context windows: when a history is cut, what stays of it, and how it is whole again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.playbook import agent, answered, asked, called, failed, returned, started
from workbench.decide import SUMMARY, decide
from workbench.events import (
    Body,
    Call,
    CapReached,
    Edited,
    Event,
    HistoryCut,
    JudgeAsked,
    OutputSpec,
    Recast,
    Released,
    Reverted,
    Said,
    SummaryAsked,
    Usage,
    Window,
)
from workbench.state import CallModel, State, Tell, apply, content_of, edited_body
from workbench.state.actor import Cut, Summing
from workbench.state.snapshot import freeze, thaw
from workbench.state.telling import message_of
from workbench.state.windows import place_of_cut

DROP = Window(system=100, history=900, answer=100, policy="drop", keep=2)
SUM = Window(system=100, history=900, answer=100, policy="summarise", keep=2)
LARGE = Usage(input=2000, output=10)


class Story:
    """A run that goes on event by event."""

    def __init__(self, window: Window | None) -> None:
        self.events: list[Event] = []
        self.state = State()
        self.tell(started(agent().model_copy(update={"window": window})), Said(text="hi"))

    def tell(self, *bodies: Body) -> None:
        for body in bodies:
            event = Event(1, len(self.events) + 1, 1.0, "engine", "agent", body)
            self.events.append(event)
            self.state = apply(self.state, event)

    def iterate(self, number: int, usage: Usage = LARGE) -> None:
        """The model asks for a call, which returns."""
        call = f"agent.{number}"
        self.tell(asked(call), answered(call, "", Call(name="lookup"), usage=usage))
        self.tell(called(f"{call}.1"), returned(f"{call}.1", "done"))

    @property
    def refs(self) -> list[int]:
        return self.state.actors["agent"].log.refs()

    def offered(self) -> object:
        (command,) = decide(self.state)
        return command.body if isinstance(command, Tell) else command


def after(window: Window | None, *usages: Usage) -> Story:
    story = Story(window)
    for number, usage in enumerate(usages, 1):
        story.iterate(number, usage)
    return story


def test_it_is_cut_only_where_it_outgrew_its_room_and_something_can_go() -> None:
    assert isinstance(after(None, LARGE, LARGE).offered(), CallModel)
    assert isinstance(after(DROP, Usage(input=5, output=5), Usage(input=9, output=5)).offered(), CallModel)
    assert isinstance(after(DROP, LARGE).offered(), CallModel)
    assert after(DROP, LARGE, LARGE).offered() == HistoryCut(dropped=3)
    assert after(SUM, LARGE, LARGE).offered() == SummaryAsked(text=SUMMARY, dropped=3)
    under_way = after(DROP, LARGE, LARGE)
    under_way.tell(asked("agent.3"))
    assert decide(under_way.state) == ()


def test_what_stays_begins_with_an_answer_and_the_next_request_tells_all_of_it() -> None:
    story = after(DROP, LARGE, LARGE)
    before = story.refs
    story.tell(HistoryCut(dropped=3))
    assert story.refs == [len(story.events), *before[3:]]
    command = story.offered()
    assert isinstance(command, CallModel)
    assert (command.request.keep, command.request.add) == (0, tuple(story.refs))
    message = message_of(story.events[-1], lambda seq: story.events[seq - 1], {})
    assert message.text == "(The first 3 messages of this conversation are left out here.)"


def test_a_cut_before_the_model_was_ever_asked_changes_no_request() -> None:
    story = Story(DROP)
    story.tell(HistoryCut(dropped=1))
    assert story.refs == [3]
    assert story.state.actors["agent"].asked is None


def test_a_summary_is_asked_for_answered_and_then_stands_in_the_place() -> None:
    story = after(SUM, LARGE, LARGE)
    before = story.refs
    story.tell(SummaryAsked(text=SUMMARY, dropped=3))
    assert isinstance(story.offered(), CallModel)
    story.tell(asked("agent.3"), Said(text="hurry"), answered("agent.3", "all is well", usage=LARGE))
    assert story.offered() == HistoryCut(dropped=3, summary=len(story.events))
    assert thaw(freeze(story.state), story.state.started) == story.state if story.state.started else False
    story.tell(HistoryCut(dropped=3, summary=len(story.events)))
    cut = story.events[-1]
    assert story.refs == [cut.seq, *before[3:], cut.seq - 2]
    assert story.state.actors["agent"].summing is None
    message = message_of(cut, lambda seq: story.events[seq - 1], {})
    assert message.text == "What was said before this, summed up:\n\nall is well"


def test_who_calls_a_tool_where_a_summary_was_asked_for_loses_the_oldest_messages_without_one() -> None:
    story = after(SUM, LARGE, LARGE)
    before = story.refs
    story.tell(SummaryAsked(text=SUMMARY, dropped=3))
    question = len(story.events)
    story.iterate(3, Usage(input=1010, output=10))
    assert story.offered() == HistoryCut(dropped=3)
    whole = [*before, *story.refs[-2:]]
    story.tell(HistoryCut(dropped=3))
    cut = len(story.events)
    assert story.refs == [cut, *whole[3:]]
    assert question not in story.refs
    assert story.state.actors["agent"].summing is None
    assert isinstance(story.offered(), CallModel)
    story.iterate(4)
    asking = story.offered()
    assert isinstance(asking, SummaryAsked), "it is asked for again where it is due again"
    assert story.refs[asking.dropped] in {event.seq for event in story.events if event.body.kind == "model_answered"}
    story.tell(Reverted(edit=cut))
    assert story.refs[: len(whole)] == whole


def test_a_cut_that_is_taken_back_is_told_again_and_stays() -> None:
    story = after(DROP, LARGE, LARGE)
    whole = story.refs
    story.tell(HistoryCut(dropped=3))
    story.tell(Reverted(edit=len(story.events)))
    actor = story.state.actors["agent"]
    assert (story.refs, actor.whole, actor.cuts) == (whole, True, ())
    story.iterate(3)
    story.iterate(4)
    assert isinstance(story.offered(), CallModel)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=8), st.integers(1, 6))
def test_whatever_is_cut_can_be_told_again_letter_for_letter(sizes: list[int], keep: int) -> None:
    story = Story(DROP.model_copy(update={"keep": keep}))
    whole = list(story.refs)
    chain = story.state.actors["agent"].log.chain
    for number, size in enumerate(sizes, 1):
        (command,) = decide(story.state)
        if isinstance(command, Tell):
            assert isinstance(command.body, HistoryCut)
            whole, chain = story.refs, story.state.actors["agent"].log.chain
            story.tell(command.body)
            assert len(story.refs) >= keep
            undone = Event(1, len(story.events) + 1, 1.0, "human", "agent", Reverted(edit=len(story.events)))
            log = apply(story.state, undone).actors["agent"].log
            assert (log.refs(), log.chain) == (whole, chain)
        story.iterate(number, Usage(input=size, output=0))


def test_nothing_goes_where_no_model_was_asked() -> None:
    assert place_of_cut(Story(DROP).state.actors["agent"], 0) == 0


def test_what_is_said_while_the_history_is_summed_up_waits_until_it_is_cut() -> None:
    story = after(SUM, LARGE, LARGE)
    story.tell(SummaryAsked(text=SUMMARY, dropped=3), Said(text="held before it, I say"))
    first = len(story.events)
    story.tell(asked("agent.3"), Said(text="and now it fails"), failed("agent.3"), Released())
    assert story.refs[-1] == first - 1, "the question for the summary is the last thing that the model is told"
    story.tell(asked("agent.3", attempt=2), answered("agent.3", "all is well", usage=LARGE))
    story.tell(HistoryCut(dropped=3, summary=len(story.events)))
    assert story.refs[-2:] == [first, first + 2]


def _edit(story: Story, target: int, text: str) -> int:
    """An edit of the event's text; the digest that its message has then."""
    content = content_of(edited_body(story.events[target - 1].body, "text", text))
    story.tell(Edited(target=target, field="text", value=text, content=f"{content:016x}"))
    return content


def test_an_edit_changes_what_was_cut_off_and_the_line_in_its_place() -> None:
    story = after(SUM, LARGE, LARGE)
    story.tell(SummaryAsked(text=SUMMARY, dropped=3), asked("agent.3"), answered("agent.3", "sum", usage=LARGE))
    summary = len(story.events)
    story.tell(HistoryCut(dropped=3, summary=summary))
    cut, chain = len(story.events), story.state.actors["agent"].log.chain
    _edit(story, summary, "another sum")
    edited = story.state.actors["agent"].log.chain
    assert edited != chain
    content = _edit(story, 2, "hello")
    assert story.state.actors["agent"].log.chain == edited
    story.tell(Reverted(edit=cut))
    log = story.state.actors["agent"].log
    assert log.contents()[log.refs().index(2)] == content


def test_a_summary_need_not_be_of_the_form_that_outputs_are_asked_in() -> None:
    story = Story(None)
    assert story.state.output_schema("agent") is None
    native = OutputSpec(mode="native", form='{"type":"object"}')
    story.tell(Recast(spec=agent(window=SUM, output=native.model_copy(update={"mode": "text"}))))
    assert story.state.output_schema("agent") is None
    story.tell(Recast(spec=agent(window=SUM, output=native)))
    story.iterate(1)
    story.iterate(2)
    assert story.state.output_schema("agent") == native.form
    story.tell(SummaryAsked(text=SUMMARY, dropped=3), asked("agent.3"))
    assert story.state.output_schema("agent") is None
    story.tell(answered("agent.3", "sum", usage=LARGE), HistoryCut(dropped=3, summary=len(story.events) + 1))
    assert story.state.output_schema("agent") == native.form


def full(*more: Body) -> Story:
    """A history that has outgrown its room, and what came then."""
    story = Story(SUM)
    for number in (1, 2, 3):
        story.iterate(number)
    story.tell(*more)
    return story


def test_a_run_that_wraps_up_leaves_out_what_it_would_have_summed_up():
    """The one answer that is left is for whoever asked."""
    asking = full().offered()
    assert isinstance(asking, SummaryAsked)
    reached = CapReached(name="requests", at="wrap_up", limit="4", reason="used up")
    last = Said(text="your last answer", role="system")
    early, late = full(reached, last), full(asking, reached, last)
    cut = HistoryCut(dropped=asking.dropped)
    assert early.offered() == late.offered() == cut
    late.tell(cut)
    assert isinstance(late.offered(), CallModel)
    assert late.state.actors["agent"].summing is None
    assert late.refs[-1] == late.events[-2].seq, "what had waited for the summary is told now"
    assert full(reached.model_copy(update={"name": "requests@another"})).offered() == asking


def test_a_judge_who_is_laid_another_case_has_no_cuts_of_the_one_before():
    judge = agent("judge", role="judge", window=DROP)
    story = Story(None)
    story.events.clear()
    story.state = State()
    story.tell(started(agent(), judge), Said(text="hi"))
    state = story.state.__copy__()
    mine = state.own("judge")
    mine.cuts, mine.places, mine.whole = (Cut(2, (2,), (0,)),), (1, 2), True
    mine.summing = Summing(2, 1)
    case = JudgeAsked(criteria=("polite",), refs=(2,), answer=2, chain="0")
    after = apply(state, Event(1, 3, 1.0, "rule", "judge", case)).actors["judge"]
    assert (after.cuts, after.places, after.whole, after.summing) == ((), (), False, None)
