"""Tools of MCP servers: `settings` says which there are, `server` keeps one alive, `results` reads what it gives.

The SDK is an extra and heavy: it is imported by `connection` when the first server is asked for something.
"""
