"""Tools: Python functions that a model may call, the registry that holds them, and those that are shipped.

`function_tool` makes them, `registry` finds and calls them, `standard` is the set that comes along.
"""
