"""Spans as OTLP in JSON, the form in which collectors take them over HTTP and from files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.events import Event
from workbench.exchange.spans import Span, Value, spans_of

_INTERNAL, _CLIENT = 1, 3
_ERROR = 2


def export_otel(
    events: Iterable[Event], *, session: str, branch: str, version: str, content: bool = True
) -> dict[str, Any]:
    """A whole recording as one `ExportTraceServiceRequest`.

    Args:
        content: what was said, called and returned goes along.
    """
    spans = [_span(span) for span in spans_of(events, session, branch, content=content)]
    scope = {"scope": {"name": "workbench", "version": version}, "spans": spans}
    resource = {"attributes": _attributes(resource_of(version))}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}


def resource_of(version: str) -> dict[str, Value]:
    """Who sends the spans."""
    return {"service.name": "workbench", "service.version": version}


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.trace,
        "spanId": span.id,
        "name": span.name,
        "kind": _CLIENT if span.client else _INTERNAL,
        "startTimeUnixNano": _nanoseconds(span.begun),
        "endTimeUnixNano": _nanoseconds(span.ended),
        "attributes": _attributes(span.attributes),
        "events": [
            {"timeUnixNano": _nanoseconds(one.at), "name": one.name, "attributes": _attributes(one.attributes)}
            for one in span.moments
        ],
        "status": {"code": _ERROR, "message": span.error} if "error.type" in span.attributes else {},
    }
    return told | ({"parentSpanId": span.parent} if span.parent else {})


def _attributes(attributes: dict[str, Value]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [_value(one) for one in value]}}


def _nanoseconds(seconds: float) -> str:
    return str(round(seconds * 1_000_000) * 1000)
