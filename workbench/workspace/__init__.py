"""Workspace: the folder of a person's personas, scenarios and sessions, and the files in it."""
