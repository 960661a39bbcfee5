"""The middleware that comes along: log, retry, rate limit, summarised history, compressed prompt, content filter."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from workbench.agent.guards import STRUCK
from workbench.agent.middleware import Next
from workbench.errors import CallProblem
from workbench.events.messages import Answer, Message, ModelRequest


@dataclass
class LogRequests:
    """Writes a line for each request and its answer to a logger, never what they say."""

    logger: logging.Logger = field(default_factory=lambda: logging.getLogger("workbench.requests"))
    level: int = logging.INFO
    priority: int = 0

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Ask on, and tell how long it took and what it used."""
        begun = time.monotonic()
        what = f"{request.call} attempt {request.attempt}: {len(request.messages)} messages to {request.model}"
        try:
            answer = await next(request)
        except CallProblem as problem:
            self.logger.log(self.level, "%s: failed after %.0f ms: %s", what, self._ms(begun), problem.type)
            raise
        used = answer.usage
        self.logger.log(
            self.level, "%s: %.0f ms, %s tokens in, %s out, %d calls",
            what, self._ms(begun), _count(used.input), _count(used.output), len(answer.calls),
        )  # fmt: skip
        return answer

    def _ms(self, begun: float) -> float:
        return (time.monotonic() - begun) * 1000


def _count(tokens: int | None) -> str:
    return "?" if tokens is None else str(tokens)


@dataclass
class RetryFailures:
    """Asks again where a failure may well pass. Waits `wait` seconds, twice as long each time, `longest` at most.

    What is tried again here, the log sees as one call. The run's own retries are each an event.
    """

    attempts: int = 3
    wait: float = 0.5
    longest: float = 30.0
    priority: int = 0

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Ask, at most `attempts` times."""
        for attempt in range(1, self.attempts):
            try:
                return await next(request)
            except CallProblem as problem:
                if not problem.retryable:
                    raise
                await asyncio.sleep(min(self.longest, self.wait * 2 ** (attempt - 1)))
        return await next(request)


class LimitRate:
    """Lets `requests` begin in every `seconds`; more than that wait their turn. One object may serve many agents."""

    def __init__(self, requests: float, seconds: float = 60.0, *, priority: int = 0) -> None:
        from aiolimiter import AsyncLimiter

        self.priority = priority
        self._make = lambda: AsyncLimiter(requests, seconds)
        self._limiters: dict[asyncio.AbstractEventLoop, Any] = {}

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Wait for a turn, then ask on."""
        loop = asyncio.get_running_loop()
        limiter = self._limiters.setdefault(loop, self._make())
        async with limiter:
            return await next(request)


@dataclass
class SummariseHistory:
    """Has the model sum up what was said before the newest `keep` messages, once there are more than `over`.

    The summary goes with this request only; a context window (`Agent(window=...)`) makes it part of the session.
    """

    over: int = 40
    keep: int = 10
    priority: int = 0

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Ask with the older messages summed up."""
        messages = list(request.messages)
        if len(messages) <= max(self.over, self.keep):
            return await next(request)
        start = boundary(messages, len(messages) - self.keep)
        said = "\n\n".join(f"{one.role}: {one.text}" for one in messages[:start] if one.text)
        asked = f"Sum up this conversation so that it can go on from your summary alone:\n\n{said}"
        alone = replace(request, system="You sum up.", messages=[Message("user", asked)], tools=(), structured=False)
        summary = await next(replace(alone, output_schema=None, aside=True))
        head = Message("user", f"What was said so far, summed up:\n\n{summary.text}")
        return await next(replace(request, messages=[head, *messages[start:]]))


def boundary(messages: Sequence[Message], start: int) -> int:
    """The first place from `start` on where messages can begin: no result without the answer that asked for it."""
    while start < len(messages) and messages[start].role == "tool":
        start += 1
    return start


@dataclass
class CompressPrompt:
    """Shortens what is asked: runs of blank space become one, and tool results over `longest` lose their middle."""

    longest: int = 4000
    priority: int = 0

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Ask with shorter messages."""
        messages = [replace(one, text=self._short(one)) for one in request.messages]
        return await next(replace(request, messages=messages))

    def _short(self, message: Message) -> str:
        text = re.sub(r"[ \t]{2,}", " ", re.sub(r"\n{3,}", "\n\n", message.text))
        if message.role != "tool" or len(text) <= self.longest:
            return text
        half = self.longest // 2
        return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"


@dataclass
class FilterContent:
    """Strikes out every match of `pattern`: in what is sent, in what is answered, or in both."""

    pattern: str
    sent: bool = True
    answered: bool = True
    replacement: str = STRUCK
    priority: int = 0

    async def process(self, request: ModelRequest, next: Next) -> Answer:
        """Ask with it struck out, and strike it out of the answer."""
        if self.sent:
            messages = [replace(one, text=self._struck(one.text)) for one in request.messages]
            request = replace(request, system=self._struck(request.system), messages=messages)
        answer = await next(request)
        if not self.answered:
            return answer
        return replace(answer, text=self._struck(answer.text), thinking=self._struck(answer.thinking))

    def _struck(self, text: str) -> str:
        return re.sub(self.pattern, lambda _: self.replacement, text, flags=re.IGNORECASE)
