"""A persona that was read from elsewhere, and the small things that all readers need: names, sentences, texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from workbench.persona.schema import PersonaForm

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """A persona in our form. `left_out`: what the other form said and ours has no place for, each in words."""

    form: PersonaForm
    left_out: tuple[str, ...] = ()


def named(name: str, fallback: str, taken: Collection[str] = ()) -> str:
    """A name as files have it, not among those `taken`: lower-case words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    words = words or (named(fallback, "persona") if fallback != name else "persona")
    name, number = words, 1
    while name in taken:
        number += 1
        name = f"{words}-{number}"
    return name


def text_of(value: object) -> str:
    """A text without blanks around it; "" for what is none."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: object) -> list[str]:
    """The texts of a list (or the one text), without empty ones."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    return [words for one in items_of(value) if (words := text_of(one))]


def items_of(value: object) -> list[object]:
    """A list's items; none for what is no list."""
    return cast("list[object]", value) if isinstance(value, list) else []


def fields_of(value: object) -> Fields:
    """An object's fields; none for what is no object."""
    return cast("Fields", value) if isinstance(value, dict) else {}


def sentence(words: str) -> str:
    """The words with a full stop behind them, if they end without any sign."""
    return words if not words or words[-1] in ".!?…:;\"')" else f"{words}."


def phrase(words: str, *starts: str) -> str:
    """The words as they continue a sentence: without one of `starts` before them and without the full stop."""
    for start in starts:
        if words.lower().startswith(start.lower()):
            words = words[len(start) :].lstrip()
            break
    words = words.rstrip(".").strip()
    second = words[1:2]
    return words[:1].lower() + words[1:] if second.islower() or second in ("", " ") else words


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text and number inside a value, with the words of the way to it."""
    if isinstance(value, dict):
        for key, part in cast("Fields", value).items():
            yield from leaves(part, f"{path} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        for part in cast("list[object]", value):
            yield from leaves(part, path)
    elif value is not None and str(value).strip():
        yield path, str(value).strip()
