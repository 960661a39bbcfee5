"""Personas that are little more than words: deepeval's conversational goldens, lists of sentences, plain text."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from workbench.exchange.personas.imported import (
    Fields,
    Imported,
    fields_of,
    items_of,
    named,
    phrase,
    sentence,
    text_of,
    texts_of,
)
from workbench.persona.schema import PersonaForm

LONGEST = 20_000
"""Characters of a plain text that can be a prompt."""
_TOLD = ("scenario", "user_description", "expected_outcome", "context", "name")


def is_goldens(document: object) -> bool:
    """Whether the document is a list of deepeval's conversational goldens."""
    rows = [fields_of(row) for row in items_of(document)]
    return bool(rows) and all("user_description" in row or "scenario" in row for row in rows)


def goldens_of_csv(text: str) -> list[Fields] | None:
    """The rows of a CSV file of goldens; None where it is none. Its `context` is divided by `|`."""
    reader = csv.DictReader(io.StringIO(text))
    if not {"scenario", "user_description"} <= set(reader.fieldnames or ()):
        return None
    return [{**row, "context": (row.get("context") or "").split("|")} for row in reader]


def read_goldens(rows: list[Any], stem: str) -> list[Imported]:
    """The user of each golden: whom a model is to play, what for, and what it knows."""
    found: list[Imported] = []
    for number, row in enumerate(rows, 1):
        fields = fields_of(row)
        scenario, about = text_of(fields.get("scenario")), text_of(fields.get("user_description"))
        outcome = text_of(fields.get("expected_outcome"))
        told = [
            f"Who you are: {about}" if about else "",
            f"The situation: {scenario}" if scenario else "",
            f"What should come of it: {outcome}" if outcome else "",
        ]
        form = PersonaForm(
            name=named(text_of(fields.get("name")) or f"{stem}-{number}", stem, [one.form.name for one in found]),
            description="a user, who speaks to an assistant",
            background=tuple(sentence(words) for words in told if words),
            knowledge=tuple(texts_of(fields.get("context"))),
        )
        left = tuple(f"{key}: has no place" for key, value in fields.items() if key not in _TOLD and value)
        found.append(Imported(form, left))
    return found


def is_sentences(document: object) -> bool:
    """Whether the document is a list of texts, each of which describes somebody."""
    items = items_of(document)
    return bool(items) and len(texts_of(items)) == len(items)


def read_sentences(texts: list[str]) -> list[Imported]:
    """One persona for each sentence."""
    names: list[str] = []
    for text in texts:
        names.append(named(" ".join(phrase(text, "a ", "an ", "the ").split()[:7]), "persona", names))
    return [Imported(PersonaForm(name=name, description=phrase(text))) for name, text in zip(names, texts, strict=True)]


def read_text(text: str, stem: str) -> Imported:
    """The text as the whole prompt of a persona, letter for letter."""
    text = text.strip()
    first = next(line.strip("#*-> ") for line in text.splitlines() if line.strip("#*-> "))
    literal = (
        f"{{{{ {json.dumps(text, ensure_ascii=False)} }}}}" if "{%" in text or "{{" in text or "{#" in text else text
    )
    return Imported(PersonaForm(name=named(stem, stem), description=phrase(first[:200], "you are "), prompt=literal))
