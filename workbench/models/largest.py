"""The most tokens that one answer of a model can have, where its provider says so: more may not be asked for."""

from __future__ import annotations

import re

_LARGEST = (
    (r"gpt-3\.5|gpt-4-turbo|gpt-4-\d{4}-preview|claude-3-(opus|sonnet|haiku)", 4_096),
    (r"gpt-4o|chatgpt-4o", 16_384),
    (r"gpt-4\.1", 32_768),
    (r"gpt-4(?![\w.]*o)", 8_192),
    (r"gpt-5", 128_000),
    (r"o[134](-|$)", 100_000),
    (r"claude-3-5|gemini-1\.5|gemini-2\.0", 8_192),
    (r"claude-opus-4(-1|-0|-2025\d{4})?(?!-[5-9])", 32_000),
    (r"claude-(3-7|sonnet-4|haiku-4|opus-4)", 64_000),
    (r"gemini-(2\.5|3)", 65_536),
)
_FORMS = [(re.compile(rf"(?:^|/)(?:{form})"), most) for form, most in _LARGEST]


def largest_answer(model: str) -> int | None:
    """Tokens of the longest answer that `model` (the provider's own name) gives; None where that is not known."""
    return next((most for form, most in _FORMS if form.search(model)), None)
