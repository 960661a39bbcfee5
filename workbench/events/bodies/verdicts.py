"""What was found of the criteria, and who was asked about them."""

from __future__ import annotations

from typing import Literal

from workbench.events.bodies.body import Body
from workbench.events.parts import Evidence
from workbench.events.text import Text


class CriterionJudged(Body):
    """A criterion's verdict changed. `met=None`: only the agent says so; `True` always has evidence.

    `unsure`: its check failed, so that nobody knows (`met` is None); the evidence is that of what it said before.
    """

    name: Text
    met: bool | None
    evidence: Evidence | None = None
    reason: Text = ""
    unsure: bool = False

    @property
    def word(self) -> str:
        """`met`, `not met`, `claimed` or `unknown`."""
        return "unknown" if self.unsure else "claimed" if self.met is None else "met" if self.met else "not met"

    @property
    def words(self) -> str:
        """What shows it, or why nobody knows; "" where nothing does."""
        return self.reason if self.unsure else self.evidence.words if self.evidence else ""


class JudgeAsked(Body):
    """The event's actor, a judge, is shown the run up to `answer` and asked whether these criteria hold.

    It forgets what it was asked before.

    Attributes:
        criteria: their names; what is asked of them is their rubric.
        refs: the events whose messages it is shown.
        chain: digest of those messages.
        form: names the words in which a case is put.
    """

    criteria: tuple[Text, ...]
    refs: tuple[int, ...]
    answer: int
    chain: str
    form: Literal["1"] = "1"


class FunctionChecked(Body):
    """A criterion's Python function looked at the run up to `answer`. `error`: why it could not say."""

    criterion: Text
    function: Text
    answer: int
    met: bool = False
    words: Text = ""
    error: Text | None = None
    ms: int = 0

    @property
    def said(self) -> str:
        """What it said, or why it could not."""
        return self.error or ("holds" if self.met else "does not hold")
