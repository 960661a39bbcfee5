"""An answer put together from the events of OpenAI's Responses: items by their place, and the document that ends it."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.events import Call, Usage
from workbench.events.messages import Answer, Delta
from workbench.models.adapters.folding import folded
from workbench.models.adapters.responses_request import said_in
from workbench.models.adapters.sdk_errors import RefusedInStream
from workbench.models.loose import Json, a_count, a_place, a_string, an_object, objects

_ECHOES = ("instructions", "tools")
"""What a response repeats of its request, which is kept once already."""
_WORDS = ("response.output_text.delta", "response.refusal.delta")
_THOUGHTS = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
_ENDS = ("response.completed", "response.incomplete")
_CUT = {"max_output_tokens": "length"}
_BREAK = "\n\n"


class ResponsesAnswer:
    """Takes events (or one whole response) and becomes an `Answer`.

    Attributes:
        begun: a response has begun.
        ended: the response is over.
    """

    def __init__(self) -> None:
        self.begun = self.ended = False
        self._document: Json = {}
        self._items: dict[object, Json] = {}
        self._arguments: dict[object, str] = {}
        self._text: list[str] = []
        self._thought: object = None

    @property
    def text(self) -> str:
        """What it has said so far."""
        return "".join(self._text)

    def take(self, event: object) -> Iterator[Delta]:
        """Add one event and give what of it can be shown.

        Raises:
            RefusedInStream: the provider gave up.
        """
        data = an_object(event)
        kind, place = a_string(data.get("type")), a_place(data.get("output_index"))
        if kind in _WORDS:
            self._text.append(a_string(data.get("delta")))
            yield Delta(text=self._text[-1])
        elif kind in _THOUGHTS:
            part = place, data.get("summary_index", data.get("content_index"))
            gap = _BREAK if self._thought not in (None, part) else ""
            self._thought = part
            yield Delta(thinking=gap + a_string(data.get("delta")))
        elif kind == "response.function_call_arguments.delta":
            self._arguments[place] = self._arguments.get(place, "") + a_string(data.get("delta"))
        elif kind in ("response.output_item.added", "response.output_item.done"):
            item = self._items[place] = an_object(data.get("item"))
            if kind.endswith("added") and item.get("type") in ("function_call", "custom_tool_call"):
                yield Delta(call=a_string(item.get("name")))
        elif kind in ("error", "response.failed"):
            failed = an_object(data.get("response")) or data
            raise RefusedInStream(an_object(failed.get("error")) or failed)
        elif kind in ("response.created", "response.in_progress", *_ENDS):
            self._response(an_object(data.get("response")), ended=kind in _ENDS)
        elif data.get("object") == "response":
            yield from self._whole(data)

    def whole(self) -> Answer:
        """The answer that the events make up."""
        document = self.document()
        items, usage = objects(document["output"]), an_object(document.get("usage"))
        calls = tuple(_call(item) for item in items if item.get("type") in ("function_call", "custom_tool_call"))
        cut = a_string(an_object(document.get("incomplete_details")).get("reason"))
        return Answer(
            text=said_in(items),
            thinking=_thinking(items),
            calls=calls,
            usage=Usage(
                input=a_count(usage.get("input_tokens")),
                output=a_count(usage.get("output_tokens")),
                cached=a_count(an_object(usage.get("input_tokens_details")).get("cached_tokens")),
                reasoning=a_count(an_object(usage.get("output_tokens_details")).get("reasoning_tokens")),
            ),
            finish=_CUT.get(cut, cut) or ("tool_calls" if calls else "stop"),
            model=a_string(document.get("model")) or None,
        )

    def document(self) -> Json:
        """The response as it came, without what it repeats of the request; its items as the stream told them."""
        document = {name: value for name, value in folded(self._document).items() if name not in _ECHOES}
        items: list[Json] = []
        for place, item in self._items.items():
            written = self._arguments.get(place, "")
            cut = item.get("type") == "function_call" and not item.get("arguments") and written
            items.append(item | {"arguments": written} if cut else item)
        # A response that ends with its items tells them best; servers there are that leave them out there.
        return document | {"output": objects(document.get("output")) or items}

    def _response(self, response: Json, *, ended: bool) -> None:
        self.begun, self.ended = True, ended
        self._document = response

    def _whole(self, response: Json) -> Iterator[Delta]:
        if response.get("status") == "failed" or response.get("error"):
            raise RefusedInStream(an_object(response.get("error")))
        self._response(response, ended=True)
        items = objects(response.get("output"))
        if thinking := _thinking(items):
            yield Delta(thinking=thinking)
        if text := said_in(items):
            self._text.append(text)
            yield Delta(text=text)
        for item in items:
            if item.get("type") in ("function_call", "custom_tool_call"):
                yield Delta(call=a_string(item.get("name")))


def _thinking(items: list[Json]) -> str:
    told: list[str] = []
    for item in items:
        if item.get("type") == "reasoning":
            parts = objects(item.get("summary")) or objects(item.get("content"))
            told += [a_string(part.get("text")) for part in parts]
    return _BREAK.join(told)


def _call(item: Json) -> Call:
    written = a_string(item.get("arguments")) or a_string(item.get("input"))
    return Call(
        name=a_string(item.get("name")),
        arguments=written if written.strip() else "{}",
        given=a_string(item.get("call_id")) or None,
    )
