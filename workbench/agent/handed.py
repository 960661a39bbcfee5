"""What a program hands in, told in one sentence where it is not what belongs there: types alone stop nobody.

Who checks types reads it in an editor; who does not, reads it here, at the line that is wrong, not deep in a run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, cast

from workbench.errors import ModelFailed, UsedWrongly
from workbench.events.messages import Answer, ModelRequest


def kind_of(value: object) -> str:
    """What a value is, in words: `a list`, `an int`, `the class Shop`, `None`."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind = type(value).__name__
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


def must_be(**given: tuple[object, type | tuple[type, ...], str]) -> None:
    """Refuse what is of another kind than its keyword takes.

    Args:
        given: keyword → its value, the kinds that it takes, and what belongs there, in words.

    Raises:
        UsedWrongly: the first that is none of them.
    """
    for name, (value, kinds, meant) in given.items():
        if not isinstance(value, kinds):
            raise UsedWrongly(f"{name} takes {meant}; it was given {kind_of(value)}")


def must_be_several(**given: tuple[object, Callable[[Any], bool], str]) -> None:
    """Refuse what is no list (or another sequence) of what its keyword takes; one thing alone goes in a list.

    Args:
        given: keyword → its value, whether one of it is right, and what belongs there, in words.

    Raises:
        UsedWrongly: the first that is not.
    """
    for name, (value, is_right, meant) in given.items():
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            raise UsedWrongly(f"{name} takes a list of {meant}; it was given {kind_of(value)}: write {name}=[...]")
        for one in cast("Iterable[object]", value):
            if not is_right(one):
                raise UsedWrongly(f"{name} takes a list of {meant}; there is {kind_of(one)} in it")


def must_be_called(**given: object) -> None:
    """Refuse what is no function; "" stands for none.

    Raises:
        UsedWrongly: the first that is none.
    """
    for name, value in given.items():
        if value != "" and not callable(value):
            raise UsedWrongly(f"{name} takes a function; it was given {kind_of(value)}")


def must_be_one_of(**given: tuple[object, tuple[str, ...]]) -> None:
    """Refuse words that are none of those that their keyword takes.

    Raises:
        UsedWrongly: the first that is none.
    """
    for name, (value, words) in given.items():
        if value not in words:
            raise UsedWrongly(f"{name} is one of {', '.join(words)}, not {value!r}")


def must_be_counts(**given: object) -> None:
    """Refuse what is no whole number of at least 0.

    Raises:
        UsedWrongly: the first that is none.
    """
    for name, value in given.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise UsedWrongly(f"{name} takes a whole number of at least 0, not {value!r}")


def name_of(thing: object) -> str:
    """What an error calls a function or an object of the program."""
    return str(getattr(thing, "__name__", type(thing).__name__)).strip("<>")


def must_be_model(model: object) -> None:
    """Refuse what cannot be asked as a model.

    Raises:
        UsedWrongly: it is neither an object with the port of a model nor a function.
    """
    ways = "`provider:model`, an object with a `name` and `ask`, or a function of the request"
    ask = getattr(model, "ask", None)
    if isinstance(model, type):
        raise UsedWrongly(f"model takes {ways}; it was given {kind_of(model)}: write {model.__name__}(...)")
    if ask is None:
        if not callable(model):
            raise UsedWrongly(f"model takes {ways}; it was given {kind_of(model)}")
        return
    if not isinstance(getattr(model, "name", None), str):
        raise UsedWrongly(f"the model {name_of(model)} has no name: give it one, such as name = 'mine:echo'")
    if inspect.iscoroutinefunction(ask) or inspect.isgeneratorfunction(ask):
        raise UsedWrongly(
            f"ask of the model {name_of(model)} must be an async generator: `async def ask(self, request)` that"
            " yields pieces (Delta), if it has any, and then an Answer"
        )


def must_be_words(words: object, model: str) -> None:
    """Refuse what a program's model gives for text and is none.

    Raises:
        ModelFailed: it is none.
    """
    if not isinstance(words, str):
        raise ModelFailed("no_answer", f"the model {model} says {kind_of(words)} where text belongs")


def an_answer(given: object, by: str) -> Answer:
    """What a middleware gives.

    Raises:
        ModelFailed: it is no answer.
    """
    if isinstance(given, Answer):
        return given
    raise ModelFailed("no_answer", f"the middleware {by} gives {kind_of(given)}: it must return an Answer")


def a_request(given: object, by: str) -> ModelRequest:
    """What a middleware asks on with.

    Raises:
        ModelFailed: it is no request.
    """
    if isinstance(given, ModelRequest):
        return given
    raise ModelFailed(
        "no_request", f"the middleware {by} calls next with {kind_of(given)}: give it the request, or one like it"
    )
