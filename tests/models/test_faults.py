"""docs/bad-days.md says what comes of each fault in each wire format; the table is read from the page."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.docs.pages import ROOT, rows
from tests.models.asking import ask
from tests.models.faults import CHAT, FORMS, REFUSES, everywhere
from tests.models.loopback import Reply, serving
from workbench.errors import ModelFailed
from workbench.models.care.care import Care, ModelForm
from workbench.models.providers import resolve

PAGE = (ROOT / "docs" / "bad-days.md").read_text(encoding="utf-8")
VARIABLES = {
    "openai": ("OPENAI_BASE_URL", "/v1"),
    "openai-responses": ("OPENAI_BASE_URL", "/v1"),
    "anthropic": ("ANTHROPIC_BASE_URL", ""),
    "ollama": ("OLLAMA_HOST", ""),
}


def table(title: str) -> list[list[str]]:
    return list(rows(PAGE.partition(f"### {title}\n")[2].partition("\n#")[0]))


async def outcome(form: str, reply: Reply | None) -> str:
    """What comes of it: a failure's word (and `again`, where asking again may help), or what was read."""
    hangs = reply is not None and reply.stalls
    first, later = (0.5 if reply is not None and reply.stalls and not reply.body else 20), (0.3 if hangs else 20)
    care = Care({"*": ModelForm(first_token=first, between_tokens=later)})
    async with AsyncExitStack() as served:
        server = await served.enter_async_context(serving(lambda _: reply))
        if reply is REFUSES:
            await served.pop_all().aclose()
        variable, path = VARIABLES[form]
        environ = {variable: server.url + path, "OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}
        name = f"{form}:m"
        model = resolve(name, scripts=lambda _: None, recordings=lambda _: None, environ=environ, care=care)
        try:
            answer, _ = await asyncio.wait_for(ask(model), 20)
        except ModelFailed as failed:
            return f"`{failed.type}`" + (", asked again" if failed.retryable else "")
    calls = ", ".join(f"{one.name}({one.arguments})" for one in answer.calls)
    tokens = "unknown" if answer.usage.output is None else str(answer.usage.output)
    return f"read: {calls or answer.text}; finish {answer.finish}; tokens {tokens}".replace("|", "")


CASES = [
    (form, fault, told)
    for fault, *outcomes in table("In every form")
    for form, told in zip(FORMS, outcomes, strict=True)
]


@pytest.mark.parametrize(("form", "fault", "told"), CASES, ids=[f"{form}: {fault}" for form, fault, _ in CASES])
async def test_every_form(form: str, fault: str, told: str):
    assert await outcome(form, everywhere(form)[fault]) == told


@pytest.mark.parametrize(("fault", "told"), table("In chat completions"))
async def test_chat_completions(fault: str, told: str):
    assert await outcome("openai", CHAT[fault]) == told


def test_no_fault_is_left_out():
    assert [row[0] for row in table("In every form")] == list(everywhere("openai"))
    assert [row[0] for row in table("In chat completions")] == list(CHAT)
