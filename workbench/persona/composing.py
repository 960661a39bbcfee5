"""One persona made of its base, the fragments among its traits, and its own words, with the source of each. Pure.

The order: the base first (itself composed), then fragments in the order of the traits, then the file's own. Lists grow
in that order and hold nothing twice; of a tone, a description or a template the last one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from workbench.errors import UsedWrongly
from workbench.persona.schema import Exchange, Persona, PersonaForm, Use

LISTS = ("traits", "background", "knowledge", "goals", "constraints", "examples")
TEXTS = ("description", "tone", "prompt")
DEEPEST = 16

Find = Callable[[str], PersonaForm]
"""The form of a persona by its name; raises `NotFound` where there is none."""


class Part(msgspec.Struct, frozen=True):
    """One value of a persona. `source`: the persona or fragment whose file says it."""

    field: str
    value: str | Exchange
    source: str


class Composed(msgspec.Struct, frozen=True):
    """A whole persona, where each of its values comes from, and what gave way to something else.

    Attributes:
        parts: its values in the order of their fields.
        conflicts: sentences on values that a fragment replaced and the file that uses it does not decide.
    """

    persona: Persona
    parts: tuple[Part, ...]
    conflicts: tuple[str, ...]


def compose(form: PersonaForm, find: Find) -> Composed:
    """The persona that `form` is, once all that it names is merged in.

    Raises:
        NotFound: it names a persona that is not there.
        UsedWrongly: it is a fragment, names itself by a detour, or nothing in it has a description.
    """
    if form.fragment:
        raise UsedWrongly(f"persona {form.name} is a fragment, nobody by itself: use it among the traits of another")
    merged = _Merged()
    for layer in _layers(form, find, ()):
        merged.take(layer)
    return merged.composed(form)


class _Layer(msgspec.Struct, frozen=True):
    """One file's own words; `fragment`: it is merged in by a trait, so it says not who the persona is."""

    form: PersonaForm
    fragment: bool


def _layers(form: PersonaForm, find: Find, way: tuple[str, ...]) -> Iterator[_Layer]:
    if form.name in way:
        raise UsedWrongly(f"persona {way[0]} would be made of itself: {' → '.join((*way, form.name))}")
    if len(way) == DEEPEST:
        raise UsedWrongly(f"persona {way[0]}: more than {DEEPEST} personas are built upon each other")
    way = (*way, form.name)
    if form.base is not None:
        yield from _layers(find(form.base), find, way)
    for name in form.uses:
        for layer in _layers(find(name), find, way):
            yield _Layer(layer.form, fragment=True)
    yield _Layer(form, fragment=False)


class _Merged:
    """Grows by a layer at a time."""

    def __init__(self) -> None:
        self._lists: dict[str, list[Part]] = {field: [] for field in LISTS}
        self._texts: dict[str, Part] = {}
        self._conflicts: dict[str, str] = {}

    def take(self, layer: _Layer) -> None:
        form = layer.form
        for field in TEXTS:
            value: str = getattr(form, field) or ""
            if value and not (layer.fragment and field != "tone"):
                self._take_text(Part(field, value, form.name), own=not layer.fragment)
        for field in LISTS:
            values: tuple[Any, ...] = getattr(form, field)
            for value in values:
                if not isinstance(value, Use):
                    self._take_item(Part(field, value, form.name), own=not layer.fragment)

    def _take_text(self, part: Part, *, own: bool) -> None:
        before = self._texts.get(part.field)
        if own:
            self._conflicts.pop(part.field, None)
        elif before is not None and before.value != part.value:
            self._conflicts[part.field] = _conflict(before, part)
        self._texts[part.field] = part

    def _take_item(self, part: Part, *, own: bool) -> None:
        items = self._lists[part.field]
        key = _key(part.value)
        before = next((one for one in items if _key(one.value) == key), None)
        if before is None:
            items.append(part)
        elif before.value != part.value and isinstance(part.value, Exchange):
            items[items.index(before)] = part
            if own:
                self._conflicts.pop(f"examples {key}", None)
            else:
                self._conflicts[f"examples {key}"] = _conflict(before, part)

    def composed(self, form: PersonaForm) -> Composed:
        fields: dict[str, Any] = {field: part.value for field, part in self._texts.items()}
        if "description" not in fields:
            raise UsedWrongly(f"persona {form.name}: neither it nor its base has a description; write one")
        fields |= {field: tuple(part.value for part in parts) for field, parts in self._lists.items()}
        persona = Persona(name=form.name, version=form.version, **fields)
        parts = [*self._texts.values(), *[part for parts in self._lists.values() for part in parts]]
        return Composed(persona, tuple(parts), tuple(self._conflicts.values()))


def _key(value: str | Exchange) -> str:
    """What makes two items the same: their words, but for case and a full stop; of an example, what is asked."""
    words = value.user if isinstance(value, Exchange) else value
    return " ".join(words.casefold().split()).rstrip(".")


def _conflict(lost: Part, kept: Part) -> str:
    return f"{kept.field}: {_shown(lost)} of {lost.source} gives way to {_shown(kept)} of {kept.source}"


def _shown(part: Part) -> str:
    words = part.value.answer if isinstance(part.value, Exchange) else part.value
    return f"{words[:60]!r}"
