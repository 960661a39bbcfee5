"""Character cards V2 and V3, as JSON or inside a PNG: `{"spec": "chara_card_v2", "data": {...}}`."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.errors import BadFile
from workbench.events.text import from_json
from workbench.exchange.personas.imported import (
    Fields,
    Imported,
    fields_of,
    items_of,
    leaves,
    named,
    paragraphs,
    sentence,
    text_of,
    texts_of,
)
from workbench.persona.schema import Exchange, PersonaForm

SPECS = ("chara_card_v2", "chara_card_v3")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORDS = (b"ccv3", b"chara")
"""The chunks that hold a card, the newer form first."""
_SEMVER = re.compile(r"\d+\.\d+\.\d+")
_TOLD = {
    "name",
    "nickname",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "system_prompt",
    "post_history_instructions",
    "character_version",
    "character_book",
}


def is_card(document: object) -> bool:
    """Whether the document is a card of a form that is read here."""
    fields = fields_of(document)
    return fields.get("spec") in SPECS and isinstance(fields.get("data"), dict)


def card_of_png(path: Path, content: bytes) -> Any:
    """The card inside of a picture, as a JSON value.

    Raises:
        BadFile: there is none, or it is damaged.
    """
    found = dict(_texts(content))
    keyword = next((keyword for keyword in _KEYWORDS if keyword in found), None)
    if keyword is None:
        raise BadFile(path, "is a picture without a character card in it (a tEXt chunk named 'ccv3' or 'chara')")
    try:
        return from_json(base64.b64decode(found[keyword], validate=False).decode("utf-8"))
    except (binascii.Error, ValueError) as error:
        raise BadFile(path, f"holds a character card that is damaged: {error}") from error


def _texts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The tEXt chunks of a PNG by their keywords; what is cut off ends it."""
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data = content[at + 8 : at + 8 + length]
        if kind == b"tEXt":
            keyword, _, text = data.partition(b"\0")
            yield keyword, text
        at += 12 + length


def is_png(content: bytes) -> bool:
    """Whether it begins as a PNG does."""
    return content.startswith(_SIGNATURE)


def read_card(document: Fields, stem: str) -> Imported:
    """The character. Its macros `{{char}}` and `{{user}}` become words; other macros stay as they are."""
    data = fields_of(document["data"])
    name = text_of(data.get("name")) or stem
    left_out: list[str] = []

    def said(field: str) -> str:
        return _plain(text_of(data.get(field)), text_of(data.get("nickname")) or name)

    version = text_of(data.get("character_version"))
    if version and not _SEMVER.fullmatch(version):
        left_out.append(f"character_version {version!r}: no semantic version, so it counts as 1.0.0")
    traits = _traits(said("personality"))
    background = [*paragraphs(said("description")), *([] if traits else paragraphs(said("personality")))]
    if said("scenario"):
        background.append(sentence(f"Where you are: {' '.join(said('scenario').split())}"))
    background += [_plain(entry, name) for entry in _lore(data, left_out)]
    for field, value in data.items():
        count = len(list(leaves(value)))
        if field not in _TOLD and count:
            left_out.append(f"{field}: has no place ({count} {'value' if count == 1 else 'values'})")
    form = PersonaForm(
        name=named(name, stem),
        version=version if _SEMVER.fullmatch(version) else "1.0.0",
        description=name,
        traits=traits,
        background=tuple(background),
        constraints=tuple(
            paragraph
            for field in ("system_prompt", "post_history_instructions")
            for paragraph in paragraphs(said(field).replace("{{original}}", ""))
        ),
        examples=tuple(_examples(said("first_mes"), text_of(data.get("mes_example")), name)),
    )
    return Imported(form, tuple(left_out))


def _plain(text: str, name: str) -> str:
    text = re.sub(r"\{\{char\}\}|<BOT>", name, text, flags=re.IGNORECASE)
    return re.sub(r"\{\{user\}\}|<USER>", "the user", text, flags=re.IGNORECASE)


def _traits(personality: str) -> tuple[str, ...]:
    """The personality as traits, where it is a list of a few words each."""
    parts = [part.strip(" .") for part in re.split(r"[,;\n]", personality)]
    parts = [part for part in parts if part]
    return tuple(parts) if parts and all(len(part) <= 40 for part in parts) else ()


def _lore(data: Fields, left_out: list[str]) -> Iterator[str]:
    """What the card's book says; it is told always, not only where its keys are mentioned."""
    off = 0
    for entry in map(fields_of, items_of(fields_of(data.get("character_book")).get("entries"))):
        words = " ".join(text_of(entry.get("content")).split())
        if entry.get("enabled") is False:
            off += 1
        elif words:
            about = ", ".join(texts_of(entry.get("keys")))
            yield sentence(f"About {about}: {words}" if about else words)
    if off:
        left_out.append(f"character_book: {off} entries that are switched off")


def _examples(greeting: str, text: str, name: str) -> Iterator[Exchange]:
    """The first message, then each pair of lines in which the user speaks and the character answers."""
    if greeting:
        yield Exchange(user="(the conversation begins)", answer=greeting)
    speaker, words, asked = "", list[str](), ""
    for line in [*text.splitlines(), "<START>"]:
        match = re.match(r"\s*(\{\{user\}\}|<USER>|\{\{char\}\}|<BOT>)\s*:\s*(.*)", line, re.IGNORECASE)
        if match is None and line.strip().upper() != "<START>":
            words.append(line)
            continue
        spoken = _plain("\n".join(words).strip(), name)
        if speaker == "user":
            asked = spoken
        elif speaker == "char" and asked and spoken:
            yield Exchange(user=asked, answer=spoken)
            asked = ""
        speaker = "" if match is None else "user" if "user" in match[1].lower() else "char"
        words = [] if match is None else [match[2]]
        asked = asked if match is not None else ""
