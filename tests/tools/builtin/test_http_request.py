"""Requests go to allowed hosts only, redirects included; answers are bounded; failures hold no secrets."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from workbench.context import ModelRetry, RunContext
from workbench.errors import ToolFailed
from workbench.tools.builtin.http_request import BYTES, http_request


class Site(BaseHTTPRequestHandler):
    """A small site; `/to?URL` redirects."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.seen.append(f"{self.command} {self.path}")
        path, _, query = self.path.partition("?")
        match path:
            case "/loop":
                self._answer(302, b"", location="/loop")
            case "/to":
                self._answer(302, b"", location=query)
            case "/json":
                self._answer(200, b'{"a": 1}', "application/json; charset=utf-8")
            case "/latin":
                self._answer(200, "grün".encode("latin-1"), "text/plain; charset=latin-1")
            case "/odd":
                self._answer(200, b"text", "text/plain; charset=klingon")
            case "/binary":
                self._answer(200, b"\x89PNG\0\xff", "image/png")
            case "/zeros":
                self._answer(200, b"a\0b", "text/plain")
            case "/big":
                self._answer(200, ("é" * BYTES).encode(), "text/plain")
            case "/bomb":
                self._answer(200, gzip.compress(b"0" * (BYTES * 50)), "text/plain", content_encoding="gzip")
            case "/broken":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
                self.close_connection = True
            case "/missing":
                self._answer(404, b"no such page", "text/plain")
            case _:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                told = {"method": self.command, "body": body.decode(), "x": self.headers.get("x-word"),
                        "auth": self.headers.get("authorization")}  # fmt: skip
                self._answer(200, json.dumps(told).encode(), "application/json")

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def _answer(self, status: int, body: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    """A running site; `seen` is what was asked of it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Site)
        self.seen: list[str] = []
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is expected here."""


@pytest.fixture
def servers() -> Generator[tuple[Server, Server]]:
    pair = (Server(), Server())
    for server in pair:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield pair
    for server in pair:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(servers: tuple[Server, Server]) -> Server:
    return servers[0]


async def _ask(allowed: object, url: str, **arguments: Any) -> dict[str, Any]:
    context = RunContext(None, settings={"http_hosts": allowed})
    outcome = await http_request.run(json.dumps({"url": url, **arguments}), context)
    return json.loads(outcome.content)


@pytest.mark.slow
async def test_get_and_post(site: Server) -> None:
    assert await _ask([site.host], f"{site.url}/json") == {
        "status": 200, "content_type": "application/json; charset=utf-8", "body": '{"a": 1}', "complete": True,
    }  # fmt: skip
    told = await _ask(["127.0.0.1"], f"{site.url}/echo", method="POST", headers={"X-Word": "w"}, body="hello")
    assert json.loads(told["body"]) == {"method": "POST", "body": "hello", "x": "w", "auth": None}
    assert (await _ask([site.host], f"{site.url}/missing"))["status"] == 404
    assert (await _ask([site.host], f"{site.url}/json", method="HEAD"))["body"] == ""


async def test_progress_names_the_host_alone(site: Server) -> None:
    told: list[str] = []
    context = RunContext(None, settings={"http_hosts": [site.host]}, progress=told.append)
    await http_request.run(json.dumps({"url": f"{site.url}/json?key=hidden"}), context)
    assert told == [f"GET {site.host}"]


@pytest.mark.parametrize(
    ("path", "body", "complete"),
    [
        ("/latin", "grün", True),
        ("/odd", "text", True),
        ("/binary", None, True),
        ("/zeros", None, True),
        ("/big", "é" * (BYTES // 2), False),
        ("/bomb", "0" * BYTES, False),
    ],
)
async def test_bodies(site: Server, path: str, body: str | None, complete: bool) -> None:
    told = await _ask([site.host], site.url + path)
    assert (told["body"], told["complete"]) == (body, complete)


@pytest.mark.parametrize("setting", [None, [], "127.0.0.1", ["other.example"], ["127.0.0.1:1"], ["*.0.0.2"]])
async def test_hosts_that_are_not_allowed(site: Server, setting: object) -> None:
    with pytest.raises(ToolFailed, match="http_hosts") as caught:
        await _ask(setting, f"{site.url}/json")
    assert caught.value.type == "not_allowed"
    assert site.seen == []


async def test_a_domain_allows_what_is_below_it(site: Server) -> None:
    assert (await _ask(["*.0.0.1"], f"{site.url}/json"))["status"] == 200


@pytest.mark.slow
async def test_redirects_are_checked_anew(servers: tuple[Server, Server]) -> None:
    site, other = servers
    assert (await _ask([site.host], f"{site.url}/to?/json"))["status"] == 200
    assert (await _ask([site.host, other.host], f"{site.url}/to?{other.url}/json"))["status"] == 200
    other.seen.clear()
    with pytest.raises(ToolFailed, match=f"{other.host} is not among the allowed hosts") as caught:
        await _ask([site.host], f"{site.url}/to?{other.url}/json")
    assert caught.value.type == "not_allowed"
    assert other.seen == []
    with pytest.raises(ModelRetry, match="http or https"):
        await _ask([site.host], f"{site.url}/to?file:///etc/passwd")


async def test_a_redirect_takes_no_login_to_another_host(servers: tuple[Server, Server]) -> None:
    site, other = servers
    told = await _ask(["127.0.0.1"], f"{site.url}/to?{other.url}/echo", headers={"Authorization": "Bearer x"})
    assert json.loads(told["body"])["auth"] is None


async def test_redirects_without_end(site: Server) -> None:
    with pytest.raises(ToolFailed, match="redirects more than") as caught:
        await _ask([site.host], f"{site.url}/loop")
    assert caught.value.type == "redirects"


@pytest.mark.parametrize(
    "url",
    ["", "/path", "ftp://127.0.0.1/x", "http://", "http://127.0.0.1:99999999/", "http://u:pw@127.0.0.1/"],
)
async def test_urls_that_a_model_can_mend(url: str) -> None:
    with pytest.raises(ModelRetry, match="`url`") as caught:
        await _ask(["127.0.0.1"], url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("headers", [{"a": "b\r\nc: d"}, {"a b": "c"}, {"a": "é\ud7ff"}])
async def test_headers_that_a_model_can_mend(site: Server, headers: dict[str, str]) -> None:
    with pytest.raises(ModelRetry, match="`headers`"):
        await _ask([site.host], f"{site.url}/json", headers=headers)


async def test_failures_name_the_host_alone(site: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ToolFailed, match=f"no connection to {address}$") as refused:
            await _ask([address], f"http://{address}/?token=hidden")
    with pytest.raises(ToolFailed, match=f"the exchange with {site.host} broke off") as broken:
        await _ask([site.host], f"{site.url}/broken?token=hidden")
    for failure in (refused.value, broken.value):
        assert failure.type == "connection"
        assert "hidden" not in failure.message
