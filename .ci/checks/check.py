"""`make check`: what judges the text of the code, and the quick tests, side by side: within a minute on two cores."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Each worker spends seconds on collecting; the type checker keeps a core busy for as long as both take.
TESTS = ("-m", "pytest", "-m", "not slow", "--hypothesis-profile", "quick", "-q", *sys.argv[1:])


def main() -> int:
    """Run both; tell of the tests first."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "lint.py")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as lint:
        tests = subprocess.run([sys.executable, *TESTS], cwd=HERE.parents[1], check=False)
        said, _ = lint.communicate()
    print(said, end="")
    return 1 if lint.returncode or tests.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
