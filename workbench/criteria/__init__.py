"""Criteria: reading an agent's answer, and judging with evidence what must be true before a run is complete. Pure."""
