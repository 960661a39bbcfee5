"""What servers give, block by block, and what their errors mean."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from workbench.context import ModelRetry
from workbench.errors import InDoubt, ToolFailed
from workbench.events.media import Media
from workbench.events.messages import ToolOutcome
from workbench.events.parts import Effect
from workbench.tools.mcp.results import effect_of, failure_of, outcome_of, read_content, read_prompt
from workbench.tools.mcp.tools import named


def block(type: str, **fields: Any) -> Any:
    return SimpleNamespace(type=type, **fields)


def result(*content: Any, is_error: bool = False, structured: Any = None) -> Any:
    return SimpleNamespace(content=list(content), is_error=is_error, structured_content=structured)


def test_text_pictures_and_files():
    text, media = read_content(
        [
            block("text", text="one"),
            block("image", mime_type="image/png", data="aGk"),
            block("audio", mime_type="audio/wav", data="aG-_"),
            block("resource", resource=SimpleNamespace(text="two")),
            block(
                "resource", resource=SimpleNamespace(uri="file:///a/b.pdf", mime_type="application/pdf", blob="aGk=")
            ),
        ]
    )
    assert text == "one\n\ntwo"
    assert media == (
        Media(kind="image", mime="image/png", data="aGk="),
        Media(kind="audio", mime="audio/wav", data="aG+/"),
        Media(kind="file", mime="application/pdf", data="aGk=", name="b.pdf"),
    )


def test_links_and_what_is_unknown_are_told_in_words():
    blocks = [
        block("resource_link", name="three", uri="file:///c", description="see there"),
        block("resource_link", name="four", uri="file:///d", description=None),
        block("video"),
    ]
    assert (
        read_content(blocks)[0] == "three: file:///c (see there)\n\nfour: file:///d\n\n[video, which cannot be shown]"
    )


def test_a_picture_that_is_none():
    with pytest.raises(ToolFailed, match="not base64"):
        read_content([block("image", mime_type="image/png", data="?")])


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (result(block("text", text="plain")), ToolOutcome("plain")),
        (result(block("text", text='{"a": 1}')), ToolOutcome('{"a": 1}', '{"a": 1}')),
        (result(block("text", text="{a")), ToolOutcome("{a")),
        (result(structured={"a": 1}), ToolOutcome('{"a":1}', '{"a":1}')),
        (result(block("text", text="one"), structured={"a": 1}), ToolOutcome("one", '{"a":1}')),
        (result(), ToolOutcome("done")),
    ],
)
def test_results(given: Any, outcome: ToolOutcome):
    assert outcome_of(given, "t") == outcome


@pytest.mark.parametrize(("content", "told"), [((), "t failed"), ((block("text", text="no paper"),), "no paper")])
def test_a_result_that_is_an_error(content: tuple[Any, ...], told: str):
    with pytest.raises(ToolFailed, match=told) as failed:
        outcome_of(result(*content, is_error=True), "t")
    assert failed.value.type == "tool_error"


@pytest.mark.parametrize(
    ("code", "kind"), [(-32602, ModelRetry), (-32000, InDoubt), (-32001, InDoubt), (-32603, ToolFailed)]
)
def test_an_error_of_the_protocol(code: int, kind: type[Exception]):
    assert type(failure_of(code, "why", "s")) is kind


def test_a_prompt_says_who_says_what():
    message = SimpleNamespace(role="user", content=block("text", text="hi"))
    prompt: Any = SimpleNamespace(messages=[message, message])
    assert read_prompt(prompt).content == "user: hi\n\nuser: hi"


@pytest.mark.parametrize(
    ("annotations", "unsaid", "effect"),
    [
        (None, "effect", "effect"),
        (None, "read", "read"),
        ((True, None, None), "effect", "read"),
        ((False, True, True), "effect", "idempotent"),
        ((False, False, False), "read", "effect"),
        ((None, None, None), "idempotent", "idempotent"),
    ],
)
def test_what_annotations_say_of_an_effect(annotations: Any, unsaid: Effect, effect: Effect):
    told: Any = None
    if annotations is not None:
        read_only, destructive, idempotent = annotations
        told = SimpleNamespace(read_only_hint=read_only, destructive_hint=destructive, idempotent_hint=idempotent)
    assert effect_of(told, unsaid) == effect


def test_names_that_every_provider_takes():
    assert named("fs", "read.file/now") == "fs__read_file_now"
    long = [named("server", "a" * 80 + end) for end in "xy"]
    assert [len(name) for name in long] == [64, 64]
    assert long[0] != long[1]
