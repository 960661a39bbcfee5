"""A small made-up world for the shipped scenarios: the same answers every time, and effects that can be counted."""
