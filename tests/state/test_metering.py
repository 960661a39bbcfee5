"""What is counted of the exchanges that a call's own fact does not count."""

from __future__ import annotations

from decimal import Decimal

from tests.playbook import agent, answered, asked, started, state_after
from workbench.events import AnswerChanged, Price, RequestChanged, Said, Usage

DEAR = Price(input="1000000", output="1000000")


def test_what_middleware_asks_beside_the_call_is_a_request_and_paid_for():
    story = (Said(text="x"), asked(), RequestChanged(call="agent.1", by=("A",), changes='{"system":""}'))
    used = Usage(input=20, output=2)
    one = AnswerChanged(call="agent.1", by=("A",), was="{}", again=True, usage=used)
    for price, cost, unpriced in ((DEAR, 24, 0), (None, 0, 2), (Price(input="0", output="0"), 0, 0)):
        actors = agent(price=price), agent("other", price=DEAR)
        state = state_after(started(*actors), *story, one, answered(usage=Usage(input=1, output=1)))
        for meters in (state.meters, state.actors["agent"].meters):
            assert meters is not None
            assert (meters.requests, meters.iterations) == (2, 1)
            assert (meters.input_tokens, meters.output_tokens) == (21, 3)
            assert (meters.cost, meters.unpriced) == (Decimal(cost), unpriced)
        assert state.actors["other"].meters == type(state.meters)()


def test_one_that_failed_cost_nothing_that_is_known_and_an_unknown_usage_is_unknown():
    story = (started(agent(price=DEAR)), Said(text="x"), asked())
    failed = AnswerChanged(call="agent.1", by=("A",), was='{"error":"overloaded","message":""}', again=True)
    assert (state_after(*story, failed).meters.requests, state_after(*story, failed).meters.unpriced) == (2, 0)
    unknown = failed.model_copy(update={"usage": Usage()})
    assert state_after(*story, unknown).meters.unpriced == 1


def test_an_answer_that_is_changed_is_counted_once_and_one_that_is_turned_down_too():
    story = (started(agent(price=DEAR)), Said(text="x"), asked())
    assert state_after(*story, AnswerChanged(call="agent.1", by=("A",), was="{}")).meters.requests == 1
    down = AnswerChanged(call="agent.1", by=("A",), was="{}", usage=Usage(input=2, output=1))
    meters = state_after(*story, down).meters
    assert (meters.requests, meters.cost) == (1, 3)
