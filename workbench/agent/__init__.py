"""The Python API: agents that a program builds. Their runs are sessions like all others, and the app opens them."""
