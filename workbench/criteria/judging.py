"""Verdicts with evidence: what was said or returned is held against the criteria, and only changes are told.

A criterion is met only with the event that shows it. What only the agent says is a claim (`met=None`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, cast

import msgspec

from workbench.criteria.complete import checkable
from workbench.criteria.values import collected, contains, shown_by, value_at
from workbench.events import AnswerRead, Check, Criterion, CriterionJudged, Evidence
from workbench.events.text import as_json, from_json
from workbench.gates.conditions import MISSING, as_text
from workbench.gates.moments import decoded
from workbench.gates.pattern import SHOWN, found

Find = Callable[[str], Evidence | None]
"""Finds words in what the user said and tools returned."""


class Witness(msgspec.Struct, frozen=True):
    """Words that can show that a criterion holds.

    Attributes:
        seq: the event they stand in.
        source: who they come from: the user, the agent, or a tool's result.
        tool: for a result, the tool that returned it.
        arguments: JSON text of the arguments it was called with.
        data: JSON text of the result as a structure, "" where it has none.
        failed: the tool did not succeed; its words show nothing.
    """

    seq: int
    source: Literal["user", "agent", "result"]
    text: str
    tool: str = ""
    arguments: str = ""
    data: str = ""
    failed: bool = False


def judge(
    criteria: Iterable[Criterion], verdicts: Mapping[str, bool | None], witness: Witness
) -> list[CriterionJudged]:
    """The criteria that `witness` shows to be met and that were not met before, in their order."""
    changes: list[CriterionJudged] = []
    for criterion in criteria:
        if criterion.check is None or verdicts.get(criterion.name) is True:
            continue
        words = _shown(criterion.check, witness)
        if words:
            evidence = Evidence(seq=witness.seq, words=words)
            called = f"called with {witness.arguments}"[:SHOWN] if criterion.check.arguments is not None else ""
            changes.append(CriterionJudged(name=criterion.name, met=True, evidence=evidence, reason=called))
    return changes


def _shown(check: Check, witness: Witness) -> str:
    """The words of `witness` that satisfy `check`, "" where none do."""
    if witness.failed:
        return ""
    if check.tool is not None:
        return _shown_by_call(check, witness)
    if check.pattern is None or check.field is not None or check.source != witness.source:
        return ""
    return found(check.pattern, witness.text)


def _shown_by_call(check: Check, witness: Witness) -> str:
    if witness.source != "result" or witness.tool != check.tool:
        return ""
    if check.arguments is not None and not contains(decoded(check.arguments), decoded(witness.arguments)):
        return ""
    if check.field is not None:
        return shown_by(check, value_at(check.field, decoded(witness.data or witness.text)))
    if check.pattern is not None:
        return found(check.pattern, witness.text)
    return witness.text.strip()[:SHOWN] or f"{check.tool} returned"


def judge_claims(
    criteria: Iterable[Criterion],
    verdicts: Mapping[str, bool | None],
    answer: AnswerRead,
    seq: int,
    find: Find,
) -> list[CriterionJudged]:
    """What an answer that was read, event `seq`, changes.

    A value it says it collected, for a criterion without a check, is looked up with `find` in what the user said
    and tools returned: found, the criterion is met; else it is only claimed. `complete` claims every condition
    and indicator that nothing can check. A check of a collected field judges that value alone, at every answer
    that has it.
    """
    claims = _claims(answer)
    changes: list[CriterionJudged] = []
    for criterion in criteria:
        name, check = criterion.name, criterion.check
        if check is not None and check.field is not None and check.tool is None:
            changes += _judge_field(name, check, verdicts.get(name), answer, seq, find)
        elif verdicts.get(name) is True:
            continue
        else:
            changes += _judge_claim(criterion, claims.get(name), name in verdicts, answer, seq, find)
    return changes


def _judge_claim(
    criterion: Criterion, value: Any, known: bool, answer: AnswerRead, seq: int, find: Find
) -> list[CriterionJudged]:
    """What the claimed value changes for a criterion that is not met; `known`: a claim was told before."""
    name, by_itself = criterion.name, not checkable(criterion)
    words = _words(value)
    evidence = find(words) if by_itself and words else None
    if evidence is not None:
        return [CriterionJudged(name=name, met=True, evidence=evidence)]
    if known or not (_claimed(value) or (by_itself and criterion.kind != "required" and answer.status == "complete")):
        return []
    reason = "only the agent says so" if by_itself else "only the agent says so; its check has not seen it"
    return [CriterionJudged(name=name, met=None, evidence=Evidence(seq=seq, words=words), reason=reason)]


def _judge_field(
    name: str, check: Check, was: bool | None, answer: AnswerRead, seq: int, find: Find
) -> list[CriterionJudged]:
    """What the answer's value at the check's field changes; its evidence is where somebody said it, else the answer."""
    value = value_at(check.field or "", collected(answer.claims))
    if value is MISSING:
        return []
    words = shown_by(check, value)
    if bool(words) is (was is True):
        return []
    if words:
        evidence = find(words) or Evidence(seq=seq, words=words)
        return [CriterionJudged(name=name, met=True, evidence=evidence)]
    claim = Evidence(seq=seq, words=as_text(value)[:SHOWN])
    return [CriterionJudged(name=name, met=False, evidence=claim, reason="what the agent collected is of another form")]


def _claims(answer: AnswerRead) -> dict[str, Any]:
    """Criterion name → claimed value; nothing where the record holds no object."""
    try:
        claims = from_json(answer.claims or "{}")
    except ValueError:
        return {}
    return cast("dict[str, Any]", claims) if isinstance(claims, dict) else {}


def _claimed(value: Any) -> bool:
    """Whether the agent gave the criterion a value; `null`, `false` and empty ones say that it has none."""
    return value is not None and value is not False and value not in ("", [], {})


def _words(value: Any) -> str:
    """The claimed value as it could stand in a text; a bare `true` could not."""
    if not _claimed(value) or value is True:
        return ""
    return (value.strip() if isinstance(value, str) else as_json(value))[:SHOWN]


def stated(value: str, text: str) -> str:
    """`value` as it stands in `text`, "" where it does not.

    Case does not matter; it must stand by itself, not inside a longer word or number.
    """
    value = value.strip()
    match = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) if value else None
    return match[0] if match else ""
