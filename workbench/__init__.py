"""Workbench: the debugger for LLM agents."""
