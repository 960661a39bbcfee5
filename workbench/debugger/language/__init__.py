"""The debugger's language: the verbs as words, one table of them, for the console, its scripts and the app's `:`.

A verb works on a `Talk` and gives lines; a face only shows them.
"""
