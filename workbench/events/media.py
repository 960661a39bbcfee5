"""Images, sounds and files beside the words of a message: where their bytes are, and a line of words to show them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from workbench.events.frozen import Part
from workbench.events.text import Text
from workbench.safe_text import clipped

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_DATA_URL = re.compile(r"data:([^;,]*)(?:;[^;,]+)*;base64,(.*)", re.DOTALL)
_KINDS: dict[str, Literal["image", "audio"]] = {"image": "image", "audio": "audio"}
MediaKind = Literal["image", "audio", "file"]


def _base64(data: str) -> str:
    if data and (len(data) % 4 or not _BASE64.fullmatch(data)):
        raise ValueError("the data of an image, a sound or a file must be base64")
    return data


class Media(Part):
    """One image, sound or file, as its bytes or as an address where a provider finds them.

    Attributes:
        mime: `image/png`, `audio/wav`, `application/pdf`, …; empty where an address alone is known.
        data: its bytes in base64; kept letter for letter, so nothing in it is struck out.
        url: where it is, in place of `data`.
        name: the file's name, where it has one.
    """

    kind: MediaKind
    mime: Text = ""
    data: Annotated[str, AfterValidator(_base64)] = ""
    url: Text = ""
    name: Text = ""

    @model_validator(mode="after")
    def _somewhere(self) -> Media:
        if bool(self.data) == bool(self.url):
            raise ValueError("an image, a sound or a file has either data or a url")
        if self.data and not self.mime:
            raise ValueError("data needs its mime type")
        return self

    @property
    def bytes(self) -> int | None:
        """How long it is; None where only its address is known."""
        return len(self.data) * 3 // 4 - self.data[-2:].count("=") if self.data else None

    @property
    def words(self) -> str:
        """It in words: `[image image/png, 12.3 kB, cat.png]`; untrusted."""
        length = self.bytes
        size = "" if length is None else f"{length} B" if length < 1000 else f"{length / 1000:.1f} kB"
        told = ", ".join(word for word in (self.mime, size, self.name, clipped(self.url, 80)) if word)
        return f"[{self.kind} {told}]"

    @property
    def data_url(self) -> str:
        """Its address, or a `data:` URL of its bytes."""
        return self.url or f"data:{self.mime};base64,{self.data}"

    def told(self) -> tuple[str, ...]:
        """What of it a model is told, for digests."""
        return self.kind, self.mime, self.data, self.url, self.name


def of_url(url: str, kind: MediaKind | None = None, name: str = "") -> Media | None:
    """What a URL points to, or holds where it is a `data:` URL; None where that is no base64 or the URL is empty.

    `kind` is told by a `data:` URL's type where it is not given, and `file` where nothing tells it.
    """
    held = _DATA_URL.fullmatch(url)
    if not url or (held is None and url.startswith("data:")):
        return None
    try:
        if held is None:
            return Media(kind=kind or "file", url=url, name=name)
        mime = held[1] or "application/octet-stream"
        return Media(kind=kind or kind_of(mime), mime=mime, data=held[2], name=name)
    except ValueError:
        return None


def kind_of(mime: str) -> MediaKind:
    """Which kind a MIME type is."""
    return _KINDS.get(mime.partition("/")[0], "file")


def shown(text: str, media: tuple[Media, ...]) -> str:
    """`text`, and under it a line for each image, sound or file."""
    return "\n".join([*([text] if text else []), *[one.words for one in media]]) if media else text
