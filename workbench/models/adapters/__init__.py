"""Providers through their own SDKs: how each wire form writes a request, reads an answer, and who streams it."""
