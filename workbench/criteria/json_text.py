"""JSON in a model's answer: as it should be, in a code block, amid prose, or nearly right. Linear, and never fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLOCK = re.compile(r"```(?:json)?[ \t]*\n(.*?)\n[ \t]*```", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_MENDABLE = 50_000
"""Characters beyond which a broken text is not repaired."""


def json_texts(text: str) -> Iterator[str]:
    """What of `text` may be its JSON, the likeliest first: all of it, its last code block, from bracket to bracket,
    and that last one repaired."""
    yield text.strip()
    blocks = _BLOCK.findall(text)
    if blocks:
        yield blocks[-1].strip()
    opening = _OPENING.search(text)
    if opening is None:
        return
    closing = max(text.rfind("}"), text.rfind("]"))
    if closing > opening.start():
        yield text[opening.start() : closing + 1]
    if len(text) <= _MENDABLE:
        from json_repair import repair_json

        yield repair_json(text[opening.start() :], ensure_ascii=False)
