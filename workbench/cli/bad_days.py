"""What `workbench.toml` says of bad days: when a failed call is made again, and how providers are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.workspace.place import MARK, Workspace

if TYPE_CHECKING:
    from workbench.events import Retry
    from workbench.models.care.care import Care


def retry_of(workspace: Workspace) -> Retry:
    """The table `[retry]`, or what serves without one.

    Raises:
        BadFile: names the field and what is wrong with it.
    """
    from workbench.events import Retry
    from workbench.scenario.schema import RetryForm
    from workbench.tables import read_table

    told = workspace.settings().get("retry", {})
    return Retry(**read_table(RetryForm, told, workspace.root / MARK, "retry").model_dump())


def care_of(workspace: Workspace) -> Care:
    """Timeouts, limits and the cache of answers: the tables `[models."PATTERN"]` and `[cache]`.

    Raises:
        BadFile: as above.
    """
    from workbench.models.care.care import Care
    from workbench.store.answers import AnswerFile

    answers = workspace.database.with_name("answers.db")
    return Care.of(workspace.settings(), workspace.root / MARK, lambda: AnswerFile(answers))
