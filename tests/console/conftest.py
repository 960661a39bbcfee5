"""The command line's workspace, for its prompt and its scripts."""

from tests.cli.conftest import bench

__all__ = ["bench"]
