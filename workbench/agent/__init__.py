"""The Python API: agents as a program builds them. What they do is sessions like all others, which the app opens."""
