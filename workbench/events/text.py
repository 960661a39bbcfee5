"""Text as events keep it: valid UTF-8, with keys and tokens struck out.

Everything that enters a body passes here once, when the body is built in Python; reading a body back
from JSON does not, since JSON text of ours went through it already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

STRUCK = "[redacted]"
_TOKEN = re.compile(
    r"sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{20,}"
    r"|AKIA[A-Z0-9]{16}|(?i:bearer) [A-Za-z0-9._~+/-]{20,}=*"
)
_SHORTEST_TOKEN = 20
_SHORTEST_SECRET = 8
_secrets: list[str] = []


def register_secret(value: str | None) -> None:
    """Strike out `value` wherever it would be recorded from now on; short strings are not secrets."""
    if value and len(value) >= _SHORTEST_SECRET and value not in _secrets:
        _secrets.append(value)
        _secrets.sort(key=len, reverse=True)  # one that begins like another must not leave the other's end behind


def redact(text: str) -> str:
    """`text` with registered secrets and anything shaped like a provider's key struck out."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, STRUCK)
    return _TOKEN.sub(STRUCK, text) if len(text) >= _SHORTEST_TOKEN and _hinted(text) else text


def _hinted(text: str) -> bool:
    """Whether a token may be in it. This is asked of every recorded text: single characters are found fastest."""
    return (
        ("-" in text and ("sk-" in text or "xox" in text))
        or ("_" in text and "gh" in text)
        or ("K" in text and "AKIA" in text)
        or "earer " in text
        or ("E" in text and "EARER " in text)
    )


def clean(text: str) -> str:
    """`text` as it may be recorded: lone surrogates become U+FFFD, secrets `[redacted]`."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return redact(text)


def recorded(value: object) -> str:
    """What is recorded of `value`, which is to be a text; see `clean`.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    # Nearly every text is plain and is asked no more than this.
    if value.isascii():
        length = len(value)
        if length < _SHORTEST_SECRET or not (_secrets or (length >= _SHORTEST_TOKEN and _hinted(value))):
            return value
    return clean(value)


class Redacting:
    """A text that comes in pieces: what may be the beginning of a secret is held back until it is known to be none."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, piece: str) -> str:
        """What can be shown now."""
        text = redact(self._held + piece)
        cut = len(text) - max((_begun(text, secret) for secret in _secrets), default=0)
        self._held = text[cut:]
        return text[:cut]


def _begun(text: str, secret: str) -> int:
    """How many characters at the end of `text` begin `secret`."""
    return next((size for size in range(min(len(secret) - 1, len(text)), 0, -1) if text.endswith(secret[:size])), 0)


def as_json(value: object) -> str:
    """Compact JSON text of `value`, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


DEEPEST = 100
"""How deeply JSON may be nested that others wrote: far beyond real data, far below what any reader of it can bear."""


def from_json(text: str) -> Any:
    """The value of a JSON text. What is nested deeper than `DEEPEST` is none, whoever reads it and however it came.

    Raises:
        ValueError: it is none; a sentence of few words.
    """
    try:
        value: Any = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if text.count("[") + text.count("{") > DEEPEST and is_deep(value):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    return value


def is_deep(value: object) -> bool:
    """Whether the lists and objects of `value` are nested deeper than `DEEPEST`."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _held(one)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _held(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value).values()
    return cast("list[object]", value) if isinstance(value, list) else ()


class _Cleaned:
    """Cleans what Python hands in; trusts what our own JSON holds."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        plain = core_schema.str_schema()
        return core_schema.json_or_python_schema(
            json_schema=plain,
            python_schema=core_schema.no_info_plain_validator_function(recorded),
        )


Text = Annotated[str, _Cleaned()]
"""A string that is valid UTF-8 and holds no known secret."""

Json = Text
"""JSON text (or what a model wrote in its place): each reader decodes its own copy."""
