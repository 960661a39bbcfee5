"""Searches go to the SearXNG that the settings name; what it cannot do is told with the remedy."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from workbench.context import RunContext
from workbench.errors import NotFound, ToolFailed
from workbench.tools.builtin.web_search import web_search
from workbench.tools.function_tool import tool
from workbench.tools.registry import Registry
from workbench.tools.standard import standard_registry

PAGES = [{"title": f"Page {number}", "url": f"https://example.com/{number}", "content": "words", "engine": "x"}
         for number in range(8)]  # fmt: skip


class SearXNG(ThreadingHTTPServer):
    """`seen` is what was asked; the path before `/search` says how it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.seen: list[dict[str, list[str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, SearXNG)
        address = urlsplit(self.path)
        self.server.seen.append(parse_qs(address.query))
        status, body = {
            "/search": (200, json.dumps({"results": [*PAGES, "odd"]})),
            "/forbidden/search": (403, "no"),
            "/broken/search": (502, "no"),
            "/html/search": (200, "<html>"),
            "/list/search": (200, "[]"),
        }[address.path]
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def searxng() -> Generator[SearXNG]:
    server = SearXNG()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


async def search(address: object, **arguments: Any) -> list[dict[str, str]]:
    context = RunContext(None, settings={"searxng": address})
    return json.loads((await web_search.run(json.dumps(arguments), context)).content)


async def test_the_best_pages_are_given(searxng: SearXNG):
    found = await search(searxng.url + "/", query="rain & snow", limit=2)
    assert found == [
        {"title": "Page 0", "url": "https://example.com/0", "text": "words"},
        {"title": "Page 1", "url": "https://example.com/1", "text": "words"},
    ]
    assert searxng.seen == [{"q": ["rain & snow"], "format": ["json"]}]
    assert len(await search(searxng.url, query="x")) == 5


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/forbidden", "does not give JSON: add json to search.formats"),
        ("/broken", "answers 502"),
        ("/html", "does not answer as SearXNG does"),
        ("/list", "does not answer as SearXNG does"),
    ],
)
async def test_what_it_cannot_do(searxng: SearXNG, path: str, told: str):
    with pytest.raises(ToolFailed, match=told):
        await search(searxng.url + path, query="x")


@pytest.mark.parametrize("address", [None, "", "127.0.0.1:8888", 5])
async def test_without_one_the_remedy_is_told(address: object):
    with pytest.raises(ToolFailed, match="web_search is off: name a SearXNG"):
        await search(address, query="x")


async def test_where_nobody_answers():
    with pytest.raises(ToolFailed, match=r"no answer from 127\.0\.0\.1:9 "):
        await search("http://user:word@127.0.0.1:9", query="x")


async def test_another_tool_may_go_by_the_name():
    @tool(effect="read", name="brave__search")
    def other(query: str) -> str:
        return f"found {query}"

    registry = standard_registry(more=[])
    registry.add(other)
    registry.let("web_search", "brave__search")
    (spec,) = registry.specs(["web_search"])
    assert (spec.name, spec.effect) == ("web_search", "read")
    assert (await registry.call("web_search", '{"query": "rain"}', RunContext(None))).content == "found rain"
    with pytest.raises(NotFound, match="no tool named 'nobody__search'"):
        Registry().let("web_search", "nobody__search")
