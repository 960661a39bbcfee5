"""What the exceptions of the openai and anthropic SDKs mean: both are made by one generator, so one reading serves."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, Protocol, cast

import httpx2

from workbench.errors import ModelFailed
from workbench.models.failures import Place
from workbench.models.loose import an_object, objects


class Raised(Protocol):
    """An SDK's own error."""

    @property
    def body(self) -> object: ...
    @property
    def message(self) -> str: ...


class RefusedInStream(Exception):
    """A stream that began well told of a failure, in a form that its SDK takes for an event like any other."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("message", "")))
        self.body, self.message = body, str(body.get("message", ""))


def meaning(error: Exception, place: Place, *, patience: float, model: str, partial: str) -> ModelFailed:
    """The failure that an SDK's (or its HTTP client's) exception stands for.

    Args:
        error: what was raised.
        patience: seconds that were waited for a byte.
        partial: the text that had come.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
        return place.no_connection()
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return place.no_connection()
    if "APITimeoutError" in kinds or isinstance(error, httpx2.TimeoutException):
        return place.too_slow(patience, partial)
    if "APIConnectionError" in kinds or not kinds & {"APIError", "RefusedInStream"}:
        return place.cut_off(partial)
    raised = cast(Raised, error)
    told = error_in(raised.body)
    refused = "APIStatusError" in kinds
    status = getattr(error, "status_code", 0) if refused else 0
    # An error inside a stream that began well has the status 200, which says nothing.
    status = status if status >= 400 else status_in(told)
    words = str(told.get("message") or ("" if refused else raised.message))
    words = f"{words}: {upstream}" if (upstream := _upstream(told)) else words
    failure = place.refusal(status, code_in(told), words, model=model, partial=partial)
    response: object = getattr(error, "response", None)
    failure.retry_after = seconds_asked(response.headers if isinstance(response, httpx2.Response) else {}, told)
    return failure


def seconds_asked(headers: Mapping[str, str], told: dict[str, Any] | None = None) -> float | None:
    """How long the server asks to be left alone, by its headers or by the details of its error; None: it does not."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        if (number := _number(headers.get(name))) is not None:
            return number / unit
    if date := headers.get("retry-after"):
        try:
            until = parsedate_to_datetime(date)
        except ValueError:
            return None
        return max(0.0, until.timestamp() - time())
    for detail in objects((told or {}).get("details")):
        if (number := _number(str(detail.get("retryDelay")).removesuffix("s"))) is not None:
            return number
    return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None


def error_in(body: object) -> dict[str, Any]:
    """The object that describes an error, at whatever depth the server put it."""
    if isinstance(body, list) and body:
        return error_in(cast(list[object], body)[0])
    if isinstance(body, dict):
        told = cast(dict[str, Any], body)
        inner = told.get("error")
        if isinstance(inner, dict):
            return cast(dict[str, Any], inner)
        if isinstance(inner, str):
            return told | {"message": inner}
        return told if "message" in told else told | {"message": told.get("detail")}
    return {"message": body} if isinstance(body, str) and not body.lstrip().startswith("<") else {}


def code_in(told: dict[str, Any]) -> str:
    """The provider's own words for the kind of error."""
    return " ".join(str(told[name]) for name in ("code", "type", "status") if told.get(name))


def status_in(told: dict[str, Any]) -> int:
    """The HTTP status that an error inside a stream speaks of, 0 if none."""
    for name in ("status_code", "status", "code"):
        value = told.get(name)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return 0


def _upstream(told: dict[str, Any]) -> str:
    """What the provider behind a router said: the router's own message is but a general one."""
    raw = an_object(told.get("metadata")).get("raw")
    return raw if isinstance(raw, str) else ""
