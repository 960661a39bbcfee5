"""What holds of a request in every form: what would be dropped is refused by name, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.models.asking import request
from workbench.errors import ModelFailed
from workbench.events import ToolSpec
from workbench.events.messages import ModelRequest
from workbench.models.adapters.anthropic_request import anthropic_body
from workbench.models.adapters.chat_request import chat_body
from workbench.models.adapters.ollama_request import ollama_body
from workbench.models.adapters.responses_request import responses_body
from workbench.models.endpoints import Endpoint, endpoint
from workbench.models.provider_rows import PROVIDERS

FORMS: dict[str, Callable[[ModelRequest, Endpoint], dict[str, Any]]] = {
    "openai": chat_body,
    "openai-responses": responses_body,
    "anthropic": anthropic_body,
    "ollama": ollama_body,
}
forms = pytest.mark.parametrize("form", FORMS)


def refusal(form: str, asked: ModelRequest) -> tuple[str, str]:
    """The kind of failure, and its sentence."""
    row = PROVIDERS[form]
    with pytest.raises(ModelFailed) as caught:
        FORMS[form](asked, endpoint(row, {row.key_env: "k"}))
    assert not caught.value.retryable
    return caught.value.type, str(caught.value)


@forms
def test_a_misspelt_setting_is_told_the_nearest(form: str):
    said = f"{form} cannot be sent the setting 'max_token': did you mean 'max_tokens'?"
    assert refusal(form, request(settings={"max_token": 1})) == ("unsupported_setting", said)


@pytest.mark.parametrize(
    ("form", "setting"),
    [
        ("openai", "min_p"), ("openai-responses", "seed"), ("openai-responses", "stop"), ("anthropic", "seed"),
        ("ollama", "tool_choice"), ("ollama", "parallel_tool_calls"),
    ],
)  # fmt: skip
def test_a_setting_that_it_does_not_have(form: str, setting: str):
    said = f"{form} cannot be sent the setting {setting!r}: take it out or put it under 'extra'"
    assert refusal(form, request(settings={setting: 1})) == ("unsupported_setting", said)


@pytest.mark.parametrize(
    ("form", "field"),
    [("openai", "stream"), ("openai", "messages"), ("openai-responses", "store"), ("anthropic", "model")],
)
def test_a_field_of_ours_under_extra(form: str, field: str):
    said = f"{form} cannot be sent the setting 'extra.{field}': take it out"
    assert refusal(form, request(settings={"extra": {field: False}})) == ("unsupported_setting", said)


def test_a_form_of_the_answer_without_a_schema_is_nothing_that_anthropic_takes():
    kind, said = refusal("anthropic", request(settings={"response_format": {"type": "json_object"}}))
    assert (kind, "the setting 'response_format'" in said) == ("unsupported_setting", True)


@forms
@pytest.mark.parametrize("name", ["get weather", "a.b", "é", "", "x" * 65, "a\n"])
def test_a_name_of_a_tool_that_no_provider_takes(form: str, name: str):
    kind, said = refusal(form, request(tools=(ToolSpec(name=name),)))
    assert (kind, repr(name) in said) == ("unsupported_tool_name", True)
