"""What is asked outside before an answer is the last word: criteria's Python functions, then the judge. Pure.

Functions are asked at every answer of the agent. The judge costs money: it is asked only once the agent says that it
is complete and all else is met, and never beyond its own budget.
"""

from __future__ import annotations

from decimal import Decimal

from workbench.criteria.complete import passes
from workbench.criteria.judging import Find
from workbench.events import CriterionJudged, Evidence, FunctionChecked, JudgeAsked
from workbench.state import Actor, Command, Examine, State, Tell, Verdict


def due(state: State) -> tuple[Command, ...]:
    """What is to be asked before the run goes on, where everybody rests; nothing where all was asked."""
    assert state.started is not None
    agent = state.actors[state.agent]
    rubrics: list[str] = []
    rest_holds = state.status == "complete"
    met = {name: verdict.met for name, verdict in state.verdicts.items()}
    for criterion in state.started.criteria:
        check, asked = criterion.check, state.examined.get(criterion.name) == agent.said
        if check is not None and check.function is not None and not asked and agent.said:
            return (Examine(agent.name, criterion.name, check.function, agent.said),)
        if check is not None and check.rubric is not None:
            if not asked and met.get(criterion.name) is not True:
                rubrics.append(criterion.name)
        else:
            rest_holds = rest_holds and passes(criterion, met)
    judge = judge_of(state)
    if not rubrics or not rest_holds or judge is None or judging_spent(state):
        return ()
    chain = f"{agent.log.chain:016x}"
    case = JudgeAsked(criteria=tuple(rubrics), refs=tuple(agent.log.refs()), answer=agent.said, chain=chain)
    return (Tell(judge.name, case),)


def judge_of(state: State) -> Actor | None:
    """The run's judge, None where it has none."""
    return next((actor for name, actor in state.actors.items() if state.specs[name].role == "judge"), None)


def judging_spent(state: State) -> str:
    """Why the judge is asked no more, in words; "" where it may be."""
    judge = judge_of(state)
    if judge is None or state.started is None:
        return ""
    cap = state.started.judging
    if judge.answers >= cap.requests:
        return f"the judge's budget of {cap.requests} answers is used up"
    if cap.cost is not None and (state.judging is None or state.judging >= Decimal(cap.cost)):
        return f"the judge's budget of {cap.cost} dollars is used up, or its price unknown"
    return ""


def judge_function(was: Verdict | None, checked: FunctionChecked, seq: int, find: Find) -> list[CriterionJudged]:
    """What a function's word, event `seq`, changes. Its words show it where somebody said them.

    Where it failed, nobody knows whether the criterion still holds: it counts as met no more, and as regressed neither.
    """
    name, unsure = checked.criterion, was is not None and was.unsure
    if checked.error:
        reason = f"{checked.function} could not say: {checked.error}"
        if was is None or was.seq is None:
            return [CriterionJudged(name=name, met=None, evidence=Evidence(seq=seq), reason=reason, unsure=True)]
        if unsure and was.reason == reason:
            return []
        shown = Evidence(seq=was.seq, words=was.words)
        return [CriterionJudged(name=name, met=None, evidence=shown, reason=reason, unsure=True)]
    if not unsure and checked.met is (was is not None and was.met is True):
        return []
    words = checked.words or checked.function
    evidence = (find(checked.words) if checked.met and checked.words else None) or Evidence(seq=seq, words=words)
    return [CriterionJudged(name=name, met=checked.met, evidence=evidence)]
