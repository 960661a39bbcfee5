"""One door between what others wrote and a person's terminal: text stays text.

Control characters, C1 codes, bidirectional overrides and invisible formatting become visible glyphs, so
nothing that a model, a tool, a title or a file name holds can move the cursor, set a clipboard or hide itself.
Here it is also cut short, by whoever has room for so many characters and no more.
"""

from __future__ import annotations

import re

_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_PICTURES[0x7F] = 0x2421
_GLYPHS: dict[int, str] = {code: chr(picture) for code, picture in _PICTURES.items()}
_GLYPHS.update({code: f"\\x{code:02x}" for code in range(0x80, 0xA0)})
_INVISIBLE = (
    0x00AD,
    0x061C,
    0x180E,
    0x200B,
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    0xFFF9,
    0xFFFA,
    0xFFFB,
)
_GLYPHS.update({code: f"\\u{code:04x}" for code in _INVISIBLE})
_GLYPHS.update(dict.fromkeys(range(55296, 57344), "�"))
_UNSAFE = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _GLYPHS if not 0xD800 <= code < 0xE000) + "\ud800-\udfff]"
)
_TAGS = re.compile("[\U000e0000-\U000e007f]")


def safe_text(text: object, *, tab: int = 4) -> str:
    """`text` with everything a terminal could obey made visible; newlines stay, tabs become spaces.

    `\\r\\n` counts as one newline. The answer holds no C0, DEL or C1 code but newline.
    """
    plain = text if type(text) is str else str(text)
    if plain.isascii() and plain.isprintable():
        return plain
    plain = plain.replace("\r\n", "\n")
    if "\t" in plain:
        plain = plain.replace("\t", " " * tab)
    return _TAGS.sub("\ufffd", _UNSAFE.sub(lambda match: _GLYPHS.get(ord(match[0]), "\ufffd"), plain))


def safe_line(text: object) -> str:
    """`safe_text` on one line: newlines become a visible mark."""
    return safe_text(text).replace("\n", "⏎")


def clipped(text: str, most: int) -> str:
    """`text` in at most so many characters; … stands for what was cut off."""
    return text if len(text) <= most else text[: most - 1] + "…"
