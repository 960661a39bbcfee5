"""Persona: who an agent, or a played user, is; its prompt and its signature. Pure."""
