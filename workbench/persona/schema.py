"""The form of a persona file, and the persona that it becomes once its base and traits are merged into it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""The name of a persona or scenario, which is that of its file: lower case words joined by hyphens."""

Line = Annotated[str, Field(min_length=1)]

_VERSION = r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"


class Exchange(BaseModel):
    """One example: what somebody says, and how the persona answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Line = Field(description="What somebody says.")
    answer: Line = Field(description="How the persona answers.")


class Use(BaseModel):
    """A place among the traits where another persona, usually a fragment, is merged in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: Name = Field(description="The name of the persona or fragment that is merged in.")


class _Shared(BaseModel):
    """What a persona and its file have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Name
    """Equal to the file's name without its ending."""
    version: Annotated[str, Field(pattern=_VERSION)] = "1.0.0"
    """Semantic version; raise it when the persona is to behave otherwise."""
    tone: str = ""
    """How it sounds: "warm and brief"."""
    background: tuple[Line, ...] = ()
    """What else is true of it: history, beliefs, habits, people it knows; each a whole sentence."""
    knowledge: tuple[Line, ...] = ()
    """The domains it knows well."""
    goals: tuple[Line, ...] = ()
    """What it is after, each as a phrase that follows "to"."""
    constraints: tuple[Line, ...] = ()
    """Rules it keeps, each a whole sentence."""
    examples: tuple[Exchange, ...] = ()
    """Short exchanges that show how it speaks."""
    prompt: str | None = None
    """A Jinja2 template of the whole prompt, with the fields above as variables; without it the usual one is used."""


class Persona(_Shared):
    """Who an agent is; rendered into the system prompt of a run."""

    description: Line
    """Who this is, in a sentence that begins with a noun: "a support agent of a small shop"."""
    traits: tuple[Line, ...] = ()
    """What marks its character, each in a word or two."""


class PersonaForm(_Shared):
    """A persona as its file says it: what it takes from others is named, not repeated."""

    model_config = ConfigDict(title="Persona")

    base: Name | None = None
    """The persona that this one begins as; what follows is added to it, or takes the place of what it says."""
    fragment: bool = False
    """A part of a persona, to be merged into others and nobody by itself."""
    description: Line | None = None
    """Who this is, in a sentence that begins with a noun: "a support agent of a small shop"."""
    traits: tuple[Line | Use, ...] = ()
    """What marks its character, each in a word or two; or `{use: NAME}`, a persona or fragment that is merged in."""

    @property
    def uses(self) -> tuple[str, ...]:
        """The names of the fragments, in their order."""
        return tuple(trait.use for trait in self.traits if isinstance(trait, Use))

    @model_validator(mode="after")
    def _is_somebody(self) -> PersonaForm:
        if self.description is None and self.base is None and not self.fragment:
            raise ValueError("a persona needs a description, or a base that has one; only a fragment does without")
        return self
