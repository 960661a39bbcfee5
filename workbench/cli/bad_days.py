"""What `workbench.toml` says of bad days: when a failed model call is made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import BadFile

if TYPE_CHECKING:
    from workbench.events import Retry


def retry_of(settings: dict[str, Any], file: Path) -> Retry:
    """The table `[retry]`, or what serves without one.

    Raises:
        BadFile: names the field and what is wrong with it.
    """
    from pydantic import ValidationError

    from workbench.events import Retry
    from workbench.scenario.schema import RetryForm

    try:
        return Retry(**RetryForm.model_validate(settings.get("retry", {})).model_dump())
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        place = ".".join(["retry", *[str(step) for step in wrong["loc"]]])
        raise BadFile(file, wrong["msg"].removeprefix("Value error, "), field=place) from None
