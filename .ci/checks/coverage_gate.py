"""The coverage that is asked for: every branch of the pure rooms, most of all the rest."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OVERALL = 85.0
PURE = re.compile(r"workbench/(events|state|decide|gates|budget|criteria|persona)[^/]*(\.py$|/)")


def coverage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the coverage command."""
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], capture_output=True, text=True, check=False)


def measured() -> dict[str, Any]:
    """The combined measurements of this process and all that it started."""
    if (combined := coverage("combine", "--quiet")).returncode:
        raise SystemExit(f"coverage: {(combined.stdout + combined.stderr).strip()}")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        done = coverage("json", "--quiet", "-o", str(report))
        if not report.exists():
            raise SystemExit(f"coverage: {(done.stdout + done.stderr).strip()}")
        return json.loads(report.read_text(encoding="utf-8"))


def missing(file: dict[str, Any]) -> str:
    """Which lines and branches of a file no test reached."""
    lines = ", ".join(map(str, file["missing_lines"]))
    gone = set(file["missing_lines"])
    branches = ", ".join(
        f"{start}->{'exit' if end < 0 else end}" for start, end in file["missing_branches"] if start not in gone
    )
    return "; ".join(filter(None, [lines and f"lines {lines}", branches and f"branches {branches}"]))


def main() -> int:
    """Judge, in words."""
    report = measured()
    files = {name.replace("\\", "/"): file for name, file in report["files"].items()}
    pure = {name: file for name, file in sorted(files.items()) if PURE.match(name)}
    gaps = {name: words for name, file in pure.items() if (words := missing(file))}
    overall = float(report["totals"]["percent_covered"])
    for name, words in gaps.items():
        print(f"coverage: {name} must be covered wholly, and misses {words}")
    enough = "ok" if overall > OVERALL else "FAILED"
    whole = f"{len(pure) - len(gaps)} of {len(pure)} files of the pure rooms wholly"
    print(f"coverage: {overall:.1f}% with branches, above {OVERALL:.0f}% asked: {enough};", end=" ")
    print(f"{whole}: {'FAILED' if gaps else 'ok'}")
    return 0 if overall > OVERALL and not gaps else 1


if __name__ == "__main__":
    sys.exit(main())
