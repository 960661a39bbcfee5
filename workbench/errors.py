"""The one tree of exceptions.

    WorkbenchError                  everything raised on purpose; its text is one sentence for a person
    ├── UsedWrongly                 the caller's mistake: a bad name, file, flag or verb (exit code 2)
    │   ├── NotFound                no such session, branch, scenario, persona, model, tool or call
    │   └── BadFile                 a file that cannot be read as what it should be: names file, place, remedy
    ├── StoreError                  the database cannot serve: foreign, newer, damaged, locked by another writer
    │   ├── NotWriter               another process writes this branch; it can be read and followed
    │   │   └── ReadOnly            nobody can write here: the file or its folder may only be read
    │   └── DiskFull                nothing was recorded; the run holds and can go on when there is room
    │       └── Locked              nor was it here: another program keeps the file locked, and will be done
    ├── CallProblem                 an expected failure of a call; the run records it as a `call_failed` fact
    │   ├── ModelFailed             the provider, the network or the answer
    │   ├── ToolFailed              the tool said no, timed out, or is not there
    │   ├── Refused                 a rule or a guard refuses an input, or an output that must not go back
    │   └── InDoubt                 the call broke off; whether it happened is not known
    └── Impossible                  a verb that cannot apply now; says why, and which verb would

`ModelRetry` (in `workbench.context`) is not an error: it is how a tool asks the model to mend its call.
Expected failures are events; whatever else is raised is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable


class WorkbenchError(Exception):
    """Raised on purpose; `str(error)` is one sentence that a person can act on."""


class UsedWrongly(WorkbenchError):
    """The caller's mistake; the command line answers with exit code 2."""


def refuse_unknown(owner: str, given: Iterable[str], known: Iterable[str], near: Iterable[str] = ()) -> None:
    """Refuse keywords that `owner` does not know: one that is misspelt must not be passed over in silence.

    Args:
        near: what else may have been meant.

    Raises:
        UsedWrongly: the first of `given` that is not among `known`.
    """
    known = list(known)
    for name in given:
        if name not in known:
            from difflib import get_close_matches

            meant = get_close_matches(name, [*known, *near], 1)
            raise UsedWrongly(f"{owner} takes no {name!r}" + (f"; did you mean {meant[0]!r}?" if meant else ""))


def in_short(said: str) -> str:
    """The first sentence of what a library says, without its paragraphs of advice."""
    return said.partition("\n")[0].partition(". ")[0]


class NotFound(UsedWrongly):
    """A name that nothing goes by."""


class BadFile(UsedWrongly):
    """A file that is not what it should be."""

    def __init__(self, path: object, problem: str, *, line: int | None = None, field: str | None = None) -> None:
        place = f"{path}" + (f", line {line}" if line is not None else "")
        super().__init__(f"{place}: {f'{field}: ' if field else ''}{problem}")
        self.path, self.line, self.field, self.problem = str(path), line, field, problem


class StoreError(WorkbenchError):
    """The database cannot serve as asked; it was left untouched."""


NO_SENSE = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What reading stored data raises that makes no sense: its file is damaged. No failure told on purpose is one."""


class NotWriter(StoreError):
    """Another process writes this branch."""


class ReadOnly(NotWriter):
    """The database may only be read: its sessions can be looked at, and nothing can be recorded."""


class DiskFull(StoreError):
    """The append did not happen; nothing was lost."""


class Locked(DiskFull):
    """It did not happen since another program keeps the file locked."""


class Impossible(WorkbenchError):
    """A verb that cannot apply to the run as it stands."""


class CallProblem(WorkbenchError):
    """An expected failure of a call.

    Attributes:
        type: a short stable word (`connection`, `timeout`, `rate_limited`, `bad_request`, `cut_off`, ...).
        retryable: whether the same call may well succeed later.
        partial: text that had arrived before the failure.
        retry_after: seconds that the other side asks to be left alone, where it says so.
    """

    def __init__(
        self, type: str, message: str, *, retryable: bool = False, partial: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.type, self.message, self.retryable, self.partial = type, message, retryable, partial
        self.retry_after = retry_after


class ModelFailed(CallProblem):
    """The model could not answer. `raw` is what the provider said, in the form of `workbench.events.wire`."""

    raw: str | None = None


class ToolFailed(CallProblem):
    """The tool could not do what it was asked."""


class Refused(CallProblem):
    """A rule or a guard refuses a prompt or an output for good."""

    def __init__(self, message: str) -> None:
        super().__init__("refused", message)


class InDoubt(CallProblem):
    """The call broke off and may have happened. Of a tool with an effect, a person must find out; others failed."""

    def __init__(self, message: str, *, type: str = "connection") -> None:
        super().__init__(type, message, retryable=True)
