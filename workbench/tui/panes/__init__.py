"""The five panes of an open session."""
