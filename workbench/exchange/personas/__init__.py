"""Personas in forms that people exchange: read into ours, with all that has no place there named, and written out."""

from workbench.exchange.personas.formats import load_personas
from workbench.exchange.personas.imported import Imported
from workbench.exchange.personas.writing import persona_text

__all__ = ["Imported", "load_personas", "persona_text"]
