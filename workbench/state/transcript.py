"""What one actor's model has been told, as references to events: a persistent list with a rolling digest.

Appending copies nothing while nobody else has appended behind the same prefix; an older transcript keeps seeing
exactly its own length. The digest makes equality of two transcripts one comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

_FACTOR, _MASK = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFFF
_new = object.__new__


def digest(*parts: str) -> int:
    """64 bits that tell texts apart; the parts' borders count."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8).digest(), "big")


class Transcript:
    """An immutable sequence of event references (`seq`), each with the digest of its message; cheap to extend.

    Attributes:
        chain: rolling digest of the messages that the references stand for.
    """

    __slots__ = ("_contents", "_length", "_refs", "chain")

    def __init__(self, refs: Sequence[int] = (), contents: Sequence[int] = ()) -> None:
        """`contents` has the digest of each reference's message, in the same order."""
        self._refs, self._contents = list(refs), list(contents)
        self._length = len(self._refs)
        self.chain = 0
        for content in self._contents:
            self.chain = ((self.chain * _FACTOR) ^ content) & _MASK

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> int:
        """The reference at `place`, counted from the start."""
        return self._refs[range(self._length)[place]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Transcript):
            return NotImplemented
        return self.chain == other.chain and self.refs() == other.refs()

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"Transcript({self.refs()}, chain={self.chain:016x})"

    def refs(self, start: int = 0) -> list[int]:
        """A new list of the references from `start` on."""
        return self._refs[start : self._length]

    def contents(self) -> list[int]:
        """A new list of the messages' digests."""
        return self._contents[: self._length]

    def plus(self, ref: int, content: int) -> Transcript:
        """This transcript and one more message, whose content has the digest `content`."""
        refs, contents, length = self._refs, self._contents, self._length
        if len(refs) != length:
            refs, contents = self.refs(), self.contents()
        refs.append(ref)
        contents.append(content)
        longer = _new(Transcript)
        longer._refs, longer._contents, longer._length = refs, contents, length + 1
        longer.chain = ((self.chain * _FACTOR) ^ content) & _MASK
        return longer

    def chain_behind(self, length: int, chain: int) -> int:
        """What the rolling digest would be if that of the first `length` messages were `chain`."""
        for content in self._contents[length : self._length]:
            chain = ((chain * _FACTOR) ^ content) & _MASK
        return chain

    def first(self, length: int) -> Transcript:
        """The first `length` messages of this transcript."""
        return Transcript(self._refs[:length], self._contents[:length])

    def edited(self, ref: int, content: int) -> Transcript:
        """This transcript with another content in the place of `ref`; the very same where `ref` is not in it."""
        refs = self.refs()
        if ref not in refs:
            return self
        contents = self.contents()
        contents[refs.index(ref)] = content
        return Transcript(refs, contents)
