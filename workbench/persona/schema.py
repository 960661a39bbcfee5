"""The form of a persona file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""The name of a persona or scenario, which is that of its file: lower case words joined by hyphens."""

Line = Annotated[str, Field(min_length=1)]


class Exchange(BaseModel):
    """One example: what somebody says, and how the persona answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Line = Field(description="What somebody says.")
    answer: Line = Field(description="How the persona answers.")


class Persona(BaseModel):
    """Who an agent is; rendered into the system prompt of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Persona", use_attribute_docstrings=True)

    name: Name
    """Equal to the file's name without its ending."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")] = "1.0.0"
    """Semantic version; raise it when the persona is to behave otherwise."""
    description: Line
    """Who this is, in a sentence that begins with a noun: "a support agent of a small shop"."""
    traits: tuple[Line, ...] = ()
    """What marks its character, each in a word or two."""
    tone: str = ""
    """How it sounds: "warm and brief"."""
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
