"""The tables of `workbench.toml`: each judged by the form of whoever keeps to it; what is wrong is one sentence."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from workbench.errors import BadFile


class Table(BaseModel):
    """The form of a table; an unknown field is an error, and what somebody wrote is never said again."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


FormT = TypeVar("FormT", bound=BaseModel)


def _address(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError("should be a whole http or https address, such as http://127.0.0.1:4318")
    return url


Address = Annotated[str, AfterValidator(_address)]
"""The URL of a server."""


def read_table(form: type[FormT], told: object, file: Path, field: str) -> FormT:
    """What `told`, the table `field` of `file`, says.

    Raises:
        BadFile: names the field and what is wrong with it.
    """
    if not isinstance(told, dict):
        raise BadFile(file, f"should be a table, [{field}]", field=field)
    try:
        return form.model_validate(told)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
        steps = _steps(wrong["loc"], cast("object", told), absent_last=wrong["type"] == "missing")
        if wrong["type"] == "missing":
            problem = "is missing"
        elif wrong["type"] == "extra_forbidden":
            near = get_close_matches(steps[-1], form.model_fields, n=1) if len(steps) == 1 else ()
            problem = "there is no such field" + (f"; did you mean {near[0]!r}?" if near else "")
        else:
            problem = wrong["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise BadFile(file, problem, field=".".join([field, *steps])) from None


def _steps(loc: tuple[int | str, ...], value: Any, *, absent_last: bool) -> list[str]:
    """The place of a mistake in what was given; steps that name a member of a union are left out."""
    steps: list[str] = []
    for number, step in enumerate(loc, 1):
        held: dict[Any, Any] = {}
        if isinstance(value, dict):
            held = cast("dict[Any, Any]", value)
        elif isinstance(value, list):
            held = dict(enumerate(cast("list[Any]", value)))
        if step in held or (absent_last and number == len(loc)):
            steps.append(str(step))
            value = held.get(step)
    return steps
