"""A stream of pieces folded into the document that the provider would have sent whole; fields nobody knows are kept."""

from __future__ import annotations

from typing import Any, cast

from workbench.models.loose import Json, an_object

GROWING = frozenset(
    "content text thinking reasoning reasoning_content refusal signature data arguments input partial_json delta "
    "summary transcript".split()
)
"""Strings under these names come in pieces; under any other name the newest is the one that counts."""


class _Pieces(list[str]):
    """A string that is still growing."""


def fold(into: Json, piece: Json) -> None:
    """Take `piece` into the document: objects field by field, lists by their items' `index`, strings that grow."""
    for name, value in piece.items():
        was = into.get(name)
        if value is None:
            into.setdefault(name, None)
        elif isinstance(value, str) and name in GROWING:
            if isinstance(was, _Pieces):
                was.append(value)
            else:
                into[name] = _Pieces([value])
        elif isinstance(value, dict):
            if not isinstance(was, dict):
                was = into[name] = {}
            fold(cast(Json, was), cast(Json, value))
        elif isinstance(value, list):
            if not isinstance(was, list) or isinstance(was, _Pieces):
                was = into[name] = []
            _fold_items(cast(list[Any], was), cast(list[Any], value))
        else:
            into[name] = value


def _fold_items(into: list[Any], items: list[Any]) -> None:
    for item in items:
        if not isinstance(item, dict):
            into.append(item)
            continue
        piece = cast(Json, item)
        place = piece.get("index")
        same = [one for one in into if place is not None and an_object(one).get("index") == place]
        if not same:
            same.append({})
            into.append(same[0])
        fold(same[0], piece)


def folded(value: Any) -> Any:
    """The document as plain JSON values."""
    if isinstance(value, _Pieces):
        return "".join(value)
    if isinstance(value, dict):
        return {name: folded(item) for name, item in cast(Json, value).items()}
    if isinstance(value, list):
        return [folded(item) for item in cast(list[Any], value)]
    return value
