"""Whether every criterion is met: a claim counts only where nothing could check it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from workbench.events import Criterion


def checkable(criterion: Criterion) -> bool:
    """Whether something other than the agent's word can show that it holds."""
    check = criterion.check
    return check is not None and any(
        (check.pattern, check.tool, check.field, check.expression, check.function, check.rubric)
    )


def passes(criterion: Criterion, verdicts: Mapping[str, bool | None]) -> bool:
    """Whether it counts as met. In `verdicts`, None is a claim; a name that is missing was never judged."""
    met = verdicts.get(criterion.name, False)
    return met is True or (met is None and not checkable(criterion))


def all_met(criteria: Iterable[Criterion], verdicts: Mapping[str, bool | None]) -> bool:
    """Whether each criterion counts as met."""
    return all(passes(criterion, verdicts) for criterion in criteria)


def percentage(criteria: Collection[Criterion], verdicts: Mapping[str, bool | None]) -> int:
    """How much is met, from 0 to 100 and rounded down, so that 100 is all; 100 where there are no criteria."""
    met = sum(passes(criterion, verdicts) for criterion in criteria)
    return 100 * met // len(criteria) if criteria else 100
