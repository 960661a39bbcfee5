"""What goes wrong between us and a provider, each said in one plain sentence with its remedy; never a key.

The adapters know their SDK's exceptions; here stands what they mean, so that every provider fails alike:

    connection   nobody answers                 timeout       no answer in time          cut_off     broke off midway
    auth         no key, or a refused one       not_found     no such model or address   bad_request refused as it is
    rate_limited too many at once               quota         no credit left             too_long    over the context
    overloaded   busy                           server_error  their fault                refused     by a content policy
    conflict     with another request           bad_answer    not in the provider's form
    unsupported_…, a setting, a tool's name, media: never sent
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from workbench.errors import ModelFailed
from workbench.events import Media
from workbench.events.text import clean
from workbench.safe_text import clipped

_LONGEST = 400
_RETRYABLE = frozenset(
    ("connection", "timeout", "cut_off", "rate_limited", "overloaded", "server_error", "bad_answer", "conflict")
)
_BY_STATUS = {
    401: "auth", 403: "auth", 404: "not_found", 408: "timeout", 409: "conflict", 413: "too_long", 429: "rate_limited",
    503: "overloaded", 529: "overloaded",
}  # fmt: skip
_BY_CODE = (
    ("content_filter|content_policy|responsible_?ai|moderation", "refused"),
    ("context_length|context_window|string_above_max|exceed_context|too_long", "too_long"),
    ("insufficient_quota|billing|insufficient_balance", "quota"),
    ("rate_?limit|resource_exhausted|too_many_requests", "rate_limited"),
    ("overloaded|unavailable|capacity", "overloaded"),
    ("invalid_api_key|authentication|unauthorized|permission", "auth"),
    ("model_not_found|not_found", "not_found"),
    ("timeout", "timeout"),
    ("server_error|internal", "server_error"),
)
_PLAIN_REFUSAL = re.compile("invalid_request|bad_request|invalid_argument|tool_use_failed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Whom we were talking to, for the sentences.

    Attributes:
        provider: its name, as in `provider:model`.
        url: where it answers.
        url_variable: the environment variable that says where it answers.
        key_variable: the one that holds its key; empty where it has none.
        local: somebody on this machine must start it.
    """

    provider: str
    url: str
    url_variable: str
    key_variable: str = ""
    local: bool = False

    @property
    def address(self) -> str:
        """The URL without the name and password that it may hold."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def no_connection(self) -> ModelFailed:
        """Nobody answers there."""
        remedy = f"start it or set {self.url_variable}" if self.local else f"check the network or {self.url_variable}"
        return failed("connection", f"no server answers at {self.address}: {remedy}")

    def too_slow(self, seconds: float, partial: str = "") -> ModelFailed:
        """No byte came for `seconds`."""
        return failed("timeout", f"{self.address} said nothing for {seconds:g} seconds: ask again", partial=partial)

    def cut_off(self, partial: str) -> ModelFailed:
        """The connection ended before the answer did."""
        words = "in the middle of its answer" if partial else "before its answer was whole"
        return failed("cut_off", f"{self.address} broke off {words}: ask again", partial=partial)

    def unreadable(self, what: str, partial: str = "") -> ModelFailed:
        """It answered in no form that we know: with `what`."""
        return failed(
            "bad_answer",
            f"{self.address} answered with {what}: is it a server that {self.provider} can speak to?",
            partial=partial,
        )

    def check_settings(self, settings: Mapping[str, Any], known: Sequence[str], ours: Sequence[str] = ()) -> None:
        """Refuse by name what would be dropped: a setting that is not `known`, a field under `extra` that is `ours`.

        Raises:
            ModelFailed: there is one.
        """
        for name in settings:
            if name not in known:
                raise self.unsupported(name, known)
        for name in settings.get("extra", {}):
            if name in ours:
                raise self.unsupported(f"extra.{name}", ())

    def unsupported(self, setting: str, known: Sequence[str]) -> ModelFailed:
        """A setting that would have been dropped; `known` are those that would not."""
        near = get_close_matches(setting, known, n=1, cutoff=0.7)  # `stop` is no misspelt `top_p`
        remedy = f"did you mean {near[0]!r}?" if near else "take it out" + (" or put it under 'extra'" if known else "")
        return failed("unsupported_setting", f"{self.provider} cannot be sent the setting {setting!r}: {remedy}")

    def unsendable(self, media: Media, remedy: str) -> ModelFailed:
        """An image, a sound or a file that would have been dropped."""
        return failed("unsupported_media", f"{self.provider} cannot be sent {media.words}: {remedy}")

    def refusal(self, status: int, code: str, words: str, *, model: str, partial: str = "") -> ModelFailed:
        """The server said no.

        Args:
            status: the HTTP status, 0 where the error came inside a stream.
            code: the provider's own words for the kind of error, if any.
            words: its message; it is cleaned, and left out where it may quote a key.
            model: what was asked for.
        """
        kind = _kind(status, f"{code} {words[:_LONGEST]}" if not 400 <= status < 500 else code)
        said = _short(words)
        behind = f": {said}" if said else f" (HTTP {status})" if status else ""
        match kind:
            case "auth" if status != 403 and self.key_variable:
                sentence = f"{self.provider} does not accept the key in {self.key_variable}: set a valid one"
            case "auth":
                sentence = f"{self.provider} does not permit this{behind}"
            case "not_found" if "model" in f"{code} {words}".lower() or (model and model in words):
                sentence = f"{self.provider} has no model {model!r}: 'workbench models list' shows what there is"
            case "not_found":
                sentence = f"{self.address} is no address of a model server: check {self.url_variable}"
            case "rate_limited":
                sentence = f"{self.provider} wants fewer requests at a time, wait and ask again{behind}"
            case "quota":
                sentence = f"the account at {self.provider} has no credit left{behind}"
            case "too_long":
                sentence = f"the conversation is too long for {model}{behind}"
            case "overloaded" | "server_error" | "timeout" | "conflict":
                sentence = f"{self.provider} is in trouble, ask again{behind}"
            case "refused":
                sentence = f"a content policy of {self.provider} refuses this request{behind}"
            case _:
                sentence = f"{self.provider} refuses the request as it is{behind}"
        again = kind in _RETRYABLE or "tool_use_failed" in code
        return ModelFailed(kind, sentence, retryable=again, partial=partial)


def failed(type: str, message: str, *, partial: str = "") -> ModelFailed:
    """A `ModelFailed` that knows whether asking again may help."""
    return ModelFailed(type, message, retryable=type in _RETRYABLE, partial=partial)


def _kind(status: int, code: str) -> str:
    for pattern, kind in _BY_CODE:
        if re.search(pattern, code, re.IGNORECASE):
            return kind
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500 or (not status and _PLAIN_REFUSAL.search(code)):
        return "bad_request"
    return "server_error"


def _short(words: str) -> str:
    return clipped(clean(" ".join(words.split())).rstrip("."), _LONGEST)
