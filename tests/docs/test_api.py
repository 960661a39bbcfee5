"""docs/api.md is what the docstrings of the Python API say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.docs.pages import ROOT


@pytest.mark.slow
def test_the_reference_is_up_to_date() -> None:
    script = ROOT / ".ci" / "checks" / "api_reference.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
