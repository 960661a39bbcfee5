"""Answers that were given before: the very same request is answered from where they are kept. Off by default.

Only what a model says is kept, cleaned as the log cleans it; a tool is always called. What is not there, or cannot be
reached, is asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Protocol, cast

import msgspec

from workbench.errors import UsedWrongly
from workbench.events import Usage
from workbench.events.messages import Answer, Delta, Model, ModelRequest, takes_schemas
from workbench.events.text import clean


class Kept(Protocol):
    """Where answers are kept. May raise `OSError` or an error of its own: nothing but the saving is lost then."""

    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, answer: bytes) -> None: ...


class InMemory:
    """As long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def put(self, key: str, answer: bytes) -> None:
        self._kept[key] = answer


class InRedis:
    """A Redis server; several people may share one.

    Raises:
        UsedWrongly: the extra is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            import redis
        except ImportError:
            raise UsedWrongly("a cache in Redis needs an extra: pip install 'workbench[redis]'") from None
        self._client = cast(Any, redis.Redis).from_url(url, socket_timeout=2, socket_connect_timeout=2)

    def get(self, key: str) -> bytes | None:
        return self._client.get(f"workbench:answer:{key}")

    def put(self, key: str, answer: bytes) -> None:
        self._client.set(f"workbench:answer:{key}", answer)


class Cached:
    """A model that need not be asked twice. `address`: where it answers, as part of the request."""

    def __init__(self, model: Model, kept: Kept, address: str) -> None:
        self.name, self.takes_schemas = model.name, takes_schemas(model)
        self._model, self._kept, self._address = model, kept, address

    async def ask(self, request: ModelRequest) -> AsyncIterator[Delta | Answer]:
        """The answer that was kept, `cached` and without usage; else what the model says, which is kept."""
        key = key_of(self.name, self._address, request)
        try:
            found = await asyncio.to_thread(self._kept.get, key)
            known = None if found is None else _decode(found)
        except Exception as problem:  # a comfort, whoever keeps it: the call itself must not fail for it
            known = None
            yield Delta(note=f"the cache of answers cannot be read: {type(problem).__name__}")
        if known is not None:
            if known.text:
                yield Delta(text=known.text)
            yield msgspec.structs.replace(known, cached=True, usage=Usage(input=0, output=0))
            return
        async with aclosing(cast(Any, self._model.ask(request))) as pieces:
            async for piece in pieces:
                if isinstance(piece, Answer):
                    try:
                        await asyncio.to_thread(self._kept.put, key, _encode(piece))
                    except Exception as problem:
                        yield Delta(note=f"the cache of answers cannot be written: {type(problem).__name__}")
                yield piece


_OUR_OWN = ("call", "attempt", "actor", "aside")


def key_of(name: str, address: str, request: ModelRequest) -> str:
    """Digest of everything that reaches the model; whose call it is in which run, it never learns."""
    plain: dict[str, Any] = {
        field: getattr(request, field) for field in request.__struct_fields__ if field not in _OUR_OWN
    }
    plain["messages"] = [msgspec.structs.replace(message, seq=0) for message in request.messages]
    text = msgspec.json.encode([name, address, plain], enc_hook=_plain, order="deterministic")
    return hashlib.sha256(text).hexdigest()


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_defaults=True)


def _encode(answer: Answer) -> bytes:
    """Its calls were cleaned when they were built; the rest is plain text still, and no key may reach a disk."""
    said: dict[str, Any] = {field: getattr(answer, field) for field in answer.__struct_fields__}
    cleaned = {field: clean(value) for field, value in said.items() if isinstance(value, str)}
    return msgspec.json.encode(msgspec.structs.replace(answer, **cleaned), enc_hook=_plain)


def _decode(kept: bytes) -> Answer:
    def part(kind: Any, value: Any) -> Any:
        return kind.model_validate(value)

    return msgspec.json.decode(kept, type=Answer, dec_hook=part)
