"""From a name, `provider:model`, to the model behind it. SDKs are imported only for the provider that is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from workbench.errors import NotFound, UsedWrongly
from workbench.events.messages import Model
from workbench.events.script import Script
from workbench.models.endpoints import PROVIDERS, Provider, endpoint
from workbench.models.human import HumanModel, Person
from workbench.models.recorded import Answers, RecordedModel
from workbench.models.scripted import ScriptedModel

OWN = ("scripted", "recorded", "human")
"""Models that need no provider."""


def resolve(
    name: str,
    *,
    scripts: Callable[[str], Script | None],
    recordings: Callable[[str], Answers | None],
    person: Person | None = None,
    environ: Mapping[str, str] | None = None,
) -> Model:
    """The model that goes by `name`.

    Args:
        name: `provider:model`, `scripted:NAME`, `recorded:SESSION` or `human`.
        scripts: finds a script by name.
        recordings: finds a session's answers by its name.
        person: asks somebody; None where nobody is there.
        environ: where keys and addresses are; the process's own environment by default.

    Raises:
        NotFound: no such provider, script or recording.
        UsedWrongly: the name has no model in it, or the provider's address is no URL.
        ModelFailed: `auth`, there is no key for it.
    """
    provider, model = split_name(name)
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
    return _from_provider(name, PROVIDERS[provider], environ)


def split_name(name: str) -> tuple[str, str]:
    """`provider:model` in its two parts, the first one known to be a provider.

    Raises:
        NotFound: nobody goes by that provider's name.
        UsedWrongly: one of the parts is missing.
    """
    provider, colon, model = name.partition(":")
    known = (*PROVIDERS, *OWN)
    if provider not in known:
        near = get_close_matches(provider.lower(), known, n=3)
        meant = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
        words = "a model is named provider:model; " if not colon else ""
        raise NotFound(f"no provider {provider!r} in the model name {name!r}: {words}{meant}")
    if not model and provider != "human":
        raise UsedWrongly(f"{name!r} lacks the model: write {provider}:NAME")
    return provider, model


def warm(name: str) -> None:
    """Import what `resolve(name)` needs, so that it does not wait for it; made for a background thread."""
    provider, _ = split_name(name)
    if provider in PROVIDERS:
        adapter(PROVIDERS[provider])


def _from_provider(name: str, provider: Provider, environ: Mapping[str, str] | None) -> Model:
    at = endpoint(provider, environ)
    if at.missing_key is not None:
        raise at.missing_key
    return adapter(provider)(name, at)


def adapter(provider: Provider):
    """The class of the models that speak as this provider does; its SDK is imported now."""
    match provider.speaks:
        case "ollama":
            from workbench.models.ollama_chat import OllamaChat

            return OllamaChat
        case "responses":
            from workbench.models.openai_responses import OpenAIResponses

            return OpenAIResponses
        case "anthropic":
            from workbench.models.anthropic_messages import AnthropicMessages

            return AnthropicMessages
        case _:
            from workbench.models.openai_chat import OpenAIChat

            return OpenAIChat
