"""The sheets that lie over a screen: each asks one thing, or shows one thing."""
