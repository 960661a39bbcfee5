"""The whole test suite under coverage, then the coverage gate; pytest's own summary is printed last.

With arguments for pytest, only what they select runs, and the gate is left out.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = re.compile(
    r"(\x1b\[[0-9;]*m)*(=+ )?.*\b(passed|failed|errors?|skipped|deselected|no tests ran)\b.* in [\d.]+m?s"
)


def run_pytest(arguments: list[str]) -> tuple[int, str]:
    """Run pytest, showing its output as it comes, except the closing summary, which is handed back."""
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", *arguments]
    if sys.stdout.isatty():
        command.append("--color=yes")
    summary = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(summary, end="", flush=True)
            summary = ""
            if SUMMARY.match(line):
                summary = line
            else:
                print(line, end="", flush=True)
    return process.returncode, summary


def main() -> int:
    """Tests, gate, summary."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", default="2")
    options, chosen = parser.parse_known_args()
    for old in ROOT.glob(".coverage*"):
        if old.is_file():
            old.unlink()
    tests, summary = run_pytest(["-n", options.jobs, *chosen])
    if chosen:
        print("coverage: not judged, as only a part was run")
        gate = 0
    else:
        sys.stdout.flush()
        gate = subprocess.run(
            [sys.executable, Path(__file__).with_name("coverage_gate.py")], cwd=ROOT, check=False
        ).returncode
    print(summary, end="", flush=True)
    return tests or gate


if __name__ == "__main__":
    sys.exit(main())
