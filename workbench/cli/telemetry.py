"""Spans of a run sent while it goes on, over OTLP/HTTP, to where `workbench.toml` says: `[telemetry] endpoint = …`.

Off unless an endpoint is named. A span is sent when it is over, from a thread of the SDK's; a collector that does not
answer costs the run nothing but a remark at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.output import aside
from workbench.cli.parser import VERSION
from workbench.errors import UsedWrongly
from workbench.exchange.otlp import resource_of
from workbench.exchange.spans import Span, Spans
from workbench.tables import Address, Table, read_table
from workbench.tools.variables import filled

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

    from workbench.events import Event
    from workbench.events.messages import Delta
    from workbench.run import Run

_PATIENCE = 5
"""Seconds that the end of the program waits for a collector."""


class TelemetrySettings(Table):
    """The table `[telemetry]`.

    Attributes:
        endpoint: the collector's address; `/v1/traces` is added where it has no path.
        headers: what goes along with each request; `${NAME}` is that environment variable.
        content: what was said, called and returned goes along; else only names, figures and times do.
    """

    endpoint: Address
    headers: dict[str, str] = {}
    content: bool = False

    @property
    def address(self) -> str:
        """Where traces go."""
        _, _, rest = self.endpoint.partition("://")
        return self.endpoint if rest.partition("/")[2] else self.endpoint.rstrip("/") + "/v1/traces"


def read_telemetry(table: object, file: Path) -> TelemetrySettings:
    """What `workbench.toml` says.

    Raises:
        BadFile: names the field and what is wrong with it.
    """
    return read_table(TelemetrySettings, table, file, "telemetry")


class Telemetry:
    """One way to a collector, shared by all sessions of the process."""

    def __init__(self, settings: TelemetrySettings) -> None:
        """Load the SDK.

        Raises:
            UsedWrongly: it is not installed, or a header's variable is not set.
        """
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
        except ImportError as missing:
            raise UsedWrongly(
                f"[telemetry] needs an extra that is not installed ({missing.name}): pip install 'workbench[otel]'"
            ) from missing
        logging.getLogger("opentelemetry").addHandler(logging.NullHandler())  # never to the terminal
        self._settings = settings
        self._lost = 0
        lose = self._lose

        class Counting(OTLPSpanExporter):
            """Counts what could not be sent, after the SDK has tried again within our patience."""

            def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
                result = super().export(spans)
                if result is not SpanExportResult.SUCCESS:
                    lose(len(spans))
                return result

        exporter = Counting(settings.address, headers=filled(settings.headers), timeout=_PATIENCE)
        self._processor = BatchSpanProcessor(exporter, schedule_delay_millis=500)

    def _lose(self, number: int) -> None:
        self._lost += number

    def watch(self, run: Run, session: str, branch: str, past: Iterable[Event]) -> None:
        """Send what becomes of `run` from now on. `past`: its events so far."""
        spans = Spans(session, branch, content=self._settings.content)
        for event in past:
            spans.feed(event)
        run.watch(_Sender(spans, self._processor.on_end))

    def close(self) -> None:
        """Send what is left, and say so where something could not be sent."""
        self._processor.force_flush(_PATIENCE * 1000)
        self._processor.shutdown()
        if self._lost:
            aside(f"telemetry: {self._lost} spans could not be sent to {self._settings.address}")


class _Sender:
    """Watches one run."""

    def __init__(self, spans: Spans, send: Any) -> None:
        self._spans, self._send = spans, send

    def recorded(self, events: Sequence[Event]) -> None:
        for event in events:
            for span in self._spans.feed(event):
                self._send(_readable(span))

    def streamed(self, call: str, delta: Delta) -> None:
        """Pieces are no span."""

    def progressed(self, call: str, words: str) -> None:
        """Neither is how far a tool is."""


def _readable(span: Span) -> ReadableSpan:
    """The span as the SDK's exporters take it."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Event as SpanEvent
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

    def context(id: str) -> SpanContext:
        return SpanContext(int(span.trace, 16), int(id, 16), is_remote=False, trace_flags=TraceFlags(1))

    failed = "error.type" in span.attributes
    return ReadableSpan(
        name=span.name,
        context=context(span.id),
        parent=context(span.parent) if span.parent else None,
        resource=Resource(dict(resource_of(VERSION))),
        attributes=dict(span.attributes),
        events=[SpanEvent(one.name, dict(one.attributes), _nanoseconds(one.at)) for one in span.moments],
        kind=SpanKind.CLIENT if span.client else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, span.error or None) if failed else Status(),
        start_time=_nanoseconds(span.begun),
        end_time=_nanoseconds(span.ended),
        instrumentation_scope=InstrumentationScope("workbench", VERSION),
    )


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1_000_000) * 1000
