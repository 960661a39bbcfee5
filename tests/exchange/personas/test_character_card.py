"""Character cards: both forms, as JSON and inside pictures; what has no place is named."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import BadFile
from workbench.exchange.personas import load_personas
from workbench.persona.composing import compose
from workbench.persona.prompt import render

CARD: dict[str, Any] = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": {
        "name": "Aria Løve",
        "nickname": "Ari",
        "description": "{{char}} keeps a lighthouse.\n\nShe likes {{user}}.",
        "personality": "calm, wry; patient",
        "scenario": "On the rock",
        "first_mes": "Welcome, {{user}}.",
        "mes_example": (
            "<START>\n{{user}}: Is it cold?\n{{char}}: Always.\nBring a coat.\n"
            "<START>\n{{char}}: alone\n{{user}}: no answer"
        ),
        "system_prompt": "{{original}}Stay on the rock.",
        "post_history_instructions": "Never leave <USER> alone.",
        "character_version": "2.1.0",
        "character_book": {
            "entries": [
                {"keys": ["lamp", "light"], "content": "The lamp is old", "enabled": True},
                {"keys": [], "content": "{{char}} has a cat."},
                {"content": "never told", "enabled": False},
                {"content": ""},
            ]
        },
        "alternate_greetings": ["Hello.", "Hi."],
        "creator": "somebody",
        "tags": [],
    },
}


def png(*texts: tuple[str, bytes], cut: int = 0) -> bytes:
    """A picture of one grey dot with these tEXt chunks."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    told = b"".join(chunk(b"tEXt", keyword.encode() + b"\0" + text) for keyword, text in texts)
    whole = b"\x89PNG\r\n\x1a\n" + head + told + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return whole[: len(whole) - cut]


def encoded(card: Any) -> bytes:
    return base64.b64encode(json.dumps(card).encode())


def test_a_card_of_the_third_form(tmp_path: Path):
    path = tmp_path / "aria.json"
    path.write_text(json.dumps(CARD))
    (imported,) = load_personas(path)
    form = imported.form
    assert (form.name, form.version, form.description) == ("aria-lve", "2.1.0", "Aria Løve")
    assert form.traits == ("calm", "wry", "patient")
    assert form.background == (
        "Ari keeps a lighthouse.",
        "She likes the user.",
        "Where you are: On the rock.",
        "About lamp, light: The lamp is old.",
        "Aria Løve has a cat.",
    )
    assert form.constraints == ("Stay on the rock.", "Never leave the user alone.")
    assert [(one.user, one.answer) for one in form.examples] == [
        ("(the conversation begins)", "Welcome, the user."),
        ("Is it cold?", "Always.\nBring a coat."),
    ]
    assert imported.left_out == (
        "character_book: 1 entries that are switched off",
        "alternate_greetings: has no place (2 values)",
        "creator: has no place (1 value)",
    )
    assert "Ari keeps a lighthouse." in render(compose(form, lambda name: form).persona)


def test_a_card_of_the_second_form_without_much_in_it(tmp_path: Path):
    path = tmp_path / "bo.json"
    data = {"name": "", "personality": "A long sentence that is no list of traits at all", "character_version": "main"}
    path.write_text(json.dumps({"spec": "chara_card_v2", "data": data}))
    (imported,) = load_personas(path)
    assert (imported.form.name, imported.form.version, imported.form.traits) == ("bo", "1.0.0", ())
    assert imported.form.background == ("A long sentence that is no list of traits at all",)
    assert imported.left_out == ("character_version 'main': no semantic version, so it counts as 1.0.0",)


def test_a_picture_holds_a_card_and_the_newer_form_goes_first(tmp_path: Path):
    path = tmp_path / "aria.png"
    old = {"spec": "chara_card_v2", "data": {"name": "Old"}}
    path.write_bytes(png(("Comment", b"x"), ("chara", encoded(old)), ("ccv3", encoded(CARD))))
    assert [one.form.name for one in load_personas(path)] == ["aria-lve"]
    path.write_bytes(png(("chara", encoded(old)), cut=3))
    assert [one.form.name for one in load_personas(path)] == ["old"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(), "a picture without a character card"),
        (png(("ccv3", b"no base64!")), "that is damaged"),
        (png(("ccv3", base64.b64encode(b"no json"))), "that is damaged"),
        (png(("ccv3", encoded({"spec": "chara_card_v9", "data": {}}))), "of the form 'chara_card_v9'"),
        (png(("ccv3", encoded([1]))), "of the form None"),
    ],
)
def test_pictures_without_a_card_are_refused(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=words):
        load_personas(path)
