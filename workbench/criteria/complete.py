"""Whether every criterion is met: a claim counts only where nothing could check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.events import Criterion


def checkable(criterion: Criterion) -> bool:
    """Whether something other than the agent's word can show that it holds."""
    check = criterion.check
    return check is not None and (check.pattern is not None or check.tool is not None)


def all_met(criteria: Iterable[Criterion], verdicts: Mapping[str, bool | None]) -> bool:
    """Whether each criterion is met. In `verdicts`, None is a claim; a name that is missing was never judged."""
    return all(
        verdicts.get(criterion.name, False) is True
        or (criterion.name in verdicts and verdicts[criterion.name] is None and not checkable(criterion))
        for criterion in criteria
    )
