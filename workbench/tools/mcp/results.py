"""What MCP servers give, in the words of this house: results, failures, resources, prompts."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.context import ModelRetry
from workbench.errors import InDoubt, ToolFailed
from workbench.events.media import Media, kind_of
from workbench.events.messages import ToolOutcome
from workbench.events.parts import Effect
from workbench.events.text import as_json
from workbench.tools.giving import structured

if TYPE_CHECKING:
    import mcp_types as types

_INVALID_PARAMS = -32602
_CLOSED, _TIMED_OUT = -32000, -32001


def outcome_of(result: types.CallToolResult, tool: str) -> ToolOutcome:
    """The result of a call.

    Raises:
        ToolFailed: the server says that the tool failed (`tool_error`).
    """
    text, media = read_content(result.content)
    if result.is_error:
        raise ToolFailed("tool_error", text or f"{tool} failed and did not say why")
    data = None if result.structured_content is None else as_json(result.structured_content)
    if not text and not media:
        text = data or "done"
    return ToolOutcome(text, data or structured(text), media)


def failure_of(code: int, message: str, server: str) -> Exception:
    """What an error of the protocol means for the call: the model can mend it, it failed, or nobody knows."""
    if code == _INVALID_PARAMS:
        return ModelRetry(message)
    if code == _CLOSED:
        return InDoubt(f"the MCP server {server} broke off under the call")
    if code == _TIMED_OUT:
        return InDoubt(f"the MCP server {server} did not answer in time", type="timeout")
    return ToolFailed("protocol_error", f"the MCP server {server} refused: {message} ({code})")


def read_content(blocks: Sequence[Any]) -> tuple[str, tuple[Media, ...]]:
    """The text of content blocks, a blank line between them, and their images, sounds and files."""
    texts: list[str] = []
    media: list[Media] = []
    for block in blocks:
        match block.type:
            case "text":
                texts.append(block.text)
            case "image" | "audio":
                media.append(Media(kind=block.type, mime=block.mime_type, data=_base64(block.data)))
            case "resource":
                text, held = read_resource([block.resource])
                texts += [text] if text else []
                media += held
            case "resource_link":
                told = f"{block.name}: {block.uri}" + (f" ({block.description})" if block.description else "")
                texts.append(told)
            case other:
                texts.append(f"[{other}, which cannot be shown]")
    return "\n\n".join(texts), tuple(media)


def read_resource(contents: Sequence[Any]) -> tuple[str, tuple[Media, ...]]:
    """The text of a resource's contents, and its files."""
    texts: list[str] = []
    media: list[Media] = []
    for one in contents:
        if hasattr(one, "text"):
            texts.append(one.text)
            continue
        mime = one.mime_type or "application/octet-stream"
        name = str(one.uri).rpartition("/")[2]
        media.append(Media(kind=kind_of(mime), mime=mime, data=_base64(one.blob), name=name))
    return "\n\n".join(texts), tuple(media)


def read_prompt(result: types.GetPromptResult) -> ToolOutcome:
    """A prompt's messages, each with who says it."""
    texts: list[str] = []
    media: list[Media] = []
    for message in result.messages:
        text, held = read_content([message.content])
        texts.append(f"{message.role}: {text}")
        media += held
    return ToolOutcome("\n\n".join(texts), media=tuple(media))


def effect_of(annotations: types.ToolAnnotations | None, unsaid: Effect) -> Effect:
    """What a tool's annotations make of it. Where they say nothing of what it changes it is `unsaid`."""
    if annotations is None:
        return unsaid
    if annotations.read_only_hint:
        return "read"
    if annotations.idempotent_hint:
        return "idempotent"
    if annotations.read_only_hint is None and annotations.destructive_hint is None:
        return unsaid
    return "effect"


def _base64(data: str) -> str:
    """Base64 as events keep it, whatever variant the server wrote."""
    padded = data.replace("-", "+").replace("_", "/").replace("\n", "")
    try:
        held = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except ValueError:
        held = b""
    if not held:
        raise ToolFailed("bad_result", "the MCP server sent an image, a sound or a file that is empty or not base64")
    return base64.b64encode(held).decode()
