"""Which form a file of personas has, found by itself; and what no form fits, refused in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import BadFile
from workbench.events.text import from_json
from workbench.exchange.personas import character_card, described, tinytroupe
from workbench.exchange.personas.imported import Imported, fields_of
from workbench.plain_files import read_bytes

LARGEST = 30_000_000
"""Bytes of a file that are read; a card may come with a large picture."""
_FORMS = (
    "TinyTroupe agents and fragments, character cards V2/V3 (JSON or PNG), deepeval goldens, lists of sentences, text"
)


def load_personas(path: Path) -> Sequence[Imported]:
    """The personas of a file.

    Raises:
        BadFile: it cannot be read, is damaged, or of no form that is known.
    """
    try:
        content = read_bytes(path, LARGEST, pipes=True)
    except OSError as error:
        raise BadFile(path, f"cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise BadFile(path, f"is larger than {LARGEST // 1_000_000} MB")
    if character_card.is_png(content):
        return [_card(path, character_card.card_of_png(path, content))]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path, "is neither UTF-8 text nor a PNG picture") from error
    if not text.strip():
        raise BadFile(path, "is empty")
    if path.suffix == ".json":
        return _of_json(path, text)
    if path.suffix == ".csv":
        rows = described.goldens_of_csv(text)
        if rows is None:
            raise BadFile(path, "is no table of goldens: the columns 'scenario' and 'user_description' are missing")
        return described.read_goldens(rows, path.stem)
    if path.suffix in (".txt", ".md"):
        if len(text) > described.LONGEST:
            raise BadFile(path, f"has {len(text)} characters; a prompt may have {described.LONGEST}")
        return [described.read_text(text, path.stem)]
    raise BadFile(path, f"is of no form that is read here: {_FORMS}")


def _of_json(path: Path, text: str) -> Sequence[Imported]:
    try:
        document: Any = from_json(text)
    except ValueError as error:
        raise BadFile(path, f"is not JSON: {error}") from error
    if tinytroupe.is_tinytroupe(document):
        return [tinytroupe.read_tinytroupe(document, path.stem)]
    if character_card.is_card(document):
        return [character_card.read_card(document, path.stem)]
    if described.is_sentences(document):
        return described.read_sentences(document)
    if described.is_goldens(document):
        return described.read_goldens(document, path.stem)
    raise BadFile(path, f"holds no persona in a form that is read here: {_FORMS}")


def _card(path: Path, document: object) -> Imported:
    if not character_card.is_card(document):
        spec = fields_of(document).get("spec")
        raise BadFile(
            path, f"holds a character card of the form {spec!r}; {' and '.join(character_card.SPECS)} are read"
        )
    return character_card.read_card(fields_of(document), path.stem)
