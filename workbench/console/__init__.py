"""The console: the debugger's verbs as words, typed at a prompt or read from a script."""
