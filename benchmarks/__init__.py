"""Benchmarks: each `bench_*.py` prints one JSON line with our figure, the floor measured in the same run, and their ratio."""
