"""Benchmarks: each `bench_*.py` prints one JSON line: our figure, the floor's of the same run, and their ratio."""
