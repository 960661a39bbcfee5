"""Criteria generated from a recorded task: each action that it expects, and each fact that is to be communicated.

tau-bench keeps `info.task.actions` and `outputs`, tau2 `task.evaluation_criteria`; an import keeps both around the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.events import Check, Criterion, RunStarted
from workbench.events.text import as_json
from workbench.exchange.shapes import Fields, extra_of
from workbench.exchange.untrusted import a_list, a_text, an_object

READS = ("get_", "find_", "list_", "search_", "calculate", "check_", "think", "transfer_to_", "run_speed_test", "view_")
"""Beginnings of the names of tools that change nothing in the recorded worlds; no reward rests on them."""


def expected_criteria(started: RunStarted) -> tuple[Criterion, ...]:
    """The criteria of the task that an imported run was recorded for; none where it keeps no task."""
    around = an_object(extra_of(started.origin.extra).get("around")) if started.origin is not None else {}
    return (*_actions(around), *_told(around))


def _task(around: Fields) -> tuple[list[Any], list[Any]]:
    """The expected actions, and what is to be communicated."""
    task = an_object(an_object(around.get("info")).get("task"))
    if task:
        return a_list(task.get("actions")), a_list(task.get("outputs"))
    criteria = an_object(an_object(around.get("task")).get("evaluation_criteria"))
    return a_list(criteria.get("actions")), a_list(criteria.get("communicate_info"))


def _actions(around: Fields) -> Iterator[Criterion]:
    for number, action in enumerate(map(an_object, _task(around)[0]), 1):
        name = a_text(action.get("name"))
        if not name or name.startswith(READS) or action.get("requestor") == "user":
            continue
        given = an_object(action.get("kwargs")) or an_object(action.get("arguments"))
        compared = action.get("compare_args")
        if isinstance(compared, list):
            given = {key: value for key, value in given.items() if key in compared}
        yield Criterion(
            name=f"{number}_{re.sub(r'[^a-z0-9]+', '_', name.lower())}"[:64],
            kind="condition",
            description=f"{name} was called as expected.",
            check=Check(tool=name, arguments=as_json(given)),
        )


def _told(around: Fields) -> Iterator[Criterion]:
    for number, words in enumerate(_task(around)[1], 1):
        text = str(words).strip()
        if text:
            yield Criterion(
                name=f"told_{number}",
                kind="indicator",
                description=f"The agent says {text!r}.",
                check=Check(source="agent", pattern=_pattern(text)),
            )


def _pattern(text: str) -> str:
    """The text, where digits may be grouped by commas."""
    return ",?".join(re.escape(sign) for sign in text) if text.replace(".", "").isdigit() else re.escape(text)
