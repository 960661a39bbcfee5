"""Images, sounds and files: where their bytes are, how they are told, and their form in chat completions."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.events import Media, Said, ToolReturned, decode, stored
from workbench.events.chat_parts import chat_part, media_of
from workbench.events.media import kind_of, of_url
from workbench.events.messages import Message

CAT = Media(kind="image", mime="image/png", data=b64encode(b"cat").decode(), name="cat.png")
FAR = Media(kind="image", url="https://example.org/cat.png")
SOUND = Media(kind="audio", mime="audio/mpeg", data="AAAA")
PAPER = Media(kind="file", mime="application/pdf", data="AAAA", name="paper.pdf")


@given(st.binary(min_size=1, max_size=400))
def test_bytes_come_back_as_they_were_and_are_counted(content: bytes):
    media = Media(kind="image", mime="image/png", data=b64encode(content).decode())
    said = Said(text="look", media=(media,))
    assert media.bytes == len(content)
    assert decode(*stored(said)) == said
    part = chat_part(media)
    assert part is not None
    assert media_of([part]) == (media,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "image"},
        {"kind": "image", "mime": "image/png", "data": "AAAA", "url": "https://example.org"},
        {"kind": "image", "data": "AAAA"},
        {"kind": "image", "mime": "image/png", "data": "AAA"},
        {"kind": "image", "mime": "image/png", "data": "A\nAA"},
        {"kind": "film", "url": "https://example.org"},
    ],
)
def test_what_has_no_bytes_or_two_places_is_refused(wrong: dict[str, str]):
    with pytest.raises(ValidationError):
        Media.model_validate(wrong)


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (CAT, "[image image/png, 3 B, cat.png]"),
        (FAR, "[image https://example.org/cat.png]"),
        (Media(kind="audio", mime="audio/wav", data="A" * 16_000), "[audio audio/wav, 12.0 kB]"),
        (Media(kind="file", url="https://example.org/" + "x" * 90), f"[file https://example.org/{'x' * 59}…]"),
    ],
)
def test_it_is_shown_in_words(media: Media, words: str):
    assert media.words == words
    assert FAR.bytes is None


def test_a_message_shows_it_under_its_text():
    assert Said(text="look", media=(CAT,)).shown == "look\n[image image/png, 3 B, cat.png]"
    assert ToolReturned(call="a.1.1", content="", media=(FAR,)).shown == "[image https://example.org/cat.png]"
    assert Message("user", "only words").shown == "only words"


@pytest.mark.parametrize("media", [CAT.model_copy(update={"name": ""}), FAR, SOUND, PAPER])
def test_chat_completions_have_a_part_for_it(media: Media):
    part = chat_part(media)
    assert part is not None
    assert media_of([{"type": "text", "text": "x"}, part, "words", 7]) == (media,)


def test_the_shorter_names_of_sounds_are_those_that_providers_know():
    wav = Media(kind="audio", mime="audio/x-wav", data="AAAA")
    assert [(chat_part(one) or {})["input_audio"]["format"] for one in (SOUND, wav)] == ["mp3", "wav"]
    assert chat_part(Media(kind="file", mime="text/plain", data="AAAA")) == {
        "type": "file",
        "file": {"filename": "file", "file_data": "data:text/plain;base64,AAAA"},
    }


@pytest.mark.parametrize("kind", ["audio", "file"])
def test_it_has_none_for_a_sound_or_a_file_elsewhere(kind: str):
    assert chat_part(Media.model_validate({"kind": kind, "url": "https://example.org/a"})) is None


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": ""}},
        {"type": "image_url", "image_url": {"url": "data:image/png,plain"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,no base64"}},
        {"type": "input_audio", "input_audio": {"data": 7, "format": "wav"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "text", "text": "x"},
    ],
)
def test_a_part_that_cannot_be_read_is_left_out(part: dict[str, object]):
    assert media_of([part]) == ()
    assert media_of("words") == ()


def test_the_older_spelling_of_an_image_and_a_nameless_file_are_read():
    assert media_of([{"type": "image_url", "image_url": "https://example.org/cat.png"}]) == (FAR,)
    nameless = {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA", "filename": None}}
    assert media_of([nameless]) == (PAPER.model_copy(update={"name": ""}),)


def test_a_url_tells_its_kind_by_the_type_that_it_holds():
    held = of_url("data:audio/wav;codecs=1;base64,AAAA")
    assert held == Media(kind="audio", mime="audio/wav", data="AAAA")
    assert of_url("data:;base64,AAAA") == Media(kind="file", mime="application/octet-stream", data="AAAA")
    assert of_url("https://example.org/a") == Media(kind="file", url="https://example.org/a")
    assert kind_of("text/plain") == "file"
