"""How providers are asked, as `workbench.toml` says: how long they are waited for, how often, and what is kept.

A table `[models."PATTERN"]` is about every model whose name it fits (`openai:*`, `openai:gpt-5-mini`); of timeouts, a
later table goes over an earlier one, limits hold each for itself. `[cache]` says where answers are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from workbench.errors import BadFile
from workbench.events.messages import Model
from workbench.models.care.answer_cache import Cached, InMemory, InRedis, Kept
from workbench.models.care.limits import Limited, Limits, Turnstile
from workbench.models.care.patience import Patient, Timeouts
from workbench.tables import Table, read_table

Seconds = Annotated[float, Field(gt=0, le=86_400)]
AtLeastOne = Annotated[int, Field(ge=1)]


class ModelForm(Table):
    """What is said of the models that a pattern fits."""

    connect: Seconds | None = None
    first_token: Seconds | None = None
    between_tokens: Seconds | None = None
    whole_call: Seconds | None = None
    requests_per_minute: AtLeastOne | None = None
    tokens_per_minute: AtLeastOne | None = None
    concurrent: AtLeastOne | None = None


class CacheForm(Table):
    """Where answers are kept: `memory`, `sqlite` (in the workspace), or the address of a Redis server."""

    answers: Literal["memory", "sqlite"] | Annotated[str, Field(pattern=r"^(rediss?|unix)://")]


class Care:
    """What is done around each call; one for the whole process, so that limits are shared."""

    def __init__(self, forms: dict[str, ModelForm] | None = None, kept: Callable[[], Kept] | None = None) -> None:
        self._forms = forms or {}
        self._kept = None if kept is None else cache(kept)
        self._turnstiles = {
            pattern: Turnstile(pattern, limits)
            for pattern, form in self._forms.items()
            if (limits := Limits(form.requests_per_minute, form.tokens_per_minute, form.concurrent))
        }

    @classmethod
    def of(cls, settings: dict[str, Any], file: Path, in_file: Callable[[], Kept]) -> Care:
        """What `settings`, read from `file`, say; `in_file` opens the cache that is a file of the workspace.

        Raises:
            BadFile: a table that cannot be kept to.
        """
        told: object = settings.get("models", {})
        if not isinstance(told, dict):
            raise BadFile(file, 'should be tables, such as [models."openai:*"]', field="models")
        forms: dict[str, ModelForm] = {}
        for pattern, table in cast("dict[str, object]", told).items():
            if ":" not in pattern:
                raise BadFile(file, "should fit names of models, such as 'openai:*'", field=f"models.{pattern}")
            forms[pattern] = read_table(ModelForm, table, file, f"models.{pattern}")
        if "cache" not in settings:
            return cls(forms)
        where = read_table(CacheForm, settings["cache"], file, "cache").answers
        kinds: dict[str, Callable[[], Kept]] = {"memory": InMemory, "sqlite": in_file}
        return cls(forms, kinds.get(where, lambda: InRedis(where)))

    def timeouts(self, name: str) -> Timeouts:
        """How long the model of that name is waited for."""
        given: dict[str, Any] = {}
        for pattern, form in self._forms.items():
            if fnmatchcase(name, pattern):
                given |= form.model_dump(exclude_none=True, include=set(Timeouts.__struct_fields__))
        return Timeouts(**given)

    def around(self, model: Model, address: str) -> Model:
        """The model with all that is to be done around it; `address` is where it answers."""
        model = Patient(model, self.timeouts(model.name))
        turnstiles = [one for pattern, one in self._turnstiles.items() if fnmatchcase(model.name, pattern)]
        if turnstiles:
            model = Limited(model, turnstiles)
        return model if self._kept is None else Cached(model, self._kept(), address)
