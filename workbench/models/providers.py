"""From a name, `provider:model`, to the model behind it. SDKs are imported only for the provider that is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from workbench.errors import NotFound, UsedWrongly
from workbench.events.messages import Model
from workbench.events.parts import IMPORTED
from workbench.events.script import Script
from workbench.models.care.care import Care
from workbench.models.endpoints import Endpoint, endpoint
from workbench.models.human import HumanModel, Person
from workbench.models.provider_rows import PROVIDERS, Provider, Rows, load_plugged, plugged
from workbench.models.recorded import Answers, RecordedModel
from workbench.models.scripted import ScriptedModel

OWN = ("scripted", "recorded", "human")
"""Models that need no provider."""

FUNCTION = "function"
"""Begins the names of models that are functions of a program; only that program has them."""

_FORK = "fork with another one (F, or --model P:M), fork and answer by hand (m, or model TEXT)"

_MEANT = {
    "grok": "xai", "google": "gemini", "claude": "anthropic", "gpt": "openai", "lm-studio": "lmstudio",
    "llama.cpp": "llamacpp", "llama-cpp": "llamacpp", "azure-openai": "azure", "responses": "openai-responses",
}  # fmt: skip


def resolve(
    name: str,
    *,
    scripts: Callable[[str], Script | None],
    recordings: Callable[[str], Answers | None],
    person: Person | None = None,
    environ: Mapping[str, str] | None = None,
    rows: Rows = PROVIDERS,
    care: Care | None = None,
) -> Model:
    """The model that goes by `name`.

    Args:
        name: `provider:model`, `scripted:NAME`, `recorded:SESSION` or `human`.
        scripts: finds a script by name.
        recordings: finds a session's answers by its name.
        person: asks somebody; None where nobody is there.
        environ: where keys and addresses are; the process's own environment by default.
        rows: the providers that are known beside those that other packages add.
        care: how providers are asked; by the default timeouts where nothing is given.

    Raises:
        NotFound: no such provider, script or recording.
        UsedWrongly: the name has no model in it, or the provider's address is no URL.
        ModelFailed: `auth`, there is no key for it.
    """
    provider, model = split_name(name, rows)
    if provider == "human":
        return HumanModel(name, person)
    if provider == "scripted":
        script = scripts(model)
        if script is None:
            raise NotFound(f"no script named {model!r}: 'workbench scenarios list' shows the scenarios that have one")
        return ScriptedModel(name, script)
    if provider == "recorded":
        answers = recordings(model)
        if answers is None:
            raise NotFound(f"no session {model!r} to take answers from: 'workbench sessions list' shows them")
        return RecordedModel(name, answers)
    return _from_provider(name, row_of(provider, rows), environ, care or Care())


def split_name(name: str, rows: Rows = PROVIDERS) -> tuple[str, str]:
    """`provider:model` in its two parts, the first one known to be a provider.

    Raises:
        NotFound: nobody goes by that provider's name.
        UsedWrongly: one of the parts is missing.
    """
    provider, colon, model = name.partition(":")
    if provider not in rows and provider not in OWN and provider not in plugged():
        known = (*rows, *plugged(), *OWN)
        if provider == FUNCTION:
            raise NotFound(
                f"{name} is a function of the program that began this session, not at hand here: {_FORK}, "
                "or go on in that program"
            )
        if provider == IMPORTED:
            raise NotFound(f"{name} answered where this run was recorded and cannot be asked here: {_FORK}")
        near = (
            [_MEANT[provider.lower()]]
            if provider.lower() in _MEANT
            else get_close_matches(provider.lower(), known, n=3)
        )
        meant = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
        words = "a model is named provider:model; " if not colon else ""
        raise NotFound(f"no provider {provider!r} in the model name {name!r}: {words}{meant}")
    if not model and provider != "human":
        raise UsedWrongly(f"{name!r} lacks the model: write {provider}:NAME")
    return provider, model


def row_of(provider: str, rows: Rows = PROVIDERS) -> Provider:
    """The row of a provider that is known.

    Raises:
        UsedWrongly: another package adds it, and cannot be loaded.
    """
    return rows[provider] if provider in rows else load_plugged(plugged()[provider])


def warm(name: str, rows: Rows = PROVIDERS) -> None:
    """Import what `resolve(name)` needs, so that it does not wait for it; made for a background thread."""
    provider, _ = split_name(name, rows)
    if provider not in OWN:
        adapter(row_of(provider, rows))


def _from_provider(name: str, provider: Provider, environ: Mapping[str, str] | None, care: Care) -> Model:
    at = endpoint(provider, environ)
    if at.missing_key is not None:
        raise at.missing_key
    timeouts = care.timeouts(name)
    at = replace(at, connect=timeouts.connect, patience=timeouts.longest)
    return care.around(adapter(provider)(name, at), at.url)


def adapter(provider: Provider) -> Callable[[str, Endpoint], Model]:
    """The class of the models that speak as this provider does; its SDK is imported now."""
    if provider.adapter is not None:
        return provider.adapter
    match provider.speaks:
        case "ollama":
            from workbench.models.adapters.ollama_chat import OllamaChat

            return OllamaChat
        case "responses":
            from workbench.models.adapters.openai_responses import OpenAIResponses

            return OpenAIResponses
        case "anthropic":
            from workbench.models.adapters.anthropic_messages import AnthropicMessages

            return AnthropicMessages
        case _:
            from workbench.models.adapters.openai_chat import OpenAIChat

            return OpenAIChat
