"""What is pasted is text to its very end: nothing in it is ever taken for a key.

Textual's own reader looks for key sequences inside a paste too, and takes an escape character in it for one.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from functools import partial

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

from workbench.safe_text import safe_text

MOST = 100_000
"""Characters of a paste that the prompt lays out; of a longer one it shows a word, and sends all of it."""
LONGEST = 10_000_000
"""Characters that a paste may have at all."""


def pasted(text: str) -> str:
    """Pasted text made safe, its line ends as they are in files; tabs stay, since a text area lays them out itself."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\t".join(safe_text(part) for part in lines.split("\t"))


class PasteReader(XTermParser):
    """Takes pastes out of what the terminal sends, and leaves the rest to Textual."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._before = ""
        self._came: str | None = None

    def feed(self, data: str) -> Iterable[Message]:
        if not data:
            yield from super().feed(data)
        while data:
            events_of, data = self._taken(data)
            yield from events_of

    def _taken(self, data: str) -> tuple[Iterable[Message], str]:
        """What came of the first part of `data`, and the rest of it."""
        if self._came is None:
            sent = self._before + data
            at = sent.find(BRACKETED_PASTE_START)
            self._before = sent[1 - len(BRACKETED_PASTE_START) :]
            if at < 0:
                return super().feed(data), ""
            rest = at + len(BRACKETED_PASTE_START) - (len(sent) - len(data))
            self._came, self._before = "", ""
            return super().feed(data[:rest]), data[rest:]
        sure = max(0, len(self._came) + 1 - len(BRACKETED_PASTE_END))
        self._came += data
        at = self._came.find(BRACKETED_PASTE_END, sure)
        if at < 0:
            return (), ""
        at = _end(self._came, at)
        text, data = self._came[:at], self._came[at + len(BRACKETED_PASTE_END) :]
        self._came = None
        ended = [event for event in super().feed(BRACKETED_PASTE_END) if not isinstance(event, events.Paste)]
        return [*ended, events.Paste(text.replace("\0", ""))], data


def _end(came: str, at: int) -> int:
    """Where a paste ends that may end at `at`: behind an end that was in its own text, if the true one came with it."""
    while True:
        behind = at + len(BRACKETED_PASTE_END)
        further, another = came.find(BRACKETED_PASTE_END, behind), came.find(BRACKETED_PASTE_START, behind)
        if further < 0 or 0 <= another < further:
            return at
        at = further


def lenient(encoding: str) -> partial[codecs.IncrementalDecoder]:
    """A decoder that takes any byte: one that is no text, as of a mouse of old or a terminal in Latin-1, is U+FFFD.

    Textual's own ends the app at it.
    """
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def read_pastes() -> None:
    """Have Textual's driver read the terminal in this way."""
    if sys.platform == "win32":
        from textual.drivers import win32 as driver
    else:
        from textual.drivers import linux_driver as driver

        driver.__dict__["getincrementaldecoder"] = lenient
    driver.__dict__["XTermParser"] = PasteReader
