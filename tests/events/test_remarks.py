"""Each kind of event that nobody says has its sentence; what is said, called and returned has none."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.events import (
    ActorSpec,
    AnswerChanged,
    AnswerRead,
    Body,
    CapReached,
    CriterionJudged,
    Edited,
    Event,
    Evidence,
    Forked,
    FunctionChecked,
    Held,
    HistoryCut,
    JudgeAsked,
    LimitSet,
    Noted,
    OutputAccepted,
    OutputRejected,
    Recast,
    Redone,
    Reverted,
    RunEnded,
    Said,
    Settled,
    Signature,
    SummaryAsked,
    Undone,
)
from workbench.events.remarks import remark

PLAIN = ActorSpec(name="agent", model="a:b")
MAYA = PLAIN.model_copy(update={"persona": Signature(name="maya", digest="0")})


def told(body: Body, by: Any = "human") -> str:
    return remark(Event(1, 5, 0.0, by, "agent", body))


CHECKED: dict[str, Any] = {"criterion": "paid", "function": "checks.py:paid", "answer": 4}
REACHED = CapReached(name="cost", at="wrap_up", limit="1", reason="$1 of $1 used")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (AnswerRead(call="agent.1", output="Done.", how="text"), ""),
        (AnswerRead(call="agent.1", output="Done.", how="json"), "read as json"),
        (AnswerRead(call="agent.1", output="Done.", how="json", status="complete"), "read as json, complete"),
        (CriterionJudged(name="paid", met=True, evidence=Evidence(seq=3, words="ok")), "criterion paid met: ok"),
        (Redone(source=9), "as at event 9 of the recording"),
        (Redone(source=9, already=True), "what was changed at event 9 of the recording is so here already"),
        (CriterionJudged(name="paid", met=False), "criterion paid not met"),
        (CriterionJudged(name="paid", met=None), "criterion paid claimed"),
        (CriterionJudged(name="paid", met=None, unsure=True, reason="raised"), "criterion paid unknown: raised"),
        (JudgeAsked(criteria=("a", "b"), answer=4, refs=(), chain="0"), "the judge is asked of a, b"),
        (FunctionChecked(**CHECKED, met=True), "checks.py:paid of paid: holds"),
        (FunctionChecked(**CHECKED), "checks.py:paid of paid: does not hold"),
        (FunctionChecked(**CHECKED, error="raised"), "checks.py:paid of paid: raised"),
        (OutputAccepted(call="agent.1", output="1"), ""),
        (OutputAccepted(call="agent.1", output="1", notes=("mended", "cut")), "output accepted: mended; cut"),
        (OutputRejected(call="agent.1", message="no"), "output rejected: no"),
        (SummaryAsked(dropped=2, text="Sum it up."), "the history outgrew its room: its model sums it up"),
        (HistoryCut(dropped=2), "2 messages left out from here on"),
        (HistoryCut(dropped=2, summary=4), "2 messages summed up from here on"),
        (AnswerChanged(call="agent.1", by=("Cache",)), "Cache answered, and no model was asked"),
        (Held(gate="doubt", reason="who knows"), "held, doubt: who knows"),
        (Settled(call="agent.1.1", ruling="not_run"), "settled agent.1.1: not run"),
        (Forked(parent=1, parent_seq=2), "forked after event 2"),
        (
            Forked(parent=1, parent_seq=2, undone=(Undone(call="agent.1.1", tool="charge", arguments="{}"),)),
            "forked after event 2; stays done: charge",
        ),
        (Edited(target=3, field="text", value="x"), "text of event 3 edited by a person"),
        (Reverted(edit=4), "the edit of event 4 taken back"),
        (Recast(spec=PLAIN), "agent is now a:b"),
        (Recast(spec=PLAIN, changed=("system",)), "the system prompt of agent was edited"),
        (Recast(spec=PLAIN, changed=("system",), reverts=7), "what event 7 changed of agent was taken back"),
        (Recast(spec=MAYA, changed=("system", "persona")), "agent goes on, as maya"),
        (Recast(spec=MAYA, changed=("model", "persona")), "agent is now a:b, as maya"),
        (Recast(spec=MAYA, changed=("model",)), "agent is now a:b"),
        (LimitSet(name="cost", limit=None), "limit of cost: none"),
        (REACHED, "cost reached: $1 of $1 used; wrap up"),
        (Noted(text="seen", role="critic"), "note, critic: seen"),
        (RunEnded(outcome="completed"), "ended: completed"),
        (RunEnded(outcome="error", reason="no key"), "ended: error, no key"),
        (Said(text="Hi."), ""),
    ],
)
def test_a_sentence_for_each_kind(body: Body, words: str):
    assert told(body) == words


def test_what_a_rule_edits_is_said_so():
    assert told(Edited(target=3, field="content", value="x"), "rule") == "content of event 3 edited by a rule"
