"""Scenario: who works for whom, with what, until what is true; and the run that starts from it."""
